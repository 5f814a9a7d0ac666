"""Looking over a whole environment: everything but values, of what the caller may see.

The look is decided and recorded like any other; the rows are then read over a connection of
its own, so that nobody waits for it, and each address is decided by the rules that the look
was decided by. Versions come without their ciphertext, and so without a check of their MAC;
`fsck` checks those. Every other row is checked here.
"""

from contextlib import closing
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, NamedTuple

from strongroom.access.decide import decide
from strongroom.access.facts import (
    Allow,
    EnvironmentFacts,
    Facts,
    Reason,
    Request,
    Rules,
    SecretFacts,
)
from strongroom.access.match import covers
from strongroom.db.interface import Db
from strongroom.db.tables import consumers, survey
from strongroom.db.tables.consumers import ConsumerRow
from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.secrets import CURRENT, SCHEDULE, SECRET, ScheduleRow, SecretRow
from strongroom.db.tables.survey import Life, Print, Shared
from strongroom.gate.decision import APPROVAL_NEEDED, Verdict, may_list
from strongroom.gate.desk import Desk
from strongroom.gate.gate import Gate
from strongroom.gate.held import HELD_BACK
from strongroom.gate.look import View
from strongroom.gate.operation import Caller, Refused
from strongroom.gate.rows import Seal, label_of, missing
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.principal import ANYWHERE, TICK_VERBS, Effect, Kind, Principal, Verb

# Why a name at the top of an environment is refused to somebody who may see others in it.
_ELSEWHERE: Final = frozenset(
    {
        *(r.value for r in (Reason.NO_RULE, Reason.DENIED_BY_GRANT, Reason.OUTSIDE_BINDING)),
        *(r.value for r in (Reason.REASON_REQUIRED, Reason.SOURCE_NOT_ALLOWED)),
        Reason.USES_EXHAUSTED.value,
        APPROVAL_NEEDED,
    }
)


class Sight(NamedTuple):
    """What decides which addresses of an environment somebody sees, as it stood at the look.

    `whole` says that his rules reach everything there is, which they say of themselves;
    `audits` that he may also be told how much they do not reach.
    """

    principal: Principal
    rules: Rules
    environment: EnvironmentFacts
    whole: bool
    audits: bool
    now_us: int


class Seen(NamedTuple):
    """A secret and all that is known of it but values. `versions` are oldest first."""

    secret: SecretRow
    current: int | None
    versions: tuple[Life, ...]
    schedule: ScheduleRow | None
    consumers: tuple[ConsumerRow, ...]
    prints: tuple[Print, ...]
    used_us: int | None
    label: Label = NO_LABEL

    @property
    def version(self) -> Life | None:
        """The current version."""
        return next((v for v in reversed(self.versions) if v.n == self.current), None)


class Survey(NamedTuple):
    """What somebody sees of an environment, by path.

    `hidden` is how many secrets he does not see: None where telling would tell that they are.
    `shared` names versions among `seen` whose value stands at another secret too, seen or not.
    """

    environment: str
    frozen: bool
    seen: tuple[Seen, ...]
    whole: bool
    hidden: int | None
    shared: tuple[Shared, ...]
    change_seq: int


@dataclass(frozen=True)
class OpenSurvey(View):
    """That somebody is about to look over an environment."""

    place: str
    caller: Caller
    reason: bool = False

    lists = True

    @property
    def environment(self) -> str:
        """Where."""
        return self.place

    @property
    def path(self) -> str:
        """A name that nobody has: the decision is about the environment's top."""
        return "-"

    def admits(self, verdict: Verdict) -> bool:
        """Whoever may see something in there; what, is decided address by address."""
        if may_list(verdict):
            return True
        person = verdict.person
        return (
            person is not None
            and verdict.code in _ELSEWHERE
            and _sees_some(person.principal, person.rules, self.place)
        )

    def look(self, desk: Desk) -> Sight:
        """The rules, as they stand in the order of this look."""
        person = desk.snapshot.person(desk.db, self.caller.principal)
        facts = desk.snapshot.authority(desk.db).facts.get(self.place)
        assert person is not None
        assert facts is not None
        # A name that no grant can have been written for: what is asked is how far they reach.
        top = Request(Verb.METADATA, self.place, token_hex(16), self.caller.source, self.reason)
        given = Facts(person.principal, person.rules, facts)
        now_us = desk.db.clock_us()
        answer = decide(given, top, now_us)
        reaches = isinstance(answer, Allow) or answer[0] == Reason.SECRET_UNKNOWN
        audits = decide(
            Facts(person.principal, person.rules),
            Request(Verb.AUDIT, source=self.caller.source, reason=self.reason),
            now_us,
        )
        return Sight(
            person.principal,
            person.rules,
            facts,
            reaches and not _is_denied_some(person.principal, person.rules, self.place),
            isinstance(audits, Allow) and audits.consumes is None,
            now_us,
        )


