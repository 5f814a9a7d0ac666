"""How long an old version lives on, and how fast a compromise is ended."""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.model.policy import Emergency, Rotation
from strongroom.policy import quantity
from strongroom.policy.document import Statement
from strongroom.policy.quantity import HOUR, Span
from strongroom.policy.source import Source

GRACE: Final = Rotation(24, 48)
CLOCKS: Final = Emergency(5, 60, 24 * HOUR, 7 * 24 * HOUR)

_GRACE: Final = (
    " grace",
    " overlap",
    " transition period",
    " side by side",
    " in parallel",
    " both versions",
    " both valid",
)
_KEPT: Final = (" old ", " previous ", " predecessor", " outgoing ")
_LIVES: Final = (
    " remain",
    " keep",
    " kept",
    " stay",
    " valid",
    " active",
    " deactivat",
    " remove",
    " wait",
    " retire",
    " accept",
)
_CHANGE: Final = (" rotat", " replac", " successor", " roll")
_VALUES: Final = (
    *(" secret", " key", " version", " value", " credential", " password", " token", " one "),
    *(" predecessor", " certificate"),
)
_NO_GRACE: Final = re.compile(
    r" (?:no|without|zero|without a|without any) (?:grace|overlap)| (?:grace|overlap)(?: period)?(?: is)? none "
)
_AT_LEAST: Final = re.compile(
    r"at least|minimum|no less|not less|≥|>=?|\bmin\b|no earlier|not before|no sooner",
    re.IGNORECASE,
)
_FLOOR: Final = re.compile(r"(?:at least|(?:no|not) (?:less|earlier) than|≥)\s*$", re.IGNORECASE)
_AT_MOST: Final = re.compile(
    r"at most|maximum|no more|not more|up to|≤|<=?|\bmax\b|within|exceed|no later|not after|no longer|longer than",
    re.IGNORECASE,
)
_EMERGENCY: Final = (" emergency", " compromis", " incident", " breach", " leak", " exposed")
# In the order of the clocks; the first that a phrase names is the one it states.
_CLOCKS: Final = {
    "postmortem_minutes": (
        "post-mortem",
        "post mortem",
        "postmortem",
        "retro",
        "lessons learn",
        "after-action",
        "root cause",
    ),
    "remediate_minutes": (
        "remediat",
        "recover",
        "eradicat",
        "related secret",
        "clean-up",
        "cleanup",
        "follow-up",
    ),
    "investigate_minutes": ("investigat", "analys", "analyz", "assess", "scope", "triage"),
    "contain_minutes": (
        "immediate",
        "contain",
        "revoke",
        "first response",
        "respond",
        "replace",
        "rotate",
        "stop the",
    ),
}


def rotation(source: Source) -> Rotation:
    """The bounds of the grace period in hours."""
    low: dict[int, Statement] = {}
    high: dict[int, Statement] = {}
    for statement, span in _graces(source):
        before = statement.text[max(0, span.at - 24) : span.at]
        if span.low == span.high and _AT_LEAST.search(before):
            low[span.low // HOUR] = statement
        elif span.low == span.high and _AT_MOST.search(before):
            high[-(-span.high // HOUR)] = statement
        else:
            low[span.low // HOUR] = statement
            high[-(-span.high // HOUR)] = statement
    for bound, values in (("minimum", low), ("maximum", high)):
        if len(values) > 1:
            source.notes.doubt(
                "D-2",
                tuple(s.line for s in values.values()),
                f"the {bound} grace period is stated as {' and as '.join(f'{v} hours' for v in sorted(values))}",
                "the range that all statements allow counts",
            )
    source.notes.state("rotation.grace", *low.values(), *high.values())
    least = max(low) if low else None
    most = min(high) if high else None
    if least is None:
        least = min(GRACE.grace_hours_min, most) if most is not None else GRACE.grace_hours_min
        source.notes.assume("rotation.grace_hours_min", least)
    if most is None:
        most = max(GRACE.grace_hours_max, least)
        source.notes.assume("rotation.grace_hours_max", most)
    if least > most:
        source.notes.doubt(
            "D-3",
            tuple(s.line for s in (*low.values(), *high.values())),
            f"the grace period must be at least {least} and at most {most} hours",
            "the shorter bound counts for both: a value that should be dead is worse than an early retirement",
        )
        least = most
    return Rotation(least, most)


def _graces(source: Source) -> Iterator[tuple[Statement, Span]]:
    for statement in source.prose():
        words = statement.fold
        named = any(w in words for w in _GRACE) or any(w in statement.above for w in _GRACE)
        implied = (
            any(w in words + statement.above for w in _CHANGE)
            and any(w in words for w in _KEPT)
            and any(w in words for w in _LIVES)
            and any(w in words for w in _VALUES)
        )
        if (named or implied) and " log" not in words:
            if _NO_GRACE.search(words):
                yield statement, Span(0, 0, 0)
            for span in quantity.spans(statement.text):
                if span.high < 60 * 24 * HOUR:
                    yield statement, span


def emergency(source: Source) -> Emergency:
    """The four clocks, in minutes."""
    found: dict[str, dict[int, Statement]] = {clock: {} for clock in _CLOCKS}
    for statement in source.prose():
        near = statement.fold + statement.above
        if not any(w in near for w in _EMERGENCY) or " rotate every" in near:
            continue
        for clock, span in _clocks(statement):
            found[clock].setdefault(span.high, statement)
    values: dict[str, int] = {}
    for clock in CLOCKS.__struct_fields__:
        stated = found[clock]
        if len(stated) > 1:
            source.notes.doubt(
                "D-2",
                tuple(s.line for s in stated.values()),
                f"the limit to {clock.removesuffix('_minutes')} is stated more than once: {' and '.join(f'{v} minutes' for v in sorted(stated))}",
                "the shortest limit counts",
            )
        if not stated:
            source.notes.assume(f"emergency.{clock}", getattr(CLOCKS, clock))
        source.notes.state(f"emergency.{clock}", *stated.values())
        values[clock] = min(stated) if stated else int(getattr(CLOCKS, clock))
    return Emergency(**values)


def _clocks(statement: Statement) -> Iterator[tuple[str, Span]]:
    """Each duration of a statement with the clock that the words around it name."""
    text = statement.text
    spans = quantity.spans(text)
    for number, span in enumerate(spans):
        start = spans[number - 1].at if number else 0
        if _FLOOR.search(text, max(0, span.at - 24), span.at):
            continue  # a lower bound is no limit
        end = spans[number + 1].at if number + 1 < len(spans) else len(text)
        before = text[start : span.at].casefold()
        # In `…, investigate within an hour, …` the words before the number name its clock.
        clock = _named(before) or _named(text[span.at : end].casefold())
        if clock is None and len(spans) == 1:
            clock = _named(statement.section.title.casefold())
        if clock:
            yield clock, span


def _named(phrase: str) -> str | None:
    hits = {
        clock: at
        for clock, stems in _CLOCKS.items()
        if (at := max(phrase.rfind(s) for s in stems)) >= 0
    }
    if not hits:
        return None
    # `Immediate actions: … revoke` and `post-mortem` beat a mere `rotate` further on.
    strong = {c: at for c, at in hits.items() if c != "contain_minutes"}
    return max(strong, key=strong.__getitem__) if strong else "contain_minutes"
