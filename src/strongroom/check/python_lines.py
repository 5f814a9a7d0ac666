"""Which lines of a Python file can matter to a check. Pure."""

import re
from bisect import bisect_left
from typing import Final

from strongroom.source.python_text import normalised

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


def _carriers(rows: list[bytes], found: set[int]) -> set[bytes]:
    names: set[bytes] = set()
    for number in found:
        # An assignment may open its bracket on the line before.
        for row in rows[max(0, number - 2) : number]:
            names.update(_ASSIGNED.findall(row))
        if len(names) > _CARRIERS_MAX:
            break
    return names
