"""Every rule over a room: a planted violation breaks it, and nothing else does."""

import pytest
from msgspec.structs import replace
from tests.check.room.build import (
    ADA,
    BEN,
    HOUR_US,
    KEK,
    NOW_US,
    POLICY,
    facts,
    grant,
    house,
    judged,
    log,
    seen,
    shown,
    spoiled,
    surveyed,
    version,
)  # fmt: skip

from strongroom.audit.problem import Kind as Wrong
from strongroom.check.room.facts import RoomFacts
from strongroom.check.room.registry import ROOM_RULES
from strongroom.db.tables.batches import BatchRow
from strongroom.db.tables.house import KekRow
from strongroom.db.tables.survey import Print, Shared
from strongroom.gate.overview import BACKUP, DRILL
from strongroom.gate.survey import Seen
from strongroom.model.finding import Verdict
from strongroom.model.label import Label
from strongroom.model.policy import Access, Policy, SecretType
from strongroom.model.principal import Kind, Principal
from strongroom.model.severity import Severity
from strongroom.secret.terms import DAY_US

# Rules that can only leave something open, or that rest on the document alone.
NEVER = {"room-prefix", "policy-review-overdue", "policy-header"}
OLD = NOW_US - 200 * DAY_US


def of(**more: object) -> Seen:
    return seen(versions=(version(**more),))  # type: ignore[arg-type]


def typed(id_: str, **more: object) -> tuple[Seen, Policy]:
    """A secret of another type of the example's policy, which the policy then has."""
    from tests.check import build

    known = next(t for t in build.POLICY.types if t.id == id_)
    one = seen("api/OTHER", id_)._replace(**more)  # type: ignore[arg-type]
    return one, replace(POLICY, types=(*POLICY.types, known))


def people(*found: Principal) -> tuple[Principal, ...]:
    return (*house().principals, *found)


def weak(chars: int, classes: str, strong: int = 0) -> tuple[Print, ...]:
    return (Print(b"s" * 16, 1, "value", strong, chars, classes),)


PASSWORD, PASSWORDS = typed("database-password", prints=weak(15, "lower digits", 1))
KEY, KEYS = typed("api-key")
DSN, DSNS = typed("sentry", versions=(version(1, OLD, expires_us=NOW_US - DAY_US),))
SHARED = surveyed(seen(), shared=(Shared(seen().secret.id, 1, "value", 2, 2),))
SHARED_KEY = surveyed(seen(), KEY, shared=(Shared(KEY.secret.id, 1, "value", 2, 1),))
CLOSED = replace(POLICY, access=Access(("DevOps",), {"DevOps": {"Production": False}}))

# What is planted, by rule: the facts, and the policy that they are held against.
PLANTED: dict[str, list[tuple[RoomFacts, Policy]]] = {
    "room-expired": [(facts(of(born_us=OLD)), POLICY)],
    "room-overdue": [(facts(of(born_us=OLD, expires_us=NOW_US + DAY_US)), POLICY)],
    "room-period": [(facts(of(expires_us=NOW_US + 200 * DAY_US)), POLICY)],
    "room-review": [(facts(seen(), DSN, policy=DSNS), DSNS)],
    "room-compromised": [(facts(of(compromised=1)), POLICY)],
    "room-frozen": [(facts(spoiled(frozen=1)), POLICY)],
    "room-old-stays": [
        (facts(seen(current=2, versions=(
            version(1, state="previous", changed_us=NOW_US - 49 * HOUR_US), version(2)))), POLICY),
    ],
    "room-old-gone": [
        (facts(seen(current=2, versions=(
            version(1, state=state, changed_us=NOW_US - HOUR_US),
            version(2, NOW_US - 24 * HOUR_US)))), POLICY)
        for state in ("retired", "destroyed")
    ],
    "room-versions": [(facts(seen(current=3, versions=(version(1), version(3)))), POLICY)],
    "room-weak": [
        (facts(seen(prints=weak(8, "lower"))), POLICY),
        (facts(spoiled(environment="staging")._replace(prints=weak(8, "lower")), places=("staging",),
               surveys=(surveyed(seen(prints=weak(8, "lower")), environment="staging"),)), POLICY),
    ],
    "room-bits": [(facts(seen(prints=weak(40, "digits", 1))), POLICY)],
    "room-length": [(facts(seen(), PASSWORD, policy=PASSWORDS), PASSWORDS)],
    "room-classes": [(facts(seen(), PASSWORD, policy=PASSWORDS), PASSWORDS)],
    "room-same-value": [(facts(surveys=(SHARED,)), POLICY)],
    "room-same-key": [(facts(surveys=(SHARED_KEY,), policy=KEYS), KEYS)],
    "room-provenance": [(facts(of(origin=origin)), POLICY) for origin in ("given", "human")],
    "room-store": [
        (facts(spoiled(store="env")), POLICY),
        (facts(seen(current=None, versions=(), prints=())), POLICY),
    ],
    "room-type": [(facts(seen(), spoiled(type="gone", path="x")), POLICY)],
    "room-owner": [
        (facts(spoiled(owner="Charles")), POLICY),
        (facts(house=house(principals=(
            Principal(ADA, Kind.PERSON, "ada", frozenset({"DevOps"}), disabled=True),
            Principal(BEN, Kind.PERSON, "ben", frozenset({"DevOps"}))), grants=())), POLICY),
    ],
    "room-backup-owner": [
        (facts(seen(label=Label())), POLICY),
        (facts(seen(label=Label((), "Charles", ""))), POLICY),
    ],
    "room-incomplete": [(facts(seen(), policy=KEYS), KEYS)],
    "room-grant-beyond": [
        (facts(house=house(grants=(grant(principal_id=b"d" * 16),), principals=people(
            Principal(b"d" * 16, Kind.PERSON, "dev", frozenset({"Developer"}))))), POLICY),
        (facts(house=house(grants=(grant(principal_id=None, role="Developer"),))), POLICY),
        (facts(house=house(grants=(grant(environment="*", verbs="write"),))), CLOSED),
    ],
    "room-grant-unused": [
        (facts(house=house(grants=(grant(created_us=OLD),))), POLICY),
        (facts(house=house(grants=(grant(created_us=OLD),),
                           used={("grant", (b"g" * 16).hex()): NOW_US - 91 * DAY_US})), POLICY),
        (facts(house=house(grants=(grant(principal_id=b"d" * 16),), principals=people(
            Principal(b"d" * 16, Kind.PERSON, "dev", frozenset({"DevOps"}), disabled=True)))), POLICY),
    ],
    "room-no-role": [
        (facts(house=house(principals=people(Principal(b"d" * 16, Kind.PERSON, "dev")))), POLICY)
    ],
    "room-role-empty": [(facts(), replace(POLICY, access=Access(("DevOps", "Admin"), POLICY.access.matrix)))],
    "room-log": [(facts(log=log(Wrong.EDITED)), POLICY), (facts(log=log(signed=8)), POLICY)],
    "room-log-kept": [(facts(log=log(Wrong.DELETED)), POLICY)],
    "room-keys": [
        (facts(house=house(keks=())), POLICY),
        (facts(house=house(keks=(KekRow(KEK, "production", "retired", 1),))), POLICY),
        (facts(house=house(wraps={KEK: 1, b"x" * 16: 2})), POLICY),
    ],
    "room-anchor": [(facts(house=house(anchors=())), POLICY)],
    "room-backup": [
        (facts(house=house(evidence={})), POLICY),
        (facts(house=house(evidence={BACKUP: shown(BACKUP, 30)})), POLICY),
        (facts(house=house(evidence={BACKUP: shown(BACKUP, 1, "failed")})), POLICY),
    ],
    "room-drill": [(facts(house=house(evidence={DRILL: shown(DRILL, 92)})), POLICY)],
    "room-unfinished": [(facts(house=house(unfinished=(
        BatchRow(b"b" * 16, "import", "production/a", "staging", bytes(32), 9, NOW_US, ADA, NOW_US),
    ))), POLICY)],
    "room-recovery": [(facts(house=house(slots=house().slots[:1])), POLICY)],
    "room-policy-alone": [
        (facts(), replace(POLICY, review=replace(POLICY.review, approvers=("Security Team",))))
    ],
}  # fmt: skip


