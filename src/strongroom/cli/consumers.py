"""`strongroom secret consumers`: which applications use a secret."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address
from strongroom.ops import inventory as ops
from strongroom.ops import use

app = App(name="consumers", help="Which applications use a secret, and how long they remember it.")

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.command
def add(
    address: str,
    name: str,
    *,
    owner: str,
    cache: int = 0,
    runs_as: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    reason: Reason = "",
    room: RoomFolder = None,
) -> int:
    """Say that an application uses a secret; again, to say it otherwise.

    Parameters
    ----------
    address
        environment/path
    name
        The application, e.g. customer-api
    owner
        Who answers for the application, and is told of a rotation.
    cache
        For how many seconds it may remember a value that it read; at most 7 days.
    runs_as
        A principal that its processes run as; again for another one. No other principal's word
        about the version in use counts for it then.
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.put_consumer(local, where, name, owner, cache, reason, runs_as=runs_as)
    render.out().print(render.safe(f"{name} uses {address}"), soft_wrap=True)
    return 0


@app.command(name="list")
def list_(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Show which applications use a secret, and which version each of their processes uses.

    A process says so itself, and says it again before its lease is over; then it is history.
    The owner of one that nobody registered is unknown.

    Parameters
    ----------
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        found = use.consumers(local, where)
    if json:
        render.json(found)
        return 0
    grid = render.table("consumer", "owner", "remembers", "process", "uses", "since", "until")
    for one in found:
        known = one.owner is not None
        first = [
            render.cell(one.name),
            render.cell(one.owner if known else "unknown", "" if known else "yellow"),
            render.cell(f"{one.cache_s} s" if known else "-"),
        ]
        for holder in one.processes or (None,):
            grid.add_row(*first, *_said(holder, one))
            first = [render.cell("")] * 3
    render.out().print(grid)
    return 0


@app.command
def remove(address: str, name: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Say that an application no longer uses a secret.

    Parameters
    ----------
    address
        environment/path
    name
        The application.
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.remove_consumer(local, where, name, reason)
    render.out().print(render.safe(f"{name} no longer uses {address}"), soft_wrap=True)
    return 0


def _said(holder: use.Holder | None, of: use.Consumer) -> list[Text]:
    """What a process says, or that none has said anything since the application was registered."""
    if holder is None:
        return [render.cell(text) for text in ("-", "-", render.day(of.since_us or 0), "")]
    aside = ", does not count" if not use.counts(holder.principal, of.runs_as) else ""
    texts = (f"{holder.instance} ({holder.principal}{aside})", f"v{holder.version}")
    cells = [render.cell(text) for text in (*texts, render.minute(holder.since_us))]
    until = render.minute(holder.until_us)
    return [*cells, render.cell(f"over {until}", "dim") if holder.over else render.cell(until)]
