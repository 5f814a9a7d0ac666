"""The values that must not be shown, and texts without them. No I/O."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from threading import Lock
from typing import Final, NoReturn

from strongroom.forms import CHARS_MIN
from strongroom.generate.sentinels import sentinel
from strongroom.runtime.masking.matcher import MakeSearch, Match, Matcher, fastest
from strongroom.runtime.masking.patterns import Pattern, of_bytes, of_text, unique

VALUE_OCTETS_MAX: Final = 64 * 1024
VALUES_MAX: Final = 10_000
# Under this length a word that everybody tries is also a word that everybody writes.
WORD_CHARS_MAX: Final = 12
NAME_CHARS_MAX: Final = 256
_NAME: Final = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._/-]{{0,{NAME_CHARS_MAX - 1}}}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{8}")


class Refusal(StrEnum):
    """Why a value cannot be masked; covering these would show them, or hide everything."""

    SHORT = "shorter than 8 characters"
    WORD = "a word that stands in many texts"
    LONG = "longer than 64 KiB"


def label(name: str, version: int | None = None, fingerprint: str | None = None) -> str:
    """`[NAME@v3 fp:9f3a1c2b]`: what stands in place of a value, of the same length for each.

    Raises:
        ValueError: `name` is no name of a secret, or the fingerprint is none; not repeated.
    """
    if not _NAME.fullmatch(name) or not (
        fingerprint is None or _FINGERPRINT.fullmatch(fingerprint)
    ):
        raise ValueError("not a name, or not a fingerprint")
    at = "" if version is None else f"@v{version}"
    return f"[{name}{at}{'' if fingerprint is None else f' fp:{fingerprint}'}]"


class Masker:
    """Replaces known values; safe to share between threads.

    Adding is cheap: the first text after it pays for making the search.
    """

    __slots__ = ("_labels", "_lock", "_matcher", "_search", "_values")

    def __init__(self, search: MakeSearch = fastest) -> None:
        self._search = search
        self._lock = Lock()
        self._values: dict[str | bytes, tuple[Pattern, ...]] = {}
        self._labels: set[str] = set()
        self._matcher: Matcher | None = None

    def add(
        self,
        name: str,
        value: str | bytes,
        *,
        version: int | None = None,
        fingerprint: str | None = None,
    ) -> Refusal | None:
        """Hide `value` from now on, or say why that cannot be done.

        Of more than 10,000 values the oldest are forgotten.

        Raises:
            ValueError: `name` cannot stand in a label; it is not repeated.
        """
        shown = label(name, version, fingerprint)
        refused = refusal(value)
        if refused is not None:
            return refused
        with self._lock:
            if value in self._values:
                return None
            make = of_text if isinstance(value, str) else of_bytes
            self._values[value] = tuple(make(value, shown))  # type: ignore[arg-type]
            while len(self._values) > VALUES_MAX:
                del self._values[next(iter(self._values))]
            self._labels.add(shown)
            self._matcher = None
        return None

    def after_fork(self) -> None:
        """In a child: a thread that is not there may have held the lock."""
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def labels(self) -> frozenset[str]:
        """What may stand in place of a value."""
        return frozenset(self._labels)

    def matcher(self) -> Matcher:
        """The search for all values that are known now."""
        found = self._matcher
        if found is None:
            with self._lock:
                patterns = unique(p for many in self._values.values() for p in many)
                found = Matcher(patterns, self._search)
                self._matcher = found
        return found

    def text(self, text: str) -> str:
        """`text` without the values; the same object when there are none."""
        if len(text) < CHARS_MIN or not self._values:
            return text
        data = text.encode("utf-8", "surrogatepass")
        found = self.matcher().find(data)
        if not found:
            return text
        return replaced(data, regions(found)).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """The same for bytes, which may be no text at all."""
        found = self.matcher().find(data) if self._values else []
        return replaced(data, regions(found)) if found else data

    def names(self, text: str) -> tuple[str, ...]:
        """The labels of the values that stand in `text`, sorted."""
        data = text.encode("utf-8", "surrogatepass")
        return tuple(sorted({m.label for m in self.matcher().find(data)} if self._values else ()))

    def __repr__(self) -> str:
        return f"<Masker of {len(self._values)} values>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Masker is neither copied nor pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Masker is neither copied nor pickled")


def refusal(value: str | bytes) -> Refusal | None:
    """Why `value` cannot be masked, or None."""
    if isinstance(value, bytes):
        short, long = len(value) < CHARS_MIN, len(value) > VALUE_OCTETS_MAX
        return Refusal.SHORT if short else Refusal.LONG if long else None
    if len(value.strip()) < CHARS_MIN:
        return Refusal.SHORT
    if len(value) > VALUE_OCTETS_MAX:
        return Refusal.LONG
    return Refusal.WORD if len(value) < WORD_CHARS_MAX and sentinel(value) else None


def regions(found: Iterable[Match]) -> Iterator[Match]:
    """Matches that overlap, or touch and are of one value, as one: nothing stays between them.

    The first one's label stands for all, so that a stream, which has given it already, agrees.
    `found` is in the order of `Matcher.find`.
    """
    open_: Match | None = None
    for match in found:
        if open_ is None:
            open_ = match
        elif match.start < open_.end or (match.start, match.label) == (open_.end, open_.label):
            open_ = Match(open_.start, max(open_.end, match.end), open_.label)
        else:
            yield open_
            open_ = match
    if open_ is not None:
        yield open_


def replaced(data: bytes, found: Iterable[Match]) -> bytes:
    """`data` with each region's label in its place."""
    parts: list[bytes] = []
    at = 0
    for start, end, name, _ in found:
        parts += (data[at:start], name.encode())
        at = end
    parts.append(data[at:])
    return b"".join(parts)
