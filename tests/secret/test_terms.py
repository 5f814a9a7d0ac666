"""Type, owner, expiry: without them nothing is written."""

import pytest

from strongroom.errors import InvalidError
from strongroom.model.policy import Policy
from strongroom.secret.terms import DAY_US, find_type, owner, terms


def test_a_version_expires_after_the_period_of_its_type_or_earlier(compiled: Policy) -> None:
    assert 90 * DAY_US + 7 == terms(compiled, "api-key", 7).expires_us
    assert 30 * DAY_US + 7 == terms(compiled, "api-key", 7, days=30).expires_us


def test_what_only_a_compromise_rotates_is_looked_at_within_a_year(compiled: Policy) -> None:
    assert 365 * DAY_US == terms(compiled, "sentry-dsn", 0).expires_us


@pytest.mark.parametrize(
    ("days", "code"), [(91, "expiry-too-far"), (0, "expiry-past"), (-1, "expiry-past")]
)
def test_other_lives_are_refused(compiled: Policy, days: int, code: str) -> None:
    with pytest.raises(InvalidError) as error:
        terms(compiled, "api-key", 0, days=days)
    assert code == error.value.code


def test_an_unknown_type_names_the_nearest(compiled: Policy) -> None:
    with pytest.raises(InvalidError) as error:
        find_type(compiled, "apikey")
    assert "type-unknown" == error.value.code
    assert "api-key" in str(error.value.fix)


@pytest.mark.parametrize("text", [None, "", " \t"])
def test_nobody_is_no_owner(text: str | None) -> None:
    with pytest.raises(InvalidError) as error:
        owner(text)
    assert "owner-missing" == error.value.code


def test_an_owner_is_kept_as_given() -> None:
    assert "Ada Lovelace" == owner(" Ada Lovelace ")
