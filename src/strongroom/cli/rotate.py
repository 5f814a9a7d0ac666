"""`strongroom rotate`: plan, doctor, start, status, explain, pause, resume, abort, retire."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strongroom.ops.local import Local
    from strongroom.ops.rotate import Status

app = App(name="rotate", help="Give a secret another value where it is valid, without breaking it.")
for _name, _summary in {
    "schedule": "Say where and when a secret is rotated.",
    "due": "List what must be rotated soon, and why it does not begin now.",
    "approve": "Let the next rotation begin, in the next window that opens.",
}.items():
    app.command(f"strongroom.cli.rotate_schedule:{_name}", name=_name, help=_summary)
app.command(
    "strongroom.cli.rotate_reconcile:reconcile",
    name="reconcile",
    help="Ask targets which version is valid, after a restore or a change by hand.",
)

NEEDS_PERSON: Final = 1
Wait = Annotated[
    bool, Parameter(name="--wait", negative="--no-wait", help="Drive it as far as it goes now.")
]


@app.default
def rotate(
    *, all_due: bool = False, parallel: int = 8, room: RoomFolder = None, json: Json = False
) -> int:
    """Give secrets another value where they are valid, without breaking whoever uses them.

    Parameters
    ----------
    all_due
        Begin all that is due, and take every rotation as far as it goes now.
    parallel
        How many rotations at once.
    """
    from strongroom.cli import rotate_schedule

    if not all_due:
        app.help_print([])
        return 0
    return rotate_schedule.all_due(room, parallel, json=json)


@app.command
def plan(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Show what a rotation would do, word for word; nothing is touched, no value is shown.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = Address.parse(address)
    with opened(room) as local:
        found = ops.plan(local, where)
    if json:
        render.json(found)
    else:
        rotate_view.plan(found)
    return 0


@app.command
def doctor(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Look whether a rotation would work: reach, TLS, privileges, free places. Exit 1 if not.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = Address.parse(address)
    with opened(room) as local:
        found = ops.doctor(local, where)
    if json:
        render.json(found)
    else:
        rotate_view.checks(found)
    return 0 if all(one.well for one in found) else 1


@app.command
def start(
    address: str,
    *,
    grace_hours: int | None = None,
    emergency: bool = False,
    wait: Wait = True,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Begin a rotation and drive it as far as it goes now; an agent or `tick` does the rest.

    In an emergency there is no grace: the new value is live and the old one refused at once, and
    the sessions that it opened are ended. A rotation that goes on already becomes one.

    Parameters
    ----------
    address
        environment/path
    grace_hours
        How long the old value stays valid, within the policy's bounds (P-5.10).
    emergency
        The value is compromised: end the old one now.
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = Address.parse(address)
    request = ops.StartRequest(where, grace_hours, emergency)
    with opened(room) as local:
        found = ops.start(local, request)
        if wait:
            with rotate_view.watched(f"rotating {address}") as steps:
                found = ops.drive(local, where, steps)
        manual = ops.plan(local, where).statements if emergency and not found.ended else ()
    return _ended(found, json, manual)


@app.command
def status(address: str | None = None, *, room: RoomFolder = None, json: Json = False) -> int:
    """Say how far a rotation is; without an address, every one that has not ended.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = None if address is None else Address.parse(address)
    with opened(room) as local:
        found = [ops.status(local, where)] if where is not None else ops.running(local)
    if json:
        render.json(found if where is None else found[0])
        return 0
    for one in found:
        rotate_view.status(one)
    if not found:
        render.out().print("no rotation goes on")
    return 0


@app.command
def explain(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Say what happened in the last rotation step by step, what it waits for, and what to do.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = Address.parse(address)
    with opened(room) as local:
        found = ops.status(local, where)
    if json:
        render.json(found)
    else:
        rotate_view.explained(found)
    return 0


@app.command
def pause(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Let a rotation rest until `resume`; both values stay as they are.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.ops import rotate as ops

    return _steered(address, ops.pause, room, json, drive=False)


@app.command
def resume(
    address: str,
    *,
    confirm: str = "",
    wait: Wait = True,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Let a rotation go on: one that was paused, or one that needed you and has you now.

    Parameters
    ----------
    address
        environment/path
    confirm
        The step that waited for you, and that you have done by hand: set, retire or undo.
    """
    from functools import partial

    from strongroom.ops import rotate as ops

    return _steered(address, partial(ops.resume, confirm=confirm), room, json, drive=wait)


@app.command
def abort(address: str, *, wait: Wait = True, room: RoomFolder = None, json: Json = False) -> int:
    """Take a rotation back; possible until the new value is current.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.ops import rotate as ops

    return _steered(address, ops.abort, room, json, drive=wait)


@app.command
def retire(address: str, *, wait: Wait = True, room: RoomFolder = None, json: Json = False) -> int:
    """End the old value now, whoever still uses it; not before the least grace of the policy.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.ops import rotate as ops

    return _steered(address, ops.retire, room, json, drive=wait)


def _steered(
    address: str,
    steer: "Callable[[Local, Address], Status]",
    room: "Path | None",
    json: bool,
    *,
    drive: bool,
) -> int:
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    where = Address.parse(address)
    with opened(room) as local:
        found = steer(local, where)
        if drive:
            with rotate_view.watched(f"rotating {address}") as steps:
                found = ops.drive(local, where, steps)
    return _ended(found, json)


def _ended(found: "Status", json: bool, manual: tuple[object, ...] = ()) -> int:
    """Show how far it came; exit 1 where it needs a person or was taken back."""
    from strongroom.cli import rotate_view

    if json:
        render.json(found)
    else:
        rotate_view.status(found)
        if manual:
            render.out().print("by hand, at the target:", style="bold red")
            rotate_view.statements(manual)  # type: ignore[arg-type]
    return NEEDS_PERSON if found.state in {"needs-person", "rolled-back"} else 0
