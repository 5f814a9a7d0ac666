"""One round of an agent: begin what is due, take rotations further, remind people."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from strongroom.agent import reminders
from strongroom.agent.loop import REST_US, Round
from strongroom.db.tables import rotations as tables
from strongroom.db.tables import work
from strongroom.errors import ConflictError, InvalidError, StrongroomError
from strongroom.gate import rotations
from strongroom.gate.changes.notice import OweNotice
from strongroom.gate.desk import Desk
from strongroom.gate.rotations import Turn
from strongroom.gate.rows import Meta
from strongroom.model.address import Address
from strongroom.notify.interface import Sender
from strongroom.ops import notify, rotate, schedule
from strongroom.ops.local import Local, done
from strongroom.ops.rotate import StartRequest
from strongroom.rotation.due import Due
from strongroom.rotation.engine import Engine, Event
from strongroom.rotation.schedule import Mode

PARALLEL: Final = 8
PARALLEL_MAX: Final = 64
TURNS_MAX: Final = 1_000
AGAIN_US: Final = 900_000_000  # what could not begin is tried again a quarter of an hour later
TAKEN_US: Final = 30_000_000
MAIL_US: Final = 60_000_000
_TAKEN: Final = frozenset({"rotation-taken", "rotation-fenced", "rotation-ended"})


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the agent did or could not do, at a time in µs since 1970 UTC. Never a value."""

    at_us: int
    what: str  # `began`, `step`, `reminded`, `fault`, or what somebody else's part says
    address: str
    state: str = ""
    code: str = ""


def silent(_: Line) -> None:
    """For an agent that nobody watches."""


def going() -> bool:
    """Nobody says stop."""
    return False


@dataclass(slots=True)
class Rounds:
    """The work of an agent on one room. Several may be at work on it: each rotation is one's.

    `stopping` is asked before each step. `again` are addresses that could not begin, and until when
    they rest; `told` are the reminders that are known to be written.
    """

    room: Local
    tell: Callable[[Line], None] = silent
    stopping: Callable[[], bool] = going
    parallel: int = PARALLEL
    sender: Sender | None = None
    told: set[bytes] = field(default_factory=set)
    again: dict[str, int] = field(default_factory=dict)

    def round(self) -> Round:
        """Do all that is due now.

        Raises:
            GateError, DbError: the room could not be read or written; nothing is lost.
        """
        begun_ns = time.monotonic_ns()
        lines = self.rotate()
        self._remind(lines)
        if not self.stopping():
            self._deliver()
        self.room.gate.sequence()
        self.room.gate.step_aside()
        next_us = self._next_us(lines)
        return Round(next_us, (time.monotonic_ns() - begun_ns) // 1000)

    def _next_us(self, lines: Iterable[Due]) -> int:
        """When there is something to do again; what another agent holds is looked at a bit later."""
        now_us = self.room.now_us()
        begins = (one.begin_us for one in lines if one.mode == Mode.AUTO)
        moments = [
            now_us + REST_US,
            self.room.gate.consult(lambda desk: tables.next_due(desk.db)),
            reminders.next_us(lines, now_us),
            min((at for at in begins if at is not None and at > now_us), default=None),
            min((at for at in self.again.values() if at > now_us), default=None),
            now_us + MAIL_US if self.sender and self.room.gate.consult(_owes) else None,
        ]
        return max(min(at for at in moments if at is not None), now_us + TAKEN_US)

    def rotate(self) -> list[Due]:
        """Begin what is due and take every rotation as far as it goes now; what was due before."""
        if self.room.gate.status().state.encode() == Meta.RESTORED:
            return []  # the room that it comes from may live, and nobody said yet what is true
        lines = schedule.all_due(self.room)
        self.begin(lines)
        self.drive()
        return lines

    def head(self) -> int:
        """The room's place in its order."""
        return self.room.gate.status().change_seq

    def stale(self) -> bool:
        """Whether another policy was adopted since the room was opened."""
        now = self.room.gate.status().policy
        return any(now) and now != bytes.fromhex(self.room.policy.sha256)[: len(now)]

    def begin(self, lines: Iterable[Due]) -> None:
        """Begin what is due by itself; what cannot begin rests for a while and is told."""
        now_us = self.room.now_us()
        for one in lines:
            if self.stopping():
                return
            if not one.ready or self.again.get(one.address, 0) > now_us:
                continue
            try:
                rotate.start(self.room, StartRequest(Address.parse(one.address)))
            except StrongroomError as error:
                if isinstance(error, ConflictError) and error.code == "rotation-running":
                    continue  # another agent began it
                self.again[one.address] = now_us + AGAIN_US
                self._say("fault", one.address, code=error.code)
            else:
                self.again.pop(one.address, None)
                self._say("began", one.address)

    def drive(self) -> None:
        """Take every rotation that nobody works on as far as it goes now, some at a time."""
        turns = self.room.gate.consult(lambda desk: rotations.turns(desk, TURNS_MAX))
        if not turns:
            return
        engine = rotate.engine(self.room, tell=self._step, stopping=self.stopping)
        with ThreadPoolExecutor(min(self.parallel, len(turns)), "rotate") as pool:
            list(pool.map(lambda turn: self._drive(engine, turn), turns))

    def _drive(self, engine: Engine, turn: Turn) -> None:
        if self.stopping():
            return
        try:
            engine.drive(turn.address, turn.rotation)
        except StrongroomError as error:
            if error.code not in _TAKEN:
                self._say("fault", str(turn.address), code=error.code)

    def _remind(self, lines: Iterable[Due]) -> None:
        for event in reminders.owed(lines, self.room.now_us()):
            if self.stopping():
                return
            if event.id in self.told or self.room.gate.consult(partial(_is_owed, event.id)):
                continue
            self.told.add(event.id)
            try:
                done(self.room.gate.change(self.room.caller, OweNotice(event)))
            except StrongroomError as error:
                self._say("fault", event.secret, code=error.code)
            else:
                self._say("reminded", event.secret, code=event.code)

    def _deliver(self) -> None:
        """Hand over what is owed to people; what is not taken is tried again later."""
        if self.sender is None or not self.room.gate.consult(_owes):
            return
        try:
            sent = notify.deliver(self.room, self.sender)
        except StrongroomError as error:
            self._say("fault", "", code=error.code)
        else:
            if any((sent.delivered, sent.later, sent.given_up)):
                said = f"{sent.delivered} delivered, {sent.later} later, {sent.given_up} given up"
                self._say("notified", "", said)

    def _step(self, event: Event) -> None:
        if event.code != "begun":
            self._say("step", str(event.address), f"{event.act} {event.state}", event.code)

    def _say(self, what: str, address: str, state: str = "", code: str = "") -> None:
        self.tell(Line(self.room.now_us(), what, address, state, code))


def bounded(parallel: int) -> int:
    """How many rotations at once.

    Raises:
        InvalidError: `parallel-invalid`.
    """
    if not 1 <= parallel <= PARALLEL_MAX:
        raise InvalidError("parallel-invalid", f"one to {PARALLEL_MAX} rotations at once")
    return parallel


def _is_owed(id_: bytes, desk: Desk) -> bool:
    return work.was_owed(desk.db, id_)


def _owes(desk: Desk) -> bool:
    now_us = desk.db.clock_us()
    return any(work.due(desk.db, topic, now_us, 1) for topic in (work.FACT, work.DELIVERY))
