"""The engine: a piece of input in, its hits out."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError
from strongroom.model.finding import Severity
from strongroom.scan.engine.confirm import Confirmer
from strongroom.scan.engine.look import Looker
from strongroom.scan.engine.matcher import Kind, Matcher
from strongroom.scan.engine.patterns import VERSION, patterns
from strongroom.scan.engine.place import Places
from strongroom.scan.engine.settle import Candidate, settle
from strongroom.scan.model import Confidence, Hit, Piece, Validity
from strongroom.scan.own.interface import OwnValues
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.ruleset.paths import wanted

DEPTH: Final = 3  # decodings within one another
OWN: Final = Rule(
    id="own-value",
    title="A value of this room",
    pattern="",
    severity=Severity.CRITICAL,
    confidence=Confidence.CERTAIN,
    remedy="strongroom rotate, or strongroom incident declare",
)


class Engine:
    """Scans pieces by one set of rules.

    It is made once a process and remembers lines that it has seen, secrets in them included,
    as long as it lives. `cache` is a folder of the user's own for the compiled patterns.
    """

    def __init__(
        self,
        rules: RuleSet,
        *,
        own: OwnValues | None = None,
        cache: Path | None = None,
        matcher: Kind = Kind.AUTO,
        depth: int = DEPTH,
    ) -> None:
        """Compile the rules, or load what was compiled.

        Raises:
            MachineError: `scan-no-vectorscan`: it was asked for and is not installed.
        """
        self._rules = rules.rules
        self._own = own
        self._depth = depth
        self._confirmers: list[Confirmer | None] = [None] * len(rules.rules)
        self._looker = Looker(self._confirmer)
        self._matcher = _matcher(rules, cache, matcher)

    def scan(self, piece: Piece) -> list[Hit]:
        """Its hits, in the order of the piece."""
        found = [*self._by_rules(piece.data, piece.origin.path), *self._by_values(piece.data)]
        if not found:
            return []
        return list(_hits(piece, settle(piece.data, found)))

    def _by_rules(self, data: bytes, path: str) -> Iterator[Candidate]:
        events = self._matcher.events(data)
        for seen in self._looker.look(data, events):
            if not wanted(self._rules[seen.ident], path):
                continue
            yield Candidate(
                rule=self._rules[seen.ident],
                start=seen.start,
                end=seen.end,
                secret=data[seen.start : seen.end],
                sure=seen.raw.sure,
                validity=seen.raw.validity,
            )

    def _by_values(self, data: bytes) -> Iterator[Candidate]:
        if self._own is None:
            return
        for start, end, value in set(self._own.find(data)):
            yield Candidate(
                rule=OWN,
                start=start,
                end=end,
                secret=data[start:end],
                sure=Confidence.CERTAIN,
                validity=Validity.OWN_RETIRED if value.retired else Validity.OWN_CURRENT,
                own=value.name,
            )

    def _confirmer(self, ident: int) -> Confirmer:
        known = self._confirmers[ident]
        if known is None:
            known = self._confirmers[ident] = Confirmer(self._rules[ident])
        return known


def _matcher(rules: RuleSet, cache: Path | None, kind: Kind) -> Matcher:
    if kind is Kind.AUTO:
        kind = Kind.VECTORSCAN if find_spec("hyperscan") else Kind.PLAIN
    if kind is Kind.PLAIN:
        from strongroom.scan.engine.plain import Plain  # noqa: PLC0415 - one of two is needed

        return Plain(patterns(rules))
    try:
        from strongroom.scan.engine import compiled  # noqa: PLC0415 - one of two is needed
    except ImportError:
        raise MachineError(
            "scan-no-vectorscan",
            "the package `hyperscan` is not installed, or not for this machine",
            fix="install strongroom[scan], or leave the choice of the matcher to the scanner",
        ) from None
    return compiled.matcher(cache, f"{VERSION} {rules.digest}", lambda: patterns(rules))


def _hits(piece: Piece, found: Sequence[Candidate]) -> Iterator[Hit]:
    places = Places(piece)
    for one in found:
        spot = places.spot(one.start, one.end)
        yield Hit(
            rule=one.rule.id,
            secret=one.secret,
            origin=piece.origin,
            line=spot.line,
            end_line=spot.end_line,
            column=spot.column,
            start=spot.start,
            end=spot.end,
            text=spot.text,
            severity=one.rule.severity,
            confidence=one.sure,
            validity=one.validity,
            via=one.via,
            related=one.related,
            own=one.own,
        )
