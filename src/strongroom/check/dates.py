"""What is wrong with a date in a table, where something is. Pure.

The policy reader says which day a cell means; this adds why it means none.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from strongroom.policy.dates import parse

DATE_CHARS_MAX: Final = 64
_NUMBERS: Final = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})(?:[T ].*)?"
)
_TWO_WAYS: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}")
_NAMED: Final = re.compile(
    r"(?=.*\b\d{4}\b)(?=.*\b\d{1,2}(?:st|nd|rd|th)?\b).*"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*",
    re.IGNORECASE,
)
_NOTHING: Final = frozenset(
    {"", "-", "--", "–", "—", "n/a", "na", "none", "tbd", "?", "never", "unknown"}
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written: the day when there is one, else what is wrong with the words."""

    day: date | None
    problem: str = ""  # `missing`, `impossible`, `ambiguous` or `not-a-date`


def read(text: str) -> Written:
    """Read one cell. Never guesses between day and month."""
    cell = text.strip().strip("`*_").strip()[:DATE_CHARS_MAX]
    if cell.casefold() in _NOTHING:
        return Written(None, "missing")
    day = parse(cell)
    return Written(day) if day else Written(None, _problem(cell))


def is_on_compromise(text: str) -> bool:
    """Whether a cell says that only a compromise rotates the secret."""
    return "compromise" in text.casefold()


def _problem(cell: str) -> str:
    two_ways = _TWO_WAYS.fullmatch(cell)
    if two_ways:
        plausible = all(1 <= int(part) <= 12 for part in two_ways.groups())
        return "ambiguous" if plausible else "impossible"
    if _NUMBERS.fullmatch(cell) or _NAMED.fullmatch(cell):
        return "impossible"
    return "not-a-date"
