"""Which lines of a Python file can matter, and the file with only those statements. Pure.

Parsing is what takes the time of a check, and most statements of a file that matters are
about something else. They are blanked, not cut out, so that every line keeps its number.
"""

import re
from bisect import bisect_left
from itertools import pairwise
from typing import Final

# Any of these, and the file is parsed.
ALWAYS: Final = (
    b"getenv", b"environ", b"get_secret", b"read_secret", b"private key-----", b"basesettings",
    b"_secrets(", b"strongroom.init", b"strongroom.validate",
)  # fmt: skip
WORDS: Final = (
    b"secret", b"passw", b"token", b"_key", b"apikey", b"dsn", b"credential", b"_pwd", b"_pass",
    b"passphrase", b"pepper", b"creds", b"_url", b"_uri", b"-key",
)  # fmt: skip
# Lines without such a word that matter when the file does.
_ELSEWHERE: Final = (b"import", b"://", b"env", b"config(", b"strongroom", b"key")
_NEWLINE: Final = re.compile(rb"\n")
_ASSIGNED: Final = re.compile(rb"\b([a-z_]\w*)\s*(?::[^=\n]*)?=(?!=)")
_STARTS: Final = re.compile(rb"(?!(?:else|elif|except|finally|case)\b)[A-Za-z_@]")
_CARRIERS_MAX: Final = 200


def lines(source: bytes) -> list[int]:
    """The 1-based lines on which a secret can be read, given, let out or looked after.

    Those are the lines with a word of a secret, and the lines that mention a variable which
    was assigned on one of those: it may carry a secret under a harmless name.
    """
    text = normalised(source).lower()
    ends = [match.start() for match in _NEWLINE.finditer(text)]
    found: set[int] = set()
    for word in (*ALWAYS, *WORDS, *_ELSEWHERE):
        at = text.find(word)
        while at >= 0:
            line = bisect_left(ends, at)
            found.add(line + 1)
            # On with the next line: one hit is enough.
            at = text.find(word, ends[line]) if line < len(ends) else -1
    carriers = _carriers(text.split(b"\n"), found)
    if carriers:
        mentions = re.compile(rb"\b(?:" + b"|".join(sorted(carriers)) + rb")\b")
        found.update(bisect_left(ends, m.start()) + 1 for m in mentions.finditer(text))
    return sorted(found)


def condensed(source: bytes, wanted: list[int]) -> bytes | None:
    """The file with every top-level statement blanked that spans no wanted line.

    None when that cannot be told from the lines alone: a text in triple quotes that goes on
    at the margin looks like statements.
    """
    rows = normalised(source).split(b"\n")
    starts = [n for n, row in enumerate(rows) if n > 1 and _STARTS.match(row)]
    # A decorator belongs to what follows it.
    starts = [n for n in starts if not rows[n - 1].startswith(b"@")]
    bounds = [0, *starts, len(rows)]
    for first, end in pairwise(bounds):
        block = b"\n".join(rows[first:end])
        if block.count(b'"""') % 2 or block.count(b"'''") % 2:
            return None
        at = bisect_left(wanted, first + 1)
        if first and not (at < len(wanted) and wanted[at] <= end):
            rows[first:end] = [b""] * (end - first)
    return b"\n".join(rows)


def normalised(source: bytes) -> bytes:
    """The source with one kind of line end, which is how Python counts lines."""
    return source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _carriers(rows: list[bytes], found: set[int]) -> set[bytes]:
    names: set[bytes] = set()
    for number in found:
        # An assignment may open its bracket on the line before.
        for row in rows[max(0, number - 2) : number]:
            names.update(_ASSIGNED.findall(row))
        if len(names) > _CARRIERS_MAX:
            break
    return names
