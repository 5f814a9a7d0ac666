"""Dockerfiles: ENV, ARG and secrets that are mounted while an image is built."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources import references
from strongroom.discover.sources.compose import IN_IMAGE
from strongroom.discover.sources.lines import NAME, Row, by_lines, scope

JOINED_MAX: Final = 200  # lines of one instruction
_INSTRUCTION: Final = re.compile(r"\s*(?:ONBUILD\s+)?([A-Za-z]+)\s+(.*)", re.DOTALL)
_PAIR: Final = re.compile(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s"'\\]|\\.)*)""")
_MOUNT: Final = re.compile(r"--mount=(\S*type=secret\S*)")


def reads(path: PurePosixPath) -> bool:
    """`Dockerfile`, `Containerfile`, `Dockerfile.dev`, `api.dockerfile`."""
    name = path.name.lower()
    return name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile")


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that an image is given, or that its making needs."""
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    when = scope(path)
    for row in _instructions(rows):
        match = _INSTRUCTION.fullmatch(row.text)
        word, rest = (match[1].upper(), match[2]) if match else ("", "")
        if word == "ENV":
            for name, value in _env(rest):
                yield from references.handed(name, value, path, row.line, when)
        elif word == "ARG":
            for part in rest.split():
                name, equals, value = part.partition("=")
                yield from references.handed(
                    name, value if equals else None, path, row.line, Scope.BUILD, note=IN_IMAGE
                )
        elif word == "RUN":
            for mount in _MOUNT.findall(rest):
                yield from _mounted(mount, path, row.line)
        elif word in {"CMD", "ENTRYPOINT"}:
            yield from references.mentions(rest, path, row.line, when)


def _instructions(rows: list[Row]) -> Iterator[Row]:
    """Instructions with the lines that go on joined; comments between them left out."""
    parts: list[str] = []
    first = 0
    for row in rows:
        text = row.text.strip()
        if text.startswith("#") or (not text and parts):
            continue
        first = first if parts else row.line
        goes_on = text.endswith("\\") and len(parts) < JOINED_MAX
        parts.append(text.removesuffix("\\"))
        if not goes_on:
            yield Row(first, " ".join(parts))
            parts = []
    if parts:
        yield Row(first, " ".join(parts))


def _env(rest: str) -> Iterator[tuple[str, str]]:
    pairs = _PAIR.findall(rest)
    if pairs and re.match(r"[A-Za-z_]\w*=", rest):
        for name, value in pairs:
            yield name, value[1:-1] if value[:1] in {'"', "'"} else value
        return
    name, _, value = rest.partition(" ")  # the old form: one name, and all of the rest
    if NAME.fullmatch(name):
        yield name, value.strip()


def _mounted(mount: str, path: str, line: int) -> Iterator[Mention]:
    options = dict(part.partition("=")[::2] for part in mount.split(","))
    name = options.get("env") or options.get("id", "")
    if NAME.fullmatch(name):
        yield Mention(
            name,
            path,
            line,
            How.INJECTED,
            Scope.BUILD,
            required=options.get("required", "").lower() in {"true", "1"} or None,
            secret=True,
            note="mounted while the image is built",
        )
