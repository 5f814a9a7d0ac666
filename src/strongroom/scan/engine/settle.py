"""What hits of one piece say about one another: context, pairs, and which of them stands.

A hit alone is judged by `confirm`; here it is asked what stands near it, which other rule's
hit belongs to it, and, where several cover the same octets, which of them says most.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from strongroom.scan.model import Confidence, Validity, without
from strongroom.scan.ruleset.model import Rule

NEAR_OCTETS_MAX: Final = 16 << 10
_RANKS: Final = tuple(Confidence)
_CELL: Final = 64  # octets
_CROWD: Final = 64  # of those that were decoded of one place are compared


class Candidate(NamedTuple):
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

    def __repr__(self) -> str:
        return without(self, "secret")


def settle(data: bytes, found: Sequence[Candidate]) -> list[Candidate]:
    """Those that stand, in the order of the piece."""
    refuted = [c for c in found if c.refuted]
    if refuted:
        wrong = _Spans(refuted)
        found = [c for c in found if not c.refuted and not _is_refuted(c, wrong)]
    close = [c for c in found if not c.rule.near or _near(data, c)]
    by_rule: dict[str, list[Candidate]] = {}
    for one in close:
        by_rule.setdefault(one.rule.id, []).append(one)
    spans = {name: _Spans(those) for name, those in by_rule.items()}
    paired = [p for c in close if (p := _pair(data, c, spans)) is not None]
    shown = [c for c in paired if c.rule.report or c.own]
    return _apart(shown)


class _Spans:
    """Where candidates stand, to be asked what they touch: a line may hold ten thousand."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        spans = sorted((c.start, c.end) for c in candidates)
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def touch(self, low: int, high: int) -> bool:
        """Whether one of them has octets between `low` and `high`."""
        before = bisect_left(self._starts, high)
        return before > 0 and self._ends[before - 1] > low


def _is_refuted(candidate: Candidate, wrong: _Spans) -> bool:
    """Whether a generic rule found what by its form is a token, and a wrong one."""
    return candidate.rule.generic and wrong.touch(candidate.start, candidate.end)


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


def _pair(data: bytes, candidate: Candidate, spans: Mapping[str, _Spans]) -> Candidate | None:
    rule = candidate.rule
    if not rule.pair:
        return candidate
    low = _back(data, candidate.start, rule.within)
    high = _forth(data, candidate.end, rule.within)
    ids = {name for name in rule.pair if name in spans and spans[name].touch(low, high)}
    if not ids:
        return None if rule.pair_required else candidate
    sure = min(candidate.sure, Confidence.HIGH, key=_RANKS.index)
    return candidate._replace(related=tuple(sorted(ids)), sure=sure)


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
    there: dict[int, list[Candidate]] = {}  # by the cells that they have octets in
    places: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in sorted(found, key=_weight, reverse=True):
        beside = places.setdefault(_place(candidate), [])
        cells = range(candidate.start // _CELL, (candidate.end - 1) // _CELL + 1)
        if beside and candidate.via:  # of one run, which may be a megabyte
            cells = range(0)
        near = {id(o): o for cell in cells for o in there.get(cell, ())}
        if any(_same(candidate, other) for other in (*beside[-_CROWD:], *near.values())):
            continue
        kept.append(candidate)
        beside.append(candidate)
        for cell in cells:
            there.setdefault(cell, []).append(candidate)
    return sorted(kept, key=_place)


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.start, candidate.end


def _same(candidate: Candidate, kept: Candidate) -> bool:
    if candidate.end <= kept.start or kept.end <= candidate.start:
        return False
    if candidate.via and kept.via:
        return candidate.secret in kept.secret or kept.secret in candidate.secret
    return True
