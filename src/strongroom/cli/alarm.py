"""`strongroom alarm list|seen`: what somebody should look at."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened

app = App(name="alarm", help="Look at alarms: tries that could be somebody guessing.")

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.command(name="list")
def list_(*, room: RoomFolder = None, json: Json = False) -> int:
    """Show the alarms that nobody has seen yet, newest first."""
    from strongroom.ops import alarm as ops

    with opened(room) as local:
        found = ops.list_alarms(local)
    if json:
        render.json(found)
        return 0
    if not found:
        render.out().print("no alarm waits")
        return 0
    table = render.table("when", "who", "what", "where", "tries that hour")
    for one in found:
        cells = (render.minute(one.at_us), one.principal, one.code, one.place or "-", one.tries)
        table.add_row(*map(render.cell, cells))
    render.out().print(table)
    return 0


@app.command
def seen(*, reason: Reason = "", room: RoomFolder = None, json: Json = False) -> int:
    """Put away the alarms that there are by now. What happened stays in the log."""
    from strongroom.ops import alarm as ops

    with opened(room) as local:
        count = ops.seen(local, reason)
    if json:
        render.json({"seen": count})
    else:
        render.out().print(f"{count} alarm{'' if count == 1 else 's'} put away")
    return 0
