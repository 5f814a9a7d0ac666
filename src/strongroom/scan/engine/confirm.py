"""Whether a rule really has a hit in some text, and what is known of it from that alone.

The matcher only says that there may be one. Here `re` finds the secret, and anchors, entropy,
the rule's own exceptions, checksum and structure judge it. All of it depends on the text
alone, so that a line that comes again, as lines in a history do, is not judged again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from strongroom.scan.engine import filters
from strongroom.scan.engine.checksums import CHECKSUMS
from strongroom.scan.engine.entropy import entropy
from strongroom.scan.engine.expressions import Expressions
from strongroom.scan.engine.structure import STRUCTURES
from strongroom.scan.model import Confidence, Validity
from strongroom.scan.ruleset.model import SECRET_GROUP, Rule

SECRET_OCTETS_MAX: Final = 1 << 20
LEARN_OCTETS: Final = 4096  # after which a rule's pattern is read for what it begins with
# What has not this structure is a text about one: `-----BEGIN PRIVATE KEY-----\n...`.
REFUTED_BY: Final = frozenset({"jwt", "pem"})
_RANKS: Final = tuple(Confidence)


class Raw(NamedTuple):
    """A hit in a text: octets of the secret, and what was learned of it.

    `sure` may be less or more than the rule's own confidence. `refuted`: it has the form, and
    its checksum is wrong, so it is no secret, whatever it is assigned to.
    """

    start: int
    end: int
    sure: Confidence
    validity: Validity
    refuted: bool = False


class Confirmer:
    """One rule, compiled when it is needed for the first time."""

    def __init__(self, rule: Rule, expressions: Expressions | None = None) -> None:
        self.rule = rule
        self._expressions = expressions or Expressions()
        # The word that must be near may be what was seen, some lines away.
        by_word = rule.near and not rule.anchors
        self.lines = max(rule.lines, 2 * rule.within + 1 if by_word else 1)
        self._pattern: re.Pattern[bytes] | None = None
        self._learnt = False
        self._places: Callable[[bytes], list[int]] | None = None  # where it may begin
        self._implied = False  # what it may begin with has the anchors in it
        self._looked = 0
        self._group = self._name = 0
        self._anchors = [a.encode() for a in rule.anchors]
        self._reject: list[re.Pattern[bytes]] = []
        self._reject_line: list[re.Pattern[bytes]] = []
        self._checksum = CHECKSUMS[rule.checksum] if rule.checksum else None
        self._structure = STRUCTURES[rule.structure] if rule.structure else None

    def find(
        self, data: bytes, start: int, end: int, asked: tuple[int, int] | None = None
    ) -> Iterator[Raw]:
        """All hits of the rule in `data[start:end]`, which is a line or a window of some.

        With `asked`, only those whose match overlaps these octets.
        """
        asked = asked or (start, end)
        lower = data[start:end].lower()
        if self._anchors and not self._implied and not _has_one(lower, self._anchors):
            return iter(())
        each = (
            self._from_places(data, lower, start, end)
            if self._places
            else self._each(data, start, end)
        )
        return self._matches(data, each, asked)

    def _matches(
        self, data: bytes, matches: Iterable[re.Match[bytes]], asked: tuple[int, int]
    ) -> Iterator[Raw]:
        low, high = asked
        for match in matches:
            if match.end() < low or match.start() > high:
                continue
            first, last = self._span(match)
            if first < last and last - first <= SECRET_OCTETS_MAX:
                judged = self._judge(data, match, first, last)
                if judged is not None:
                    yield Raw(first, last, *judged)

    def _each(self, data: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
        """All matches. A rule that looks at much is asked for what its matches begin with."""
        pattern = self._pattern or self._compiled()
        self._looked += end - start
        if self._looked > LEARN_OCTETS and not self._learnt:
            from strongroom.scan.engine.starts import finder  # noqa: PLC0415 - for few rules

            self._learnt = True
            texts = self._expressions.starts(pattern.pattern)
            if texts:
                self._places = finder(texts)
                self._implied = all(_has_one(text, self._anchors) for text in texts)
        return pattern.finditer(data, start, end)

    def _from_places(
        self, data: bytes, lower: bytes, start: int, end: int
    ) -> Iterator[re.Match[bytes]]:
        """The same, found sooner, since each begins with a text that can be looked for."""
        assert self._pattern is not None
        assert self._places is not None
        match_at, last = self._pattern.match, start
        for at in self._places(lower):
            if start + at >= last and (match := match_at(data, start + at, end)):
                last = match.end()
                yield match

    def _compiled(self) -> re.Pattern[bytes]:
        """Only now: of most rules that are looked at, no anchor is ever there."""
        compiled = self._expressions.compile
        self._pattern = pattern = compiled(self.rule.pattern.encode(), re.MULTILINE)
        self._reject = [compiled(p.encode()) for p in self.rule.reject]
        self._reject_line = [compiled(p.encode()) for p in self.rule.reject_line]
        names = pattern.groupindex
        self._group = names.get(SECRET_GROUP, 1 if pattern.groups else 0)
        self._name = names.get(filters.NAME_GROUP, 0)
        return pattern

    def _span(self, match: re.Match[bytes]) -> tuple[int, int]:
        """Of the secret: its group; where that took no part, the last one that did."""
        first, last = match.span(self._group)
        return (first, last) if first >= 0 else match.span(match.lastindex or 0)

    def _judge(
        self, data: bytes, match: re.Match[bytes], first: int, last: int
    ) -> tuple[Confidence, Validity, bool] | None:
        rule, secret = self.rule, data[first:last]
        if rule.entropy and entropy(secret) < rule.entropy:
            return None
        if any(p.search(secret) for p in self._reject):
            return None
        if self._reject_line:
            line = data[line_start(data, match.start()) : line_end(data, match.end())]
            if any(p.search(line) for p in self._reject_line):
                return None
        sure, validity = rule.confidence, Validity.UNKNOWN
        if self._checksum is not None:
            if not self._checksum(secret):
                return Confidence.LOW, Validity.MALFORMED, True
            sure, validity = Confidence.CERTAIN, Validity.WELL_FORMED
        if self._structure is not None:
            validity = self._structure(secret)
            if validity is Validity.MALFORMED and rule.structure in REFUTED_BY:
                return None
            if validity is Validity.MALFORMED:
                sure = Confidence.LOW
            elif validity is Validity.WELL_FORMED and sure is Confidence.MEDIUM:
                sure = Confidence.HIGH
        if rule.generic:
            name = match[self._name] if self._name else b""
            found = filters.judge(secret, name or b"", filters.around(data, first, last))
            if found.why is not None:
                return None
            sure = weaker(sure, found.at_most)
        return sure, validity, False


def _has_one(lower: bytes, texts: Sequence[bytes]) -> bool:
    for text in texts:  # noqa: SIM110 - `any` takes twice as long, and this is asked often
        if text in lower:
            return True
    return False


def weaker(one: Confidence, other: Confidence) -> Confidence:
    """The less sure of two."""
    return _RANKS[max(_RANKS.index(one), _RANKS.index(other))]


def line_start(data: bytes, at: int, reach: int = 4096) -> int:
    """Where the line of `at` begins, or `reach` octets before."""
    low = max(0, at - reach)
    newline = data.rfind(b"\n", low, at)
    return newline + 1 if newline >= 0 else low


def line_end(data: bytes, at: int, reach: int = 4096) -> int:
    """Where the line of `at` ends, or `reach` octets behind."""
    newline = data.find(b"\n", at, at + reach)
    return newline if newline >= 0 else min(len(data), at + reach)
