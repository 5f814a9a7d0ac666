"""Operations on alarms: which there are, and that somebody saw them. `status` counts them."""

from dataclasses import dataclass

from strongroom.gate.changes.alarm import ListAlarms, SeeAlarms
from strongroom.ops.local import Local, done


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """An alarm for people: what was refused, to whom, where, and how often in that hour."""

    code: str
    principal: str
    place: str
    tries: int
    at_us: int


def list_alarms(room: Local) -> list[AlarmShown]:
    """Those that nobody has seen yet, newest first."""
    found = done(room.gate.look(room.caller, ListAlarms()))
    assert isinstance(found, list)
    return [AlarmShown(one.code, name, one.place, one.tries, one.at_us) for one, name in found]


def seen(room: Local, reason: str = "") -> int:
    """Put the alarms away that there are by now; how many they were."""
    found = done(room.gate.change(room.caller, SeeAlarms(room.now_us()), reason))
    assert isinstance(found, int)
    return found
