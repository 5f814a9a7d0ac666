"""`strongroom key references`: what still refers to versions of a key."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.rewrap import Field
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address
from strongroom.ops import references as ops
from strongroom.ops import rewrap, use


def register(app: App) -> None:
    """Put the command into the group `key`."""
    app.command(references)


def references(
    address: str,
    *,
    holder: str | None = None,
    file: Path | None = None,
    field: Field = None,
    items: Annotated[list[str] | None, Parameter(negative="")] = None,
    none: Annotated[bool, Parameter(negative="")] = False,
    reason: str = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List who keeps how much of which version; with --holder, report it.

    A version to which anything refers is neither retired nor destroyed. A report is whole: versions
    that it does not name are kept by that holder no more.

    Parameters
    ----------
    address
        environment/path of the key
    holder
        Who keeps ciphertexts, such as customers.email.
    file
        Count the ciphertexts of this file: one a line, or JSON lines with --field.
    items
        VERSION=ITEMS, as the holder counted by itself. May be given several times.
    none
        The holder keeps nothing any more.
    reason
        Why; stands in the audit log.
    """
    where = Address.parse(address)
    ways = [file is not None, bool(items), none]
    if sum(ways) != (holder is not None):
        raise UsageError(
            "references-which",
            "a report names its --holder, and counts by one of --file, --items, --none",
            fix="leave all of them out to see what was reported",
        )
    with opened(room) as local:
        if holder is not None:
            counted = ops.parsed(items or [])
            if file is not None:
                request = rewrap.RewrapRequest(where, file, file, tuple(field or ()))
                counted = rewrap.count(local, request)
            ops.report(local, where, holder, counted, reason)
        found = use.references(local, where)
    if json:
        render.json(found)
        return 0
    table = render.table("holder", "version", "items", "reported")
    for one in found:
        table.add_row(
            render.cell(one.holder), render.cell(one.version), render.cell(f"{one.items:,}"),
            render.cell(render.minute(one.said_us)),
        )  # fmt: skip
    render.out().print(table if found else "nothing is reported to refer to any version")
    return 0
