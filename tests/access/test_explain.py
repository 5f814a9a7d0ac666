"""Tests for strongroom.access.explain."""

from hypothesis import given
from tests.access.world import (
    GRANTS,
    MATRIX,
    NOW_US,
    PRINCIPALS,
    REQUESTS,
    ROLE_VERBS,
    facts,
    grant,
    person,
    read,
    workload,
)

from strongroom.access.decide import decide
from strongroom.access.explain import who, why
from strongroom.access.facts import (
    Allow,
    Deny,
    EnvironmentFacts,
    Reason,
    Request,
    RuleKind,
    Rules,
    SecretFacts,
)
from strongroom.access.match import Standing
from strongroom.model.principal import Conditions, Effect, Grant, Principal, Verb


@given(PRINCIPALS, REQUESTS, GRANTS)
def test_the_explanation_is_of_the_decision(
    principal: Principal, request: Request, held: list[Grant]
) -> None:
    """What is explained is what is decided, and the rule that decided is among the rules."""
    given = facts(principal, request, *held, matrix=MATRIX, role_verbs=ROLE_VERBS)
    explained = why(given, request, NOW_US)
    applying = [one for one in explained.considered if one.standing is Standing.APPLIES]

    assert decide(given, request, NOW_US) == explained.decision
    match explained.decision:
        case Allow(rule=rule):
            assert (rule, Effect.ALLOW) in [(one.rule, one.effect) for one in applying]
            assert all(one.effect is Effect.ALLOW for one in applying)
        case Deny(reason=Reason.DENIED_BY_GRANT, rule=denying):
            assert (denying, Effect.DENY) in [(one.rule, one.effect) for one in applying]
        case Deny(reason=Reason.NO_RULE):
            assert [] == applying


def test_every_rule_of_the_principal_is_shown() -> None:
    held = [
        grant(1, verbs=frozenset({Verb.WRITE})),
        grant(2, expires_at_us=NOW_US),
        grant(3, principal=b"\x07" * 16),
    ]
    given = facts(
        person("Developer", "Security Team", "Unheard of"),
        read(),
        *held,
        matrix=MATRIX,
        role_verbs=ROLE_VERBS,
    )

    assert [
        ("matrix:Developer:production", Standing.ELSEWHERE),
        ("matrix:Security Team:production", Standing.APPLIES),
        ("role:Security Team", Standing.OTHER_VERB),
        ("grant:" + "01" * 16, Standing.OTHER_VERB),
        ("grant:" + "02" * 16, Standing.EXPIRED),
    ] == [(str(one.rule), one.standing) for one in why(given, read(), NOW_US).considered]


def test_a_tick_for_other_verbs() -> None:
    request = read(verb=Verb.EXPORT)
    considered = why(facts(person("Admin"), request, matrix=MATRIX), request, NOW_US).considered

    assert [(RuleKind.MATRIX, Standing.OTHER_VERB)] == [
        (one.rule.kind, one.standing) for one in considered
    ]


def test_a_name_that_is_not_canonical_is_compared_with_nothing() -> None:
    request = read("api//KEY")
    explained = why(facts(person("Admin"), request, grant(), matrix=MATRIX), request, NOW_US)

    assert () == explained.considered
    assert isinstance(explained.decision, Deny)


def test_who() -> None:
    people = [
        person("Admin", number=4),
        person("Developer", number=3),
        person(number=2),
        person(number=5),
        person(number=6, disabled=True),
        workload(9),
    ]
    rules = Rules.of(
        [
            grant(1, principal=b"\x02" * 16, conditions=Conditions(approvals=1)),
            grant(2, principal=b"\x05" * 16, conditions=Conditions(reason_required=True)),
            grant(3, principal=b"\x06" * 16),
            grant(4, principal=b"\x09" * 16, pattern="api/*"),
        ],
        matrix=MATRIX,
    )
    environment = EnvironmentFacts("production", frozen=False)
    secret = SecretFacts(b"s" * 16, "production", "api/KEY", frozen=False)
    holders = who(people, rules, read(), NOW_US, environment=environment, secret=secret)

    assert [
        ("person-2", "NeedsApproval"),
        ("person-4", "Allow"),
        ("person-5", "Deny"),
        ("person-9", "Allow"),
    ] == [(holder.principal.name, type(holder.decision).__name__) for holder in holders]


def test_nobody_reads_what_is_frozen() -> None:
    environment = EnvironmentFacts("production", frozen=True)
    rules = Rules.of(matrix=MATRIX)

    assert () == who([person("Admin")], rules, read(), NOW_US, environment=environment, secret=None)
