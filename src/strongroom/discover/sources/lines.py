"""What all readers that go by lines share: bounded lines, names, and whom a path is for. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from strongroom.discover.interface import Mention, Scope, Trouble

LINE_CHARS_MAX: Final = 4_000
LINES_MAX: Final = 100_000
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
# What a store of secrets may call one: `tls.key`, `db-password`.
STORED: Final = re.compile(r"[A-Za-z_.][A-Za-z0-9_.-]{0,127}")
_WORD: Final = re.compile(r"[a-z0-9]+")
_SCOPES: Final = {
    **dict.fromkeys(("test", "tests", "testing", "e2e", "spec", "fixtures", "__tests__"), Scope.TEST),
    **dict.fromkeys(("dev", "development", "local", "devcontainer", "override"), Scope.DEV),
}  # fmt: skip
_ENVIRONMENTS: Final = frozenset(
    [
        "prod",
        "production",
        "live",
        "staging",
        "stage",
        "stg",
        "preprod",
        "qa",
        "uat",
        "dev",
        "development",
        "sandbox",
    ]
)


class Row(NamedTuple):
    """A line of a file and its number, counted from 1."""

    line: int
    text: str


Found = Iterable[Mention | Trouble]


def rows(text: str) -> list[Row]:
    """The lines of `text` that are of a readable length; the mark of a byte order is dropped."""
    split = text.removeprefix("\ufeff").split("\n", LINES_MAX)[:LINES_MAX]
    return [
        Row(number, line.rstrip("\r"))
        for number, line in enumerate(split, start=1)
        if len(line) <= LINE_CHARS_MAX
    ]


def by_lines(path: str, text: str, read: Callable[[str, list[Row]], Found]) -> Found:
    """What `read` finds in the lines of `text`, in their order, and what it was not given."""
    found = list(dict.fromkeys([*read(path, rows(text)), *_cut(path, text)]))
    return sorted(found, key=lambda one: one.line)


def _cut(path: str, text: str) -> Iterator[Trouble]:
    if len(text) <= LINE_CHARS_MAX:
        return
    for number, line in enumerate(text.split("\n", LINES_MAX), start=1):
        if number > LINES_MAX:
            yield Trouble(path, number, "too-many-lines", f"only {LINES_MAX:,} lines are read")
        elif len(line) > LINE_CHARS_MAX:
            yield Trouble(
                path, number, "line-too-long", f"a line of over {LINE_CHARS_MAX:,} characters"
            )
            return  # the first one says it


def scope(path: str, usual: Scope = Scope.RUNTIME) -> Scope:
    """When the names of this file are needed: `usual`, unless its path says tests or development."""
    for word in _WORD.findall(path.lower()):
        if word in _SCOPES:
            return _SCOPES[word]
    return usual


def environment(path: str) -> str:
    """The environment that a path names, as it is written there, or nothing."""
    named = [word for word in _WORD.findall(path.lower()) if word in _ENVIRONMENTS]
    return named[-1] if named else ""


def bare(raw: str) -> str:
    """A value without its quotes and the comment behind it."""
    text = raw.strip()
    quote = text[:1]
    if quote in {'"', "'"}:
        end = text.find(quote, 1)
        return text[1:end] if end > 0 else text[1:]
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()


def names_elsewhere(path: str, line: int, what: str) -> Trouble:
    """Names are handed out here that no file of the repository spells."""
    return Trouble(path, line, "names-elsewhere", what)
