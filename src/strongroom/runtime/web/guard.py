"""What leaves in a response, without the known values: pages of debuggers, errors, mistakes.

Only text is looked into. What is compressed already cannot be: compress behind this.
"""

import logging
import re
from collections.abc import Iterable
from typing import Final

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.stream import Stream

LOG: Final = logging.getLogger("strongroom.web")
Headers = Iterable[tuple[bytes, bytes]]

_TEXT: Final = re.compile(
    rb"text/|application/(?:[\w.+-]*(?:json|xml|yaml)|javascript|x-www-form-urlencoded|problem)",
    re.IGNORECASE,
)
_PLAIN: Final = (b"", b"identity")
_LENGTH: Final = b"content-length"


class Outgoing:
    """One response, first its headers, then its body whole or in pieces. For one thread."""

    __slots__ = ("_masker", "_stream", "found", "headers", "looked")

    def __init__(self, masker: Masker, headers: Headers) -> None:
        self._masker = masker
        self.found: set[str] = set()
        self.headers = [(name, self._without(value)) for name, value in headers]
        said = {name.lower(): value for name, value in self.headers}
        # A body of no type is text: whoever forgot it did not mean a picture.
        text = _TEXT.match(said.get(b"content-type", b"text/plain")) is not None
        self.looked = text and said.get(b"content-encoding", b"").lower() in _PLAIN
        self._stream: Stream | None = None

    def whole(self, body: bytes) -> bytes:
        """The body, when it is all there; corrects the length that the headers say."""
        masked = self._without(body) if self.looked else body
        if masked is not body:
            self._length(b"%d" % len(masked))
        return masked

    def begin(self) -> None:
        """From here on it comes in pieces; how long it will be is not known before its end."""
        if self.looked:
            self._stream = Stream(self._masker)
            self._length(None)

    def piece(self, data: bytes, *, last: bool = False) -> bytes:
        """What may leave of it now; of the last piece the rest too."""
        if self._stream is None:
            return data
        given = self._stream.feed(data)
        if last:
            given += self._stream.close()
        self.found |= {label for label in self._masker.labels if label.encode() in given}
        return given

    def report(self, request: str) -> None:
        """Say in the log which values were in it; `request` is its method and path."""
        if self.found:
            names = ", ".join(sorted(self.found))
            LOG.error("a response to %s held %s, which was masked (P-8.14)", request, names)

    def _without(self, data: bytes) -> bytes:
        if not len(self._masker):
            return data
        self.found |= {match.label for match in self._masker.matcher().find(data)}
        return self._masker.data(data)

    def _length(self, said: bytes | None) -> None:
        kept = [(name, value) for name, value in self.headers if name.lower() != _LENGTH]
        if said is not None and len(kept) < len(self.headers):
            kept.append((_LENGTH, said))
        self.headers = kept
