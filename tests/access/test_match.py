"""Tests for strongroom.access.match; each condition is decided upon in test_decide."""

import pytest
from hypothesis import given
from tests.access.world import NOW_US, REQUESTS, facts, grant, grants, person, read

from strongroom.access.facts import Request
from strongroom.access.match import Standing, covers, is_canonical, standing
from strongroom.model.principal import Effect, Grant, Verb


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*", "a", True),
        ("*", None, True),
        ("a", "a", True),
        ("a", "A", False),
        ("a", "a/b", False),
        ("a", None, False),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", True),
        ("a/*", "a", False),
        ("a/*", "ab/c", False),
        ("a/*", "A/b", False),
        ("a/*", None, False),
        ("a/b", "a/b", True),
    ],
)
def test_covers(pattern: str, path: str | None, expected: bool) -> None:
    assert expected == covers(pattern, path)


@given(grants(), REQUESTS)
def test_a_grant_that_covers_also_touches(held: Grant, request: Request) -> None:
    """Turned into a denial, whatever grants something takes the same thing."""
    given = facts(person(), request)
    plain = grant(verbs=held.verbs, environment=held.environment, pattern=held.pattern)
    denial = grant(
        verbs=held.verbs,
        environment=held.environment,
        pattern=held.pattern,
        effect=Effect.DENY,
    )

    if standing(plain, given, request, NOW_US) is Standing.APPLIES:
        assert Standing.APPLIES is standing(denial, given, request, NOW_US)


@pytest.mark.parametrize(
    ("environment", "path", "expected"),
    [
        (None, None, True),
        ("production", None, True),
        ("production", "a/b", True),
        (None, "a/b", False),
        ("", None, False),
        ("production", "", False),
        ("..", "a", False),
        ("production/a", "b", False),
        ("production", "/".join("abcdefgh"), True),
        ("production", "/".join("abcdefghi"), False),
    ],
)
def test_canonical(environment: str | None, path: str | None, expected: bool) -> None:
    assert expected == is_canonical(Request(Verb.READ, environment, path))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (grant(), Standing.APPLIES),
        (grant(verbs=frozenset({Verb.WRITE})), Standing.OTHER_VERB),
        (grant(environment="staging"), Standing.ELSEWHERE),
        (grant(pattern="web/*"), Standing.ELSEWHERE),
        (grant(not_before_us=NOW_US + 1), Standing.NOT_YET),
        (grant(expires_at_us=NOW_US), Standing.EXPIRED),
    ],
)
def test_standing(held: Grant, expected: Standing) -> None:
    assert expected is standing(held, facts(person(), read()), read(), NOW_US)
