"""`strongroom backup`: copy the room into one file, and see whether a copy is good."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import credentials, render
from strongroom.cli.context import current
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import IntegrityError, NotFoundError, StrongroomError
from strongroom.ops import backup as ops

if TYPE_CHECKING:
    from strongroom.wiring.backups import Examined
    from strongroom.wiring.credentials import AskPerson

NOT_WHOLE: Final = 11  # as an IntegrityError
LogKey = Annotated[
    str | None,
    Parameter(
        name="--key",
        help="The log's public key as noted; of a restored room all of them with commas, oldest"
        " first.",
    ),
]

app = App(name="backup", help="Copy the room into one file, and see whether a copy is good.")


@contextmanager
def watched() -> Iterator[ops.Progress]:
    """Progress on standard error, at a terminal only."""
    if not sys.stderr.isatty():
        yield ops.quiet
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=render.err(), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(what: str, done_bytes: int, total_bytes: int) -> None:
            bar.update(task, description=what, completed=done_bytes, total=total_bytes or None)

        yield show


@app.command
def create(*, to: Path | None = None, room: RoomFolder = None, json: Json = False) -> int:
    """Copy the whole room into one new file, sealed under the room's key.

    Others read and write meanwhile. Keys are never in it: to restore it you need the key file
    or another credential of the room, so keep that elsewhere.

    Parameters
    ----------
    to
        The new file, or a folder for it; by default the working folder.
    """
    with opened(room) as local, watched() as progress:
        made = ops.create(local, to, progress)
    if json:
        render.json(made)
        return 0
    console = render.out()
    console.print(f"wrote {render.safe(str(made.path))}", soft_wrap=True)
    console.print(f"{size(made.file_bytes)}, {made.log_size:,} entries of the log")
    return 0


@app.command
def verify(file: Path, *, key: LogKey = None, room: RoomFolder = None, json: Json = False) -> int:
    """Read a backup whole and check everything in it; exit 11 when it is not good.

    Its database is unpacked into a temporary folder of your own and removed again. No room is
    needed, but what opens it. Where the room is at hand, the room records the result.

    Parameters
    ----------
    file
        The backup.
    """
    from strongroom import wiring

    config, ask = current(), wiring.once(credentials.ask)
    try:
        with watched() as progress:
            found = wiring.verify_backup(config, os.environ, file, key, progress, ask=ask)
    except IntegrityError as error:
        _record(file, room, ask, passed=False)
        raise error from None
    recorded = _record(file, room, ask, passed=found.ok)
    if json:
        render.json(
            {
                "ok": found.ok, "backup": found.about.backup_id.hex(),
                "room_id": found.about.room_id.hex(), "log_size": found.about.log_size,
                "created_us": found.about.created_us, "state_problems": len(found.state),
                "log_ok": bool(found.log and found.log.ok), "not_checked": found.unchecked,
                "recorded": recorded,
            }
        )  # fmt: skip
    else:
        _show(found, recorded=recorded)
    return 0 if found.ok else NOT_WHOLE


def _record(file: Path, room: Path | None, ask: "AskPerson", *, passed: bool) -> bool:
    """Keep the result in the room, if it is at hand and this is a backup of it."""
    try:
        with ops.open_file(file) as stream:
            about = ops.read_head(stream).manifest
        with opened(room, ask) as local:
            if local.keys.room_id != about.room_id:
                return False
            ops.record_verified(local, about, passed)
    except StrongroomError:
        return False
    return True


def _show(found: "Examined", *, recorded: bool) -> None:
    about, console = found.about, render.out()
    console.print(f"backup    {about.backup_id.hex()} of {render.minute(about.created_us)} UTC")
    console.print(f"room      {about.room_id.hex()}, instance {about.instance_id.hex()}")
    console.print(f"log       {about.log_size:,} entries, {about.change_seq:,} changes")
    for problem in found.state[:20]:
        where = render.safe(f"{problem.kind} {problem.table} {problem.row}")
        console.print(f"problem   {where}", style="red")
    if found.log is not None:
        for one in found.log.problems[:20]:
            console.print(f"problem   log {one.index}: {render.safe(one.message)}", style="red")
    if found.ok:
        console.print("the backup is whole", style="green")
    else:
        console.print("the backup is not whole", style="bold red")
    for text in found.unchecked:
        console.print(f"not checked: {text}", style="dim", soft_wrap=True)
    if not recorded:
        console.print("not recorded: its room is not at hand", style="dim")


@app.command(name="list")
def list_(folder: Path | None = None, *, room: RoomFolder = None, json: Json = False) -> int:
    """List the backups in a folder: how old, how large, whose, and when they were verified.

    Parameters
    ----------
    folder
        The folder; by default the working folder.
    """
    where = folder or Path()
    try:
        with opened(room) as local:
            found, now_us = ops.listing(local, where), local.now_us()
    except NotFoundError as error:
        if error.code != "room-not-found":
            raise
        found, now_us = ops.listing(None, where), None
    if json:
        render.json(found)
        return 0
    if not found:
        render.out().print("no backups")
        return 0
    table = render.table("file", "made (UTC)", "days old", "size", "log", "manifest", "verified")
    for one in found:
        made = one.created_us
        age = "-" if made is None or now_us is None else (now_us - made) // 86_400_000_000
        style = "" if one.manifest in {"ours", "unchecked"} else "red"
        table.add_row(
            render.cell(one.name),
            render.cell("-" if made is None else render.minute(made)),
            render.cell(age),
            render.cell(size(one.file_bytes)),
            render.cell("-" if one.log_size is None else f"{one.log_size:,}"),
            render.cell(one.manifest, style),
            render.cell("never" if one.verified_us is None else render.minute(one.verified_us)),
        )
    render.out().print(table)
    return 0


def size(count: int) -> str:
    """Bytes for people."""
    number, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):  # noqa: B007 - the last one is used
        if number < 1024:
            break
        number /= 1024
    return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
