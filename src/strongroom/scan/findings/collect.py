"""Hits of all pieces become leaks: one for one secret, with every place, oldest first."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.model.severity import Severity
from strongroom.scan.findings import fingerprint
from strongroom.scan.findings.found import Found
from strongroom.scan.findings.masking import COVER, readable, shape
from strongroom.scan.model import INSIDE, Hit, Leak, Medium, Place, Validity, without
from strongroom.scan.ruleset.model import Rule
from strongroom.scan.ruleset.paths import wanted

if TYPE_CHECKING:
    from strongroom.scan.sources.attribution import Seen

PLACES_MAX: Final = 10_000  # of one secret, before copies of a line in a history become one
NAMED_CHARS_MIN: Final = 12  # a shorter value is too often a word of a name by chance
_VALIDITY: Final = (
    Validity.OWN_CURRENT,
    Validity.OWN_RETIRED,
    Validity.WELL_FORMED,
    Validity.UNKNOWN,
    Validity.MALFORMED,
)

Passes = Callable[[Hit, Place], object]  # whether the rules' own exceptions let a hit pass


class Gathered(NamedTuple):
    """A leak, the fingerprints by which it may be known, and, where asked for, its value.

    `allowed` is whether every place of it carries a mark, or is let pass by the rules' own
    exceptions. `hits` are those of its places, where they are kept.
    """

    leak: Leak
    fingerprints: tuple[str, ...]
    allowed: bool = False
    secret: bytes = b""
    hits: tuple[tuple[Place, Hit], ...] = ()

    def __repr__(self) -> str:
        return without(self, "secret", "hits")


class _Group:
    """All that was found of one secret."""

    __slots__ = ("best", "more", "places", "rules")

    def __init__(self, best: Found) -> None:
        self.best = best
        self.rules = {best.rule: best}
        self.places: dict[tuple[str, str, int, int], Found] = {}
        self.more = 0


class Collector:
    """Takes what was found in any order; what it gives does not depend on that order."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        key: bytes = fingerprint.COMMON_KEY,
        passes: Passes | None = None,
    ) -> None:
        self._rules = rules
        self._key = key
        self._passes = passes
        self._groups: dict[bytes, _Group] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, found: Iterable[Found]) -> None:
        """Keep what was found in one piece; the same place twice counts once."""
        for one in found:
            group = self._groups.setdefault(fingerprint.canonical(one.secret), _Group(one))
            best = group.rules.setdefault(one.rule, one)
            if self._rank(one) < self._rank(best):
                group.rules[one.rule] = one
            if self._rank(one) < self._rank(group.best):
                group.best = one
            place = one.place
            where = (place.path, place.oid, place.line, place.column)
            there = group.places.get(where)
            if there is None and len(group.places) >= PLACES_MAX:
                group.more += 1
            elif there is None or self._rank(one) < self._rank(there):
                group.places[where] = one

    def oids(self) -> frozenset[str]:
        """The blobs, commits and tags in which something was found."""
        return frozenset(w[1] for g in self._groups.values() for w in g.places if w[1])

    def gathered(
        self, seen: "Mapping[str, Sequence[Seen]] | None" = None, *, values: bool = False
    ) -> tuple[Gathered, ...]:
        """All of it, worst first; `seen` says where commits put blobs, `values` keeps secrets."""
        every = (self._one(group, seen or {}, values) for group in self._groups.values())
        there = [one for one in every if one is not None]
        cover = self.cover(
            {name for one in there for p in one.leak.places for name in (p.path, p.author)}
        )
        if cover is not None:
            there = [
                one._replace(leak=one.leak._replace(places=_unnamed(one.leak.places, cover)))
                for one in there
            ]
        return tuple(sorted(there, key=lambda one: _order(one.leak)))

    def cover(self, names: Iterable[str]) -> Callable[[str], str] | None:
        """What covers the secrets by which something is called in `names`; None if nothing is."""
        joined = "\n".join(names)
        shown = {
            text
            for group in self._groups.values()
            if (text := group.best.secret.decode("utf-8", "replace")) in joined
            and (len(text) >= NAMED_CHARS_MIN or _names(group))
        }
        if not shown:
            return None
        named = re.compile("|".join(re.escape(one) for one in sorted(shown, reverse=True)))
        return lambda text: named.sub(COVER, text)

    def _concerns(self, found: Found, place: Place) -> bool:
        """Whether the rule is for that file: a blob has a path only when it is attributed.

        A name is written as in an address where a package's version is in it, and `passwd_1%3a4.13`
        is no password.
        """
        rule = self._rules.get(found.rule)
        if rule is None:
            return True
        if place.medium is Medium.FILE_NAME:
            return wanted(rule, place.path) and not (rule.generic and place.via)
        return place.medium is not Medium.BLOB or wanted(rule, place.path)

    def _rank(self, found: Found) -> tuple[object, ...]:
        """Smaller is better: our own value, a format of its own, then how sure and how bad."""
        rule = self._rules.get(found.rule)
        return (
            not found.own,
            rule.generic if rule else False,
            found.confidence.rank,
            found.severity.rank,
            found.rule,
        )

    def _one(
        self, group: _Group, seen: "Mapping[str, Sequence[Seen]]", values: bool
    ) -> Gathered | None:
        spread = [
            (place, found)
            for found in group.places.values()
            for place in _spread(found, seen)
            if self._concerns(found, place)
        ]
        if not spread:
            return None
        # A mark in any version of a file speaks for that value in its other versions.
        covered = {
            place.path
            for place, found in spread
            if found.mark and place.medium is Medium.BLOB and place.path
        }
        open_ = [
            (place, found)
            for place, found in spread
            if not found.mark
            and (place.medium is not Medium.BLOB or place.path not in covered)
            and not (self._passes and found.hit and self._passes(found.hit, place))
        ]
        kept = open_ or spread
        best = group.best
        rule = self._rules.get(best.rule)
        every = list(group.rules.values())
        names = sorted(group.rules, key=lambda name: self._rank(group.rules[name]))
        related = {name for found in every for name in found.related} | set(names)
        secret = best.secret
        leak = Leak(
            rule=best.rule,
            title=rule.title if rule else best.rule,
            severity=min((f.severity for f in every), key=_severity),
            confidence=min((f.confidence for f in every), key=lambda c: c.rank),
            validity=min((f.validity for f in every), key=_VALIDITY.index),
            fingerprint=fingerprint.of(self._key, best.rule, secret),
            shape=shape(secret),
            places=_merged([place for place, _ in kept], group.more),
            related=tuple(sorted(related - {best.rule})),
            own=best.own,
            remedy=rule.remedy if rule else "",
        )
        return Gathered(
            leak,
            tuple(fingerprint.of(self._key, name, secret) for name in names),
            allowed=not open_,
            secret=secret if values else b"",
            hits=tuple((place, found.hit) for place, found in kept if found.hit),
        )


