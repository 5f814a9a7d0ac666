"""Dates as people write them, as ISO 8601. What two readings would fit is not guessed."""

import re
from datetime import date
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_WORD: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ .-]+(?P<w>{_WORD})\.?,?[ -]+(?P<y>\d{{4}})",
        rf"(?P<w>{_WORD})\.? +(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y>\d{{4}})",
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    )
)
_TWO_WAYS: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def parse(text: str) -> date | None:
    """The date that `text` is, or None: no date, an impossible one, or one of two readings."""
    text = text.strip().strip("`*_")
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            month = _MONTHS[parts["w"].lower()] if parts.get("w") else int(parts["m"])
            return _date(int(parts["y"]), month, int(parts["d"]))
    if match := _TWO_WAYS.fullmatch(text):
        first, second, year = map(int, match.groups())
        if first > 12 or second > 12 or first == second:
            day, month = (first, second) if first > 12 or first == second else (second, first)
            return _date(year, month, day)
    return None


def iso(text: str) -> str:
    """`text` as an ISO date where it is one date, unchanged where it is not."""
    found = parse(text)
    return found.isoformat() if found else text.strip()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
