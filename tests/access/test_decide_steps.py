"""Tests for strongroom.access.decide: the steps in their order."""

import pytest
from msgspec import structs
from tests.access.world import (
    ALL,
    MATRIX,
    NOW_US,
    ROLE_VERBS,
    facts,
    grant,
    person,
    read,
    reason_of,
    rule_of,
    workload,
)

from strongroom.access.decide import decide
from strongroom.access.facts import (
    Allow,
    Deny,
    EnvironmentFacts,
    Facts,
    NeedsApproval,
    Reason,
    Request,
    Rules,
    SecretFacts,
)
from strongroom.model.principal import (
    Conditions,
    Effect,
    Verb,
)

# --- the steps -------------------------------------------------------------------------------


def test_names_come_first() -> None:
    """A name that is not canonical is not even looked up in the binding of a workload."""
    request = read("api/../KEY")

    assert Reason.NAME_NOT_CANONICAL is reason_of(facts(workload(), request), request)
    assert Reason.NAME_NOT_CANONICAL is reason_of(
        facts(person(), Request(Verb.READ, None, "api/KEY")), Request(Verb.READ, None, "api/KEY")
    )


@pytest.mark.parametrize("verb", list(Verb))
def test_what_needs_a_path_is_refused_without(verb: Verb) -> None:
    wide = verb in {Verb.CONTAIN, Verb.APPROVE, Verb.ADMINISTER, Verb.AUDIT}
    everything = grant(verbs=ALL, environment="*")
    for environment in (None, "production"):
        request = Request(verb, environment)
        decision = decide(facts(person(), request, everything), request, NOW_US)
        assert isinstance(decision, Allow if wide else Deny)


@pytest.mark.parametrize(
    ("environment", "secret"),
    [
        (EnvironmentFacts("staging", frozen=False), None),
        (
            EnvironmentFacts("production", frozen=False),
            SecretFacts(b"s" * 16, "production", "api/OTHER", frozen=False),
        ),
        (
            EnvironmentFacts("production", frozen=False),
            SecretFacts(b"s" * 16, "staging", "api/KEY", frozen=False),
        ),
    ],
)
def test_facts_about_something_else_decide_nothing(
    environment: EnvironmentFacts, secret: SecretFacts | None
) -> None:
    """What is authorised is what will be touched."""
    rules = Rules.of([grant(environment="*")])

    assert Reason.FACTS_MISMATCH is reason_of(Facts(person(), rules, environment, secret), read())


def test_a_disabled_principal_is_refused() -> None:
    given = facts(person("Admin", disabled=True), read(), grant(), matrix=MATRIX)

    assert Reason.PRINCIPAL_DISABLED is reason_of(given, read())


def test_an_environment_without_a_row_is_refused() -> None:
    """Freezing is a field: to delete the row must not lift it."""
    given = Facts(person("Admin"), Rules.of([grant()], matrix=MATRIX), None, None)

    assert Reason.ENVIRONMENT_UNKNOWN is reason_of(given, read())


@pytest.mark.parametrize(
    ("request_", "inside"),
    [
        (read("api/KEY"), True),
        (read("api/db/URL"), True),
        (read("web/KEY"), False),
        (read("api"), False),
        (read("apix/KEY"), False),
        (read("api/KEY", "staging"), False),
        (Request(Verb.CONTAIN, "production"), False),
        (Request(Verb.CONTAIN), False),
    ],
)
def test_a_workload_is_bound(request_: Request, inside: bool) -> None:
    given = facts(workload(1), request_, grant(verbs=ALL, environment="*"))
    decision = decide(given, request_, NOW_US)

    assert isinstance(decision, Allow if inside else Deny)
    if isinstance(decision, Deny):
        assert Reason.OUTSIDE_BINDING is decision.reason


def test_a_binding_without_patterns_binds_to_nothing() -> None:
    given = facts(workload(1), read(), grant(environment="*"))
    structs.force_setattr(given.principal, "patterns", ())

    assert Reason.OUTSIDE_BINDING is reason_of(given, read())


