"""`strongroom secret freeze|thaw|rollback|delete|undelete|destroy|history|tree`."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render, search
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address
from strongroom.ops import lifecycle as ops
from strongroom.ops import search as finding
from strongroom.ops import secret as secrets

Long = Annotated[
    bool, Parameter(negative="", help="With type, owner, tags and when each one expires.")
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


def register(app: App) -> None:
    """Add these commands to `strongroom secret`."""
    for command in (freeze, thaw, rollback, delete, undelete, destroy, history, tree):
        app.command(command)


def freeze(place: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Stop every delivery and change of a secret, or of a whole environment, at once.

    Parameters
    ----------
    place
        environment/path, or the id of an environment
    """
    with opened(room) as local:
        ops.freeze(local, ops.place(local, place), reason)
    return _say(f"{place} is frozen")


def thaw(place: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """End a freeze.

    Parameters
    ----------
    place
        environment/path, or the id of an environment
    """
    with opened(room) as local:
        ops.thaw(local, ops.place(local, place), reason)
    return _say(f"{place} is thawed")


def rollback(address: str, *, version: int, reason: Reason = "", room: RoomFolder = None) -> int:
    """Make an earlier version current again.

    Parameters
    ----------
    address
        environment/path
    version
        The version to go back to.
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.rollback(local, where, version, reason)
    return _say(f"{address} version {version} is current")


def delete(address: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Take a secret out of use; `undelete` brings it back.

    Parameters
    ----------
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.delete(local, where, reason)
    return _say(f"{address} is deleted; `strongroom secret undelete` brings it back")


def undelete(address: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Bring a deleted secret back into use.

    Parameters
    ----------
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        ops.undelete(local, where, reason)
    return _say(f"{address} is in use again")


def destroy(
    address: str, *, version: int, yes: bool = False, reason: Reason = "", room: RoomFolder = None
) -> int:
    """Destroy a version that is not current. Nothing brings its value back.

    Parameters
    ----------
    address
        environment/path
    version
        The version to destroy.
    yes
        Say that you mean it.
    """
    where = Address.parse(address)
    if not yes:
        raise UsageError(
            "not-confirmed",
            "a destroyed version cannot be brought back",
            fix="add --yes when you mean it",
        )
    with opened(room) as local:
        ops.destroy(local, where, version, reason)
    return _say(f"{address} version {version} is destroyed")


def history(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Show the versions of a secret, newest first, without a value.

    Parameters
    ----------
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        shown = secrets.describe(local, where)
    if json:
        render.json(shown.versions)
        return 0
    table = render.table("version", "state", "from", "written", "expires", "fingerprint")
    for v in shown.versions:
        state = f"{v.state}, compromised" if v.compromised else v.state
        cells = (
            v.version,
            state,
            v.origin,
            render.day(v.created_us),
            render.day(v.expires_us),
            v.fingerprint or "-",
        )
        table.add_row(*map(render.cell, cells))
    render.out().print(table)
    return 0


def tree(place: str, *, long: Long = False, room: RoomFolder = None, json: Json = False) -> int:
    """Show every address below an environment or a folder.

    Parameters
    ----------
    place
        environment, or environment/folder
    """
    with opened(room) as local:
        environment, folder = secrets.folder(local, place)
        if long:
            request = finding.SearchRequest(folder, environments=(environment,))
            return search.show(finding.search(local, request).hits, json=json)
        found = list(ops.tree(local, environment, folder))
    if json:
        render.json(found)
        return 0
    for address in found:
        render.out().print(render.safe(address), soft_wrap=True)
    return 0


def _say(text: str) -> int:
    render.out().print(render.safe(text), soft_wrap=True)
    return 0