def look_over(
    gate: Gate, seal: Seal, caller: Caller, place: str, reason: str = ""
) -> Survey | Refused:
    """Everything but values of the secrets of environment `place` that the caller may see.

    Raises:
        TamperedError: a row was changed, or is missing.
        GateError: as `Gate.look`.
    """
    answer = gate.look(caller, OpenSurvey(place, caller, bool(reason)), reason)
    if isinstance(answer, Refused):
        return answer
    sight = answer.result
    assert isinstance(sight, Sight)
    with closing(gate.connect()) as db:
        return _read(db, seal, sight, caller, bool(reason), answer.change_seq)


def _read(
    db: Db, seal: Seal, sight: Sight, caller: Caller, reason: bool, change_seq: int
) -> Survey:
    place = sight.environment.id
    count = survey.count_of(db, place)
    rows = survey.secrets_of(db, place)
    if len(rows) < count:
        raise missing("which version of a secret is current")
    versions: dict[bytes, list[Life]] = {}
    for life in survey.lives_of(db, place):
        versions.setdefault(life.secret_id, []).append(life)
    prints: dict[bytes, list[Print]] = {}
    for one in survey.prints_of(db, place):
        prints.setdefault(one.secret_id, []).append(one)
    named: dict[bytes, list[ConsumerRow]] = {}
    for consumer in consumers.of_environment(db, place):
        named.setdefault(consumer.secret_id, []).append(consumer)
    used = survey.uses(db, "secret")
    eyes = Eyes(sight, caller, reason=reason)
    seen, hidden = [], 0
    for secret, current, schedule, label in rows:
        if seal.check(SECRET, secret).reason.startswith(HELD_BACK):
            continue  # a batch holds it back, or has left it: it is absent to everybody
        if not eyes.see(secret):
            hidden += 1
            continue
        seal.check(CURRENT, current)
        if schedule is not None:
            seal.check(SCHEDULE, schedule)
        if label is not None:
            seal.check(LABEL, label)
        id_ = secret.id
        held = versions.get(id_, ())
        if current.n is not None and all(v.n != current.n for v in held):
            raise missing("the current version of a secret")
        seen.append(
            Seen(
                secret, current.n, tuple(held), schedule, tuple(named.get(id_, ())),
                tuple(prints.get(id_, ())), used.get(id_.hex()), label_of(label),
            )
        )  # fmt: skip
    ids = {one.secret.id for one in seen}
    return Survey(
        environment=place,
        frozen=sight.environment.frozen,
        seen=tuple(seen),
        whole=sight.whole or (sight.audits and not hidden),
        hidden=hidden if sight.audits else None,
        shared=tuple(s for s in survey.shared(db) if s.secret_id in ids),
        change_seq=change_seq,
    )


class Eyes:
    """Which secrets somebody may know of.

    Where a secret stands matters to its decision only by which of his patterns cover its
    path. So one decision is made for each set of them and not for each secret.
    """

    def __init__(self, sight: Sight, caller: Caller, *, reason: bool) -> None:
        self._sight, self._caller, self._reason = sight, caller, reason
        granted = (grant.pattern for grant in sight.rules.grants_for(sight.principal))
        self._patterns = sorted({*granted, *sight.principal.patterns})
        self._known: dict[tuple[bool, ...], bool] = {}

    def see(self, secret: SecretRow) -> bool:
        """Whether he may know of it."""
        reached = tuple(covers(pattern, secret.path) for pattern in self._patterns)
        answer = self._known.get(reached)
        if answer is None:
            answer = self._known[reached] = self._decide(secret)
        return answer

    def _decide(self, secret: SecretRow) -> bool:
        sight, caller = self._sight, self._caller
        row = SecretFacts(secret.id, secret.environment, secret.path, bool(secret.frozen))
        facts = Facts(sight.principal, sight.rules, sight.environment, row, caller.approvals)
        asked = Request(Verb.METADATA, secret.environment, secret.path, caller.source, self._reason)
        answer = decide(facts, asked, sight.now_us)
        # What is counted is spent on one address that was asked for, not on a list.
        return isinstance(answer, Allow) and answer.consumes is None


def _sees_some(principal: Principal, rules: Rules, place: str) -> bool:
    """Whether any rule speaks of seeing something in there."""
    if principal.kind is Kind.WORKLOAD and principal.environment != place:
        return False
    ticked = principal.kind is Kind.PERSON and Verb.METADATA in TICK_VERBS
    return any(
        grant.effect is Effect.ALLOW
        and Verb.METADATA in grant.verbs
        and grant.environment in {ANYWHERE, place}
        for grant in rules.grants_for(principal)
    ) or (ticked and any(rules.matrix.get(role, {}).get(place) is True for role in principal.roles))


def _is_denied_some(principal: Principal, rules: Rules, place: str) -> bool:
    return any(
        grant.effect is Effect.DENY
        and Verb.METADATA in grant.verbs
        and grant.environment in {ANYWHERE, place}
        for grant in rules.grants_for(principal)
    )
