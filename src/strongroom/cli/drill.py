"""`strongroom drill`: try the worst day, and keep what came of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import App

from strongroom.cli import credentials, render
from strongroom.cli.backup import size, watched
from strongroom.cli.context import current
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.ops import drill as ops

if TYPE_CHECKING:
    from strongroom.wiring import Drilled

FAILED: Final = 1  # as findings

app = App(name="drill", help="Try the worst day, and keep what came of it as evidence.")


@app.command
def restore(
    *,
    from_: Path | None = None,
    versions: int = 25,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Restore a backup into a temporary folder, try it, and record the outcome; exit 1 if it fails.

    Nothing of a value is shown: some versions of each environment are opened, found authentic
    and dropped.

    Parameters
    ----------
    from_
        This backup; by default one is made for the drill.
    versions
        How many versions of each environment are tried, drawn at random.
    """
    from strongroom import wiring

    ask = wiring.once(credentials.ask)
    with opened(room, ask) as local, watched() as progress:
        found = wiring.drill_restore(
            current(), os.environ, local, from_, versions, progress, ask=ask
        )
    if json:
        render.json(
            {
                "ok": found.ok, "failed": found.failed or None, "backup": found.backup_id,
                "database_bytes": found.database_bytes, "log_size": found.log_size,
                "ms": found.ms, "log_ok": found.log_ok, "state_ok": found.state_ok,
                "environments": [one._asdict() for one in found.environments],
                "evidence": found.evidence,
            }
        )  # fmt: skip
    else:
        _show(found)
    return 0 if found.ok else FAILED


def _show(found: "Drilled") -> None:
    console = render.out()
    if found.backup_id:
        console.print(
            f"backup {found.backup_id}: {size(found.database_bytes)}, {found.log_size:,} entries"
        )
    if found.ms:
        console.print(", ".join(f"{part} {ms:,} ms" for part, ms in found.ms.items()))
    if found.environments:
        table = render.table("environment", "versions", "tried", "opened", "")
        for one in found.environments:
            state = "sealed here" if one.sealed else "opens" if one.ok else "DOES NOT OPEN"
            cells = (one.environment, f"{one.versions:,}", one.tried, one.opened)
            table.add_row(*map(render.cell, cells), render.cell(state, "" if one.ok else "red"))
        console.print(table)
        console.print(
            f"log {'whole' if found.log_ok else 'NOT WHOLE'},"
            f" rows {'whole' if found.state_ok else 'NOT WHOLE'}"
        )
    if found.ok:
        console.print("the drill passed", style="green")
    else:
        console.print(
            f"the drill failed{': ' if found.failed else ''}{found.failed}", style="bold red"
        )
    console.print(f"evidence {found.evidence}", style="dim")


@app.command(name="list")
def list_(*, limit: int = 20, room: RoomFolder = None, json: Json = False) -> int:
    """List the drills that were held, newest first, failed ones too.

    Parameters
    ----------
    limit
        At most so many.
    """
    with opened(room) as local:
        found = ops.held(local, limit)
    if json:
        render.json(found)
        return 0
    if not found:
        render.out().print("no drills")
        return 0
    table = render.table("when (UTC)", "drill", "outcome", "by", "evidence")
    for one in found:
        table.add_row(
            render.cell(render.minute(one.at_us)),
            render.cell(one.kind.removeprefix("drill-")),
            render.cell(one.outcome, "" if one.outcome == "passed" else "bold red"),
            render.cell(one.by),
            render.cell(one.id, "dim"),
        )
    render.out().print(table)
    return 0
