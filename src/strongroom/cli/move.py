"""`strongroom secret move|copy|diff`: what concerns two places at once."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.cli.written import written_as
from strongroom.model.address import Address

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
_TIMES = {"written", "expires"}
_STYLE = {"added": "green", "removed": "red", "changed": "yellow", "same": "dim", "unknown": "dim"}


def register(app: App) -> None:
    """Add these commands to `strongroom secret`."""
    for command in (move, copy, diff):
        app.command(command)


def move(here: str, there: str, /, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Give a secret another path in its environment. Versions, history and labels go with it.

    No other secret can stand at the old address again.

    Parameters
    ----------
    here
        environment/path where it stands
    there
        environment/path where it will stand
    """
    from strongroom.ops import move as ops

    old, new = Address.parse(here), Address.parse(there)
    with opened(room) as local:
        ops.move(local, old, new, reason)
    return _say(f"{here} is now {there}")


def copy(
    here: str, there: str, /, *, reason: Reason = "", room: RoomFolder = None, json: Json = False
) -> int:
    """Keep the current value at a second, new address of the same environment.

    Parameters
    ----------
    here
        environment/path of the original
    there
        environment/path of the copy
    """
    from strongroom.ops import move as ops

    old, new = Address.parse(here), Address.parse(there)
    with opened(room) as local:
        written = ops.copy(local, old, new, reason)
    return written_as(written, json=json)


def diff(
    address: str,
    other: str | None = None,
    /,
    *,
    from_: Annotated[int | None, Parameter(name="--from")] = None,
    to: int | None = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say what differs between two versions, or two secrets, without a value.

    Needs the right to read both, and is recorded as a read of both.

    Parameters
    ----------
    address
        environment/path
    other
        Another environment/path to compare with; by default two versions of one are compared.
    from_
        The version on the left; by default the one before the current, or of two the current.
    to
        The version on the right; by default the current one.
    """
    from strongroom.ops import diff as ops

    left = Address.parse(address)
    right = Address.parse(other) if other is not None else left
    with opened(room) as local:
        if left == right and from_ is None:
            from_ = ops.before(local, left)
        found = ops.diff(local, ops.Side(left, from_), ops.Side(right, to), reason)
    if json:
        render.json(found)
        return 0
    console = render.out()
    console.print(render.safe(f"{found.old} → {found.new}"), soft_wrap=True)
    table = render.table("", "before", "after")
    for fact in found.facts:
        old, new = (
            render.day(int(text)) if fact.name in _TIMES else text or "-"
            for text in (fact.old, fact.new)
        )
        if old != new:
            table.add_row(render.cell(fact.name, "dim"), render.cell(old), render.cell(new))
    for field in found.fields:
        kind = "secret field" if field.secret else "field"
        named = render.cell(f"{kind} {field.field}", "dim")
        table.add_row(named, "", render.cell(field.how, _STYLE[field.how]))
    console.print(table)
    return 0


def _say(text: str) -> int:
    render.out().print(render.safe(text), soft_wrap=True)
    return 0
