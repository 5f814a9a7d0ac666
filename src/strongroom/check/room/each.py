"""What rules over secrets have in common: who is asked, and how a finding is written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from strongroom.check.room.facts import Kept, RoomFacts
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.model.finding import Place
from strongroom.model.severity import Severity
from strongroom.secret.terms import DAY_US

Judge = Callable[[Subject], Judgement]
Find = Callable[[Kept, RoomFacts], Draft | None]
NO_ROOM: Final = Judgement(0, "room{s}", gap="no room was looked at")
NO_HOUSE: Final = "you may not audit the room: people, grants, keys and the log were not looked at"


def each(find: Find, *, of: Callable[[Kept], bool], noun: str = "secret{s}") -> Judge:
    """The rule that `find` finds nothing in any of the secrets that it is about."""

    def judge(subject: Subject) -> Judgement:
        room = subject.room
        if room is None:
            return NO_ROOM
        chosen = [kept for kept in room.kept if of(kept)]
        found = tuple(draft for kept in chosen if (draft := find(kept, room)))
        return Judgement(len(chosen), noun, found, room.gap)

    return judge


def draft(kept: Kept, severity: Severity, message: str, remedy: str, symbol: str = "") -> Draft:
    """A finding about one secret. `symbol` tells several about the same one apart."""
    lines = kept.type.lines if kept.type else ()
    return Draft(symbol, severity, message, Place(kept.address, logical=True), remedy, tuple(lines))


def has_value(kept: Kept) -> bool:
    """Whether there is a current version."""
    return kept.version is not None


def day(us: int) -> str:
    """A day in UTC, of microseconds since 1970."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d")


def days_since(us: int, now_us: int) -> int:
    """Whole days that have passed."""
    return (now_us - us) // DAY_US
