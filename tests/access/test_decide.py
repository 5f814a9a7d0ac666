"""Tests for strongroom.access.decide: properties, and the matrix cell by cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from tests.access import properties
from tests.access.world import (
    ALL,
    ENVIRONMENTS,
    GRANTS,
    MATRIX,
    NOW_US,
    PATHS,
    PRINCIPALS,
    REQUESTS,
    ROLE_VERBS,
    facts,
    grant,
    grants,
    person,
    read,
    reason_of,
    workload,
)

from strongroom.access.decide import decide
from strongroom.access.facts import (
    Allow,
    Deny,
    Reason,
    Request,
)
from strongroom.model.principal import (
    Effect,
    Grant,
    Kind,
    Principal,
    Verb,
)

# --- properties ------------------------------------------------------------------------------


@given(PRINCIPALS, REQUESTS, GRANTS)
def test_nothing_without_a_rule(principal: Principal, request: Request, held: list[Grant]) -> None:
    properties.nothing_without_a_rule(principal, request, held)


@given(
    st.binary(min_size=16, max_size=16).filter(any),
    st.sampled_from(Kind),
    st.sampled_from(ENVIRONMENTS),
    st.sampled_from(PATHS),
)
def test_a_random_identity_is_refused_every_verb(
    number: bytes, kind: Kind, environment: str, path: str
) -> None:
    bound = {"environment": environment, "patterns": ("*",)} if kind is Kind.WORKLOAD else {}
    stranger = Principal(number, kind, "stranger", **bound)  # type: ignore[arg-type]
    for verb in Verb:
        for where in ((environment, path), (environment, None), (None, None)):
            request = Request(verb, *where)
            given = facts(stranger, request, matrix=MATRIX, role_verbs=ROLE_VERBS)
            assert isinstance(decide(given, request, NOW_US), Deny)


@given(PRINCIPALS, REQUESTS, GRANTS)
def test_denial_wins(principal: Principal, request: Request, held: list[Grant]) -> None:
    properties.denial_wins(principal, request, held)


@given(PRINCIPALS, REQUESTS, GRANTS, grants(Effect.ALLOW))
def test_one_more_permission_takes_nothing_away(
    principal: Principal, request: Request, held: list[Grant], more: Grant
) -> None:
    properties.allowing_takes_nothing(principal, request, held, more)


@given(PRINCIPALS, REQUESTS, GRANTS, st.data())
def test_the_order_of_grants_has_no_meaning(
    principal: Principal, request: Request, held: list[Grant], data: st.DataObject
) -> None:
    properties.order_has_no_meaning(principal, request, held, data.draw(st.permutations(held)))


@given(PRINCIPALS, REQUESTS, GRANTS)
def test_a_decision_holds_until_it_says(
    principal: Principal, request: Request, held: list[Grant]
) -> None:
    properties.holds_until_it_says(principal, request, held)


@given(PRINCIPALS, REQUESTS)
def test_a_workload_stays_within_its_binding(principal: Principal, request: Request) -> None:
    properties.stays_within_its_binding(principal, request)


@given(PRINCIPALS, REQUESTS, GRANTS, st.sampled_from(["environment", "secret"]))
def test_frozen_means_no_value(
    principal: Principal, request: Request, held: list[Grant], frozen: str
) -> None:
    if request.path is not None:
        properties.frozen_means_no_value(principal, request, held, frozen)


@given(st.sampled_from(ENVIRONMENTS), st.sampled_from(PATHS), st.sampled_from(Verb))
def test_another_spelling_gains_nothing(environment: str, path: str, verb: Verb) -> None:
    """Even for somebody who may do everything everywhere."""
    everything = grant(verbs=ALL, environment="*")
    properties.spelling_gains_nothing(person(), Request(verb, environment, path), [everything])


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_a_name_or_refused(environment: str, path: str) -> None:
    request = Request(Verb.READ, environment, path)
    everything = grant(verbs=ALL, environment="*")
    given = facts(person(), request, everything)
    decision = decide(given, request, NOW_US)

    if isinstance(decision, Allow):
        assert f"{environment}/{path}".isascii()
        assert not {"", ".", ".."} & set(f"{environment}/{path}".split("/"))


# --- the matrix of the user's policy ---------------------------------------------------------


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("role", sorted(MATRIX))
@pytest.mark.parametrize("verb", list(Verb))
def test_the_matrix_cell_by_cell(role: str, environment: str, verb: Verb) -> None:
    """Twelve cells, eleven verbs: a tick is four of them, the security team has two more."""
    request = Request(verb, environment, "api/KEY")
    given = facts(person(role), request, matrix=MATRIX, role_verbs=ROLE_VERBS)
    ticked = not (role == "Developer" and environment == "production")
    team = role == "Security Team" and verb in {Verb.CONTAIN, Verb.AUDIT}
    decision = decide(given, request, NOW_US)

    if ticked and verb in {Verb.METADATA, Verb.READ, Verb.WRITE, Verb.ROTATE}:
        assert isinstance(decision, Allow)
        assert f"matrix:{role}:{environment}" == str(decision.rule)
    elif team:
        assert isinstance(decision, Allow)
        assert f"role:{role}" == str(decision.rule)
    else:
        assert isinstance(decision, Deny)
        assert Reason.NO_RULE is decision.reason


@pytest.mark.parametrize(
    "role", ["developer", "DEVOPS", "DevOps ", "Devops", "security team", "Admin\u200b", "root"]
)
def test_a_role_is_compared_exactly(role: str) -> None:
    given = facts(person(), read(), matrix=MATRIX, role_verbs=ROLE_VERBS)
    # Past the check of names, as if a row had been made by hand.
    structs.force_setattr(given.principal, "roles", frozenset({role}))

    assert Reason.NO_RULE is reason_of(given, read())


def test_only_true_is_a_tick() -> None:
    matrix = {"DevOps": {"production": 1}}

    assert Reason.NO_RULE is reason_of(facts(person("DevOps"), read(), matrix=matrix), read())  # type: ignore[arg-type]


def test_the_matrix_speaks_of_people() -> None:
    """A workload that carries a role has its grants, and no ticks."""
    given = facts(
        workload(roles=frozenset({"DevOps", "Security Team"})),
        read(),
        matrix=MATRIX,
        role_verbs=ROLE_VERBS,
    )

    assert Reason.NO_RULE is reason_of(given, read())
    assert Reason.NO_RULE is reason_of(given, read(verb=Verb.CONTAIN))
