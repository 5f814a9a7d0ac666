"""Rules about the inventory itself: types, owners, completeness (P-10.1 to P-10.3, C-24, C-28)."""

from collections import defaultdict
from typing import Final

from strongroom.check.room.each import NO_HOUSE, NO_ROOM, draft
from strongroom.check.room.facts import Kept, RoomFacts
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import plural
from strongroom.model.finding import Place
from strongroom.model.policy import Tier
from strongroom.model.severity import Severity
from strongroom.secret.directory import TEAM, Directory, is_orphaned

NAMED_MAX: Final = 5


def typed(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-10.2, P-0.2: each secret is of a type that the policy has."""
    if kept.type is not None:
        return None
    return draft(
        kept,
        Severity.LOW,
        f"is of the type {kept.seen.secret.type}, which the policy in force does not have",
        "add the type to the policy, or write the secret anew under another type",
    )


def owned(subject: Subject) -> Judgement:
    """P-10.3, C-28: every owner is somebody who is there, and a person."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "owner{s}", gap=NO_HOUSE)
    directory = Directory(subject.policy, room.house.principals)
    found = []
    owners = _by_owner(room)
    for owner, theirs in owners.items():
        standing, _, _ = directory.standing(owner)
        many = f"owns {plural(len(theirs), 'secret')}: {_names(theirs)}"
        if is_orphaned(standing):
            found.append(
                Draft(
                    "orphan",
                    Severity.MEDIUM,
                    f"is {standing} and {many}",
                    Place(f"owner {owner}", logical=True),
                    "strongroom secret update ADDRESS --owner NAME, or add the principal",
                )
            )
        elif standing == TEAM:
            found.append(
                Draft(
                    "group",
                    Severity.LOW,
                    f"is a team and no person, and {many}",
                    Place(f"owner {owner}", logical=True),
                    f"strongroom secret update ADDRESS --owner 'NAME ({owner})'",
                )
            )
    return Judgement(len(owners), "owner{s}", tuple(found), room.gap)


def backed_up(subject: Subject) -> Judgement:
    """P-10.3, C-28: for every owner somebody stands in, and is there as well."""
    room = subject.room
    if room is None:
        return NO_ROOM
    people = room.house.principals if room.house else ()
    directory = Directory(subject.policy, people)
    found = []
    for owner, theirs in _by_owner(room).items():
        alone = [k for k in theirs if not k.seen.label.backup]
        gone = [
            k
            for k in theirs
            if room.house and k.seen.label.backup
            and is_orphaned(directory.standing(k.seen.label.backup)[0])
        ]  # fmt: skip
        for symbol, those, what in (
            ("alone", alone, "without a backup owner"),
            ("gone", gone, "whose backup owner is not there"),
        ):
            if those:
                found.append(
                    Draft(
                        symbol,
                        Severity.LOW,
                        f"owns {plural(len(those), 'secret')} {what}: {_names(those)}",
                        Place(f"owner {owner}", logical=True),
                        "strongroom secret update ADDRESS --backup NAME",
                    )
                )
    gap = room.gap or ("" if room.house else NO_HOUSE)
    return Judgement(len(room.kept), "secret{s}", tuple(found), gap)


def complete(subject: Subject) -> Judgement:
    """P-10.1, C-24: each type of the policy is kept in each environment above development."""
    room = subject.room
    if room is None:
        return NO_ROOM
    there = {(k.environment.id, k.seen.secret.type) for k in room.kept}
    strict = [e for e in room.environments if e.tier is not Tier.WEAK]
    found = []
    for known in subject.policy.types:
        lacking = [e.name for e in strict if (e.id, known.id) not in there]
        if lacking:
            found.append(
                Draft(
                    f"type {known.id}",
                    Severity.LOW,
                    f"the room has no {known.name} in {' and '.join(lacking)}",
                    Place(f"type {known.id}", logical=True),
                    "keep it in the room, or strike the type where it is not used",
                    known.lines,
                )
            )
    count = len(subject.policy.types) if strict else 0
    return Judgement(count, "type{s} of secrets", tuple(found), room.gap)


def _by_owner(room: RoomFacts) -> dict[str, list[Kept]]:
    owners: dict[str, list[Kept]] = defaultdict(list)
    for kept in room.kept:
        owners[kept.seen.secret.owner].append(kept)
    return owners


def _names(those: list[Kept]) -> str:
    rest = len(those) - NAMED_MAX
    shown = ", ".join(k.address for k in those[:NAMED_MAX])
    return f"{shown} and {rest} more" if rest > 0 else shown
