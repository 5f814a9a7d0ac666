"""`strongroom fsck`: replay the log against the state."""

import sys
from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.audit.anchored import UNSHOWN, Verdict
from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, Segments, opened
from strongroom.ops import fsck as ops

NOT_WHOLE: Final = 11  # as an IntegrityError
SHOWN_MAX: Final = 50

app = App(name="fsck", help="Check the whole room: storage, rows, changes and the log.")


@app.default
def fsck(
    *,
    key: Annotated[
        str | None,
        Parameter(
            help="The log's public key as noted; of a restored room all of them, with commas."
        ),
    ] = None,
    segments: Segments = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Check the whole room; exit 11 when a row, a change or the log is not as it was left.

    Each row must be in the state that its last change left, and each change must be vouched
    for by an entry of the log. So an older state of a row that was put back is found.
    """
    with opened(room) as local:
        found = ops.check(local, key, _progress, segments)
        # Shown before the room is closed: an edited log cannot be signed again, and closing
        # says so.
        _show(found, json=json)
    return 0 if found.ok else NOT_WHOLE


def _progress(part: str) -> None:
    if sys.stderr.isatty():
        render.err().print(f"checking {part} …", style="dim")


def _show(found: ops.Checked, *, json: bool) -> None:
    if json:
        render.json(ops.as_document(found))
        return
    table = render.table("problem", "where", "")
    for row in found.state[:SHOWN_MAX]:
        after = f"change {row.change_seq}" if row.change_seq else ""
        where = f"{row.table} {row.row}".strip()
        table.add_row(render.cell(row.kind, "bold red"), render.cell(where), render.cell(after))
    problems = found.log.problems if found.log else ()
    for one in problems[:SHOWN_MAX]:
        place = "log" if one.index is None else f"log {one.index}"
        table.add_row(
            render.cell(one.kind, "bold red"), render.cell(place), render.cell(one.message)
        )
    for anchor in found.anchors:
        if anchor.verdict is not Verdict.HOLDS:
            style = "yellow" if anchor.verdict in UNSHOWN else "bold red"
            table.add_row(
                render.cell(anchor.verdict, style),
                render.cell(anchor.name),
                render.cell(anchor.message),
            )
    console = render.out()
    if found.moved:
        console.print(
            f"entries before {found.moved:,} were moved, and their files are not where they were put:"
            " they and what they changed\nwere not checked but by number; --segments DIR says where"
            " they are",
            style="yellow",
        )
    if found.ok:
        if table.row_count:
            console.print(table)
        assert found.log is not None
        console.print(f"{found.log.entries:,} entries read")
        said = "what was checked is whole" if found.moved else "the room is whole"
        console.print(said, style="green")
        if found.unfinished:
            render.unfinished(found.unfinished)
        return
    if table.row_count:
        console.print(table)
    if found.log is None:
        console.print("the storage is damaged, so the log was not read", style="yellow")
    if found.cut or len(found.state) > SHOWN_MAX or len(problems) > SHOWN_MAX:
        console.print("there are more problems than are shown; --json lists what was kept")
    console.print("the room is not whole", style="bold red")
