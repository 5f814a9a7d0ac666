"""The grace period and the four clocks."""

import pytest

from strongroom.policy.quantity import DAY, HOUR
from tests.policy.readers.build import MATRIX, TYPES, doubts, policy


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("Grace: 24–48h", 24, 48),
        ("Grace period: 1-2 days", 24, 48),
        ("A grace period of not less than 6 and not more than 18 hours.", 6, 18),
        ("Wait 12 hours before the old secret is removed.", 12, 12),
        ("The old key stays valid for at least 12 hours and at most 36 hours.", 12, 36),
        ("Both versions stay valid for no more than 12 hours.", 12, 12),
        ("The grace period must not exceed 20 hours.", 20, 20),
        ("The previous key is accepted for up to 72h.", 24, 72),
        ("There is no grace period.", 0, 0),
        ("Grace period: none", 0, 0),
        ("Nothing is said here.", 24, 48),
        ("The old secret is kept in the archive for 5 years.", 24, 48),
    ],
)
def test_the_grace_period_has_two_bounds(line: str, low: int, high: int) -> None:
    rotation = policy(line, "Rotation procedure", TYPES, MATRIX).rotation

    assert (low, high) == (rotation.grace_hours_min, rotation.grace_hours_max)


def test_two_grace_periods_leave_what_both_allow() -> None:
    compiled = policy(
        "- Grace period: 24-48 hours\n- The grace period is 12-36 hours", "Rotation", TYPES, MATRIX
    )

    assert (24, 36) == (compiled.rotation.grace_hours_min, compiled.rotation.grace_hours_max)
    assert "D-2" in doubts(compiled)


DEFAULT = (5, HOUR, DAY, 7 * DAY)


@pytest.mark.parametrize(
    ("lines", "clocks"),
    [
        (
            "1. Immediate actions (< 15 minutes)\n2. Investigation (< 2 hours)\n3. Remediation (< 48 hours)\n4. Post-mortem (< 14 days)",
            (15, 2 * HOUR, 2 * DAY, 14 * DAY),
        ),
        (
            "Contain: 20 min; investigate: 1 h; remediate: 1 d; post-mortem: 1 w",
            (20, HOUR, DAY, 7 * DAY),
        ),
        (
            "| Phase | Target |\n|---|---|\n| Containment | 20 min |\n| Analysis | 3 h |\n| Recovery | 2 days |\n| Lessons learned | 10 days |",
            (20, 3 * HOUR, 2 * DAY, 10 * DAY),
        ),
        (
            "Contain it within 2 hours and 30 minutes, and hold a retro no later than 5 working days after.",
            (150, HOUR, DAY, 5 * DAY),
        ),
        ("Within 8 minutes the key is revoked.", (8, *DEFAULT[1:])),
        ("Investigate for at least 2 hours.", DEFAULT),
        ("Customers are told within 72 hours.", DEFAULT),
        ("The incident is closed after 3 weeks.", DEFAULT),
    ],
)
def test_each_clock_is_told_by_the_words_around_it(lines: str, clocks: tuple[int, ...]) -> None:
    e = policy(lines, "Emergency rotation", TYPES, MATRIX).emergency

    assert clocks == (
        e.contain_minutes,
        e.investigate_minutes,
        e.remediate_minutes,
        e.postmortem_minutes,
    )


def test_the_shorter_of_two_limits_counts() -> None:
    compiled = policy(
        "- Contain a leak within 10 minutes.\n- Contain a leak within 5 minutes.",
        "Emergency",
        TYPES,
        MATRIX,
    )

    assert 5 == compiled.emergency.contain_minutes
    assert "D-2" in doubts(compiled)


def test_bounds_that_exclude_each_other_meet_at_the_shorter() -> None:
    compiled = policy(
        "- Grace period: at least 72 hours\n- Grace period: at most 24 hours", "R", TYPES, MATRIX
    )

    assert (24, 24) == (compiled.rotation.grace_hours_min, compiled.rotation.grace_hours_max)
    assert "D-3" in doubts(compiled)
