"""`strongroom notify`: who is told what happens to secrets, and what he has been told."""

from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened

app = App(name="notify", help="Who is told of rotations, reminders and failures, and by what way.")

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.command
def add(
    name: str,
    *,
    url_from: str,
    env: str | None = None,
    on: str = "rotation,reminder,failure",
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Send messages to the address that a secret holds; again, to say it otherwise.

    The address is an Apprise URL, e.g. mailtos://… or slack://…. It holds credentials, so it is the
    value of a secret of the room, and whoever delivers must be allowed to read that.

    Parameters
    ----------
    name
        What the channel is called, e.g. on-call
    url_from
        environment/path of the secret that holds the URL.
    env
        Only what happens in this environment; by default in all.
    on
        Of rotation, reminder, failure: which, with commas.
    """
    from strongroom.model.address import Address
    from strongroom.ops import notify as ops
    from strongroom.wiring import notifying

    wanted = ops.topics(on)
    with opened(room) as local:
        ops.add(local, notifying.sender(), name, env, Address.parse(url_from), wanted, reason)
    if json:
        render.json({"added": name})
    else:
        render.out().print(
            render.safe(f"{name} takes {', '.join(wanted)}; try it: strongroom notify test {name}"),
            soft_wrap=True,
        )
    return 0


@app.command(name="list")
def list_(*, room: RoomFolder = None, json: Json = False) -> int:
    """Show the channels, and which secret holds the address of each."""
    from strongroom.ops import notify as ops

    with opened(room) as local:
        found = ops.channels(local)
    if json:
        render.json(found)
        return 0
    if not found:
        render.out().print("there is no channel: nobody is told anything")
        return 0
    table = render.table("channel", "environment", "takes", "address from")
    for one in found:
        gone = one.url_from is None
        table.add_row(
            render.cell(one.name),
            render.cell(one.environment or "all"),
            render.cell(", ".join(one.topics)),
            render.cell("deleted" if gone else one.url_from, "red" if gone else ""),
        )
    render.out().print(table)
    return 0


@app.command(name="test")
def try_(name: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Send a test message now.

    Parameters
    ----------
    name
        The channel.
    """
    from strongroom.ops import notify as ops
    from strongroom.wiring import notifying

    with opened(room) as local:
        ops.try_out(local, notifying.sender(), name)
    if json:
        render.json({"sent": name})
    else:
        render.out().print(render.safe(f"{name} took a test message"), soft_wrap=True)
    return 0


@app.command
def remove(name: str, *, reason: Reason = "", room: RoomFolder = None, json: Json = False) -> int:
    """Send no more messages there. What is still owed to it is dropped.

    Parameters
    ----------
    name
        The channel.
    """
    from strongroom.ops import notify as ops

    with opened(room) as local:
        ops.remove(local, name, reason)
    if json:
        render.json({"removed": name})
    else:
        render.out().print(render.safe(f"{name} is told nothing more"), soft_wrap=True)
    return 0


@app.command
def deliver(*, room: RoomFolder = None, json: Json = False) -> int:
    """Hand over what is due now. What a channel does not take is tried again later, for two days."""
    from strongroom.ops import notify as ops
    from strongroom.wiring import notifying

    with opened(room) as local:
        found = ops.deliver(local, notifying.sender())
    if json:
        render.json(found)
    else:
        render.out().print(
            f"{found.delivered} delivered, {found.later} to be tried again,"
            f" {found.given_up} given up"
        )
    return 1 if found.later or found.given_up else 0


@app.command
def status(*, room: RoomFolder = None, json: Json = False) -> int:
    """Say what is owed, what was delivered, and what no channel took."""
    from strongroom.ops import notify as ops

    with opened(room) as local:
        found = ops.status(local)
    if json:
        render.json(found)
        return 0
    console = render.out()
    console.print(
        f"{found.due} owed, {found.delivered} delivered, {found.given_up} given up, in 90 days"
    )
    if found.waiting:
        table = render.table("channel", "message", "attempts", "next")
        for one in found.waiting:
            then = "given up" if one.given_up else render.minute(one.next_us)
            table.add_row(*map(render.cell, (one.channel, one.title, one.attempts, then)))
        console.print(table)
    return 0
