"""Tests for strongroom.check.room.values: what is noted of a value, and what it can show."""

import pytest
from msgspec.structs import replace
from tests.check import build
from tests.check.room.build import POLICY, facts, judged, seen, surveyed, version

from strongroom.db.tables.survey import Print, Shared
from strongroom.model.finding import Verdict
from strongroom.model.severity import Severity

API = next(t for t in build.POLICY.types if t.id == "api-key")
POLICY_2 = replace(POLICY, types=(*POLICY.types, API))


def noted(chars: int, classes: str, strong: int = 1) -> tuple[Print, ...]:
    return (Print(b"s" * 16, 1, "value", strong, chars, classes),)


@pytest.mark.parametrize(
    ("chars", "classes", "found"),
    [(64, "lower digits", 0), (43, "upper lower digits", 0), (42, "upper lower digits", 1), (78, "digits", 0), (77, "digits", 1), (32, "", 0)],
)  # fmt: skip
def test_bits_are_bounded_from_above(chars: int, classes: str, found: int) -> None:
    """P-4.1: 43 characters of 62 can have 256 bits, 42 cannot."""
    one = seen(prints=noted(chars, classes))

    assert found == len(judged(facts(one), rule="room-bits").findings)


def test_development_may_be_weak() -> None:
    survey = surveyed(seen(prints=noted(4, "lower", 0)), environment="development")
    room = facts(surveys=(survey,), places=("development",))

    for rule in ("room-weak", "room-bits"):
        assert () == judged(room, rule=rule).findings


def test_a_prefix_is_known_of_keys_that_were_made_here() -> None:
    """P-4.5."""
    made = seen("api/KEY", "api-key", versions=(version(),))
    given = seen("api/KEY", "api-key", versions=(version(origin="given"),))

    def verdict(*found: object) -> Verdict:
        room = facts(*found, policy=POLICY_2)  # type: ignore[arg-type]
        scores = judged(room, POLICY_2).scoreboard
        return next(s.verdict for s in scores if s.clause == "P-4.5")

    assert Verdict.PASS is verdict(made)
    assert Verdict.NOT_EVALUATED is verdict(given)


def test_an_earlier_version_s_value_elsewhere_is_not_the_current_one_s() -> None:
    one = seen(current=2, versions=(version(1, state="previous"), version(2)))
    survey = surveyed(one, shared=(Shared(one.secret.id, 1, "value", 2, 2),))

    assert () == judged(facts(surveys=(survey,)), rule="room-same-value").findings


def test_a_password_outside_of_a_manager_is_worse() -> None:
    """C-6."""
    known = next(t for t in build.POLICY.types if t.id == "database-password")
    policy = replace(POLICY, types=(*POLICY.types, known))
    rows = [seen("a"), seen("b", "database-password")]
    out = [one._replace(secret=one.secret._replace(store="env")) for one in rows]
    found = judged(facts(*out, policy=policy), policy, "room-store").findings

    assert [Severity.MEDIUM, Severity.HIGH] == [f.severity for f in found]
