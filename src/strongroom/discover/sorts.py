"""What a name is, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """From what opens something to what may stand in a log."""

    SECRET = "secret"  # noqa: S105 - a sort
    COMPONENT = "component"  # belongs to a credential and is none alone: a user, a key's id
    IDENTIFIER = "identifier"  # names something, and is made for showing
    CONFIG = "config"
    AMBIGUOUS = "ambiguous"  # a person has to say


class Confidence(StrEnum):
    """How sure a verdict is."""

    HIGH = "high"  # the source says so, or everybody calls it so
    MEDIUM = "medium"  # the words of the name, or the look of a default
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sort, how sure it is, and why, for people."""

    sort: Sort
    confidence: Confidence
    why: str
