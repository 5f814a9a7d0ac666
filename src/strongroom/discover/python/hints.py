"""Which Python files, and which lines of them, can name what is read. Pure; looks at bytes."""

import re
from bisect import bisect_left
from collections.abc import Collection
from typing import Final

from strongroom.discover.python.libraries_table import BY_CALL
from strongroom.source.python_text import normalised

# On a line that imports, these make a file matter.
_MODULES: Final = frozenset(call.partition(".")[0].encode() for call in BY_CALL) - {b"google"} | {
    b"BaseSettings", b"pydantic_settings", b"decouple", b"environs", b"environ", b"dj_database_url",
    b"strongroom", b"django_cache_url", b"dj_email_url", b"dj_search_url", b"dynaconf", b"Declaration", b"Secrets", b"firebase_admin",
}  # fmt: skip
_OF_GOOGLE: Final = frozenset({b"auth", b"cloud", b"genai"})
_ENV: Final = (
    b"environ",
    b"getenv",
    b"get_env",
    b"require_env",
    b"env_var",
    b"prefixed_env",
    b"_env(",
)
_SECRET: Final = (b"get_secret", b"read_secret", b"/run/secrets/")
_CALLS: Final = re.compile(
    rb"""\b(?:env(?:\.\w+)?|config|config\.get|\w*env_\w+|must_?get_?env)\(\s*f?["'][A-Z]"""
)
_IMPORT: Final = re.compile(
    rb"\n[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(\([^)]{0,4000}\)|[^\n]{1,1000})"
)
_WORD: Final = re.compile(rb"\w+")
_NEWLINE: Final = re.compile(rb"\n")
_CALL_NAMES: Final = tuple(sorted({call.rpartition(".")[2].encode() for call in BY_CALL}))
# What others stand on: imports, what is assigned at the margin, constants of classes.
_KEPT: Final = re.compile(
    rb"^(?:from |import |class |[A-Za-z_]\w* *(?::[^=\n]*)?=(?!=)| {4}\w+ *= *[\"'])",
    re.MULTILINE,
)
_LINE: Final = re.compile(
    rb"environ|getenv|secret|env|config|://|Settings|BaseModel|dj_|django_cache_url|Declaration|Dsn|Secrets|\.create\("
)
_DEF: Final = re.compile(rb"^[ \t]*(?:async +)?def +(\w+)", re.MULTILINE)
_ASSIGNED: Final = re.compile(rb"[ \t]*(?:self\.)?(\w+) *(?::[^=\n]*)?=(?!=)")
_RENAMED: Final = re.compile(rb"\bas +(\w+)")
_CARRIERS_MAX: Final = 200
_ROUNDS: Final = 2  # a function that calls one that calls one


def imported(source: bytes) -> frozenset[bytes]:
    """Every word on the lines that import."""
    lines = _IMPORT.findall(b"\n" + source)
    return frozenset(word for pair in lines for part in pair for word in _WORD.findall(part))


def matters(source: bytes, imports: frozenset[bytes]) -> bool:
    """Whether a file may name something. May say yes in vain."""
    if imports & _MODULES or (b"google" in imports and imports & _OF_GOOGLE):
        return True
    if b"secret" in source and any(word in source for word in _SECRET):
        return True
    if b"env" in source:
        return any(word in source for word in _ENV) or _CALLS.search(source) is not None
    return b"config(" in source and _CALLS.search(source) is not None


def lines(source: bytes, imports: frozenset[bytes], more: Collection[bytes] = ()) -> list[int]:
    """The 1-based lines that can matter; those with one of the words in `more` too.

    Those are lines with a word that reads, and lines that mention a function or a variable that
    such a line is part of.
    """
    text = normalised(source)
    ends = [match.start() for match in _NEWLINE.finditer(text)]
    rows = text.split(b"\n")
    kept = {bisect_left(ends, m.start()) + 1 for m in _KEPT.finditer(text)}
    found = {bisect_left(ends, m.start()) + 1 for m in _LINE.finditer(text)}
    calls = _CALL_NAMES if imports & _MODULES or b"google" in imports else ()
    calls = (*calls, b"settings") if b"dynaconf" in imports else calls
    words = {*more, *calls, *(w for n in found | kept for w in _renamed(rows[n - 1]))}
    defs = [(bisect_left(ends, m.start()) + 1, m[1]) for m in _DEF.finditer(text)]
    starts = [line for line, _ in defs]
    new = found
    for _ in range(_ROUNDS):
        for line in new:
            at = bisect_left(starts, line) - 1
            if rows[line - 1][:1] in b" \t" and at >= 0:
                words.add(defs[at][1])
            assigned = _ASSIGNED.match(rows[line - 1])
            if assigned:
                words.add(assigned[1])
        if not words or len(words) > _CARRIERS_MAX:
            break
        any_of = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(words))) + rb")\b")
        new = {bisect_left(ends, m.start()) + 1 for m in any_of.finditer(text)} - found
        found |= new
    return sorted(found | kept)


def _renamed(row: bytes) -> list[bytes]:
    """What `import x as y` calls things."""
    if b" import " not in row and not row.startswith(b"import "):
        return []
    return [*_RENAMED.findall(row)]
