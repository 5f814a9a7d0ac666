"""Rules about who may what: grants beside the matrix, unused ones, roles (P-1.6, P-1.7, P-7)."""

from typing import Final

from strongroom.check.room.each import NO_HOUSE, NO_ROOM, Judge, day, days_since
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.db.tables.people import GrantRow
from strongroom.model.finding import Place
from strongroom.model.policy import Environment, Policy, Tier
from strongroom.model.principal import ANYWHERE, VALUE_VERBS, Effect, Kind, Principal
from strongroom.model.severity import Severity

STALE_DAYS: Final = 90


def beyond_matrix(tier: Tier) -> Judge:
    """P-7.1 to P-7.3: no grant gives a value of this tier to whom the matrix keeps away."""

    def judge(subject: Subject) -> Judgement:
        room = subject.room
        if room is None:
            return NO_ROOM
        if room.house is None:
            return Judgement(0, "grant{s}", gap=NO_HOUSE)
        places = [e for e in room.environments if e.tier is tier]
        if not places:
            return Judgement(0, "environment{s} of this tier")
        people = {p.id: p for p in room.house.principals}
        grants = [g for g in room.house.grants if _in_force(g, room.now_us)]
        found = []
        for grant in grants:
            verbs = sorted(set(grant.verbs.split()) & VALUE_VERBS)
            beyond = [
                e
                for e in places
                if grant.environment in {ANYWHERE, e.id}
                and not _ticked(grant, e, people, subject.policy)
            ]
            if verbs and beyond:
                found.append(_beyond(grant, beyond, verbs, people))
        return Judgement(len(grants), "grant{s} in force", tuple(found))

    return judge


def unused(subject: Subject) -> Judgement:
    """P-1.7, P-1.5: a grant that nobody has used for a quarter is given back."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "grant{s}", gap=NO_HOUSE)
    people = {p.id: p for p in room.house.principals}
    grants = [g for g in room.house.grants if _in_force(g, room.now_us)]
    found = []
    for grant in grants:
        who = people.get(grant.principal_id or b"")
        last = room.house.used.get(("grant", grant.id.hex()))
        if who is not None and who.disabled:
            why = f"is for {who.name}, who is disabled"
        elif days_since(max(last or 0, grant.created_us), room.now_us) < STALE_DAYS:
            continue
        else:
            when = f"since {day(last)}" if last else "ever"
            why = f"for {_whom(grant, people)} was given on {day(grant.created_us)} and not used {when}"
        found.append(
            Draft(
                "unused",
                Severity.LOW,
                why,
                _place(grant),
                f"strongroom access revoke {grant.id.hex()[:12]}",
            )
        )
    return Judgement(len(grants), "grant{s}", tuple(found))


def roles(subject: Subject) -> Judgement:
    """P-1.6: everybody has a role of the policy."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "person{s}", gap=NO_HOUSE)
    known = set(subject.policy.access.roles)
    people = [p for p in room.house.principals if p.kind is Kind.PERSON and not p.disabled]
    found = tuple(
        Draft(
            "no-role",
            Severity.LOW,
            "has no role of the policy, so that only grants say what he may",
            Place(f"principal {p.name}", logical=True),
            f"add the principal with --role: one of {', '.join(sorted(known))}",
        )
        for p in people
        if not p.roles & known
    )
    return Judgement(len(people) if known else 0, "person{s}", found)


def manned(subject: Subject) -> Judgement:
    """P-1.6: every role of the policy is somebody's."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "role{s}", gap=NO_HOUSE)
    held = {r for p in room.house.principals if not p.disabled for r in p.roles}
    known = subject.policy.access.roles
    found = tuple(
        Draft(
            "nobody",
            Severity.LOW,
            "is a role of the policy that nobody in the room has",
            Place(f"role {role}", logical=True),
            f"strongroom access add NAME --role '{role}'",
        )
        for role in known
        if role not in held
    )
    return Judgement(len(known), "role{s}", found)


def approved(subject: Subject) -> Judgement:
    """P-14.3: the policy in force was agreed to by those whom it names."""
    room = subject.room
    if room is None or room.house is None:
        return NO_ROOM if room is None else Judgement(0, "policy", gap=NO_HOUSE)
    approvers = subject.policy.review.approvers
    if not approvers or not room.house.policies:
        return Judgement(0, "approver{s}")
    adopted = room.house.policies[-1]
    who = next((p.name for p in room.house.principals if p.id == adopted.by), "nobody known")
    found = Draft(
        "alone",
        Severity.MEDIUM,
        f"was adopted by {who} alone on {day(adopted.at_us)};"
        f" the document asks for {' and '.join(approvers)}",
        Place(f"policy {adopted.n}", logical=True),
        "keep their agreement in the register of the document's changes",
    )
    return Judgement(1, "the policy in force", (found,))


def _ticked(
    grant: GrantRow, place: Environment, people: dict[bytes, Principal], policy: Policy
) -> bool:
    """Whether the matrix lets whom the grant is for read there anyway, or says nothing of him."""
    if grant.role is not None:
        held = {grant.role}
    else:
        who = people.get(grant.principal_id or b"")
        # The matrix speaks of people; a workload stays within its binding (C-15).
        if who is None or who.kind is not Kind.PERSON or who.disabled:
            return True
        held = set(who.roles)
    matrix = policy.access.matrix
    return not matrix or any(matrix.get(role, {}).get(place.name) is True for role in held)


def _beyond(
    grant: GrantRow, places: list[Environment], verbs: list[str], people: dict[bytes, Principal]
) -> Draft:
    where = " and ".join(e.name for e in places)
    ends = f", until {day(grant.expires_us)}" if grant.expires_us else ", without an end"
    return Draft(
        "beyond",
        Severity.MEDIUM if grant.expires_us else Severity.HIGH,
        f"lets {_whom(grant, people)} {', '.join(verbs)} in {where}, where the matrix has no tick{ends}",
        _place(grant),
        f"strongroom access revoke {grant.id.hex()[:12]}",
    )


def _whom(grant: GrantRow, people: dict[bytes, Principal]) -> str:
    if grant.role is not None:
        return f"the role {grant.role}"
    who = people.get(grant.principal_id or b"")
    return who.name if who else "somebody unknown"


def _place(grant: GrantRow) -> Place:
    return Place(f"grant {grant.id.hex()[:12]}", logical=True)


def _in_force(grant: GrantRow, now_us: int) -> bool:
    over = grant.expires_us is not None and grant.expires_us <= now_us
    return grant.effect == Effect.ALLOW and not grant.revoked and not over and grant.uses_left != 0
