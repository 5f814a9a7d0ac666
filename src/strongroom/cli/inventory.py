"""`strongroom inventory`: what there is, who owns it, what is missing. Never a value."""

from enum import StrEnum
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.inventory import formats
from strongroom.ops import inventory as ops
from strongroom.ops.inventory import Inventory, InventoryRequest

FORMAT = "strongroom/inventory/v1"
WIDE = 150  # characters of a terminal that takes every column
SIX_COLUMNS = 6
app = App(name="inventory", help="What the room keeps, who owns it, what is missing; no values.")

STATUS_STYLE = {
    "ok": "green",
    "due": "yellow",
    "review due": "yellow",
    "overdue": "bold red",
    "expired": "bold red",
    "compromised": "bold red",
    "frozen": "cyan",
    "no value": "magenta",
}
Environments = Annotated[
    tuple[str, ...],
    Parameter(
        name=("--environment", "--env"), negative="", help="Only this environment; may be repeated."
    ),
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


class Format(StrEnum):
    """How the inventory is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


@app.default
def inventory(
    *,
    format_: Annotated[Format, Parameter(name="--format")] = Format.TABLE,
    environment: Environments = (),
    owner: str | None = None,
    due: int | None = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List every secret that you may see: the policy's columns first, then what the room knows.

    Parameters
    ----------
    format_
        table, markdown, csv or json.
    owner
        Only what this owner answers for.
    due
        Only what must be rotated within so many days, and what is overdue.
    """
    with opened(room) as local:
        found = ops.inventory(local, InventoryRequest(environment, owner, due, reason))
    if json or format_ is Format.JSON:
        render.json({"format": FORMAT, **_document(found)})
    elif format_ is Format.TABLE:
        _show(found)
    else:
        render.raw(ops.as_text(found, format_).encode())
        _say_what_is_hidden(found)
    return 0


@app.command
def owners(
    *,
    environment: Environments = (),
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Show who answers for what; those who are not there come first, and make it end with 1."""
    with opened(room) as local:
        found = ops.owners(local, InventoryRequest(environment, reason=reason))
    if json:
        render.json(found)
    else:
        grid = render.table("owner", "secrets", "standing", "backup", "contact")
        for one in found:
            grid.add_row(
                render.cell(one.name),
                render.cell(one.secrets),
                render.cell(one.standing, "bold red" if one.orphaned else ""),
                render.cell(", ".join(one.backups) or "-"),
                render.cell(one.contact or "-"),
            )
        render.out().print(grid)
        orphaned = [one for one in found if one.orphaned]
        count = sum(one.secrets for one in orphaned)
        lacking = sum(one.without_backup for one in found)
        render.out().print(
            f"{len(found)} owners; {len(orphaned)} of them not there, with {count} secrets;"
            f" {lacking} secrets without a backup owner",
            style="bold",
        )
    return 1 if any(one.orphaned for one in found) else 0


@app.command
def gaps(
    *,
    environment: Environments = (),
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Show which type of the policy has no secret in which environment; ends with 1 if one is missing."""
    with opened(room) as local:
        found = ops.gaps(local, InventoryRequest(environment, reason=reason))
    if json:
        render.json(found)
    else:
        grid = render.table("type", "missing in", "perhaps")
        for one in found:
            if one.missing:
                cells = (one.type, one.environment, one.perhaps)
                grid.add_row(*map(render.cell, cells))
        render.out().print(grid)
        missing = sum(one.missing for one in found)
        render.out().print(
            f"{missing} secrets may be missing, of {len(found)} that the policy could have",
            style="bold",
        )
    return 1 if any(one.missing for one in found) else 0


def _show(found: Inventory) -> None:
    console = render.out()
    # On a narrow terminal, the policy's columns and those that ask for something to be done.
    skip = range(SIX_COLUMNS, SIX_COLUMNS + 4) if console.width < WIDE else ()
    kept = [i for i in range(len(formats.head(found.heads))) if i not in skip]
    grid = render.table(*(formats.head(found.heads)[i] for i in kept))
    for line in found.lines:
        cells = formats.cells(line, found.heads)
        *others, status = (cells[i] for i in kept)
        grid.add_row(*map(render.cell, others), render.cell(status, STATUS_STYLE[status]))
    render.out().print(grid)
    render.out().print(
        f"{len(found.lines)} secrets as of {render.day(found.as_of_us)}", style="bold"
    )
    _say_what_is_hidden(found)


def _say_what_is_hidden(found: Inventory) -> None:
    notes = [f"{place}: you may see nothing there" for place in found.refused]
    if found.hidden:
        notes.append(f"{found.hidden} secrets are not shown: no rule lets you see them")
    elif not found.whole and not found.refused:
        notes.append("only what you may see; your rules do not reach everything there")
    for note in notes:
        render.err().print(render.safe(note), style="dim")


def _document(found: Inventory) -> dict[str, object]:
    return {
        "as_of_us": found.as_of_us,
        "policy_sha256": found.policy_sha256,
        "columns": found.heads,
        "environments": found.environments,
        "refused": found.refused,
        "whole": found.whole,
        "hidden": found.hidden,
        "secrets": found.lines,
    }
