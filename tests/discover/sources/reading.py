"""What the tests of readers share: a reader's answer in short, and texts meant to hurt."""

from pathlib import PurePosixPath
from textwrap import dedent

from strongroom.discover.interface import Mention, Reader, Trouble
from strongroom.source.values import Value

HOSTILE = {
    "nothing": "",
    "nul": "A\0B=${X\0}\n\0",
    "a long line": "x" * 10_000_000,
    "a long line of openings": "${A:-" * 400_000 + "{[\"'" * 300_000,
    "many lines": "- a: {b: [\n" * 120_000,
    "deep": "".join(" " * n + "k:\n" for n in range(1_500)),
    "a bomb": "a: &a [x, x]\n"
    + "".join(f"{c}: &{c} [*a, *a, *a, *a]\n" for c in "bcdefghijklm") * 200,
    "an alias of itself": "environment: &e\n  <<: *e\n  A: *e\nx: *x\n",
    "quotes without an end": 'A="\'"\'"\n' * 20_000 + 'env: {"' + '\\"' * 1_900 + "\n",
    "half of everything": "on: [push\nenv: {A: ${{ secrets.\nENV A=\nconst {A = process.env\n[env\n",
    "crlf and a mark": "\ufeffenvironment:\r\n  - A=1\r\n",
    "odd characters": "\u2028\u2029\x85\x0b\x0c\x1c${Ü}$Ü\ud800\n",
}


def found(reader: Reader, path: str, text: str) -> list[Mention]:
    """The mentions in `text`, its margin taken off; the path must be the reader's."""
    assert reader.reads(PurePosixPath(path))
    return [m for m in reader.read(path, dedent(text).lstrip("\n")) if isinstance(m, Mention)]


def short(reader: Reader, path: str, text: str) -> set[tuple[str, int, str]]:
    """Name, line and how of each mention."""
    return {(m.name, m.line, m.how.value) for m in found(reader, path, text)}


def troubles(reader: Reader, path: str, text: str) -> list[tuple[int, str]]:
    """Line and code of each trouble."""
    answer = reader.read(path, dedent(text).lstrip("\n"))
    return [(t.line, t.code) for t in answer if isinstance(t, Trouble)]


def one(mentions: list[Mention], name: str) -> Mention:
    """The first mention of a name."""
    return next(m for m in mentions if m.name == name)


def default(mentions: list[Mention], name: str) -> Value | None:
    """The kind of the default that a name has anywhere."""
    return next((m.default.value for m in mentions if m.name == name and m.default), None)
