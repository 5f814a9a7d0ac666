"""Numbers with units, as people write them in policies.

Calendar units have no fixed length, so each resolves to the side that keeps the promise
in any year: a rotation period to the shorter, a retention to the longer (ADR 0006).
"""

import re
from enum import Enum
from typing import Final, NamedTuple

HOUR: Final = 60
DAY: Final = 24 * HOUR

_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Final[dict[str, float]] = {
    **{word: float(n) for n, word in enumerate(_SMALL)},
    **{word: float(n * 10) for n, word in enumerate(_TENS, start=2)},
    **{
        f"{ten}{gap}{one}": float(tens * 10 + ones)
        for tens, ten in enumerate(_TENS, start=2)
        for ones, one in enumerate(_SMALL[1:10], start=1)
        for gap in ("-", " ")
    },
    "a": 1.0,
    "an": 1.0,
    "each": 1.0,
    "every": 1.0,
    "per": 1.0,
    "half": 0.5,
    "half a": 0.5,
    "half an": 0.5,
    "one hundred": 100.0,
    "a hundred": 100.0,
    "one hundred and eighty": 180.0,
    "one hundred eighty": 180.0,
    "three hundred and sixty-five": 365.0,
    "every other": 2.0,
}


class Calendar(Enum):
    """How long a month, a quarter and a year are, in days."""

    SHORT = (30, 90, 365)
    LONG = (31, 92, 366)


class Span(NamedTuple):
    """A duration in minutes; `low` and `high` differ for `24-48 hours`.

    They are as written: a range the wrong way round is for the reader to notice.
    """

    low: int
    high: int
    at: int  # where it begins in the text


_UNITS: Final = {
    "s": r"s|secs?|seconds?",
    "min": r"m|mins?|minutes?",
    "h": r"h|hrs?|hours?",
    "d": r"d|(?:(?:calendar|business|working|week)[ -]?)?days?",
    "w": r"w|wks?|weeks?",
    "mo": r"mo|mos|mths?|months?",
    "q": r"quarters?",
    "y": r"y|yrs?|years?|annum",
}
_UNIT: Final = "|".join(f"(?:{u})" for u in _UNITS.values())
_NUMBER: Final = (
    r"\d{1,3}(?:[,\u2009\u202f ]\d{3}){1,2}(?!\d)|\d{1,9}(?:\.\d{1,9})?(?!\d)|"
    rf"(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?!\w)"
)
_DURATION: Final = re.compile(
    rf"(?<![\w.])(?P<a>{_NUMBER})(?:\s*\(\d{{1,4}}\))?"
    rf"(?:(?:\s*-?\s*(?P<au>{_UNIT})(?!\w))?\s*(?P<j>-|–|—|\.\.+|…|to|and|until)\s*"
    rf"(?P<k>(?:no|not) (?:more|longer) than|at most|up to|a maximum of)?\s*(?P<b>{_NUMBER}))?"
    rf"\s*-?\s*(?P<u>{_UNIT})(?!\w)",
    re.IGNORECASE,
)
_ADVERBS: Final = {
    r"hourly": (1, "h"),
    r"daily": (1, "d"),
    r"fortnightly|bi-?weekly": (2, "w"),
    r"weekly": (1, "w"),
    r"bi-?monthly": (2, "mo"),
    r"monthly": (1, "mo"),
    r"quarterly": (1, "q"),
    r"semi-?annual(?:ly)?|bi-?annual(?:ly)?|half-?yearly|(?:twice|two times|2 times) (?:a|per|each|every) year": (
        6,
        "mo",
    ),
    r"(?:four|4) times (?:a|per|each|every) year": (1, "q"),
    r"(?:three|3) times (?:a|per|each|every) year": (4, "mo"),
    r"annual(?:ly)?|yearly|once (?:a|per|each|every) year": (1, "y"),
}
_ADVERB: Final = re.compile(
    "|".join(f"(?P<x{n}>\\b(?:{p})\\b)" for n, p in enumerate(_ADVERBS)), re.IGNORECASE
)
_BITS: Final = re.compile(
    rf"(?<![\w.])(?P<n>{_NUMBER})\s*[-\u2011]?\s*(?P<u>bits?|bytes?|octets?|hex(?:adecimal)?[- ](?:chars?|characters?|digits?))\b",
    re.IGNORECASE,
)
_LENGTH: Final = re.compile(
    rf"(?<![\w.])(?P<n>{_NUMBER})(?:\s*(?:-|–|to|and)\s*\d{{1,9}}(?!\d))?\s*\+?\s*(?:or more\s*)?[-\u2011]?\s*"
    rf"(?:chars?|characters?|symbols? long|letters?|signs)\b(?!\s*(?:class|kind|set|type))"
    rf"|\b(?:length|long)\b[^.\d]{{0,24}}?(?P<m>\d{{1,9}})(?!\d)",
    re.IGNORECASE,
)
_UPPER: Final = re.compile(
    r"(?:at most|maximum|max\.?|no more than|not more than|up to|no longer than)[^\d.;,]{0,12}$",
    re.IGNORECASE,
)