def test_every_rule_has_something_planted() -> None:
    """P-14.3 and the rest: `room-policy-alone` is what one person adopting alone leaves."""
    assert {rule.id for rule in ROOM_RULES} == set(PLANTED) | NEVER


@pytest.mark.parametrize(
    ("rule", "room", "policy"),
    [(rule, room, policy) for rule, cases in PLANTED.items() for room, policy in cases],
)
def test_a_planted_violation_breaks_its_rule(rule: str, room: RoomFacts, policy: Policy) -> None:
    found = judged(room, policy, rule)

    assert {rule} == {f.rule for f in found.findings}
    assert all(f.place and f.place.logical and f.remedy for f in found.findings)
    failed = {s.clause for s in found.scoreboard if s.verdict is Verdict.FAIL}
    assert {f.clause for f in found.findings} <= failed


def test_a_room_without_a_flaw_has_no_finding() -> None:
    found = judged(facts())

    assert () == found.findings
    assert 20 < found.count(Verdict.PASS)


def test_what_was_not_seen_is_no_pass() -> None:
    """Promise 9: over a gap nothing passes that rests on it."""
    blind = facts(house=None, log=None, log_why="you may not read the log", gaps=("not all of it",))
    found = judged(blind)

    assert {"P-14.1", "P-0.1"} == {s.clause for s in found.scoreboard if s.verdict is Verdict.PASS}
    basis = {s.clause: s.basis for s in found.scoreboard}
    assert "not all of it" in basis["P-1.8"]
    assert "you may not read the log" in basis["P-12.4"]
    assert "you may not audit" in basis["P-1.7"]


def test_an_empty_room_shows_nothing() -> None:
    found = judged(facts(surveys=(surveyed(),)))

    assert "no occurrences: secrets" == next(
        s.basis for s in found.scoreboard if s.clause == "P-1.8"
    )


def test_a_recent_backup_and_drill_are_enough() -> None:
    """P-12.5."""
    days = {BACKUP: shown(BACKUP, 29), DRILL: shown(DRILL, 91)}

    assert () == judged(facts(house=house(evidence=days))).findings


def test_a_longer_delay_is_worse() -> None:
    late = judged(facts(of(born_us=OLD)), rule="room-overdue").findings
    later = judged(facts(of(born_us=OLD - 200 * DAY_US)), rule="room-overdue").findings

    assert (Severity.CRITICAL, Severity.CRITICAL) == (late[0].severity, later[0].severity)
    some = judged(facts(of(born_us=NOW_US - 91 * DAY_US)), rule="room-overdue").findings
    assert Severity.HIGH is some[0].severity


def test_a_type_of_a_provider_is_made_by_the_provider() -> None:
    issued = SecretType("mail", "Mail key", "EMAIL_API_KEY", 90, False, None, service="Mail")
    policy = replace(POLICY, types=(*POLICY.types, issued))
    one = seen("api/MAIL", "mail", versions=(version(origin="given"),))

    assert () == judged(facts(seen(), one, policy=policy), policy, "room-provenance").findings
    assert 1 == len(judged(facts(of(origin="given")), rule="room-provenance").findings)
