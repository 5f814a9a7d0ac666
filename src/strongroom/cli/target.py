"""`strongroom target add|list|test|remove`: systems that hold credentials."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render, rotate_view
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address

app = App(name="target", help="The systems that hold credentials, where those are rotated.")

Options = Annotated[
    list[str] | None,
    Parameter(
        name="--option", negative="", help="A word of the rotator, as name=text; repeatable."
    ),
]


@app.command
def add(
    name: str,
    *,
    env: str,
    rotator: str,
    address: str = "",
    admin: str | None = None,
    option: Options = None,
    room: RoomFolder = None,
) -> int:
    """Add a system that holds credentials, or describe one anew. It is not spoken to for it.

    Parameters
    ----------
    name
        What you call it, e.g. main-db; 1 to 64 of A-Za-z0-9._-
    env
        The environment whose credentials it holds.
    rotator
        What it is, e.g. postgresql, redis, webhook.
    address
        Where it is: host:port or a URL, without a credential.
    admin
        The address of the secret with its admin credential, e.g. production/db/ADMIN.
    """
    from strongroom.ops import target as ops

    where = None if admin is None else Address.parse(admin)
    request = ops.TargetRequest(name, env, rotator, address, where, pairs(option))
    with opened(room) as local:
        ops.add(local, request)
    render.out().print(
        render.safe(f"{name} is a target; `strongroom target test {name}` looks at it"),
        soft_wrap=True,
    )
    return 0


@app.command(name="list")
def list_(*, env: str | None = None, room: RoomFolder = None, json: Json = False) -> int:
    """List the targets, and how many secrets are rotated at each.

    Parameters
    ----------
    env
        Only those of this environment.
    """
    from strongroom.ops import target as ops

    with opened(room) as local:
        found = ops.list_targets(local, env)
    if json:
        render.json(found)
        return 0
    grid = render.table("target", "environment", "rotator", "address", "admin", "secrets")
    for one in found:
        cells = (one.name, one.environment, one.rotator, one.address or "-", one.admin or "-")
        grid.add_row(*(render.cell(text) for text in (*cells, one.secrets)))
    render.out().print(grid if found else "no targets; `strongroom target add` makes one")
    return 0


@app.command(name="test")
def look(name: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Look at a target as a rotation would: reach, TLS, privileges, for each secret rotated there.

    Parameters
    ----------
    name
        The target.
    """
    from strongroom.ops import target as ops

    with opened(room) as local:
        found = ops.test(local, name)
    if json:
        render.json(found)
    else:
        for address, checks in found.items():
            render.out().print(render.cell(address, "bold"))
            rotate_view.checks(checks)
    return 0 if all(one.well for checks in found.values() for one in checks) else 1


@app.command
def remove(name: str, *, room: RoomFolder = None) -> int:
    """Take a target out of use; the secrets stay as they are.

    Parameters
    ----------
    name
        The target.
    """
    from strongroom.ops import target as ops

    with opened(room) as local:
        ops.remove(local, name)
    render.out().print(render.safe(f"{name} is no target any more"), soft_wrap=True)
    return 0


def pairs(options: list[str] | None) -> dict[str, str]:
    """`name=text` as names and texts.

    Raises:
        UsageError: `option-form`; what was typed is not repeated.
    """
    found: dict[str, str] = {}
    for one in options or ():
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise UsageError("option-form", "an option is name=text", fix="--option database=app")
        found[name] = text
    return found
