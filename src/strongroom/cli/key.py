"""`strongroom key`: the keys of environments, and by an address the keys of applications."""

import sys
import time
from typing import Annotated, Self

from cyclopts import App, Parameter
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from strongroom.cli import data_key, references, render, rewrap
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address
from strongroom.ops import data_key as data_keys
from strongroom.ops import key as ops

Environment = Annotated[
    str | None, Parameter(name="--environment", help="The id of an environment.")
]

app = App(
    name="key",
    help="Keys of applications, by ADDRESS; those that wrap a room's values, by --environment.",
)
data_key.register(app)
rewrap.register(app)
references.register(app)


@app.command(name="list")
def list_(
    *,
    environment: Annotated[
        str | None, Parameter(name="--environment", help="Only those of this environment.")
    ] = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List the keys: whether each still wraps, how many versions, and how many seals open it."""
    with opened(room) as local:
        found = ops.list_keys(local, environment)
    if json:
        render.json(found)
        return 0
    table = render.table("environment", "key", "state", "made", "wraps", "seals", "open here")
    for key in found:
        table.add_row(
            render.cell(key.environment),
            render.cell(key.id[:8]),
            render.cell(key.state, {"active": "green", "retired": "yellow"}.get(key.state, "dim")),
            render.cell(render.day(key.created_us)),
            render.cell(f"{key.wraps:,}"),
            render.cell(key.seals),
            render.cell("yes" if key.open_here else "no"),
        )
    render.out().print(table)
    return 0


@app.command
def rotate(
    address: str | None = None,
    *,
    environment: Environment = None,
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Make another key current: of an application, by ADDRESS, or of an environment.

    Of an application: the new key encrypts or signs, the one before it only decrypts or verifies;
    `key rewrap` moves data to it.

    Of an environment: all its versions are wrapped by the new key, values stay as they are. Every
    seal that opens the environment is given the new key. Reads go on meanwhile. One that was
    interrupted is finished by running it again.

    Parameters
    ----------
    address
        environment/path of a key that `key create` made
    """
    if (address is None) == (environment is None):
        raise UsageError(
            "key-which",
            "either a key of an application or one of an environment is rotated",
            fix="give its ADDRESS, or --environment",
        )
    if address is not None:
        where = Address.parse(address)
        with opened(room) as local:
            return data_key.made_as(data_keys.rotate(local, where, reason), json=json)
    assert environment is not None
    with opened(room) as local, _Bar() as bar:
        done = ops.rotate(local, environment, bar.show, reason)
    if json:
        render.json(done)
        return 0
    console = render.out()
    if done.resumed:
        console.print(f"the rotation of {environment} that was interrupted is finished")
    else:
        console.print(f"{environment} has the key {done.key[:8]}, handed to these seals:")
        for seal in done.handed_to:
            console.print(f"  {seal.id[:8]}  {seal.kind}")
    console.print(f"{done.rewrapped:,} versions wrapped anew")
    console.print(f"destroyed: {', '.join(key[:8] for key in done.destroyed)}")
    if not done.resumed:
        return 0
    console.print("run it once more for another new key", style="dim")
    return 0


class _Bar:
    """How far it is, how fast and how long still; only at a terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._bar = Progress(
            TextColumn("wrapping anew"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=render.err(),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=None, rate="", start=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, done: int, total: int) -> None:
        """`done` of `total` versions."""
        seconds = time.monotonic() - self._begun
        rate = f"{done / seconds:,.0f}/s" if done and seconds else ""
        self._bar.update(self._task, completed=done, total=max(total, 1), rate=rate)
