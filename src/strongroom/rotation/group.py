"""Which secrets are rotated together, why each of them, and in which order. Pure.

What somebody has who has one value: the same value elsewhere, the parts that a composite is put
together from, and whatever an admin credential opens. All of these are *exposed*, step after step.
One step further stands what is *near*: at the same target, of the same consumer, the admin credential
of the target. Near ones lead no further: nearness of nearness is everything there is.

An admin credential comes before what is changed with it, since whoever has it can set the others back;
a composite comes after its parts. Where that goes in a circle, the circle is named and its members go
one after another. Who waits for an admin credential that is only near goes on when that one fails:
what is known to be out is not to wait for a suspicion.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Final, TypeVar

K = TypeVar("K")


class Tie(StrEnum):
    """Why a secret is in a group."""

    ASKED = "asked for"
    SAME_VALUE = "same value"
    PART = "part of composite"
    UNLOCKED = "opened by the admin credential"
    ADMIN = "admin credential of target"
    TARGET = "same target"
    CONSUMER = "shared consumer"
    COMPOSITE = "put together from"
    BEFORE = "in this group before"


_WORDS: Final = {
    Tie.ASKED: "asked for",
    Tie.SAME_VALUE: "same value as {what}",
    Tie.PART: "part of composite {what}",
    Tie.UNLOCKED: "at target {what}, whose admin credential is {through}",
    Tie.ADMIN: "admin credential of target {what}",
    Tie.TARGET: "same target {what}",
    Tie.CONSUMER: "shared consumer {what}",
    Tie.COMPOSITE: "put together from {what}",
    Tie.BEFORE: "in this group before",
}


class Way(StrEnum):
    """How a member gets another value."""

    ROTATE = "rotate"  # at its target
    BY_HAND = "by-hand"  # nothing says where: a person does it
    FOLLOWS = "follows"  # it has nothing of its own: it changes with its parts


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a secret that is in use. Its representation hides the fingerprints.

    `target` is the name of the one where it is rotated, or empty. `marks` are match fingerprints of
    its values, those of earlier versions too. `parts` are addresses that its templates name;
    `composed` says that it has nothing secret beside those.
    """

    address: str
    target: str = ""
    consumers: frozenset[str] = frozenset()
    marks: frozenset[bytes] = frozenset()
    parts: frozenset[str] = frozenset()
    composed: bool = False

    def __repr__(self) -> str:
        return f"Known({self.address})"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: `what` it is about, and the member `through` which it comes."""

    tie: Tie
    what: str = ""
    through: str = ""

    def __str__(self) -> str:
        return _WORDS[self.tie].format(what=self.what, through=self.through)


@dataclass(frozen=True, slots=True)
class Need:
    """What comes before a member. One that is `hard` must have ended well."""

    address: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A secret of a group. One that is `exposed` is taken for known to others, not only for near."""

    address: str
    way: Way
    target: str
    exposed: bool
    why: tuple[Why, ...]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The members in their order: those of a layer wait for earlier layers alone.

    `circles` are members that come before one another; they go one by one.
    """

    members: Mapping[str, Member]
    layers: tuple[tuple[str, ...], ...]
    circles: tuple[tuple[str, ...], ...] = ()


def group(
    seeds: Iterable[str],
    known: Mapping[str, Known],
    admins: Mapping[str, str],
    *,
    related: bool,
    before: Iterable[str] = (),
) -> Group:
    """The group of `seeds`: with `related`, all that goes with them, otherwise they alone.

    `known` is by address and holds the seeds; `admins` has the address of the admin credential of
    each target that has one. `before` were members when it was begun: whoever was tied by a value
    that is replaced by now is not forgotten.
    """
    asked = sorted(set(seeds))
    reasons: dict[str, list[Why]] = {one: [Why(Tie.ASKED)] for one in asked}
    exposed = set(asked)
    if related:
        exposed = _exposed(asked, known, admins, reasons)
        _near(sorted(exposed), known, admins, reasons)
    for address in sorted(set(before) & known.keys() - reasons.keys()):
        reasons[address] = [Why(Tie.BEFORE)]
    if related:
        _composites(known, reasons)
    members = {
        one: Member(one, _way(known[one], why), known[one].target, one in exposed, tuple(why))
        for one, why in reasons.items()
    }
    return _ordered(members, known, admins)


def _exposed(
    asked: Sequence[str],
    known: Mapping[str, Known],
    admins: Mapping[str, str],
    reasons: dict[str, list[Why]],
) -> set[str]:
    """What whoever has the seeds has too."""
    same = _index(known, lambda one: one.marks)
    at = _index(known, lambda one: {one.target} - {""})
    found, ahead = set(asked), list(asked)
    while ahead:
        one = known[ahead.pop(0)]
        ties = [(Why(Tie.SAME_VALUE, one.address, one.address), same[mark]) for mark in one.marks]
        ties.append((Why(Tie.PART, one.address, one.address), sorted(one.parts & known.keys())))
        ties += [
            (Why(Tie.UNLOCKED, target, one.address), at.get(target, []))
            for target in sorted(admins)
            if admins[target] == one.address
        ]
        for why, others in ties:
            for other in others:
                if other != one.address:
                    _note(reasons, other, why)
                    if other not in found:
                        found.add(other)
                        ahead.append(other)
    return found


def _near(
    exposed: Sequence[str],
    known: Mapping[str, Known],
    admins: Mapping[str, str],
    reasons: dict[str, list[Why]],
) -> None:
    at = _index(known, lambda one: {one.target} - {""})
    users = _index(known, lambda one: {(_place(one.address), name) for name in one.consumers})
    out = {address: known[address] for address in exposed}
    for target, through in _index(out, lambda one: {one.target} - {""}).items():
        admin = admins.get(target, "")
        if admin in known and through != [admin]:
            _note(reasons, admin, Why(Tie.ADMIN, target, through[0]))
        _share(reasons, at[target], through, Why(Tie.TARGET, target))
    for user, through in _index(
        out, lambda one: {(_place(one.address), name) for name in one.consumers}
    ).items():
        _share(reasons, users[user], through, Why(Tie.CONSUMER, user[1]))


def _share(
    reasons: dict[str, list[Why]], all_: Sequence[str], through: Sequence[str], why: Why
) -> None:
    """All that share something with one that is exposed, and is another one."""
    for address in all_:
        first = next((one for one in through if one != address), None)
        if first is not None:
            _note(reasons, address, replace(why, through=first))


def _composites(known: Mapping[str, Known], reasons: dict[str, list[Why]]) -> None:
    """What is put together from members: whoever reads it gets another text."""
    members = set(reasons)
    for one in known.values():
        for part in sorted(one.parts & members - {one.address}):
            _note(reasons, one.address, Why(Tie.COMPOSITE, part, part))


def _note(reasons: dict[str, list[Why]], address: str, why: Why) -> None:
    """One reason for each tie to a thing: who it comes through first is enough."""
    have = reasons.setdefault(address, [])
    if all((one.tie, one.what) != (why.tie, why.what) for one in have):
        have.append(why)


def _way(one: Known, why: Iterable[Why]) -> Way:
    if all(reason.tie is Tie.COMPOSITE for reason in why) or (one.composed and not one.target):
        return Way.FOLLOWS
    return Way.ROTATE if one.target else Way.BY_HAND


def _ordered(
    members: Mapping[str, Member], known: Mapping[str, Known], admins: Mapping[str, str]
) -> Group:
    needs: dict[str, dict[str, bool]] = {address: {} for address in members}
    for address, one in members.items():
        for part in known[address].parts & members.keys() - {address}:
            needs[address][part] = False
        admin = admins.get(one.target, "") if one.way is Way.ROTATE else ""
        if admin in members and admin != address:
            needs[address][admin] = members[admin].exposed
    circles = _circles({address: set(before) for address, before in needs.items()})
    for circle in circles:
        # Within one, no order is right; one after another, each finds the other's newest value.
        chain = sorted(circle, key=lambda address: (not members[address].exposed, address))
        for address in chain:
            needs[address] = {k: hard for k, hard in needs[address].items() if k not in circle}
        for before, after in pairwise(chain):
            needs[after][before] = False
    full = {
        address: Member(
            one.address, one.way, one.target, one.exposed, one.why,
            tuple(Need(other, hard) for other, hard in sorted(needs[address].items())),
        )
        for address, one in members.items()
    }  # fmt: skip
    return Group(full, _layers(needs), circles)


def _layers(needs: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    layers: list[tuple[str, ...]] = []
    while ready := sorted(sorter.get_ready()):
        layers.append(tuple(ready))
        sorter.done(*ready)
    return tuple(layers)


def _circles(needs: Mapping[str, AbstractSet[str]]) -> tuple[tuple[str, ...], ...]:
    """Members that come before one another, each circle in order."""
    left = {address: set(before) for address, before in needs.items() if before}
    while gone := [address for address, before in left.items() if not before & left.keys()]:
        for address in gone:
            del left[address]
    # What is left waits for a circle or stands in one.
    reach = {address: _reach(address, left) for address in left}
    found = {
        tuple(sorted(other for other in reach[one] if one in reach.get(other, set())))
        for one in left
        if one in reach[one]
    }
    return tuple(sorted(found))


def _reach(start: str, needs: Mapping[str, AbstractSet[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for other in needs.get(ahead.pop(), ()):
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    return seen


def _index(
    known: Mapping[str, Known], keys: Callable[[Known], AbstractSet[K]]
) -> dict[K, list[str]]:
    found: dict[K, list[str]] = {}
    for address in sorted(known):
        for key in keys(known[address]):
            found.setdefault(key, []).append(address)
    return found


def _place(address: str) -> str:
    """The environment: a consumer of that name in another one is another one."""
    return address.split("/", 1)[0]


# What is to be done next.


def ready(whole: Group, settled: Mapping[str, bool], going: AbstractSet[str]) -> list[str]:
    """Members whose turn it is: all that comes before has ended, well where it had to.

    `settled` says of members that have ended whether it was well.
    """
    return [
        address
        for layer in whole.layers
        for address in layer
        if address not in settled
        and address not in going
        and all(
            settled.get(need.address) is True if need.hard else need.address in settled
            for need in whole.members[address].needs
        )
    ]


def stopped_by(whole: Group, address: str, settled: Mapping[str, bool]) -> str | None:
    """What has ended, not well, and had to before this one; None: nothing."""
    for need in whole.members[address].needs:
        if need.hard and settled.get(need.address) is False:
            return need.address
    return None
