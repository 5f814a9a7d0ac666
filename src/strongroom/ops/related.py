"""Which secrets go with others when those are replaced: facts from the room, for `rotation.group`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from strongroom.errors import DeniedError, InvalidError, NotFoundError, StrongroomError
from strongroom.gate import reading, ties
from strongroom.gate.operation import Delivered, Failed, ReadRequest
from strongroom.gate.ties import Ties
from strongroom.gate.views import Shown
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import inventory, secret
from strongroom.ops.local import Local
from strongroom.rotation import group as kernel
from strongroom.rotation.group import Group, Known
from strongroom.secret.value import Value

SEEDS_MAX: Final = 1_000
READ_AT_ONCE: Final = 32
REASON: Final = "what is it put together from?"


class Here(NamedTuple):
    """A secret that is in use: its id, its current version and when that was written."""

    id: bytes
    current: int | None
    written_us: int


@dataclass(frozen=True, slots=True)
class Related:
    """A group, and where its members are.

    `whole` is False where there may be related secrets that the caller may not see. `unread` are
    addresses whose parts are not known, with the code of the error that a read of them met. `gone`
    are members of before that were deleted, with their ids.
    """

    group: Group
    here: Mapping[str, Here]
    whole: bool
    unread: Mapping[str, str]
    gone: Mapping[str, bytes]


def find(
    room: Local, seeds: Sequence[Address], *, related: bool, before: Iterable[Address] = ()
) -> Related:
    """The group of some secrets: with `related` all that goes with them, otherwise they alone.

    `before` were members when it was begun: one that the caller may not see is left out. What a
    composite is put together from stands in its value, so values are read for it: each read is
    recorded, with the verb `rotate`.

    Raises:
        InvalidError: `seeds-invalid`, none or too many. NotFoundError: `secret-unknown`.
        DeniedError: the caller may not see one of them. TamperedError: a row was changed.
    """
    if not 1 <= len(seeds) <= SEEDS_MAX:
        raise InvalidError("seeds-invalid", f"name 1 to {SEEDS_MAX:,} addresses")
    here = _seeds(room, dict.fromkeys(seeds))
    more, gone, whole = _before(room, set(before) - set(seeds))
    here |= more
    facts = room.gate.consult(ties.ties)
    users, empty = _users(facts, here), frozenset(here)
    if related:
        here, users, empty, all_ = _all(room, facts, here)
        whole &= all_
    known = {address: _known(address, one, facts, users) for address, one in here.items()}
    admins = {row.name: row.admin for row in facts.targets.values() if row.admin}
    asked = [str(one) for one in seeds]
    unread: dict[str, str] = {}
    looked: set[str] = set()
    while True:
        found = kernel.group(asked, known, admins, related=related, before=more)
        places = {one.split("/", 1)[0] for one in found.members}
        wanted = {address for address, one in found.members.items() if one.exposed}
        if related:
            wanted |= {one for one in empty if one.split("/", 1)[0] in places}
        ahead = sorted(wanted - looked)
        if not ahead:
            return Related(found, here, whole, unread, gone)
        looked |= set(ahead)
        for address, value in _values(room, ahead, unread):
            known[address] = _composed(known[address], value)


def _seeds(room: Local, seeds: Iterable[Address]) -> dict[str, Here]:
    found: dict[str, Here] = {}
    for address in seeds:
        try:
            shown = secret.show(room, address)
        except NotFoundError as error:  # of many, say which
            raise NotFoundError(
                "secret-unknown", f"there is no secret at {address}", fix=error.fix
            ) from None
        if shown.secret.state != "active":
            raise NotFoundError(
                "secret-unknown",
                f"{address} was deleted",
                fix=f"leave it out, or `strongroom secret undelete {address}`",
            )
        found[str(address)] = _here(shown)
    return found


def _before(
    room: Local, addresses: Iterable[Address]
) -> tuple[dict[str, Here], dict[str, bytes], bool]:
    """Those in use, those that were deleted, and whether the caller may see them all.

    They are of whoever began the group: that somebody else may not see one keeps him from no other.
    """
    found: dict[str, Here] = {}
    gone: dict[str, bytes] = {}
    whole = True
    for address in addresses:
        try:
            shown = secret.show(room, address)
        except (DeniedError, NotFoundError):
            whole = False
            continue
        if shown.secret.state == "active":
            found[str(address)] = _here(shown)
        else:
            gone[str(address)] = shown.secret.id
    return found, gone, whole


def _here(shown: Shown) -> Here:
    written = next((v.created_us for v in shown.versions if v.n == shown.current), 0)
    return Here(shown.secret.id, shown.current, written)


def _users(facts: Ties, here: Mapping[str, Here]) -> dict[str, frozenset[str]]:
    return {address: facts.users.get(one.id, frozenset()) for address, one in here.items()}


def _all(
    room: Local, facts: Ties, seeds: Mapping[str, Here]
) -> tuple[dict[str, Here], dict[str, frozenset[str]], frozenset[str], bool]:
    """Every secret in use that the caller sees, and who uses it.

    Then those that have nothing secret of their own, and whether these are all there are.
    """
    surveys, refused = inventory.surveys(room)
    here, users = dict(seeds), _users(facts, seeds)
    empty = set(seeds)
    for survey in surveys:
        for one in survey.seen:
            if one.secret.state != "active":
                continue
            address = str(Address(one.secret.environment, one.secret.path))
            written = one.version.created_us if one.version else 0
            here[address] = Here(one.secret.id, one.current, written)
            said = facts.users.get(one.secret.id, frozenset())
            users[address] = said | {consumer.name for consumer in one.consumers}
            if one.current is not None and not one.prints:
                empty.add(address)
    return here, users, frozenset(empty), not refused and all(one.whole for one in surveys)


def _known(address: str, one: Here, facts: Ties, users: Mapping[str, frozenset[str]]) -> Known:
    target = facts.targets.get(facts.rules.get(one.id, b""))
    marks = facts.marks.get(one.id, frozenset())
    return Known(address, target.name if target else "", users[address], marks)


def _values(
    room: Local, addresses: Sequence[str], unread: dict[str, str]
) -> Iterable[tuple[str, Value]]:
    for first in range(0, len(addresses), READ_AT_ONCE):
        some = addresses[first : first + READ_AT_ONCE]
        asked = [ReadRequest(Address.parse(one), None, Verb.ROTATE) for one in some]
        answers = reading.read(room.gate, room.caller, asked, REASON)
        for address, answer in zip(some, answers, strict=True):
            if isinstance(answer, Delivered):
                try:
                    yield address, Value.decode(answer.value)
                except StrongroomError as error:
                    unread[address] = error.code
            else:
                code = answer.error.code if isinstance(answer, Failed) else answer.code
                if code != "version-none":
                    unread[address] = code


def _composed(one: Known, value: Value) -> Known:
    place = one.address.split("/", 1)[0]
    parts = {f"{place}/{reference.path}" for reference in value.references()}
    own = any(field.secret and field.template is None for field in value.fields.values())
    return replace(one, parts=frozenset(parts), composed=bool(parts) and not own)
