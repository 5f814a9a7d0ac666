"""Names as git writes them in lines: in quotes where an octet would break the line."""

import re
from typing import Final

_ESCAPE: Final = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS: Final = {
    b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r",
}  # fmt: skip


def unquoted(name: bytes) -> bytes:
    """The name itself; one without quotes is itself already."""
    if len(name) < 2 or not (name.startswith(b'"') and name.endswith(b'"')):
        return name
    return _ESCAPE.sub(_octet, name[1:-1])


def _octet(escape: re.Match[bytes]) -> bytes:
    what = escape[1]
    if len(what) == 3:
        return bytes((int(what, 8) & 0xFF,))
    return _LETTERS.get(what, what)
