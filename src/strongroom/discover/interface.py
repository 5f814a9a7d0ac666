"""What a reader of one kind of file gives: places that expect a name. Never a value.

A reader is pure and knows one grammar. It gives every name that it is sure is read from, or put
into, an environment or a store of secrets, secret or not: whether it is one is decided once, by
`classify`, over all the places of a name. What a place itself says about that goes into `secret`.
A text that is malformed gives what could be read of it; what was left out is a `Trouble`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Protocol

from strongroom.source.values import Value


class How(StrEnum):
    """What a place does with the name."""

    READ = "read"  # code reads it
    DECLARED = "declared"  # a declaration of ours, or of another tool, lists it
    EXAMPLE = "example"  # a template lists it
    GIVEN = "given"  # a `.env` file has a value for it
    INJECTED = "injected"  # compose, Kubernetes or a CI hands it to a program
    MADE = "made"  # put together here of others, `composes`; nobody sets it
    PUBLIC = "public"  # ends in what a browser is sent


class Scope(StrEnum):
    """When the name is needed."""

    RUNTIME = "runtime"
    CI = "ci"
    BUILD = "build"
    DEV = "dev"
    TEST = "test"


class Shape(StrEnum):
    """What a default looks like, as far as it tells whether its name is a secret's."""

    NONE = "none"  # nothing that tells
    NUMBER = "number"
    SWITCH = "switch"  # true, off, yes
    PATH = "path"
    PLAIN_URL = "plain-url"
    LOGIN_URL = "login-url"  # a password stands in it, or where one belongs
    KEY = "key"  # as irregular as what a generator makes, or in an issuer's form


@dataclass(frozen=True, slots=True)
class Default:
    """What a place brings for when nothing is set: its kind and its look, never its text."""

    value: Value
    shape: Shape = Shape.NONE


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that expects a name. `path` is relative with `/`, `line` counts from 1."""

    name: str
    path: str
    line: int
    how: How
    scope: Scope = Scope.RUNTIME
    required: bool | None = None  # None: the place does not say
    default: Default | None = None
    secret: bool | None = None  # what the place itself says: SecretStr, `secrets.X`; or `int(...)`
    composes: tuple[str, ...] = ()  # names that are put together here: DB_USER, DB_PASSWORD
    environment: str = ""  # the environment that the place is for, as it is called there
    note: str = ""  # for people: `by dj_database_url`; no text of the file but names


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of a file that was not understood, or a danger that is none of one name's.

    `code` is stable and kebab-case, `why` is for people and repeats no value.
    """

    path: str
    line: int
    code: str
    why: str


class Reader(Protocol):
    """One kind of file."""

    def reads(self, path: PurePosixPath) -> bool:
        """Whether a file of this path is its kind; looks at the path only."""

    def read(self, path: str, text: str) -> Iterable[Mention | Trouble]:
        """Every mention in `text`, in order of lines. Never fails, whatever the text is."""
