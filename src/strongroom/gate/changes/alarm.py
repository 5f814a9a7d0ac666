"""Alarms: shown to whoever may read the log, and put away by whoever may contain."""

from dataclasses import dataclass

from strongroom.db.tables import work
from strongroom.gate import attempts
from strongroom.gate.attempts import ALARM, Alarm
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb

ALARMS_MAX = 1_000


@dataclass(frozen=True)
class ListAlarms(View):
    """The alarms that nobody has seen yet, newest first."""

    limit: int = ALARMS_MAX

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[tuple[Alarm, str]]:
        """At most `limit` of them, each with the name of whose try it was."""
        return [
            (one, _name(desk, one.principal))
            for one in attempts.alarms(desk.db, min(self.limit, ALARMS_MAX))
        ]


def _name(desk: Desk, principal: str) -> str:
    person = desk.snapshot.person(desk.db, bytes.fromhex(principal))
    return principal if person is None else person.principal.name


@dataclass(frozen=True)
class SeeAlarms(Change):
    """Say that the alarms up to a time were seen. What happened stays in the log."""

    until_us: int

    verb = Verb.CONTAIN
    urgent = True

    def apply(self, to: Writer) -> Applied:
        """Put them away; the result is how many they were."""
        seen = work.settle_owed(to.db, ALARM, min(self.until_us, to.now_us))
        return Applied(seen, kind="alarm", detail={"seen": str(seen)})
