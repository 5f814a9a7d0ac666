"""Several secrets rotated as one group: begun together, driven in order and at once, gone on with.

All members are begun before the first of them is driven, in rows that carry the group's mark in
their ids. So what was asked for stands in the room when the process dies, and the same command goes
on: who has a value that became current since the group began is not rotated again.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.db.tables.rotations import RotationRow
from strongroom.db.tables.secrets import SECRET
from strongroom.errors import ConflictError, NotFoundError, StrongroomError
from strongroom.gate import ties
from strongroom.gate.changes.by_hand import BeginByHand, marked_by_hand
from strongroom.gate.changes.rotation import BEFORE, Begin, Mark, Steer, mark_of
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Done, Failed
from strongroom.model.address import Address
from strongroom.ops import related, rotate
from strongroom.ops.agent import bounded
from strongroom.ops.local import Local, refusal
from strongroom.ops.related import Here, Related
from strongroom.ops.rotate import StartRequest, Status
from strongroom.rotation import group as kernel
from strongroom.rotation.bench import Bench
from strongroom.rotation.engine import Engine, Event, row_of
from strongroom.rotation.group import Member, Way
from strongroom.rotation.machine import ENDED, State
from strongroom.rotation.rotators.interface import Statement

PARALLEL: Final = 16
PER_TARGET: Final = 8
SILENT_MAX: Final = 2  # so many unanswered in a row, and the rest of a target is not tried
AHEAD_US: Final = (
    50_000_000  # agents leave a group to its command for so long: under EMERGENCY_MAX_US
)
SAME_US: Final = 24 * 3_600_000_000  # the same words later than that are another emergency
JUST_US: Final = 15 * 60_000_000
# An engine that wrote nothing for so long is taken for dead: longer than a call to a target lasts.
QUIET_US: Final = 20_000_000
TAKEN_S: Final = 0.5
TAKEN_TRIES: Final = 120
_TAKEN: Final = frozenset({"rotation-taken", "rotation-fenced", "rotation-ended"})
# Another process began it, or ended it, since this one looked: it is looked at again.
_MEANWHILE: Final = frozenset({"rotation-running", "group-done"})
_SILENT: Final = frozenset({"target-unreachable", "target-slow"})


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """Rotations of several secrets. With `related`, of all that goes with them too.

    With `again`, a group that was begun in the same words is not gone on with.
    """

    addresses: tuple[Address, ...]
    grace_hours: int | None = None
    emergency: bool = False
    related: bool = False
    again: bool = False
    parallel: int = PARALLEL
    reason: str = ""


class End(StrEnum):
    """How it stands with a member."""

    DONE = "done"
    CURRENT = "current"  # the new value is, and the old one in its grace
    BEFORE = "done-before"  # in an earlier run of the same command
    OPEN = "open"  # begun, and not at its end: the target did not answer, or nobody drove it
    PERSON = "needs-person"
    BACK = "rolled-back"
    STOPPED = "stopped"  # what comes before it did not end well
    FAILED = "failed"  # it could not begin
    BY_HAND = "by-hand"  # nothing says where it is rotated
    FOLLOWS = "follows"  # it changes with its parts
    PLANNED = "planned"  # nothing was begun: this is a plan


WELL: Final = frozenset({End.DONE, End.CURRENT, End.BEFORE, End.FOLLOWS})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A member and how it stands. Times in µs since 1970 UTC and in µs; never a value.

    `statements` are what a person does at the target where it is not done; `stopped_by` names what
    has to be done before, or the member that holds the same account. `said` and `fix` are of the error
    for which it could not begin or be driven.
    """

    address: str
    layer: int
    way: str
    target: str
    exposed: bool
    why: tuple[str, ...]
    after: tuple[str, ...]
    end: End
    code: str = ""
    said: str = ""
    fix: str = ""
    stopped_by: str = ""
    begun_us: int = 0
    took_us: int = 0
    statements: tuple[Statement, ...] = ()
    run: Status | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A group as it stands. `whole`, `unread` and `circles` as in `Related` and `Group`.

    `resumed` says that it was begun before, at `begun_us`. `gone` are members that were deleted since
    then, and whose old values may be valid.
    """

    id: str
    emergency: bool
    begun_us: int
    resumed: bool
    took_us: int
    whole: bool
    members: tuple[Outcome, ...]
    circles: tuple[tuple[str, ...], ...]
    unread: dict[str, str]
    gone: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every member has another value, and nobody has to do anything."""
        return not self.gone and all(one.end in WELL for one in self.members)


