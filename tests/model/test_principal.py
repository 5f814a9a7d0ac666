"""Tests for strongroom.model.principal."""

import pytest

from strongroom.errors import InvalidError
from strongroom.model.address import is_path
from strongroom.model.principal import (
    Conditions,
    Effect,
    Grant,
    Kind,
    Principal,
    Verb,
    is_environment,
    is_network,
    is_pattern,
    is_role,
)

ID = b"i" * 16


def principal(**fields: object) -> Principal:
    return Principal(**{"id": ID, "kind": Kind.PERSON, "name": "ada", **fields})  # type: ignore[arg-type]


def workload(**fields: object) -> Principal:
    bound = {"kind": Kind.WORKLOAD, "environment": "production", "patterns": ("api/*",)}
    return principal(**{**bound, **fields})


def grant(**fields: object) -> Grant:
    plain = {
        "id": ID,
        "effect": Effect.ALLOW,
        "verbs": frozenset({Verb.READ}),
        "environment": "production",
        "pattern": "api/*",
        "principal": ID,
    }
    return Grant(**{**plain, **fields})  # type: ignore[arg-type]


def test_the_verbs_are_these() -> None:
    expected = "metadata read write rotate destroy export share contain approve administer audit"

    assert expected.split() == [str(verb) for verb in Verb]


@pytest.mark.parametrize("name", ["ada", "ada.lovelace@example.com", "ci-runner_7", "a" * 128])
def test_a_principal_has_a_name_of_one_spelling(name: str) -> None:
    assert name == principal(name=name).name


@pytest.mark.parametrize(
    "fields",
    [
        {"id": b"short"},
        {"id": bytes(16)},
        {"name": ""},
        {"name": "Ada"},
        {"name": "ada "},
        {"name": " ada"},
        {"name": "ada\n"},
        {"name": "аda"},  # a Cyrillic letter
        {"name": "../ada"},
        {"name": "-ada"},
        {"name": "a" * 129},
        {"roles": frozenset({""})},
        {"roles": frozenset({" admin"})},
        {"roles": frozenset({"A\u0308dmin"})},  # decomposed: a second spelling
        {"roles": frozenset({"a\u200bdmin"})},
        {"roles": frozenset(f"role-{n}" for n in range(65))},
        {"environment": "production"},
        {"patterns": ("api/*",)},
    ],
)
def test_what_is_not_a_principal_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidError) as refused:
        principal(**fields)

    assert "principal-invalid" == refused.value.code


@pytest.mark.parametrize(
    "fields",
    [
        {"environment": None},
        {"environment": ""},
        {"environment": "*"},
        {"environment": "a/b"},
        {"patterns": ()},
        {"patterns": ("api/*", "../*")},
        {"patterns": tuple(f"p/{n}" for n in range(65))},
    ],
)
def test_a_workload_is_bound(fields: dict[str, object]) -> None:
    assert workload().environment == "production"
    with pytest.raises(InvalidError) as refused:
        workload(**fields)

    assert "principal-invalid" == refused.value.code


@pytest.mark.parametrize(
    "fields",
    [
        {"id": b"short"},
        {"verbs": frozenset()},
        {"principal": None},
        {"role": "DevOps"},
        {"principal": b"short"},
        {"principal": None, "role": "DevOps "},
        {"environment": "Prod/x"},
        {"environment": ""},
        {"pattern": ""},
        {"pattern": "api/**"},
        {"not_before_us": 5, "expires_at_us": 5},
    ],
)
def test_what_is_not_a_grant_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidError) as refused:
        grant(**fields)

    assert "grant-invalid" == refused.value.code


def test_a_grant_for_a_role_of_any_script() -> None:
    assert grant(principal=None, role="Équipe sécurité").role == "Équipe sécurité"
    assert grant(environment="*", pattern="*", not_before_us=1, expires_at_us=2).pattern == "*"


@pytest.mark.parametrize(
    "fields",
    [
        {"approvals": -1},
        {"approvals": 17},
        {"uses_left": -1},
        {"sources": ("10.0.0.1/8",)},
        {"sources": ("10.0.0.0/8",) * 65},
        {"sources": ("anywhere",)},
    ],
)
def test_what_is_not_a_condition_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidError) as refused:
        Conditions(**fields)  # type: ignore[arg-type]

    assert "grant-invalid" == refused.value.code


@pytest.mark.parametrize(
    "conditions",
    [Conditions(reason_required=True), Conditions(approvals=1), Conditions(uses_left=1)],
)
def test_a_denial_depends_on_nothing_that_the_denied_can_bring(conditions: Conditions) -> None:
    with pytest.raises(InvalidError, match="denial"):
        grant(effect=Effect.DENY, conditions=conditions)
    narrowed = Conditions(sources=("10.0.0.0/8",))
    assert narrowed == grant(effect=Effect.DENY, conditions=narrowed).conditions


@pytest.mark.parametrize("pattern", ["*", "a", "a/b", "a/*", "a/b/*", "A.b-c_d/*"])
def test_patterns(pattern: str) -> None:
    assert is_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "/",
        "/*",
        "a/",
        "a//b",
        "a/*/b",
        "*/a",
        "a*",
        "**",
        "a/**",
        ".*",
        "../*",
        "a/./*",
        "a/*/*",
    ],
)
def test_what_is_not_a_pattern(pattern: str) -> None:
    """A star is all there is, and only at the end of a prefix: no expressions."""
    assert not is_pattern(pattern)


def test_words_of_addresses() -> None:
    assert is_environment("production")
    assert not is_environment("a/b")
    assert not is_environment("..")
    assert is_path("a/b")
    assert not is_path("a/..")
    assert not is_path("/".join("a" * 9))


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128"])
def test_networks(text: str) -> None:
    assert is_network(text)


@pytest.mark.parametrize(
    "text", ["", "10.0.0.0", "10.0.0.1/8", "010.0.0.0/8", "2001:DB8::/32", "2001:db8:0::/32", "a/8"]
)
def test_a_network_has_one_spelling(text: str) -> None:
    assert not is_network(text)


def test_roles() -> None:
    assert is_role("Security Team")
    assert not is_role("x" * 129)
