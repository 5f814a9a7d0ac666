"""Tries that a person may make a few times an hour, and what is left behind by each.

A value that stands elsewhere already and a code that opens nothing are refused with an answer
that says so. Whoever asked often enough would learn from the answers which values and codes
there are, so after a few the next ones are refused before anything is compared. Each try is an
entry of the log and an alarm: a row that stays until somebody has seen it.
"""

from enum import StrEnum
from typing import Final

import msgspec

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Db
from strongroom.db.tables import work
from strongroom.db.tables.work import OutboxRow
from strongroom.errors import LimitError, StrongroomError
from strongroom.gate.decision import Ask
from strongroom.gate.room import Room
from strongroom.gate.writer import Writer

HOUR_US: Final = 3_600_000_000
ALARM: Final = "alarm"


class Kind(StrEnum):
    """What is tried."""

    REUSE = "reuse"
    SHARE = "share"


# The codes of what came to nothing, and which kind of try each one counts as.
COUNTED: Final = {
    "value-reused": Kind.REUSE,
    "share-unknown": Kind.SHARE,
    "share-other-person": Kind.SHARE,
}


class Alarm(msgspec.Struct, frozen=True):
    """What an alarm says. Names and codes, never a value or a part of one."""

    code: str
    principal: str  # the id in hex
    place: str  # an address, empty where none is known
    tries: int  # of this kind, in this hour
    at_us: int


def allow(to: Writer, kind: Kind) -> None:
    """Go on only if this hour has tries left for whoever asks.

    Raises:
        LimitError: `reuse-limited`, `share-limited`.
    """
    check(to.db, to.room, to.actor, kind, to.now_us)


def check(db: Db, room: Room, principal: bytes, kind: Kind, now_us: int) -> None:
    """As `allow`, for who looks before he writes."""
    made = work.attempts(db, principal, kind, now_us // HOUR_US)
    if made < room.limits.tries_an_hour:
        return
    fix = "wait for the next hour, and tell the security team that it was you"
    if kind is Kind.REUSE:
        raise LimitError(
            "reuse-limited",
            "too many values that stand elsewhere were written: no value is taken from you now (P-4.3)",
            fix=f"let values be generated, or {fix}",
        )
    raise LimitError(
        "share-limited", "too many codes were wrong: none is taken from you now", fix=fix
    )


def note(db: Db, ask: Ask, error: StrongroomError, now_us: int, limit: int) -> None:
    """Count a try that came to nothing and raise its alarm; other errors are none.

    An import is refused with all its rows at once: those beyond the limit are only counted.
    """
    kind = COUNTED.get(error.code)
    if kind is None:
        return
    principal, hour = ask.caller.principal, now_us // HOUR_US
    work.count_attempt(db, principal, kind, hour)
    place = f"{ask.environment}/{ask.path}" if ask.path is not None else ""
    tries = work.attempts(db, principal, kind, hour)
    if tries > limit:
        return
    body = msgspec.json.encode(Alarm(error.code, principal.hex(), place, tries, now_us))
    work.owe(db, OutboxRow(new_id(), ALARM, body, now_us, 0, "due", now_us))


def alarms(db: Db, limit: int) -> list[Alarm]:
    """Those that nobody has seen yet, newest first."""
    return [msgspec.json.decode(row.body, type=Alarm) for row in work.owed(db, ALARM, limit)]
