"""`strongroom import`: many secrets from a file, all or nothing; and what to do after a crash."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from strongroom.cli import progress, render, value_input
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import MachineError, StrongroomError, UsageError
from strongroom.secret.importing.interface import FILE_BYTES_MAX

if TYPE_CHECKING:
    from strongroom.ops.importing.request import ImportRequest, Plan
    from strongroom.ops.importing.run import Imported
    from strongroom.ops.local import Local

PROBLEMS: Final = 1  # the exit code of an import whose source has some
ROWS_SHOWN_MAX: Final = 100
IDENTITY_BYTES_MAX: Final = 64 * 1024

app = App(name="import", help="Bring many secrets in from a file, all or nothing.")

Source = Annotated[Path | None, Parameter(help="The file; by default standard input.")]
Format = Annotated[
    str | None, Parameter(name="--format", help="Its format; by default told by name and content.")
]
Into = Annotated[
    str | None, Parameter(help="environment or environment/folder, for rows that do not say it.")
]
Type = Annotated[str | None, Parameter(name="--type", help="The type of rows that do not say one.")]
Owner = Annotated[str | None, Parameter(help="The owner of rows that do not say one.")]
OnConflict = Annotated[
    Literal["fail", "skip", "new-version"],
    Parameter(name="--on-conflict", help="What is done where a secret stands already."),
]
Identity = Annotated[
    Path | None, Parameter(help="The file of the age key that opens an encrypted source.")
]
Passphrase = Annotated[
    bool,
    Parameter(negative="", help="A passphrase opens the source; from standard input or unseen."),
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
Id = Annotated[
    str,
    Parameter(name="--id", help="The id of the import, or how it begins, if there are several."),
]


@app.default
def import_(
    source: Source = None,
    *,
    format_: Format = None,
    into: Into = None,
    type_: Type = None,
    owner: Owner = None,
    identity: Identity = None,
    passphrase: Passphrase = False,
    dry_run: Annotated[
        bool, Parameter(name="--dry-run", negative="", help="Show the plan, write nothing.")
    ] = False,
    on_conflict: OnConflict = "fail",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Bring many secrets in from a file, all or nothing; exit 1 if a row has a problem.

    Every problem is reported at once, and nothing is written then. If it is interrupted,
    `import resume` goes on and `import abort` takes it back.
    """
    from strongroom.ops.importing import plan, run

    data = _opened(_read(source), identity, passphrase=passphrase)
    with opened(room) as local, progress.shown() as report:
        request = _request(local, data, source, format_, into, type_, owner, on_conflict, reason)
        made = plan.make(local, request, progress=report)
        if not made.ok:
            run.reject(local, request, made, dry=dry_run)
        done = None
        if made.ok and not dry_run:
            with _going_on(local):
                done = run.carry_out(local, request, made, report)
    if json:
        render.json(_document(made, done))
    elif done is not None:
        _say(done)
    else:
        _show(made)
    return 0 if made.ok else PROBLEMS


@app.command
def resume(
    source: Annotated[
        Path | None, Parameter(help="The same file again, if not all of it was staged.")
    ] = None,
    *,
    id_: Id = "",
    format_: Format = None,
    into: Into = None,
    type_: Type = None,
    owner: Owner = None,
    identity: Identity = None,
    passphrase: Passphrase = False,
    on_conflict: OnConflict = "fail",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Go on with an import that was interrupted."""
    from strongroom.ops.importing import run

    data = None
    if source is not None:
        data = _opened(_read(source), identity, passphrase=passphrase)
    with opened(room) as local, progress.shown() as report:
        request = None
        if data is not None:
            request = _request(
                local, data, source, format_, into, type_, owner, on_conflict, reason
            )
        with _going_on(local):
            done = run.resume(local, id_, request, report)
    return _ended(done, json=json)


@app.command
def abort(*, id_: Id = "", reason: Reason = "", room: RoomFolder = None, json: Json = False) -> int:
    """Take back an import that was interrupted: what it staged is destroyed."""
    from strongroom.ops.importing import run

    with opened(room) as local, progress.shown() as report:
        done = run.abort(local, id_, reason, report)
    return _ended(done, json=json)


@app.command(name="list")
def list_(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", negative="", help="Also those that have ended.")
    ] = False,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List the imports that were interrupted."""
    from strongroom.ops.importing import batches

    with opened(room) as local:
        found = batches.batches(local) if all_ else batches.unfinished(local)
    if json:
        render.json(found)
        return 0
    table = render.table("id", "begun", "state", "secrets")
    for one in found:
        cells = (one.id[:12], render.day(one.created_us), one.state, f"{one.total:,}")
        table.add_row(*map(render.cell, cells))
    render.out().print(table if found else "no import is unfinished")
    return 0


@contextmanager
def _going_on(local: "Local") -> Iterator[None]:
    """Say what to do about an import that ends in the middle."""
    from strongroom.ops.importing import batches

    try:
        yield
    except (KeyboardInterrupt, MachineError):
        with suppress(StrongroomError):
            waiting = [one.id for one in batches.unfinished(local)]
            if waiting:
                render.unfinished(waiting, render.err())
        raise


def _read(source: Path | None) -> bytes:
    if source is not None:
        return value_input.regular_file(source, FILE_BYTES_MAX + 1)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "no-input", "there is nothing to import", fix="name a file, or pipe one in"
        )
    return sys.stdin.buffer.read(FILE_BYTES_MAX + 1)