def collect(
    found: Iterable[Found],
    rules: Mapping[str, Rule],
    key: bytes = fingerprint.COMMON_KEY,
    seen: "Mapping[str, Sequence[Seen]] | None" = None,
) -> tuple[Leak, ...]:
    """The leaks of all that was found, worst first, those left out that marks allow."""
    collector = Collector(rules, key)
    collector.add(found)
    return tuple(one.leak for one in collector.gathered(seen) if not one.allowed)


def _spread(found: Found, seen: "Mapping[str, Sequence[Seen]]") -> list[Place]:
    place = found.place
    where = seen.get(place.oid, ()) if place.oid else ()
    if not where:
        return [place]
    return [
        place._replace(
            path=_path(place, readable(one.path)),
            medium=one.medium if place.medium is Medium.BLOB else place.medium,
            commit=one.commit,
            author=readable(one.author),
            when_us=one.when_us,
        )
        for one in where
    ]


def _path(place: Place, seen: str) -> str:
    """Where the blob is in that commit, and what is inside of it if it is an archive."""
    if place.medium is Medium.FILE_NAME and place.path.startswith(INSIDE):
        return seen + place.path
    if place.medium is not Medium.BLOB:
        return place.path or seen
    _, mark, inside = place.path.partition(INSIDE)
    return f"{seen}{mark}{inside}"


def _merged(places: list[Place], more: int) -> tuple[Place, ...]:
    """Oldest first; the same line in another version of the same file is the same place."""
    oldest: dict[tuple[object, ...], Place] = {}
    versions: dict[tuple[object, ...], int] = {}
    for place in sorted(places, key=_age):
        versioned = place.medium is Medium.BLOB and place.path
        key: tuple[object, ...] = (
            (place.path, _squeezed(place.masked))
            if versioned
            else (place.path, place.oid, place.line, place.column)
        )
        oldest.setdefault(key, place)
        versions[key] = versions.get(key, 0) + 1
    merged = [place._replace(versions=versions[key]) for key, place in oldest.items()]
    if more and merged:
        merged[-1] = merged[-1]._replace(versions=merged[-1].versions + more)
    return tuple(merged)


def _unnamed(places: tuple[Place, ...], cover: Callable[[str], str]) -> tuple[Place, ...]:
    return tuple(p._replace(path=cover(p.path), author=cover(p.author)) for p in places)


def _names(group: _Group) -> bool:
    """Whether a file is called by it, so that it is no word by chance."""
    return any(one.place.medium is Medium.FILE_NAME for one in group.places.values())


def _squeezed(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _age(place: Place) -> tuple[object, ...]:
    return (
        place.when_us == 0,
        place.when_us,
        place.path,
        place.line,
        place.column,
        place.oid,
        place.commit,
    )


def _severity(severity: Severity) -> int:
    return severity.rank


def _order(leak: Leak) -> tuple[object, ...]:
    first = leak.places[0]
    return (
        leak.severity.rank,
        leak.confidence.rank,
        first.path,
        first.line,
        first.column,
        first.commit,
        first.oid,
        leak.fingerprint,
    )
