"""Where a process finds its secrets without asking anybody: the first that has one wins.

The environment, a file that `NAME_FILE` names, the folders in which Docker, Kubernetes and
systemd put files (`/run/secrets`, `$CREDENTIALS_DIRECTORY`), and in development a `.env`.
Empty is missing everywhere (C-9).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.errors import ConfigError
from strongroom.runtime import files

RUN_SECRETS: Final = Path("/run/secrets")
CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
FILE_SUFFIX: Final = "_FILE"
FILES_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it was; its representation hides the value."""

    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The places, as they are; nothing is kept here."""

    environ: Mapping[str, str] = field(repr=False)
    folders: tuple[Path, ...] = ()
    dotenv: Mapping[str, str] = field(default_factory=dict, repr=False)

    def find(self, name: str) -> Found | None:
        """The value of `name`, or None when it is nowhere, or empty wherever it is.

        Raises:
            ConfigError: `secret-undecodable`, or as `files.read` for a file that cannot be used.
        """
        for found in self._all(name):
            if found.value:
                return found
        return None

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

    def _all(self, name: str) -> Iterator[Found]:
        value = self.environ.get(name)
        if value:
            yield Found(_text(name, value), "the environment")
        path = self.environ.get(name + FILE_SUFFIX)
        if path:
            yield Found(files.value(Path(path)), f"{name}{FILE_SUFFIX}")
        for folder in self.folders:
            # Docker's are written in small letters by most people.
            for spelling in dict.fromkeys((name, name.lower())):
                if (folder / spelling).is_file():
                    yield Found(files.value(folder / spelling), str(folder))
        value = self.dotenv.get(name)
        if value:
            yield Found(value, ".env")


def of_process(
    environ: Mapping[str, str],
    *,
    dotenv: Mapping[str, str] | None = None,
    run_secrets: Path = RUN_SECRETS,
) -> Sources:
    """The sources of a process with this environment."""
    given = environ.get(CREDENTIALS)
    folders = [Path(given)] if given and Path(given).is_absolute() else []
    return Sources(environ, (run_secrets, *folders), dotenv or {})


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
