"""`strongroom rotate`: plan, doctor, start, status, explain, pause, resume, abort, retire."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strongroom.ops.local import Local
    from strongroom.ops.rotate import Status
    from strongroom.ops.rotate_group import GroupRequest

app = App(name="rotate", help="Give a secret another value where it is valid, without breaking it.")
for _name, _summary in {
    "schedule": "Say where and when a secret is rotated.",
    "due": "List what must be rotated soon, and why it does not begin now.",
    "approve": "Let the next rotation begin, in the next window that opens.",
}.items():
    app.command(f"strongroom.cli.rotate_schedule:{_name}", name=_name, help=_summary)
app.command(
    "strongroom.cli.rotate_reveal:reveal",
    name="reveal",
    help="Print the new value before it is current, for whoever sets it by hand.",
)
app.command(
    "strongroom.cli.rotate_reconcile:reconcile",
    name="reconcile",
    help="Ask targets which version is valid, after a restore or a change by hand.",
)

NEEDS_PERSON: Final = 1
Wait = Annotated[
    bool, Parameter(name="--wait", negative="--no-wait", help="Drive it as far as it goes now.")
]

Related = Annotated[
    bool,
    Parameter(
        negative="",
        help="All that goes with them too: same value, parts, target, admin credential, consumers.",
    ),
]
DryRun = Annotated[bool, Parameter(negative="", help="Show which, why and in which order.")]
Again = Annotated[
    bool, Parameter(negative="", help="Rotate anew what the same command has rotated already.")
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.default
def rotate(
    *addresses: str,
    emergency: bool = False,
    related: Related = False,
    dry_run: DryRun = False,
    again: Again = False,
    all_due: bool = False,
    parallel: int | None = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Give secrets another value where they are valid, without breaking whoever uses them.

    Parameters
    ----------
    addresses
        environment/path, with --emergency: the same as `rotate start --emergency`.
    emergency
        The values are compromised: end the old ones now.
    all_due
        Begin all that is due, and take every rotation as far as it goes now.
    parallel
        How many rotations at once.
    """
    from strongroom.cli import rotate_schedule

    if addresses and not (emergency and not all_due):
        raise UsageError(
            "rotate-how",
            "addresses stand alone only in an emergency",
            fix="`strongroom rotate start ADDRESS…`, or `strongroom rotate --emergency ADDRESS…`",
        )
    if addresses:
        request = _request(addresses, None, emergency, related, again, parallel, reason)
        return _group(request, room, dry_run=dry_run, json=json)
    if all_due and (emergency or related or dry_run or again or reason):
        raise UsageError(
            "option-unfit",
            "with --all-due go --parallel, --room and --json alone",
            fix="`strongroom rotate due` shows what would begin",
        )
    if emergency or related or dry_run or again:
        raise _address_needed()
    if not all_due:
        app.help_print([])
        return 0
    return rotate_schedule.all_due(room, 8 if parallel is None else parallel, json=json)


@app.command
def plan(
    address: str, *, related: Related = False, room: RoomFolder = None, json: Json = False
) -> int:
    """Show what a rotation would do, word for word; nothing is touched, no value is shown.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    if related:
        request = _request((address,), None, False, True, False, None, "")
        return _group(request, room, dry_run=True, json=json)
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
    *addresses: str,
    grace_hours: int | None = None,
    emergency: bool = False,
    related: Related = False,
    dry_run: DryRun = False,
    again: Again = False,
    parallel: int | None = None,
    reason: Reason = "",
    wait: Wait = True,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Begin a rotation and drive it as far as it goes now; an agent or `tick` does the rest.

    In an emergency there is no grace: the new value is live and the old one refused at once, and
    the sessions that it opened are ended. A rotation that goes on already becomes one.

    Several are begun together and driven in order and at once. The same command again goes on where
    it stopped. Exit 1 while something is left to be done.

    Parameters
    ----------
    addresses
        environment/path
    grace_hours
        How long the old value stays valid, within the policy's bounds (P-5.10).
    emergency
        The value is compromised: end the old one now.
    parallel
        How many rotations at once.
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import rotate as ops

    if len(addresses) != 1 or related or dry_run or again:
        if not wait:
            raise UsageError("option-unfit", "--no-wait goes with one address alone")
        request = _request(addresses, grace_hours, emergency, related, again, parallel, reason)
        return _group(request, room, dry_run=dry_run, json=json)
    where = Address.parse(addresses[0])
    request_one = ops.StartRequest(where, grace_hours, emergency, reason=reason)
    with opened(room) as local:
        found = ops.start(local, request_one)
        if wait:
            with rotate_view.watched(f"rotating {where}") as steps:
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


def _request(
    addresses: tuple[str, ...],
    grace_hours: int | None,
    emergency: bool,
    related: bool,
    again: bool,
    parallel: int | None,
    reason: str,
) -> "GroupRequest":
    from strongroom.ops import rotate_group as ops

    if not addresses:
        raise _address_needed()
    where = tuple(Address.parse(one) for one in addresses)
    at_once = ops.PARALLEL if parallel is None else parallel
    return ops.GroupRequest(where, grace_hours, emergency, related, again, at_once, reason)


def _address_needed() -> UsageError:
    return UsageError(
        "address-needed", "name at least one secret", fix="environment/path, one or several"
    )


def _group(request: "GroupRequest", room: "Path | None", *, dry_run: bool, json: bool) -> int:
    from strongroom.cli import rotate_group

    return rotate_group.run(request, room, dry_run=dry_run, json=json)


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
