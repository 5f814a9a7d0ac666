"""The shape of a rule: a pure function from what was seen to what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from strongroom.check.facts import RepositoryFacts
from strongroom.model.finding import Place
from strongroom.model.policy import Environment, Policy
from strongroom.model.severity import Severity
from strongroom.naming.classify import words

if TYPE_CHECKING:
    from strongroom.check.room.facts import RoomFacts  # a repository is checked without a room


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: the facts, the policy, where its document is, and the time.

    `facts` are of a repository, `room` of a room; each is empty where none is looked at.
    """

    facts: RepositoryFacts
    policy: Policy
    document: str
    now: datetime
    room: "RoomFacts | None" = None

    @property
    def today(self) -> date:
        """The day of `now`."""
        return self.now.date()

    def environment_of(self, path: str) -> Environment | None:
        """The environment that a file's name or folder names, e.g. `deploy/staging.env`."""
        for word in reversed(words(path)):
            found = self.policy.environment(word)
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before it has a clause and a fingerprint.

    `symbol` is the name that the finding is about: with the rule and the path it makes the
    fingerprint, so it must not hold a line number and never a value.
    """

    symbol: str
    severity: Severity
    message: str
    place: Place
    remedy: str
    policy_lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule looked at and found.

    `examined` counts `noun`, in which `{s}` stands where the plural ends: `row{s} of a table`.
    `gap` says what the rule should have looked at and could not, if anything.
    """

    examined: int
    noun: str
    findings: tuple[Draft, ...] = ()
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its verdict counts for each of `clauses`; a finding cites the first one stated.

    `otherwise` are clauses to rest on when the document states none of `clauses`. A rule that
    has nothing to rest on is not run: this checks the document, not our opinion.
    """

    id: str
    clauses: tuple[str, ...]
    summary: str
    judge: Callable[[Subject], Judgement]
    otherwise: tuple[str, ...] = ()
