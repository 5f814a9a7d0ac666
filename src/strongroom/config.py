"""Configuration, read once at a door: which policy, which room, in which context.

Precedence, first found wins: the command line, `STRONGROOM_*` in the environment, the
current context of the user's file, what stands beside the work (a document named
SECRETS_POLICY.md, or a folder `.strongroom`, here or in a folder above).
"""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from strongroom.errors import ConfigError, NotFoundError

POLICY_NAMES: Final = (
    "SECRETS_POLICY.md",
    "docs/SECRETS_POLICY.md",
    "policy/SECRETS_POLICY.md",
    "security/SECRETS_POLICY.md",
    ".strongroom/policy.md",
)
CONFIG_BYTES_MAX: Final = 64 * 1024
_CONTEXT_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTEXT_KEYS: Final = ("policy", "room")


class Context(NamedTuple):
    """A named place to work in. Both paths are absolute once read."""

    name: str
    policy: Path | None = None
    room: Path | None = None


class Config(NamedTuple):
    """Everything that a door has to know, as it was when the door was opened."""

    cwd: Path
    file: Path
    contexts: Mapping[str, Context] = MappingProxyType({})
    current: str | None = None
    policy: Path | None = None
    room: Path | None = None

    @property
    def context(self) -> Context | None:
        """The context in force, or None."""
        return self.contexts.get(self.current) if self.current else None

    def find_policy(self, given: Path | None = None) -> Path:
        """The policy document to use.

        Raises:
            NotFoundError: `policy-not-found`, with every place that was looked at.
        """
        for path in (given, self.policy, self.context.policy if self.context else None):
            if path is not None:
                return self.cwd / path
        for folder in (self.cwd, *self.cwd.parents):
            for name in POLICY_NAMES:
                with suppress(OSError):  # a folder above may not be ours to search
                    if (folder / name).is_file():
                        return folder / name
        raise NotFoundError(
            "policy-not-found",
            f"no policy document: looked for {', '.join(POLICY_NAMES)} here and in each folder above",
            fix="name it with --policy FILE, or set STRONGROOM_POLICY",
        )


def load(environ: Mapping[str, str], cwd: Path) -> Config:
    """Read the environment and the user's file once.

    Raises:
        ConfigError: `config-invalid`, naming the file and the key.
    """
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config"
    file = Path(environ.get("STRONGROOM_CONFIG") or Path(base) / "strongroom" / "config.toml")
    contexts, current = _read(file)
    current = environ.get("STRONGROOM_CONTEXT") or current
    if current and current not in contexts:
        raise ConfigError(
            "context-unknown",
            f"there is no context {current!r} in {file}",
            fix="`strongroom context list` shows those that exist",
        )
    policy, room = environ.get("STRONGROOM_POLICY"), environ.get("STRONGROOM_ROOM")
    return Config(
        cwd=cwd,
        file=file,
        contexts=contexts,
        current=current,
        policy=Path(policy) if policy else None,
        room=Path(room) if room else None,
    )


def save(file: Path, contexts: Mapping[str, Context], current: str | None) -> None:
    """Write the user's file whole: beside it first, then renamed over it, mode 0600."""
    lines = [f"current = {_quote(current)}\n"] if current else []
    for context in sorted(contexts.values(), key=lambda c: c.name):
        lines.append(f"\n[contexts.{_quote(context.name)}]\n")
        for key in _CONTEXT_KEYS:
            value = getattr(context, key)
            if value is not None:
                lines.append(f"{key} = {_quote(str(value))}\n")
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    beside.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    beside.write_text("".join(lines), encoding="utf-8")
    beside.replace(file)


def context_name(text: str) -> str:
    """Check the name of a context.

    Raises:
        ConfigError: `context-name-invalid`.
    """
    if not _CONTEXT_NAME.fullmatch(text):
        raise ConfigError("context-name-invalid", "a context's name is 1 to 64 of A-Za-z0-9._-")
    return text


def _read(file: Path) -> tuple[dict[str, Context], str | None]:
    try:
        with file.open("rb") as stream:
            data = stream.read(CONFIG_BYTES_MAX + 1)
    except FileNotFoundError:
        return {}, None
    except OSError as error:
        raise ConfigError("config-unreadable", f"{file}: {error.strerror}") from None
    if len(data) > CONFIG_BYTES_MAX:
        raise ConfigError("config-invalid", f"{file} is larger than {CONFIG_BYTES_MAX} bytes")
    import tomllib  # noqa: PLC0415 - most start without the file

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("config-invalid", f"{file}: {error}") from None
    contexts: dict[str, Context] = {}
    tables = document.pop("contexts", {})
    current = document.pop("current", None)
    if document or not isinstance(tables, dict) or not isinstance(current, str | None):
        raise ConfigError(
            "config-invalid", f"{file}: known keys are `current` (a name) and `[contexts.NAME]`"
        )
    for name, table in tables.items():
        known = isinstance(table, dict) and set(table) <= set(_CONTEXT_KEYS)
        if not known or not all(isinstance(value, str) for value in table.values()):
            raise ConfigError(
                "config-invalid",
                f"{file}: [contexts.{name}] may have {' and '.join(_CONTEXT_KEYS)}, each a path",
            )
        paths = {key: file.parent / Path(value).expanduser() for key, value in table.items()}
        contexts[context_name(name)] = Context(name, **paths)
    return contexts, current


def _quote(text: str) -> str:
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x20 or c in '"\\\x7f' else c for c in text)
    return f'"{escaped}"'
