"""Operations on the inventory: its lines, its owners, its gaps; consumers of a secret."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from strongroom.db.tables.house import POLICY
from strongroom.errors import InvalidError
from strongroom.gate.changes.consumer import PutConsumer, RemoveConsumer
from strongroom.gate.operation import Refused
from strongroom.gate.rows import Seal
from strongroom.gate.survey import Survey, look_over
from strongroom.gate.views import ListPrincipals
from strongroom.inventory import formats, line
from strongroom.inventory.gaps import Gap
from strongroom.inventory.gaps import gaps as find_gaps
from strongroom.inventory.line import SIX, Line
from strongroom.inventory.owners import Owner
from strongroom.inventory.owners import owners as find_owners
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.audit import sequence
from strongroom.ops.local import Local, done, refusal
from strongroom.policy.heads import inventory_heads
from strongroom.secret.directory import Directory
from strongroom.secret.life import DUE_DAYS

DUE_DAYS_MAX: Final = 3_650
SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class InventoryRequest:
    """What to list. No environments: all that the policy names. `due` is a number of days.

    `owner` is compared as written; `due` keeps what must be rotated within so many days,
    overdue or not, and what is expired or compromised.
    """

    environments: tuple[str, ...] = ()
    owner: str | None = None
    due: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The lines that the caller sees, and what it is that he does not.

    `refused` names environments in which he may see nothing. `hidden` counts secrets that he
    may not see: None where telling would tell that they are. `whole` says that his rules
    reach all of the environments that were asked for.
    """

    as_of_us: int
    policy_sha256: str
    heads: dict[str, str]
    lines: tuple[Line, ...]
    environments: tuple[str, ...]
    refused: tuple[str, ...]
    whole: bool
    hidden: int | None


def inventory(room: Local, request: InventoryRequest) -> Inventory:
    """What the room keeps, without values; one recorded look for each environment.

    Raises:
        InvalidError: `environment-unknown`, `due-invalid`.
        DeniedError: in none of the environments is there anything that the caller may see.
        TamperedError: a row was changed.
    """
    if request.due is not None and not 0 <= request.due <= DUE_DAYS_MAX:
        raise InvalidError("due-invalid", f"due within 0 to {DUE_DAYS_MAX:,} days")
    seen, refused = surveys(room, request.environments, request.reason)
    now_us = room.now_us()
    due_days = DUE_DAYS if request.due is None else request.due
    found = [
        one for survey in seen for one in line.lines(survey, room.policy, now_us, due_days=due_days)
    ]
    if request.owner is not None:
        found = [one for one in found if one.owner == request.owner]
    if request.due is not None:
        found = [one for one in found if one.days_left is not None and one.days_left < request.due]
    counts = [s.hidden for s in seen]
    return Inventory(
        as_of_us=now_us,
        policy_sha256=room.policy.sha256,
        heads=heads(room),
        lines=tuple(found),
        environments=tuple(s.environment for s in seen),
        refused=refused,
        whole=not refused and all(s.whole for s in seen),
        hidden=None if None in counts else sum(c or 0 for c in counts),
    )


def owners(room: Local, request: InventoryRequest) -> tuple[Owner, ...]:
    """Every owner of what the caller sees, and whether somebody is there; orphans first.

    Raises as `inventory`, and DeniedError for who may not see whom the room knows.
    """
    seen, _ = surveys(room, request.environments, request.reason)
    people = done(room.gate.look(room.caller, ListPrincipals(), request.reason))
    assert isinstance(people, list)
    owned = [
        (one.secret.owner, one.label.backup)
        for survey in seen
        for one in survey.seen
        if one.secret.state == "active"
    ]
    return find_owners(owned, Directory(room.policy, people))


def gaps(room: Local, request: InventoryRequest) -> tuple[Gap, ...]:
    """Each type of the policy in each environment, and how many secrets the caller sees of it."""
    seen, _ = surveys(room, request.environments, request.reason)
    kept = [
        (one.secret.environment, one.secret.type)
        for survey in seen
        for one in survey.seen
        if one.secret.state == "active"
    ]
    return find_gaps(room.policy, kept, [survey.environment for survey in seen])


def surveys(
    room: Local, environments: Iterable[str] = (), reason: str = ""
) -> tuple[list[Survey], tuple[str, ...]]:
    """What is seen of each environment, and the ids of those where nothing may be.

    Uses of the log up to now count, so that what was used last is said right.

    Raises as `inventory`.
    """
    asked = [secret.environment(room, word).id for word in dict.fromkeys(environments)]
    sequence(room)
    seal = Seal(room.keys.row_mac)
    found: list[Survey] = []
    refused: dict[str, Refused] = {}
    for place in asked or [e.id for e in room.policy.environments]:
        answer = look_over(room.gate, seal, room.caller, place, reason)
        if isinstance(answer, Refused):
            refused[place] = answer
        else:
            found.append(answer)
    if not found and refused:
        raise refusal(next(iter(refused.values())))
    return found, tuple(refused)


def heads(room: Local) -> dict[str, str]:
    """The six columns as the policy's own inventory orders and names them, or as all do."""
    sha256 = bytes.fromhex(room.policy.sha256)
    with closing(room.gate.connect()) as db:
        rows = POLICY.where(db, "WHERE sha256 = ? ORDER BY n DESC LIMIT 1", (sha256,))
    own = inventory_heads(Seal(room.keys.row_mac).check(POLICY, rows[0]).document) if rows else None
    return own or SIX


def as_text(found: Inventory, format_: str) -> str:
    """The inventory as `markdown` or `csv`."""
    write = formats.as_csv if format_ == "csv" else formats.markdown
    return write(found.lines, found.heads)


def put_consumer(
    room: Local,
    address: Address,
    name: str,
    owner: str,
    cache_s: int,
    reason: str = "",
    *,
    runs_as: Iterable[str] = (),
) -> None:
    """Say that an application uses a secret, or say it anew.

    `runs_as` names the principals that its processes run as: nobody else's word counts for it.

    Raises:
        InvalidError: `consumer-invalid`, `owner-missing`.
        NotFoundError: `secret-unknown`, `principal-unknown`.
    """
    change = PutConsumer(address, name, owner.strip(), cache_s * SECOND_US, tuple(runs_as))
    done(room.gate.change(room.caller, change, reason))


def remove_consumer(room: Local, address: Address, name: str, reason: str = "") -> None:
    """Say that an application no longer uses a secret.

    Raises:
        NotFoundError: `secret-unknown`, `consumer-unknown`.
    """
    done(room.gate.change(room.caller, RemoveConsumer(address, name), reason))
