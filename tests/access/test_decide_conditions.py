"""Tests for strongroom.access.decide: conditions, and what a decision rests on."""

import pytest
from msgspec import structs
from tests.access.world import (
    NOW_US,
    facts,
    grant,
    person,
    read,
    reason_of,
    rule_of,
)

from strongroom.access.decide import decide
from strongroom.access.facts import (
    Allow,
    Deny,
    NeedsApproval,
    Reason,
    Request,
    Scope,
    ScopeKind,
)
from strongroom.model.principal import (
    TICK_VERBS,
    Conditions,
    Effect,
    Verb,
)

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
    before = structs.asdict(given.principal)
    first = decide(given, read(), NOW_US)

    assert first == decide(given, read(), NOW_US)
    assert before == structs.asdict(given.principal)


def test_a_tick_is_what_the_policy_says() -> None:
    assert {"metadata", "read", "write", "rotate"} == {str(verb) for verb in TICK_VERBS}
