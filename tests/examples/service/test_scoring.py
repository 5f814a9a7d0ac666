"""Scores and segments of the example's service."""

import pytest

from customer_intelligence.scoring import DAY_US, HALF_LIFE_DAYS, Purchase, Segment, score, segment

NOW_US = 1_800_000_000_000_000


def bought(times: int, cents: int = 1_000, days_ago: int = 0) -> list[Purchase]:
    return [Purchase(NOW_US - days_ago * DAY_US, cents) for _ in range(times)]


@pytest.mark.parametrize(
    ("purchases", "expected"),
    [
        ([], 0),
        (bought(1), 37),
        (bought(10, 10_000), 100),
        (bought(100, 100_000), 100),
        (bought(10, 10_000, HALF_LIFE_DAYS), 83),
        ([Purchase(NOW_US + DAY_US, 10_000)] * 10, 100),
    ],
    ids=["nothing", "once", "best", "more", "a while ago", "from the future"],
)
def test_a_score_is_of_when_and_how_often_and_how_much(
    purchases: list[Purchase], expected: int
) -> None:
    assert score(purchases, NOW_US) == expected


@pytest.mark.parametrize(
    ("purchases", "expected"),
    [
        ([], Segment.NEW),
        (bought(2, 100_000), Segment.NEW),
        (bought(3), Segment.REGULAR),
        (bought(10, 10_000), Segment.LOYAL),
        (bought(10, 10_000, 2 * HALF_LIFE_DAYS + 1), Segment.AT_RISK),
    ],
    ids=["nothing", "twice", "often", "loyal", "gone"],
)
def test_a_segment(purchases: list[Purchase], expected: Segment) -> None:
    assert segment(purchases, NOW_US) is expected
