"""`strongroom audit anchor`: checkpoints outside of the room."""

from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.anchor.kinds import Kind
from strongroom.audit.anchored import UNSHOWN, Verdict
from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.ops import audit_anchor as ops

NOT_WHOLE: Final = 11  # as an IntegrityError
UNWRITTEN: Final = 8  # as a MachineError

app = App(name="anchor", help="Keep checkpoints outside of the room, so that a rollback shows.")


@app.command
def add(kind: Kind, place: str, *, room: RoomFolder = None) -> int:
    """Keep checkpoints at a place outside of the room from now on.

    A file is appended to, one line a checkpoint. In a git repository a branch
    strongroom-anchor/… gets a commit each; files and index are not touched. Each `audit
    checkpoint` and `audit anchor push` keeps the newest one. Nothing is sent over a network.

    Parameters
    ----------
    kind
        file or git
    place
        The file, or the folder of the repository, on this machine.
    """
    with opened(room) as local:
        made = ops.add(local, kind, place)
    render.out().print(
        f"added {render.safe(made.name)}: keeps a checkpoint of {made.size:,} entries",
        soft_wrap=True,
    )
    return 0


@app.command
def remove(place: str, *, room: RoomFolder = None) -> int:
    """Keep no more checkpoints at a place. What was kept stays; the removal is recorded."""
    with opened(room) as local:
        row = ops.remove(local, place)
    render.out().print(f"removed {row.kind} {render.safe(row.place)}", soft_wrap=True)
    return 0


@app.command(name="list")
def list_(*, room: RoomFolder = None, json: Json = False) -> int:
    """List the anchors."""
    with opened(room) as local:
        found = ops.rows(local)
    if json:
        render.json([{"kind": r.kind, "place": r.place, "since_us": r.changed_us} for r in found])
        return 0
    table = render.table("kind", "place", "since")
    for row in found:
        table.add_row(
            render.cell(row.kind), render.cell(row.place), render.cell(render.day(row.changed_us))
        )
    render.out().print(table if found else "no anchors")
    return 0


@app.command
def push(*, room: RoomFolder = None, json: Json = False) -> int:
    """Sign the log and keep the checkpoint at every anchor; exit 8 if one could not be written."""
    with opened(room) as local:
        found = ops.push(local)
    if json:
        render.json(
            [
                {"anchor": p.name, "size": p.size, "new": p.new,
                 "error": p.error.code if p.error else None}
                for p in found
            ]
        )  # fmt: skip
    else:
        show_pushed(found)
    return max((one.error.exit for one in found if one.error), default=0)


def show_pushed(found: list[ops.Pushed]) -> None:
    """What became of each anchor; failures on standard error."""
    for one in found:
        if one.error is not None:
            render.error(
                one.error.code, f"{one.name}: {one.error.message}", one.error.fix, as_json=False
            )
        else:
            state = "keeps" if one.new else "keeps already"
            render.err().print(
                render.safe(f"{one.name} {state} {one.size:,} entries"), style="dim", soft_wrap=True
            )


@app.command
def verify(
    *,
    key: Annotated[
        str | None,
        Parameter(
            help="The log's public key as noted; of a restored room all of them, with commas."
        ),
    ] = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Hold the log against all that its anchors keep; exit 11 when one does not hold.

    An anchor finds what the log alone cannot show: that an older state of the whole database
    was put back (rolled-back), that the holder of the log key wrote the past anew (re-signed),
    or showed different pasts at different places (split-view).
    """
    with opened(room) as local:
        found = ops.judge(local, key)
    ok = bool(found) and all(one.verdict is Verdict.HOLDS for one in found)
    if json:
        render.json({"ok": ok, "anchors": [one._asdict() for one in found]})
        return 0 if ok else NOT_WHOLE
    table = render.table("anchor", "verdict", "kept", "newest", "")
    for one in found:
        style = "green" if one.verdict is Verdict.HOLDS else "bold red"
        style = "yellow" if one.verdict in UNSHOWN else style
        said = "; ".join(x for x in (one.message, ops.meaning(one.verdict)) if x)
        at = f" (at {one.at:,})" if one.at is not None else ""
        table.add_row(
            render.cell(one.name), render.cell(one.verdict, style), render.cell(f"{one.kept:,}"),
            render.cell(f"{one.size:,}"), render.cell(said + at),
        )  # fmt: skip
    console = render.out()
    console.print(table if found else "no anchors, so a rollback would not show")
    return 0 if ok else NOT_WHOLE