def spans(text: str, calendar: Calendar = Calendar.SHORT) -> list[Span]:
    """Every duration in `text`, in the order they stand."""
    found = []
    taken: set[int] = set()
    for match in _ADVERB.finditer(text):
        count, unit = list(_ADVERBS.values())[int(str(match.lastgroup)[1:])]
        length = _minutes(count, unit, calendar)
        found.append(Span(length, length, match.start()))
        taken.update(range(match.start(), match.end()))  # `twice a year` holds no `a year`
    for match in _DURATION.finditer(text):
        if match.start() in taken:
            continue
        found.append(_span(match, calendar))
    return sorted(found, key=lambda span: span.at)


def _span(match: re.Match[str], calendar: Calendar) -> Span:
    last = _unit(match["u"])
    first = _unit(match["au"]) if match["au"] else last
    low = _minutes(_number(match["a"]), first, calendar)
    high = _minutes(_number(match["b"]), last, calendar) if match["b"] else low
    adds = (match["j"] or "").lower() == "and" and first != last and not match["k"]
    if adds and high < low:  # `2 hours and 30 minutes`
        low = high = low + high
    return Span(low, high, match.start())


def days(text: str, calendar: Calendar = Calendar.SHORT) -> int | None:
    """The first duration in `text` in whole days, rounded to the stricter side."""
    found = spans(text, calendar)
    if not found:
        return None
    if calendar is Calendar.LONG:
        return -(-found[0].low // DAY)
    least = min(found[0].low, found[0].high)
    return least // DAY or (1 if least else None)


def bits(text: str) -> list[int]:
    """Every lower bound of strength in `text`, in bits: `32 bytes` and `64 hex characters` are 256."""
    factors = {"bit": 1, "byt": 8, "oct": 8, "hex": 4}
    return [
        int(_number(m["n"]) * factors[m["u"][:3].lower()])
        for m in _BITS.finditer(text)
        if not _UPPER.search(text, 0, m.start())
    ]


def length(text: str) -> int | None:
    """The first lower bound of a length in characters that `text` names, or None."""
    for match in _LENGTH.finditer(text):
        found = match["n"] or match["m"]
        if not _UPPER.search(text, 0, match.start("n" if match["n"] else "m")):
            return int(_number(found))
    return None


def _number(text: str) -> float:
    word = re.sub(r"\s+", " ", text.casefold())
    return _WORDS[word] if word in _WORDS else float(re.sub(r"[^\d.]", "", text))


def _unit(text: str) -> str:
    return next(k for k, pattern in _UNITS.items() if re.fullmatch(pattern, text, re.IGNORECASE))


def _minutes(number: float, unit: str, calendar: Calendar) -> int:
    month, quarter, _ = calendar.value
    match unit:
        case "s":
            return -(-int(number) // 60) if calendar is Calendar.LONG else max(1, int(number) // 60)
        case "min":
            return int(number)
        case "h":
            return int(number * HOUR)
        case "d":
            return int(number * DAY)
        case "w":
            return int(number * 7 * DAY)
        case "mo" if number >= 12 and number % 12 == 0:
            return _minutes(number / 12, "y", calendar)
        case "mo":
            return int(number * month * DAY)
        case "q":
            return int(number * quarter * DAY)
        case _:
            # Four years hold one leap day, wherever one starts to count.
            extra = -(-int(number) // 4) if calendar is Calendar.LONG else 0
            return int(number * 365 * DAY) + extra * DAY