def test_a_denial_names_itself() -> None:
    denial = grant(7, effect=Effect.DENY)
    decision = decide(facts(person("Admin"), read(), denial, matrix=MATRIX), read(), NOW_US)

    assert isinstance(decision, Deny)
    assert "grant:" + "07" * 16 == str(decision.rule)


@pytest.mark.parametrize("wide", [Request(Verb.CONTAIN), Request(Verb.CONTAIN, "production")])
def test_a_denial_within_is_a_denial_of_the_whole(wide: Request) -> None:
    """Freezing an environment freezes what is denied in it."""
    denial = grant(7, effect=Effect.DENY, verbs=ALL, pattern="api/*")
    given = facts(person(), wide, grant(verbs=ALL, environment="*"), denial)

    assert Reason.DENIED_BY_GRANT is reason_of(given, wide)


def test_a_denial_elsewhere_is_none() -> None:
    wide = Request(Verb.CONTAIN, "staging")
    denial = grant(7, effect=Effect.DENY, verbs=ALL)

    assert rule_of(facts(person(), wide, grant(verbs=ALL, environment="*"), denial), wide)


@pytest.mark.parametrize("frozen", ["environment", "secret"])
@pytest.mark.parametrize("verb", list(Verb))
def test_frozen(verb: Verb, frozen: str) -> None:
    """Who may not contain: no value verb. The rest goes on."""
    held = [grant(number, verbs=ALL - {Verb.CONTAIN}) for number in (1, 2)]
    held.append(grant(3, verbs=frozenset({Verb.CONTAIN}), principal=b"\x02" * 16))
    request = read(verb=verb)
    decision = decide(facts(person(), request, *held, frozen=frozen), request, NOW_US)
    stopped = {"read", "write", "rotate", "destroy", "export", "share"}

    assert isinstance(decision, Deny) == (verb in stopped or verb is Verb.CONTAIN)
    if isinstance(decision, Deny) and verb in stopped:
        assert f"{frozen}-frozen" == decision.reason


def test_who_may_contain_can_rotate_what_is_frozen() -> None:
    """How a leaked secret gets safe without being served in between."""
    request = read(verb=Verb.ROTATE)
    team = person("Security Team")
    given = facts(team, request, matrix=MATRIX, role_verbs=ROLE_VERBS, frozen="secret")

    assert "matrix:Security Team:production" == rule_of(given, request)
    assert Reason.SECRET_FROZEN is reason_of(given, read())


@pytest.mark.parametrize(
    "borrowed",
    [
        {"conditions": Conditions(uses_left=1)},
        {"conditions": Conditions(approvals=1)},
        {"expires_at_us": NOW_US + 1},
    ],
)
def test_a_borrowed_right_to_contain_does_not_lift_a_freeze(borrowed: dict[str, object]) -> None:
    request = read(verb=Verb.ROTATE)
    contain = grant(2, verbs=frozenset({Verb.CONTAIN}), **borrowed)
    given = facts(person("DevOps"), request, contain, matrix=MATRIX, frozen="secret")

    assert Reason.SECRET_FROZEN is reason_of(given, request)


@pytest.mark.parametrize("verb", list(Verb))
def test_what_is_not_there(verb: Verb) -> None:
    """Only who is allowed learns that there is nothing; a write may be the first."""
    request = read(verb=verb)
    needs = verb not in {Verb.WRITE, Verb.APPROVE, Verb.ADMINISTER, Verb.AUDIT}
    allowed = decide(facts(person(), request, grant(verbs=ALL), absent=True), request, NOW_US)

    assert isinstance(allowed, Deny if needs else Allow)
    if isinstance(allowed, Deny):
        assert Reason.SECRET_UNKNOWN is allowed.reason
    assert Reason.NO_RULE is reason_of(facts(person(), request, absent=True), request)


def test_what_is_not_there_is_not_told_before_the_approval() -> None:
    given = facts(person(), read(), grant(conditions=Conditions(approvals=1)), absent=True)

    assert isinstance(decide(given, read(), NOW_US), NeedsApproval)
