"""What was seen, as frozen values: everything that a rule may rest on, and no value of a secret."""

from dataclasses import dataclass, field
from enum import StrEnum

from strongroom.source.seen import Area, ConfigEntry, EnvEntry, NotLookedAt
from strongroom.source.values import Value


@dataclass(frozen=True, slots=True)
class GitFacts:
    """What git could tell. `problem` is a stable code when it could tell nothing."""

    problem: str = ""
    why: str = ""
    shallow: bool = False
    commits: bool = True
    history_why: str = ""  # set when the history could not be asked

    @property
    def usable(self) -> bool:
        """Whether the questions to git have answers."""
        return not self.problem


class Ignored(StrEnum):
    """Whether git ignores a path, and for whom."""

    YES = "yes"
    HERE_ONLY = "here-only"  # by a file that is not part of the repository
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EnvFile:
    """A file of environment variables. `mode` is its permission bits, None when not on disk."""

    path: str
    mode: int | None
    tracked: bool
    ignored: Ignored
    in_history: bool
    entries: tuple[EnvEntry, ...] = ()
    # `.env`, `.env.local`, `.env.production`: never to be shared, whatever they hold.
    private: bool = True


@dataclass(frozen=True, slots=True)
class EnvExample:
    """A template for a `.env` file."""

    path: str
    entries: tuple[EnvEntry, ...]


class Use(StrEnum):
    """What a line of code does with a secret."""

    READ = "read"  # from the environment
    DEFAULT = "default"  # reads it, and brings a literal for when it is missing
    LITERAL = "literal"  # gives it a literal value
    LOGGED = "logged"
    SLICED = "sliced"  # logs a part of it
    RAISED = "raised"  # puts it into an error message
    VALIDATED = "validated"  # calls the check of all secrets


@dataclass(frozen=True, slots=True)
class CodeUse:
    """One use. `name` is what the code calls the secret; `value` is the kind of a literal."""

    use: Use
    name: str
    path: str
    line: int
    value: Value = Value.EMPTY
    development: bool = False  # in a test, an example or a development file


@dataclass(frozen=True, slots=True)
class Note:
    """A place in a comment or a document that says what a secret is. `name` is its word."""

    name: str
    path: str
    line: int
    document: bool


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """A folder of source code as it was found. Paths are relative to it, with `/`."""

    git: GitFacts
    env_files: tuple[EnvFile, ...] = ()
    env_ignored: Ignored = Ignored.UNKNOWN  # of the name `.env`, whether there is one or not
    examples: tuple[EnvExample, ...] = ()
    uses: tuple[CodeUse, ...] = ()
    entries: tuple[ConfigEntry, ...] = ()
    notes: tuple[Note, ...] = ()
    python_files: int = 0
    config_files: int = 0
    documents: int = 0
    not_looked_at: tuple[NotLookedAt, ...] = field(default=())

    def gap(self, area: Area) -> str:
        """What is missing from an area, in words; empty when all of it was looked at."""
        files = sum(item.area is area for item in self.not_looked_at)
        folders = sum(item.area is Area.FOLDER for item in self.not_looked_at)
        parts = ((files, f"{area} file"), (folders, "folder"))
        said = [f"{n} {what}{'s' if n > 1 else ''} not looked at" for n, what in parts if n]
        return "; ".join(said)
