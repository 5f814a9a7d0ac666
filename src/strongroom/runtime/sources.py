"""Where a process finds its secrets: the first that has one wins.

The environment, a file that `NAME_FILE` names, the folders in which Docker, Kubernetes and
systemd put files (`/run/secrets`, `$CREDENTIALS_DIRECTORY`), the origin of the application's
secrets if it has one, and in development a `.env`. Empty is missing everywhere (C-9).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.dotenv import NAME
from strongroom.errors import ConfigError, InvalidError, StrongroomError
from strongroom.runtime import files
from strongroom.runtime.masking.masker import NAME_CHARS_MAX

RUN_SECRETS: Final = Path("/run/secrets")
CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
FILE_SUFFIX: Final = "_FILE"
FILES_MAX: Final = 1_000
# The dictionary behind `os.environ`, which does not decode on each look. If a Python has none,
# nothing is remembered, and everything works.
RAW: Final[Mapping[bytes, bytes] | None] = vars(os.environ).get("_data")


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it was; its representation hides the value. Origins know its version."""

    value: str = field(repr=False)
    source: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The places, as they are; nothing is kept here. `origin` asks the origin for a name."""

    environ: Mapping[str, str] = field(repr=False)
    folders: tuple[Path, ...] = ()
    dotenv: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: Callable[[str], Found | None] | None = field(default=None, repr=False)

    def find(self, name: str) -> Found | None:
        """The value of `name`, or None when it is nowhere, or empty wherever it is.

        Raises:
            ConfigError: as `near`.
            StrongroomError: the origin failed, and `.env` does not have the name either: a
                developer's machine need not reach the origin.
        """
        found = self.near(name)
        last = self.dotenv.get(name)
        if found is None and self.origin is not None:
            try:
                found = self.origin(name)
            except StrongroomError:
                if not last:
                    raise
        return found or (Found(last, ".env") if last else None)

    def near(self, name: str) -> Found | None:
        """The value of `name` in the environment or in a file.

        Raises:
            ConfigError: `secret-undecodable`, or as `files.read` for a file that cannot be used.
        """
        return next((found for found in self._near(name) if found.value), None)

    def paths(self, name: str) -> Iterator[Path]:
        """Where a file with the value of `name` would be, whether it is there or not."""
        path = self.environ.get(name + FILE_SUFFIX)
        if path:
            yield Path(path)
        for folder in self.folders:
            # Docker's are written in small letters by most people.
            for spelling in dict.fromkeys((name, name.lower())):
                yield folder / spelling

    def files(self) -> Iterator[Path]:
        """Every file in the folders."""
        for folder in self.folders:
            yield from _listed(folder)

    def named_files(self) -> Iterator[tuple[str, Path]]:
        """Names, and the files that variables such as `NAME_FILE` say hold their values."""
        for key, path in sorted(self.environ.items()):
            name = key.removesuffix(FILE_SUFFIX)
            if name and name != key and path:
                yield name, Path(path)

    def _near(self, name: str) -> Iterator[Found]:
        value = self.environ.get(name)
        if value:
            yield Found(_text(name, value), "the environment")
        said = self.environ.get(name + FILE_SUFFIX)
        for number, path in enumerate(self.paths(name)):
            if said and not number:
                yield Found(files.value(path), f"{name}{FILE_SUFFIX}")
            elif path.is_file():
                yield Found(files.value(path), str(path.parent))


def of_process(
    environ: Mapping[str, str],
    *,
    dotenv: Mapping[str, str] | None = None,
    run_secrets: Path = RUN_SECRETS,
    origin: Callable[[str], Found | None] | None = None,
) -> Sources:
    """The sources of a process with this environment."""
    given = environ.get(CREDENTIALS)
    folders = [Path(given)] if given and Path(given).is_absolute() else []
    return Sources(environ, (run_secrets, *folders), dotenv or {}, origin)


def checked(name: str) -> str:
    """`name`, when it can be one.

    Raises:
        InvalidError: `secret-name-invalid`; it is not repeated: it may be a value.
    """
    if NAME.fullmatch(name) is None or len(name) > NAME_CHARS_MAX:
        raise InvalidError(
            "secret-name-invalid",
            f"the name of a secret is 1 to {NAME_CHARS_MAX} letters, figures, `_`, `.` and `-`",
        )
    return name


def _text(name: str, value: str) -> str:
    """An environment holds bytes; what is no UTF-8 came from a broken copy."""
    if any("\udc80" <= c <= "\udcff" for c in value):
        raise ConfigError("secret-undecodable", f"{name} in the environment is not UTF-8")
    return value


def _listed(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    return [path for path in sorted(found)[:FILES_MAX] if path.is_file()]
