"""How much a customer is worth, from what he bought. Pure: time is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DAY_US: Final = 86_400_000_000
HALF_LIFE_DAYS: Final = 90
OFTEN: Final = 10
MUCH_CENTS: Final = 100_000


class Segment(StrEnum):
    """What marketing calls them."""

    NEW = "new"
    REGULAR = "regular"
    LOYAL = "loyal"
    AT_RISK = "at-risk"


@dataclass(frozen=True, slots=True)
class Purchase:
    """Microseconds since 1970 in UTC, and hundredths of the currency."""

    at_us: int
    cents: int


def score(purchases: Sequence[Purchase], now_us: int) -> int:
    """0 to 100: how lately, how often and for how much, a third each."""
    if not purchases:
        return 0
    days = max(0, now_us - max(one.at_us for one in purchases)) / DAY_US
    lately: float = 0.5 ** (days / HALF_LIFE_DAYS)
    often = min(1.0, len(purchases) / OFTEN)
    much = min(1.0, sum(one.cents for one in purchases) / MUCH_CENTS)
    return round(100 * (lately + often + much) / 3)


def segment(purchases: Sequence[Purchase], now_us: int) -> Segment:
    """Whoever bought much and stays away is at risk; who bought less than three times is new."""
    if len(purchases) < 3:
        return Segment.NEW
    days = (now_us - max(one.at_us for one in purchases)) / DAY_US
    if days > 2 * HALF_LIFE_DAYS:
        return Segment.AT_RISK
    return Segment.LOYAL if score(purchases, now_us) >= 60 else Segment.REGULAR
