"""Units of systemd and Podman's quadlets: environment, its files, and credentials."""

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.judge import judged
from strongroom.discover.sources.lines import NAME, STORED, Row, by_lines, names_elsewhere, scope
from strongroom.discover.sources.references import handed
from strongroom.source.env_source import is_env

_SUFFIXES: Final = frozenset({".service", ".socket", ".timer", ".container", ".pod"})
_SET: Final = re.compile(r"\s*([A-Za-z]+)\s*=\s*(.*)")


def reads(path: PurePosixPath) -> bool:
    """Units, and the drop-ins of one."""
    return path.suffix in _SUFFIXES or (
        path.suffix == ".conf" and path.parent.name.endswith(".service.d")
    )


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that a service is given."""
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    when = scope(path)
    for row in rows:
        match = _SET.fullmatch(row.text)
        if match:
            yield from _one(match[1], match[2], path, row.line, when)


def _one(key: str, text: str, path: str, line: int, when: Scope) -> Iterator[Mention | Trouble]:
    if key == "Environment":
        for part in _parts(text):
            name, _, value = part.partition("=")
            yield from handed(name, value, path, line, when)
    elif key == "PassEnvironment":
        for name in text.split():
            yield from handed(name, None, path, line, when)
    elif key == "EnvironmentFile":
        if not is_env(text.lstrip("-").rpartition("/")[2]):
            yield names_elsewhere(path, line, "an EnvironmentFile hands out names of its own")
    elif key in {"LoadCredential", "LoadCredentialEncrypted", "ImportCredential"}:
        yield from _credential(text.partition(":")[0], None, path, line, when)
    elif key in {"SetCredential", "SetCredentialEncrypted"}:
        name, _, value = text.partition(":")
        yield from _credential(name, value if key == "SetCredential" else None, path, line, when)
    elif key == "Secret":
        first, *options = text.split(",")
        target = next((o.removeprefix("target=") for o in options if o.startswith("target=")), "")
        yield from _credential(target or first, None, path, line, when)


def _parts(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that is not closed
        return text.split()


def _credential(
    name: str, value: str | None, path: str, line: int, when: Scope
) -> Iterator[Mention]:
    if NAME.fullmatch(name) or STORED.fullmatch(name):
        yield Mention(
            name,
            path,
            line,
            How.INJECTED,
            when,
            default=None if value is None else judged(value),
            secret=True,
            note="as a credential",
        )
