"""Comments and documents that say what a secret is (P-1.3). Pure, line by line.

Prose is full of the words `password` and `key`, so a note counts only when a sign or `is`
follows the word and what follows that has letters and digits and no blank.
"""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.check.facts import Note
from strongroom.source.values import Value, kind

LINE_CHARS_MAX: Final = 2000
VALUE_CHARS_MIN: Final = 8
_HASH: Final = re.compile(r"(?:^|\s)#(.*)")
_SAYS: Final = re.compile(
    r"""(?i)\b(?:[\w-]*[_-])?(?P<word>password|passwd|passphrase|pwd|secret(?:[ _-]?key)?|api[ _-]?key
    |access[ _-]?token|auth[ _-]?token|private[ _-]?key|token)[`"'*]*\s*(?:[:=]|\bis\b)\s*
    [`"'*]*\s*(?P<value>[^\s`"'*<>,;)]{8,200})""",
    re.VERBOSE,
)
_QUICK: Final = ("passw", "pwd", "secret", "key", "token", "passphrase")


def in_python(text: str, path: str) -> Iterator[Note]:
    """Notes in the comments of a Python file."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "#" in line and len(line) <= LINE_CHARS_MAX and (match := _HASH.search(line)):
            yield from _notes(match[1], path, number, document=False)


def in_document(text: str, path: str) -> Iterator[Note]:
    """Notes in Markdown and its like, code blocks included."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) <= LINE_CHARS_MAX:
            yield from _notes(line, path, number, document=True)


def _notes(text: str, path: str, line: int, *, document: bool) -> Iterator[Note]:
    lowered = text.lower()
    if not any(word in lowered for word in _QUICK):
        return
    for match in _SAYS.finditer(text):
        if _is_value(match["value"]):
            word = re.sub(r"[ _-]+", " ", match["word"].lower())
            yield Note(word, path, line, document)
            return


def _is_value(text: str) -> bool:
    value = text.rstrip(".:!?]}")
    if len(value) < VALUE_CHARS_MIN or "(" in value or "{" in value:
        return False
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return mixed and kind(value) in {Value.LITERAL, Value.GENERATED}
