"""Tests for strongroom.access.decide."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    Scope,
    ScopeKind,
    SecretFacts,
)
from strongroom.model.principal import (
    TICK_VERBS,
    Conditions,
    Effect,
    Grant,
    Kind,
    Principal,
    Verb,
)


def reason_of(given: Facts, request: Request, now_us: int = NOW_US) -> Reason:
    decision = decide(given, request, now_us)
    assert isinstance(decision, Deny)
    return decision.reason


def rule_of(given: Facts, request: Request, now_us: int = NOW_US) -> str:
    decision = decide(given, request, now_us)
    assert isinstance(decision, Allow)
    return str(decision.rule)


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
    object.__setattr__(given.principal, "roles", frozenset({role}))

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
    object.__setattr__(given.principal, "patterns", ())

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


# --- conditions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at_us", "allowed"),
    [(NOW_US - 1, False), (NOW_US, True), (NOW_US + 9, True), (NOW_US + 10, False)],
)
def test_a_grant_counts_from_its_beginning_until_just_before_its_end(
    at_us: int, allowed: bool
) -> None:
    given = facts(person(), read(), grant(not_before_us=NOW_US, expires_at_us=NOW_US + 10))

    assert isinstance(decide(given, read(), at_us), Allow) == allowed


def test_the_next_boundary_is_told() -> None:
    """Of what may matter: not another verb's, and not one that is past."""
    held = [
        grant(1, expires_at_us=NOW_US + 50),
        grant(2, effect=Effect.DENY, not_before_us=NOW_US + 20, expires_at_us=NOW_US + 30),
        grant(3, expires_at_us=NOW_US),
        grant(4, verbs=frozenset({Verb.WRITE}), expires_at_us=NOW_US + 1),
        grant(5, environment="staging", expires_at_us=NOW_US + 2),
    ]
    given = facts(person(), read(), *held)

    assert [NOW_US + 20, NOW_US + 30, NOW_US + 50, None] == [
        decide(given, read(), NOW_US + later).valid_until_us for later in (0, 20, 30, 50)
    ]


def test_a_reason() -> None:
    given = facts(person(), read(), grant(conditions=Conditions(reason_required=True)))

    assert Reason.REASON_REQUIRED is reason_of(given, read())
    assert rule_of(given, read(reason=True))


@pytest.mark.parametrize(("left", "expected"), [(0, None), (1, b"\x01" * 16)])
def test_uses(left: int, expected: bytes | None) -> None:
    given = facts(person(), read(), grant(conditions=Conditions(uses_left=left)))
    decision = decide(given, read(), NOW_US)

    if expected is None:
        assert Reason.USES_EXHAUSTED is reason_of(given, read())
    else:
        assert isinstance(decision, Allow)
        assert expected == decision.consumes


def test_a_use_is_kept_where_another_rule_allows() -> None:
    counted = grant(1, conditions=Conditions(uses_left=1))
    decision = decide(facts(person(), read(), counted, grant(2)), read(), NOW_US)

    assert isinstance(decision, Allow)
    assert decision.consumes is None
    assert "grant:" + "02" * 16 == str(decision.rule)


@pytest.mark.parametrize(
    ("source", "allowed", "denied"),
    [
        ("10.1.2.3", True, True),
        ("::ffff:10.1.2.3", True, True),  # the same peer, as a socket for both writes it
        ("192.0.2.1", False, False),
        ("2001:db8::1", False, False),
        (None, False, True),
        ("10.1.2.3 ", False, True),
        ("010.1.2.3", False, True),
        ("localhost", False, True),
    ],
)
def test_sources(source: str | None, allowed: bool, denied: bool) -> None:
    """What is not known to be inside is not allowed, and not let off either."""
    inside = Conditions(sources=("10.0.0.0/8", "fd00::/8"))
    request = read(source=source)
    allowing = facts(person(), request, grant(conditions=inside))
    denying = facts(person(), request, grant(1), grant(2, effect=Effect.DENY, conditions=inside))

    assert allowed == isinstance(decide(allowing, request, NOW_US), Allow)
    assert denied == isinstance(decide(denying, request, NOW_US), Deny)
    if not allowed:
        assert Reason.SOURCE_NOT_ALLOWED is reason_of(allowing, request)


@pytest.mark.parametrize(
    ("approvals", "missing"),
    [
        (set(), 2),
        ({b"a" * 16}, 1),
        ({b"a" * 16, b"\x01" * 16}, 1),  # his own does not count
        ({b"a" * 16, b"b" * 16}, 0),
    ],
)
def test_approvals(approvals: set[bytes], missing: int) -> None:
    held = [
        grant(1, conditions=Conditions(approvals=5)),
        grant(2, conditions=Conditions(approvals=2)),
    ]
    given = facts(person(), read(), *held, approvals=frozenset(approvals))
    decision = decide(given, read(), NOW_US)

    if missing:
        assert isinstance(decision, NeedsApproval)
        assert missing == decision.missing
    else:
        assert isinstance(decision, Allow)
    assert "grant:" + "02" * 16 == str(decision.rule)


def test_the_reason_nearest_to_a_yes_is_given() -> None:
    held = [
        grant(1, conditions=Conditions(uses_left=0)),
        grant(2, conditions=Conditions(sources=("10.0.0.0/8",))),
        grant(3, conditions=Conditions(reason_required=True)),
        grant(4, expires_at_us=NOW_US - 1),
    ]

    assert Reason.USES_EXHAUSTED is reason_of(facts(person(), read(), *held[:1]), read())
    assert Reason.SOURCE_NOT_ALLOWED is reason_of(facts(person(), read(), *held[:2]), read())
    assert Reason.REASON_REQUIRED is reason_of(facts(person(), read(), *held), read())
    assert Reason.NO_RULE is reason_of(facts(person(), read(), held[3]), read())


# --- what a decision rests on ----------------------------------------------------------------


def test_scopes() -> None:
    """A change of any of these makes the gate decide again."""
    principal = person()
    common = {Scope(ScopeKind.AUTHORITY, b""), Scope(ScopeKind.PRINCIPAL, principal.id)}
    address = Scope(ScopeKind.SECRET, b"production/api/KEY")
    row = Scope(ScopeKind.SECRET, b"s" * 16)
    wide = Request(Verb.AUDIT)

    assert common | {address, row} == decide(facts(principal, read()), read(), NOW_US).scopes
    assert common | {address} == (
        decide(facts(principal, read(), absent=True), read(), NOW_US).scopes
    )
    assert common == decide(facts(principal, wide), wide, NOW_US).scopes


def test_a_grant_for_a_role_reaches_whoever_carries_it() -> None:
    held = grant(role="DevOps")

    assert rule_of(facts(person("DevOps"), read(), held), read())
    assert Reason.NO_RULE is reason_of(facts(person("Admin"), read(), held), read())


def test_nothing_changes_by_deciding() -> None:
    given = facts(person("DevOps"), read(), grant(conditions=Conditions(uses_left=1)))
    before = dataclasses.asdict(given.principal)
    first = decide(given, read(), NOW_US)

    assert first == decide(given, read(), NOW_US)
    assert before == dataclasses.asdict(given.principal)


def test_a_tick_is_what_the_policy_says() -> None:
    assert {"metadata", "read", "write", "rotate"} == {str(verb) for verb in TICK_VERBS}