class Moment(NamedTuple):
    """A step of a member that ended, or what became of one without a step."""

    at_us: int
    address: str
    act: str
    state: str
    code: str
    took_us: int


def silent(_: Moment) -> None:
    """For a group that nobody watches."""


def plan(room: Local, request: GroupRequest) -> Result:
    """The group, why each is in it and in which order; nothing is begun.

    Raises:
        As `start`.
    """
    found = related.find(room, request.addresses, related=request.related)
    members = tuple(_outcome(found, one, End.PLANNED) for one in _in_order(found))
    return Result(
        "", request.emergency, 0, False, 0, found.whole, members, found.group.circles,
        dict(found.unread),
    )  # fmt: skip


def start(
    room: Local,
    request: GroupRequest,
    tell: Callable[[Moment], None] = silent,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """Rotate a group as far as it goes now, or go on with the one that was begun in the same words.

    What becomes of one member is its outcome, and stops nobody but who has to wait for it.

    Raises:
        InvalidError: `seeds-invalid`, `parallel-invalid`, `group-alone`. NotFoundError: `secret-unknown`.
        DeniedError: the caller may not see one of the addresses. GateError: nothing can be recorded.
    """
    begun_ns = time.monotonic_ns()
    bounded(request.parallel)
    if request.emergency and request.grace_hours is not None:
        raise rotate.no_grace()
    last, before = _mark(room, request)
    mark, resumed = last or _new(room, request), last is not None
    found = related.find(room, request.addresses, related=request.related, before=before)
    if resumed and (request.again or not _goes_on(room, found, mark, emergency=request.emergency)):
        mark, resumed = _new(room, request), False
    if not resumed:
        _begin_by_hand(room, request, found, mark)
    work = _Work(room, request, found, mark, tell, sleep)
    work.begin()
    work.drive()
    members = tuple(work.told(one) for one in _in_order(found))
    return Result(
        bytes(mark).hex(), request.emergency, mark.begun_ms * 1000, resumed,
        (time.monotonic_ns() - begun_ns) // 1000, found.whole, members, found.group.circles,
        dict(found.unread), _gone(room, found, mark, request) if resumed else (),
    )  # fmt: skip


# Which group.


def _asked(request: GroupRequest) -> bytes:
    words = [sorted({str(one) for one in request.addresses}), request.emergency, request.related]
    return hashlib.sha256(json.dumps(words).encode()).digest()[:4]


def _new(room: Local, request: GroupRequest) -> Mark:
    return Mark(_asked(request), room.gate.consult(_clock_us) // 1000)


def _clock_us(desk: Desk) -> int:
    return desk.db.clock_us()


def _begin_by_hand(room: Local, request: GroupRequest, found: Related, mark: Mark) -> None:
    """Keep when it was begun, for members that no rotation says it of."""
    for address, one in sorted(found.group.members.items()):
        if one.way is Way.BY_HAND:
            change = BeginByHand(Address.parse(address), mark)
            with suppress(NotFoundError, ConflictError):  # it was deleted just now
                if isinstance(room.gate.change(room.caller, change, request.reason), Done):
                    return  # whoever may rotate one of them is enough: it is one fact of the group


def _mark(room: Local, request: GroupRequest) -> tuple[Mark | None, tuple[Address, ...]]:
    """The last group that was asked for in these words, or None; with its members that were begun."""
    asked = _asked(request)

    def look(desk: Desk) -> tuple[Mark | None, tuple[Address, ...]]:
        since_us = desk.db.clock_us() - SAME_US
        rows = ties.marked(desk, asked, since_us)
        marks = [mark for row in rows if (mark := mark_of(row))]
        by_hand = marked_by_hand(desk, asked, since_us)
        mark = max(marks if by_hand is None else [*marks, by_hand], default=None)
        secrets = (SECRET.get(desk.db, row.secret_id) for row in rows if mark_of(row) == mark)
        there = {Address(it.environment, it.path) for it in secrets if it}
        return mark, tuple(sorted(there))

    return room.gate.consult(look)


def _goes_on(room: Local, found: Related, mark: Mark, *, emergency: bool) -> bool:
    """Whether something of that group is still to be done, or the last of it ended just now.

    The same words a while after that are said of another leak.
    """
    rows = _latest(room, found)
    ends_us: list[int] = []
    for address, one in found.group.members.items():
        here = found.here[address]
        row = rows.get(here.id)
        if one.way is Way.ROTATE:
            if row is None or not _satisfied(row, mark, emergency=emergency):
                return True
            ends_us.append(row.reached_us)
        elif one.way is Way.BY_HAND:
            if not _changed(room, here, mark):
                return True
            ends_us.append(here.written_us)
    return max(ends_us, default=0) > room.now_us() - JUST_US


def _changed(room: Local, here: Here, mark: Mark) -> bool:
    """Whether somebody wrote another value after the beginning; the old one once more is none."""
    since_us = mark.begun_ms * 1000
    if here.current is None or here.written_us < since_us:
        return False
    n = here.current
    return not room.gate.consult(lambda desk: ties.unchanged(desk, here.id, n, since_us))


def _gone(room: Local, found: Related, mark: Mark, request: GroupRequest) -> tuple[str, ...]:
    """Members that were deleted before they were replaced."""
    rows = room.gate.consult(lambda desk: ties.latest(desk, found.gone.values()))
    return tuple(
        address
        for address, id_ in sorted(found.gone.items())
        if not _satisfied(rows.get(id_), mark, emergency=request.emergency)
    )


def _latest(room: Local, found: Related) -> dict[bytes, RotationRow]:
    ids = [found.here[address].id for address in found.group.members]
    return room.gate.consult(lambda desk: ties.latest(desk, ids))


def _satisfied(row: RotationRow | None, mark: Mark, *, emergency: bool) -> bool:
    """Whether a rotation put another value in the place of the one that was current at the beginning.

    In an emergency the old one is refused too, so it has to be at its end.
    """
    if row is None or not row.promoted_us:
        return False
    if row.promoted_us < mark.begun_ms * 1000 and mark_of(row) != mark:
        return False  # of a member's own rotation no clock that was put back says otherwise
    if row.state == State.DONE.value:
        return True
    return not emergency and row.state in {State.PROMOTED.value, State.RETIRED.value}


# The work.


class _Ready(NamedTuple):
    """A member that can begin: how, which accounts it is about, and what goes on already."""

    begin: Begin
    accounts: frozenset[tuple[str, str]]
    live: bool


class _Work:
    """One run of a group. Threads drive members; what is settled is written by the first one alone."""

    def __init__(
        self, room: Local, request: GroupRequest, found: Related, mark: Mark,
        tell: Callable[[Moment], None], sleep: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._room, self._request, self._found, self._mark = room, request, found, mark
        self._tell, self._sleep = tell, sleep
        self._engine: Engine = rotate.engine(room, tell=self._step)
        self._outcomes: dict[str, Outcome] = {}
        self._ready: dict[str, _Ready] = {}
        self._silent: Counter[str] = Counter()

    def begin(self) -> None:
        """Begin all members; what is settled already needs no turn."""
        members = self._found.group.members
        rows = _latest(self._room, self._found)
        placed: list[str] = []
        for address, one in members.items():
            here = self._found.here[address]
            if one.way is Way.FOLLOWS:
                self._settle(_outcome(self._found, one, End.FOLLOWS))
            elif one.way is Way.BY_HAND:
                self._settle(_outcome(self._found, one, self._by_hand(address)))
            else:
                placed.append(address)
                if self._satisfied(rows.get(here.id)):
                    self._settle(_outcome(self._found, one, End.BEFORE))
        with ThreadPoolExecutor(min(self._request.parallel, len(placed) or 1), "begin") as pool:
            list(pool.map(lambda one: self._prepare(one, rows), placed))
        self._leave_twins()
        fresh = [it for at, it in self._ready.items() if not it.live and at not in self._outcomes]
        answers = self._room.gate.changes(
            self._room.caller, [one.begin for one in fresh], self._reason()
        )
        for ready, answer in zip(fresh, answers, strict=True):
            address = str(ready.begin.address)
            if isinstance(answer, Done):
                self._say(address, "begin", "planned", "")
                continue
            error = answer.error if isinstance(answer, Failed) else refusal(answer)
            if error.code not in _MEANWHILE:
                self._fail(address, error)

    def _by_hand(self, address: str) -> End:
        """Whoever changed it by hand since the beginning has done it."""
        changed = _changed(self._room, self._found.here[address], self._mark)
        return End.BEFORE if changed else End.BY_HAND

    def _satisfied(self, row: RotationRow | None) -> bool:
        return _satisfied(row, self._mark, emergency=self._request.emergency)

    def _prepare(self, address: str, rows: Mapping[bytes, RotationRow]) -> None:
        """Look at how it begins; of what is done already, at which accounts it is about."""
        row = rows.get(self._found.here[address].id)
        emergency = self._request.emergency
        request = StartRequest(Address.parse(address), self._request.grace_hours, emergency)
        try:
            begin, bench = rotate.opening(self._room, request)
        except StrongroomError as error:
            if address not in self._outcomes:
                self._fail(address, error)
            return
        hard = any(need.hard for need in self._found.group.members[address].needs)
        later_us = self._room.now_us() + AHEAD_US
        begin = replace(begin, mark=self._mark, paused=hard, not_before_us=later_us)
        goes_on = row is not None and State(row.state) not in ENDED
        live = goes_on and row is not None and (bool(row.emergency) or not emergency)
        self._ready[address] = _Ready(begin, _accounts(bench), live)

    def _leave_twins(self) -> None:
        """Of those that hold one account of one target, one is rotated; each would undo the other."""
        first: dict[tuple[str, str], str] = {}
        members = self._found.group.members

        def rank(address: str) -> tuple[bool, bool, str]:
            return address not in self._outcomes, not members[address].exposed, address

        for address in sorted(self._ready, key=rank):
            accounts = self._ready[address].accounts
            twins = {first[one] for one in accounts if one in first}
            if not twins:
                first |= dict.fromkeys(accounts, address)
            elif address not in self._outcomes:
                outcome = _outcome(
                    self._found, members[address], self._by_hand(address), "same-account"
                )
                self._settle(replace(outcome, stopped_by=min(twins)))

    def drive(self) -> None:
        """Drive each when its turn comes, until all have ended or wait for something else."""
        going: dict[Future[Outcome], str] = {}
        whole = self._found.group
        with ThreadPoolExecutor(self._request.parallel, "rotate") as pool:
            while len(self._outcomes) < len(whole.members):
                settled = {one: it.end in WELL for one, it in self._outcomes.items()}
                for address in whole.members:
                    by = kernel.stopped_by(whole, address, settled)
                    if by is not None and address not in settled:
                        outcome = _outcome(self._found, whole.members[address], End.STOPPED, BEFORE)
                        self._settle(replace(outcome, stopped_by=by))
                turn = kernel.ready(whole, settled, set(going.values()))
                for address in turn:
                    self._send(address, going, pool)
                if going:
                    for one in wait(going, return_when=FIRST_COMPLETED).done:
                        del going[one]
                        self._settle(one.result())

    def _send(
        self, address: str, going: dict[Future[Outcome], str], pool: ThreadPoolExecutor
    ) -> None:
        member = self._found.group.members[address]
        if self._silent[member.target] >= SILENT_MAX:
            self._settle(_outcome(self._found, member, End.OPEN, "target-silent"))
            return
        there = sum(
            self._found.group.members[one].target == member.target for one in going.values()
        )
        if there < PER_TARGET and len(going) < self._request.parallel:
            going[pool.submit(self._one, member)] = address

    def _one(self, member: Member) -> Outcome:
        begun_us, begun_ns = self._room.now_us(), time.monotonic_ns()
        try:
            end, code = self._as_far_as_it_goes(member.address)
            outcome = _outcome(self._found, member, end, code)
        except StrongroomError as error:
            outcome = _failed(_outcome(self._found, member, End.FAILED, error.code), error)
        took_us = (time.monotonic_ns() - begun_ns) // 1000
        return replace(outcome, begun_us=begun_us, took_us=took_us)

    def _as_far_as_it_goes(self, address: str) -> tuple[End, str]:
        """Drive what goes on; what it did not replace itself is begun once more."""
        where, begun = Address.parse(address), False
        id_ = self._found.here[address].id
        for _ in range(TAKEN_TRIES):
            row = self._room.gate.consult(lambda desk: ties.latest(desk, [id_])).get(id_)
            if self._satisfied(row):
                return (End.DONE if self._request.emergency else End.CURRENT), ""
            ended = row is None or State(row.state) in ENDED
            tried = row is not None and self._mark.marks(row.id) and self._fresh(address)
            if ended and (begun or tried):
                return End.BACK, row.code if row is not None else ""
            try:
                if row is None or ended:
                    row = row_of(self._change(replace(self._ready[address].begin, paused=False)))
                    begun = True
                row = self._driven(where, row)
            except ConflictError as error:
                if error.code in _MEANWHILE:
                    continue
                if error.code not in _TAKEN:
                    raise
                self._sleep(TAKEN_S)
                continue
            if State(row.state) is State.NEEDS_PERSON:
                return End.PERSON, row.code
            if State(row.state) not in ENDED and not self._satisfied(row):
                return End.OPEN, row.code
        return End.OPEN, "rotation-taken"

    def _fresh(self, address: str) -> bool:
        """Whether this run began it: one that an earlier run saw taken back is tried again."""
        return not self._ready[address].live

    def _driven(self, where: Address, row: RotationRow) -> RotationRow:
        if row.paused and row.code != BEFORE:
            return row  # somebody lets it rest, for a reason that this command does not know
        if row.paused or row.state == State.NEEDS_PERSON.value:
            confirmed = int(row.state == State.NEEDS_PERSON.value and not row.promoted_us)
            columns = {"paused": 0, "confirmed": confirmed}
            row = row_of(self._change(Steer(where, row.id, "resume", columns)))
        return self._engine.drive(where, row.id, quiet_us=QUIET_US)

    def _change(self, change: Begin | Steer) -> Done[object]:
        answer = self._room.gate.change(self._room.caller, change, self._reason())
        if isinstance(answer, Done):
            return answer
        raise refusal(answer)

    def told(self, member: Member) -> Outcome:
        """How a member stands, with its journal, and the words for a person where it is not done."""
        outcome = self._outcomes[member.address]
        if member.way is not Way.ROTATE:
            return outcome
        where = Address.parse(member.address)
        with suppress(StrongroomError):
            outcome = replace(outcome, run=rotate.status(self._room, where))
        if outcome.end not in WELL:
            with suppress(StrongroomError):
                outcome = replace(outcome, statements=rotate.plan(self._room, where).statements)
        return outcome

    # What is said.

    def _settle(self, outcome: Outcome) -> None:
        self._outcomes[outcome.address] = outcome
        if outcome.code in _SILENT:
            self._silent[outcome.target] += 1
        elif outcome.end is End.DONE:
            self._silent[outcome.target] = 0
        if outcome.end not in {End.DONE, End.CURRENT, End.FOLLOWS}:
            self._say(outcome.address, outcome.end.value, "", outcome.code)

    def _fail(self, address: str, error: StrongroomError) -> None:
        member = self._found.group.members[address]
        self._settle(_failed(_outcome(self._found, member, End.FAILED, error.code), error))

    def _reason(self) -> str:
        return self._request.reason or ("emergency" if self._request.emergency else "")

    def _step(self, event: Event) -> None:
        if event.code != "begun":
            self._say(str(event.address), event.act, event.state, event.code, event.took_us)

    def _say(self, address: str, act: str, state: str, code: str, took_us: int = 0) -> None:
        self._tell(Moment(self._room.now_us(), address, act, state, code, took_us))


def _accounts(bench: Bench) -> frozenset[tuple[str, str]]:
    """The accounts of a system that a rotation there changes, as far as a value names them.

    Targets of one kind with one address are one system, whatever they are called.
    """
    target = bench.job.target
    where = f"{bench.rotator.kind} {target.address}" if target.address else target.name
    fields = bench.old.fields
    named = [fields.get(one, "") for one in ("username", "user", "access_key_id")]
    named += bench.job.option("accounts").split(",")
    return frozenset((where, one.strip()) for one in named if one.strip())


def _in_order(found: Related) -> list[Member]:
    return [found.group.members[one] for layer in found.group.layers for one in layer]


def _outcome(found: Related, member: Member, end: End, code: str = "") -> Outcome:
    layer = next(n for n, some in enumerate(found.group.layers, 1) if member.address in some)
    return Outcome(
        member.address, layer, member.way.value, member.target, member.exposed,
        tuple(str(why) for why in member.why), tuple(need.address for need in member.needs), end, code,
    )  # fmt: skip


def _failed(outcome: Outcome, error: StrongroomError) -> Outcome:
    return replace(outcome, said=error.message, fix=error.fix or "")
