"""What a folder of source code shows: names, places and kinds of values, never a value."""

from dataclasses import dataclass
from enum import StrEnum

from strongroom.source.values import Value


class Area(StrEnum):
    """What kind of file something is; a gap in one area is no gap in another."""

    PYTHON = "python"
    CONFIG = "config"
    ENV = "env"
    DOCUMENT = "document"
    FOLDER = "folder"  # could not be opened: a gap in every area
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NotLookedAt:
    """Something that exists and was not read: a path, a stable kebab-case code, and why."""

    path: str
    code: str
    why: str
    area: Area = Area.OTHER


@dataclass(frozen=True, slots=True)
class EnvEntry:
    """One assignment in a `.env` file: its name, its 1-based line, the kind of its value."""

    name: str
    line: int
    value: Value


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """A name of a secret with something behind it in a configuration file."""

    name: str
    path: str
    line: int
    value: Value
    development: bool = False