def _opened(data: bytes, identity: Path | None, *, passphrase: bool) -> bytes:
    """The source itself, where it is encrypted."""
    from strongroom.secret.exporting import age

    if not age.is_one(data):
        return data
    if identity is not None:
        key = value_input.regular_file(identity, IDENTITY_BYTES_MAX).decode(errors="replace")
        return age.open_with(data, identities=key)
    if passphrase:
        return age.open_with(data, passphrase=value_input.read().decode(errors="replace"))
    raise UsageError(
        "source-encrypted", "the source is encrypted", fix="add --identity FILE or --passphrase"
    )


def _request(
    local: "Local",
    data: bytes,
    source: Path | None,
    format_: str | None,
    into: str | None,
    type_: str | None,
    owner: str | None,
    on_conflict: str,
    reason: str,
) -> "ImportRequest":
    from strongroom.ops import secret
    from strongroom.ops.importing.request import ImportRequest, OnConflict

    environment, folder = (None, "") if into is None else secret.folder(local, into)
    name = "" if source is None else source.name.removesuffix(".age")
    return ImportRequest(
        data, name, format_, environment, folder, type_, owner, OnConflict(on_conflict), reason
    )


def _document(plan: "Plan", done: "Imported | None") -> dict[str, object]:
    return {
        "ok": plan.ok,
        "format": plan.format_id,
        "imported": done,
        "rows": [
            {
                "row": item.row,
                "address": str(item.address),
                "action": item.action,
                "type": item.type,
                "owner": item.owner,
                "version": item.version,
            }
            for item in plan.items
        ],
        "problems": [
            {
                "row": issue.row,
                "name": issue.name,
                "code": issue.code,
                "message": issue.message,
                "clauses": issue.clauses,
            }
            for issue in plan.issues
        ],
    }


def _show(plan: "Plan") -> None:
    """The problems, or without any the plan."""
    console = render.out()
    if plan.ok:
        table = render.table("row", "address", "action", "type", "owner")
        for item in plan.items[:ROWS_SHOWN_MAX]:
            cells = (item.row, item.address, item.action, item.type, item.owner)
            table.add_row(*map(render.cell, cells))
        console.print(table)
        _rest(len(plan.items))
        console.print(
            f"{len(plan.items):,} rows ({plan.format_id}), no problem; nothing was written"
        )
        return
    table = render.table("row", "name", "problem", "")
    for issue in plan.issues[:ROWS_SHOWN_MAX]:
        table.add_row(
            render.cell(issue.row or "-"),
            render.cell(issue.name or "-"),
            render.cell(issue.code, "bold red"),
            render.cell(issue.message),
        )
    console.print(table)
    _rest(len(plan.issues))
    console.print(f"{len(plan.issues):,} problems; nothing was written", style="bold red")


def _rest(count: int) -> None:
    if count > ROWS_SHOWN_MAX:
        render.out().print(f"and {count - ROWS_SHOWN_MAX:,} more; --json lists all", style="dim")


def _ended(done: "Imported", *, json: bool) -> int:
    if json:
        render.json(done)
    else:
        _say(done)
    return 0


def _say(done: "Imported") -> None:
    counts = [
        f"{count:,} {what}"
        for count, what in (
            (done.created, "secrets"),
            (done.versions, "new versions"),
            (done.skipped, "skipped"),
        )
        if count
    ]
    name = f"import {done.id[:12]} " if done.id else ""
    render.out().print(f"{name}{done.state}{': ' if counts else ''}{', '.join(counts)}")
