"""What hits of one piece say about one another: context, pairs, and which of them stands.

A hit alone is judged by `confirm`; here it is asked what stands near it, which other rule's
hit belongs to it, and, where several cover the same octets, which of them says most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from strongroom.scan.model import Confidence, Validity
from strongroom.scan.ruleset.model import Rule

NEAR_OCTETS_MAX: Final = 16 << 10
_RANKS: Final = tuple(Confidence)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit that is not settled yet; `start` and `end` are octets of the piece."""

    rule: Rule
    start: int
    end: int
    secret: bytes
    sure: Confidence
    validity: Validity
    via: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    own: str = ""
    refuted: bool = False  # it has a form whose checksum is wrong


def settle(data: bytes, found: Sequence[Candidate]) -> list[Candidate]:
    """Those that stand, in the order of the piece."""
    refuted = [c for c in found if c.refuted]
    if refuted:
        found = [c for c in found if not c.refuted and not _is_refuted(c, refuted)]
    close = [c for c in found if not c.rule.near or _near(data, c)]
    paired = [p for c in close if (p := _pair(data, c, close)) is not None]
    shown = [c for c in paired if c.rule.report or c.own]
    return _apart(shown)


def _is_refuted(candidate: Candidate, refuted: Sequence[Candidate]) -> bool:
    """Whether a generic rule found what by its form is a token, and a wrong one."""
    return candidate.rule.generic and any(
        candidate.start < other.end and other.start < candidate.end for other in refuted
    )


def _near(data: bytes, candidate: Candidate) -> bool:
    rule = candidate.rule
    low = _back(data, candidate.start, rule.within)
    high = _forth(data, candidate.end, rule.within)
    text = data[low:high].lower()
    return any(word.encode().lower() in text for word in rule.near)


def _back(data: bytes, at: int, lines: int) -> int:
    floor = max(0, at - NEAR_OCTETS_MAX)
    for _ in range(lines + 1):
        newline = data.rfind(b"\n", floor, at)
        if newline < 0:
            return floor
        at = newline
    return at


def _forth(data: bytes, at: int, lines: int) -> int:
    ceiling = min(len(data), at + NEAR_OCTETS_MAX)
    for _ in range(lines + 1):
        newline = data.find(b"\n", at, ceiling)
        if newline < 0:
            return ceiling
        at = newline + 1
    return at


def _pair(data: bytes, candidate: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    rule = candidate.rule
    if not rule.pair:
        return candidate
    low = _back(data, candidate.start, rule.within)
    high = _forth(data, candidate.end, rule.within)
    ids = {
        other.rule.id
        for other in others
        if other.rule.id in rule.pair and other.start < high and low < other.end
    }
    if not ids:
        return None if rule.pair_required else candidate
    sure = min(candidate.sure, Confidence.HIGH, key=_RANKS.index)
    return replace(candidate, related=tuple(sorted(ids)), sure=sure)


def _weight(candidate: Candidate) -> tuple[bool, bool, int, int, int]:
    """What decides between hits that overlap; the greatest stands."""
    return (
        bool(candidate.own),
        not candidate.rule.generic,
        -_RANKS.index(candidate.sure),
        candidate.end - candidate.start,
        -len(candidate.via),
    )


def _apart(found: Sequence[Candidate]) -> list[Candidate]:
    """No two of what is left overlap, but decoded ones of one place with different secrets."""
    kept: list[Candidate] = []
    for candidate in sorted(found, key=_weight, reverse=True):
        if not any(_same(candidate, other) for other in kept):
            kept.append(candidate)
    return sorted(kept, key=_place)


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.start, candidate.end


def _same(candidate: Candidate, kept: Candidate) -> bool:
    if candidate.end <= kept.start or kept.end <= candidate.start:
        return False
    if candidate.via and kept.via:
        return candidate.secret in kept.secret or kept.secret in candidate.secret
    return True
