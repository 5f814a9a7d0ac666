"""`strongroom secret consumers`: which applications use a secret."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address
from strongroom.ops import inventory as ops

app = App(name="consumers", help="Which applications use a secret, and how long they remember it.")

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.command
def add(
    address: str,
    name: str,
    *,
    owner: str,
    cache: int = 0,
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
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.put_consumer(local, where, name, owner, cache, reason)
    render.out().print(render.safe(f"{name} uses {address}"), soft_wrap=True)
    return 0


@app.command(name="list")
def list_(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Show which applications use a secret.

    Parameters
    ----------
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        found = ops.consumers(local, where)
    if json:
        render.json(found)
        return 0
    grid = render.table("consumer", "owner", "remembers for", "since")
    for one in found:
        grid.add_row(
            render.cell(one.name),
            render.cell(one.owner),
            render.cell(f"{one.cache_s} s"),
            render.cell(render.day(one.since_us)),
        )
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
