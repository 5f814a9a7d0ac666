"""Which values of a process are secrets, when nobody has said so: by their names.

Never from a command line: others can read that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom import dotenv
from strongroom.errors import ConfigError
from strongroom.naming.classify import Likeness, likeness
from strongroom.runtime import files
from strongroom.runtime.masking.masker import NAME_CHARS_MAX, Masker, Refusal
from strongroom.runtime.sources import Sources
from strongroom.source.values import Value, carries_password, kind

UNNAMED: Final = "UNNAMED"
_HELD: Final = {Value.GENERATED, Value.LITERAL}
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")  # people paste values where names belong


@dataclass(slots=True)
class Gathered:
    """The masker, and a note for each value that it cannot hide."""

    masker: Masker = field(default_factory=Masker)
    notes: list[str] = field(default_factory=list)
    too_long: list[str] = field(default_factory=list)

    def add(self, name: str, value: str | bytes) -> None:
        """Hide `value`, or note why not; under another name where no label can hold its own."""
        shown = name if named(name) else UNNAMED
        why = self.masker.add(shown, value)
        if why is not None:
            self.notes.append(f"{shown} is not masked: {why}")
        if why is Refusal.LONG:
            self.too_long.append(shown)


def automatic(gathered: Gathered, sources: Sources) -> None:
    """Everything in the environment and in files of secrets that looks like a secret.

    Raises:
        ConfigError: a file that the environment names cannot be used.
    """
    from_environment(gathered, sources.environ)
    for path in sources.files():
        # A folder of secrets holds nothing else, and some of it, such as a key store, is no text.
        data, _ = files.octets(path)
        try:
            gathered.add(path.name, files.trimmed(data.decode("utf-8")))
        except UnicodeDecodeError:
            gathered.add(path.name, data)
    for name, path in sources.named_files():
        # A variable `…_FILE` may name any file.
        if likeness(name) is Likeness.SECRET:
            gathered.add(name, files.value(path))


def from_environment(gathered: Gathered, environ: Mapping[str, str]) -> None:
    """Every variable that looks like a secret; no file is read."""
    for name, value in sorted(environ.items()):
        if looks_secret(name, value):
            gathered.add(name, value)


def by_name(gathered: Gathered, sources: Sources, names: Iterable[str]) -> None:
    """The values of these names.

    Raises:
        ConfigError: `mask-value-missing`, naming each; or as `automatic`.
    """
    missing = []
    for name in names:
        found = sources.find(name) if named(name) else None
        if found is None:
            missing.append(
                name if _VARIABLE.fullmatch(name) else "a name that is not repeated here"
            )
        else:
            gathered.add(name, found.value)
    if missing:
        raise ConfigError(
            "mask-value-missing",
            f"no value is set for {', '.join(missing)}, so it would not be masked",
            fix="set it for this process too, or name only what is set",
        )


def from_file(gathered: Gathered, path: Path) -> None:
    """The secrets in a `.env` file; of a repeated name every value.

    Raises:
        ConfigError: `env-file-unreadable-line`, or as `files.read`.
    """
    parsed = read_env(path)
    for entry in parsed.entries:
        if looks_secret(entry.name, entry.value):
            gathered.add(entry.name, entry.value)


def by_list(gathered: Gathered, sources: Sources, path: Path) -> None:
    """The values of the names in a file such as `.env.example`, or that a declaration has.

    Of a name there that is not that of a secret the value says whether it is one.

    Raises:
        ConfigError: as `by_name`, `from_file` or `declaration.load`.
    """
    names = names_in(path)
    sure = [
        name for name in names if path.suffix == ".toml" or likeness(name) is not Likeness.PLAIN
    ]
    by_name(gathered, sources, sure)
    for name in names:
        found = sources.find(name) if name not in sure and named(name) else None
        if found and (kind(found.value) is Value.GENERATED or carries_password(found.value)):
            gathered.add(name, found.value)


def names_in(path: Path) -> tuple[str, ...]:
    """The names in a file such as `.env.example`, or that a `strongroom.toml` declares.

    Raises:
        ConfigError: as `from_file`, or as `declaration.load`.
    """
    if path.suffix == ".toml":
        from strongroom.runtime import declaration  # noqa: PLC0415 - most do without

        return tuple(one.name for one in declaration.load(path))
    return tuple(dict.fromkeys(entry.name for entry in read_env(path).entries))


def read_env(path: Path) -> dotenv.Parsed:
    """A `.env` file that can be read whole.

    Raises:
        ConfigError: `env-file-unreadable-line`: a value there might be missed; or as `files.read`.
    """
    parsed = dotenv.parse(files.read(path).text)
    if parsed.flaws:
        places = ", ".join(f"line {line}: {why}" for line, why in parsed.flaws[:3])
        raise ConfigError("env-file-unreadable-line", f"{path}: {places}")
    return parsed


def looks_secret(name: str, value: str) -> bool:
    """Whether `value` under `name` is to be hidden; an empty one never is."""
    match likeness(name):
        case Likeness.SECRET:
            return bool(value)
        case Likeness.COMPOSITE:
            return carries_password(value)
        case Likeness.AMBIGUOUS:
            return kind(value) in _HELD
        case Likeness.PLAIN:
            return False


def named(name: str) -> bool:
    """Whether `name` can stand in a label; shells export functions under names that cannot."""
    return dotenv.NAME.fullmatch(name) is not None and len(name) <= NAME_CHARS_MAX
