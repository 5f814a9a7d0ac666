"""The engine: a piece of input in, its hits out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.errors import MachineError
from strongroom.model.severity import Severity
from strongroom.scan.engine.look import FEW_LINES, NEAR_LINES, Looker
from strongroom.scan.engine.matcher import Event, Kind, Matcher
from strongroom.scan.engine.place import Places
from strongroom.scan.engine.settle import Candidate, settle
from strongroom.scan.model import Confidence, Hit, Piece, Validity
from strongroom.scan.own.interface import OwnValue, OwnValues
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.ruleset.paths import wanted

# A scan that finds nothing starts without what judges.
if TYPE_CHECKING:
    from strongroom.scan.engine.confirm import Confirmer
    from strongroom.scan.engine.expressions import Expressions
    from strongroom.scan.engine.matcher import Pattern
    from strongroom.scan.engine.probes import Probe

QUIET_OCTETS_MAX: Final = 8 << 20
DEPTH: Final = 3  # decodings within one another
VERSION: Final = 11  # of what is compiled of a rule set; a database of another is not used
OWN: Final = Rule(
    id="own-value",
    title="A value of this room",
    pattern="",
    severity=Severity.CRITICAL,
    confidence=Confidence.CERTAIN,
    remedy="strongroom rotate --emergency ADDRESS --related",
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
        self._expressions: Expressions | None = None
        self._cache, self._key = cache, key(rules)
        self._looker = Looker(self._confirmer)
        self._matcher = _matcher(rules, cache, matcher)
        self._sifts: bool | None = None  # not known before somebody asks: all rules are read for it
        self._quiet: set[tuple[int, bytes]] = set()
        self._quiet_octets = 0

    def scan(self, piece: Piece) -> list[Hit]:
        """Its hits, in the order of the piece."""
        found = list(self._found(piece.data, piece.origin.path, ()))
        if not found:
            return []
        return list(_hits(piece, settle(piece.data, found)))

    def is_quiet(self, text: bytes, whole: bool, depth: int = 0) -> bool:
        """Whether nothing is found in `text`, and nothing in it makes lines far from it matter.

        Without `whole` it is lines of something, each with those around it, and an empty line
        where others are left out: what a rule finds in few lines is found there, too. It errs
        on the side of no.

        A rule of `FEW_LINES` sees as many on both sides, and so no line that is not beside what
        is new; whether it finds something is not to be told by less than the whole.
        """
        if self._sifts is None:
            self._sifts = all(map(_has_sign, self._rules))
        if not self._sifts:
            return False
        events = self._matcher.events(text)
        if events:
            count = len(self._rules)
            ours = [event for event in events if event.ident < count]
            if ours and (
                self._looker.reach(ours) > (FEW_LINES if whole and not depth else NEAR_LINES)
                or self._looker.look(text, ours)
                or self._looker.placed
            ):
                return False
            if len(ours) < len(events) and depth < self._depth:
                from strongroom.scan.engine.decode import segments  # noqa: PLC0415 - for few files
                from strongroom.scan.engine.probes import DISTANT, ORDER  # noqa: PLC0415 - as above

                signs = [(e, ORDER[e.ident - count]) for e in events if e.ident >= count]
                if any(probe in DISTANT for _, probe in signs):
                    return False
                for segment in segments(text, signs):
                    if segment.open and not whole:
                        return False
                    if not self._is_quiet_again(segment.text, depth + 1):
                        return False
        return self._own is None or not (
            b"-----BEGIN " in text or any(self._by_values(text, ("",) * bool(depth)))
        )

    def _is_quiet_again(self, text: bytes, depth: int) -> bool:
        """The same for what was decoded, which stands in version after version."""
        known = depth, text
        if known in self._quiet:
            return True
        quiet = self.is_quiet(text, True, depth)
        if quiet:
            self._quiet_octets += len(text)
            if self._quiet_octets > QUIET_OCTETS_MAX:
                self._quiet.clear()
                self._quiet_octets = len(text)
            self._quiet.add(known)
        return quiet

    def _found(
        self,
        data: bytes,
        path: str,
        via: tuple[str, ...],
        changed: tuple[int, int] | None = None,
    ) -> Iterator[Candidate]:
        """Of `data`, which is a piece or was decoded by `via`, and of what is decoded in it.

        Other lines than those that are `changed` were looked at before they were decoded.
        """
        count = len(self._rules)
        events = self._matcher.events(data)
        if changed:
            low, high = changed
            reach = self._looker.reach
            events = [
                event for event in events
                if low < event.end <= high or (event.ident < count and reach((event,)) > 1)
            ]  # fmt: skip
        if not events and self._own is None:
            return
        ours = [event for event in events if event.ident < count]
        for seen in self._looker.look(data, ours) if ours else ():
            rule = self._rules[seen.ident]
            if wanted(rule, path):
                secret = data[seen.start : seen.end]
                raw = seen.raw
                yield Candidate(
                    rule, seen.start, seen.end, secret, raw.sure, raw.validity, via,
                    refuted=raw.refuted,
                )  # fmt: skip
        yield from self._by_values(data, via)
        if len(via) < self._depth and len(ours) < len(events):
            from strongroom.scan.engine.probes import ORDER  # noqa: PLC0415 - see above

            signs = [(e, ORDER[e.ident - count]) for e in events if e.ident >= count]
            yield from self._decoded(data, signs, path, via)

    def _decoded(
        self, data: bytes, signs: "list[tuple[Event, Probe]]", path: str, via: tuple[str, ...]
    ) -> Iterator[Candidate]:
        from strongroom.scan.engine.decode import segments  # noqa: PLC0415 - for few files

        for segment in segments(data, signs):
            for one in self._found(segment.text, path, (*via, segment.via), segment.changed()):
                start, end = segment.place(one.start, one.end)
                yield one._replace(start=start, end=end)

    def _by_values(self, data: bytes, via: tuple[str, ...]) -> Iterator[Candidate]:
        if self._own is None:
            return
        for start, end, value in set(self._own.find(data)):
            yield _own(data[start:end], start, end, value, via)
        if not via:
            from strongroom.scan.engine.decode import runs  # noqa: PLC0415 - for few scans

            for run in runs(data):
                for start, end, value in set(self._own.find(run.text)):
                    yield _own(run.text[start:end], run.start, run.end, value, (run.via,))

    def _confirmer(self, ident: int) -> "Confirmer":
        known = self._confirmers[ident]
        if known is None:
            from strongroom.scan.engine.confirm import Confirmer  # noqa: PLC0415 - see above
            from strongroom.scan.engine.expressions import Expressions  # noqa: PLC0415 - as above

            if self._expressions is None:
                self._expressions = Expressions(self._cache, self._key)
            known = self._confirmers[ident] = Confirmer(self._rules[ident], self._expressions)
        return known


def _has_sign(rule: Rule) -> bool:
    """Whether some line of each of its hits says by itself that there may be one."""
    if rule.lines == 1:
        return True
    broken = any(text.count("\n") > NEAR_LINES for text in rule.anchors)
    return bool(rule.anchors or rule.near) and not broken


def _own(secret: bytes, start: int, end: int, value: OwnValue, via: tuple[str, ...]) -> Candidate:
    validity = Validity.OWN_RETIRED if value.retired else Validity.OWN_CURRENT
    return Candidate(OWN, start, end, secret, Confidence.CERTAIN, validity, via, own=value.name)


def _matcher(rules: RuleSet, cache: Path | None, kind: Kind) -> Matcher:
    if kind is not Kind.PLAIN:
        try:
            from strongroom.scan.engine import compiled  # noqa: PLC0415 - one of two is needed
        except ImportError:  # not installed, or of another processor or C library
            if kind is Kind.VECTORSCAN:
                raise _no_vectorscan() from None
            kind = Kind.PLAIN
    if kind is Kind.PLAIN:
        from strongroom.scan.engine.plain import Plain  # noqa: PLC0415 - one of two is needed

        return Plain(_patterns(rules, plain=True))
    return compiled.matcher(cache, key(rules), lambda: _patterns(rules))


def _no_vectorscan() -> MachineError:
    return MachineError(
        "scan-no-vectorscan",
        "the package `hyperscan` is not installed, or not for this machine",
        fix="install strongroom[scan], or leave the choice of the matcher to the scanner",
    )


def _patterns(rules: RuleSet, *, plain: bool = False) -> "list[Pattern]":
    from strongroom.scan.engine.patterns import patterns  # noqa: PLC0415 - to compile only

    return patterns(rules, plain=plain)


def is_kept(rules: RuleSet, cache: Path | None) -> bool:
    """Whether an engine would be made without compiling, or could not be kept for the next."""
    if cache is None:
        return True
    try:
        from strongroom.scan.engine import compiled  # noqa: PLC0415 - as above
    except ImportError:
        return True
    return (cache / compiled.name(key(rules))).is_file()


def key(rules: RuleSet) -> str:
    """What a compiled database of `rules` is known by."""
    return f"{VERSION} {rules.digest}"


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
