"""What an import is asked for, what it would do, and what is wrong with its source."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.gate.changes.secret import Value as Kept
from strongroom.model.address import Address

CLAUSE: Final = re.compile(r"\b[PC]-\d+(?:\.\d+)?\b")


class OnConflict(StrEnum):
    """What is done where a secret stands already."""

    FAIL = "fail"
    SKIP = "skip"
    NEW_VERSION = "new-version"


class Action(StrEnum):
    """What happens to a row."""

    CREATE = "create"
    NEW_VERSION = "new-version"
    SKIP = "skip"
    STAGED = "staged"  # an earlier run of the same import has written it


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A source, and what its rows do not say. `environment` and `folder` are where it goes to.

    `format_id` None is found out by `name` and content.
    """

    data: bytes = field(repr=False)
    name: str = ""
    format_id: str | None = None
    environment: str | None = None
    folder: str = ""
    type: str | None = None
    owner: str | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    reason: str = ""


class Issue(NamedTuple):
    """Why a row, or with row 0 the whole source, cannot be imported. Never a value.

    `name` is empty where what stands in its place cannot be an address. `refused` is the
    address of a write that was refused, which the log has to know.
    """

    row: int
    name: str
    code: str
    message: str
    refused: Address | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that the message names."""
        return tuple(dict.fromkeys(CLAUSE.findall(self.message)))


@dataclass(frozen=True, slots=True)
class Item:
    """One row as it will be written. `secret_id` is zero until it is given one.

    `version` is the number that is written, 0 for a secret without a value.
    """

    row: int
    address: Address
    action: Action
    type: str
    owner: str
    expires_us: int
    kept: Kept | None = field(repr=False)
    version: int = 1
    secret_id: bytes = b""
    over: bool = False  # an aborted import has left a row there
    description: str = ""
    every_us: int | None = None
    next_us: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows and all that is wrong with them, in the order of the source."""

    format_id: str
    items: tuple[Item, ...]
    issues: tuple[Issue, ...]

    @property
    def ok(self) -> bool:
        """Whether it can be carried out."""
        return not self.issues

    @property
    def writes(self) -> tuple[Item, ...]:
        """The items that are not skipped, those of an earlier run included."""
        return tuple(item for item in self.items if item.action is not Action.SKIP)

    def count(self, action: Action) -> int:
        """How many rows meet that end."""
        return sum(item.action is action for item in self.items)
