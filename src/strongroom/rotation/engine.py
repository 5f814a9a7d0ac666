"""Drives rotations: claims one, asks the machine what is next, does it at the target, writes it down.

An engine owns a rotation by a lease and the fence that came with it; every write says which fence
it was made under, so that an engine which was stopped and went on cannot write any more. Several
may run on one room. What is about to be done at a target is written before it is done and its end
after it: an engine that dies leaves what the next one needs to find out what happened.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Cell
from strongroom.db.tables.rotations import RotationRow
from strongroom.errors import ConflictError, RequestError, StrongroomError
from strongroom.gate.changes.rotation import Advance, Claim, mark_of
from strongroom.gate.changes.secret import Value
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.model.address import Address
from strongroom.rotation import machine
from strongroom.rotation.bench import Bench, Room, open_bench, safe
from strongroom.rotation.machine import (
    ENDED,
    Act,
    Decision,
    Do,
    Facts,
    Fault,
    Reach,
    Run,
    State,
    Stop,
    Wait,
)
from strongroom.rotation.rotators.interface import (
    Answer,
    Rotator,
    TargetChangedError,
    TargetError,
    TargetRejectedError,
    TargetUnreachableError,
)

SECOND_US: Final = 1_000_000
LEASE_US: Final = 120 * SECOND_US
PROOF_WAIT_S: Final = 1.0
HELD_MAX: Final = 20

# Who still uses a version by the room's own evidence: (address, version, promoted_us) → names.
Standing = Callable[[Address, int, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Event:
    """A step that ended, for whoever watches. Never a value."""

    address: Address
    act: str
    state: str
    code: str
    took_us: int


def nobody(_: Event) -> None:
    """For an engine that nobody watches."""


def never() -> bool:
    """Nobody says stop."""
    return False


@dataclass(frozen=True, slots=True)
class Engine:
    """Works on one room as one principal. Threads may share it: each rotation is one thread's.

    `stopping` is asked before each step; a rotation is left there when it may rest.
    """

    room: Room
    find: Callable[[str], Rotator]
    standing: Standing
    wait: Callable[[float], None] = time.sleep
    tell: Callable[[Event], None] = nobody
    stopping: Callable[[], bool] = never
    monotonic_ns: Callable[[], int] = time.monotonic_ns
    holder: bytes = field(default_factory=new_id)

    def drive(self, address: Address, rotation: bytes, *, quiet_us: int = 0) -> RotationRow:
        """Take a rotation as far as it goes now; the row as it is then.

        With `quiet_us`, also from an engine that has written nothing for so long.

        Raises:
            ConflictError: `rotation-taken`, `rotation-ended`, `rotation-fenced`: another engine has it.
            DeniedError, NotFoundError: this principal may not rotate it.
            GateError: the room could not write; the rotation stays where it is.
        """
        since_us = self.room.now_us() - quiet_us if quiet_us else 0
        row = self._claim(address, rotation, LEASE_US, since_us)
        try:
            return _Drive(self, address, row).run()
        except StrongroomError as error:
            if error.code not in _LOST:
                with suppress(StrongroomError):  # nobody has to wait for the end of the lease
                    self._claim(address, rotation, 0)
            raise

    def _claim(
        self, address: Address, rotation: bytes, lease_us: int, since_us: int = 0
    ) -> RotationRow:
        claim = Claim(address, rotation, self.holder, lease_us, since_us)
        return row_of(self.room.gate.change(self.room.caller, claim))


class _Drive:
    """One rotation in one engine's hands."""

    def __init__(self, engine: Engine, address: Address, row: RotationRow) -> None:
        self._engine = engine
        self._address = address
        self._row = row
        self._bench: Bench | None = None

    def run(self) -> RotationRow:
        while True:
            run = run_of(self._row)
            try:
                decision = self._decide(run)
                if isinstance(decision, Do):
                    if self._engine.stopping() and machine.may_rest(run):
                        self._release("", self._row.code, None, ())
                        return self._row
                    self._do(run, decision.act)
                    continue
            except StrongroomError as error:
                if isinstance(error, ConflictError) and error.code in _LOST:
                    raise
                if not isinstance(error, TargetError | RequestError):
                    raise
                run, decision = machine.failed(
                    run, self._act, _fault(error), error.code, self._now()
                )
                if isinstance(decision, Do):
                    self._advance("mint", error.code, state=State.PLANNED.value, open="")
                    continue
            if self._settle(run, decision):
                return self._row

    # What to do, with what has to be seen first.

    _act: Act = Act.PROBE

    def _decide(self, run: Run) -> Decision:
        """Ask the machine; look at the target where it wants to know more."""
        facts = machine.NOTHING
        while True:
            decision = machine.next_step(run, facts, self._now())
            self._act = decision.act if isinstance(decision, Do) else Act.PROBE
            if isinstance(decision, Do) and decision.act is Act.PROBE:
                facts = self._probe(run)
            elif isinstance(decision, Do) and decision.act is Act.LOOK:
                facts = replace(facts, holders=self._look())
            else:
                return decision

    def _probe(self, run: Run) -> Facts:
        bench = self.bench
        if run.state is State.PROMOTED:
            return Facts(previous=bench.seen(bench.old))
        current = bench.seen(bench.old)
        if run.state is State.PLANNED:
            return Facts(current=current)
        return Facts(pending=bench.seen(bench.pending), current=current)

    def _look(self) -> tuple[str, ...]:
        bench, row = self.bench, self._row
        rotator = bench.rotator
        uses = safe(rotator, lambda: rotator.in_use(bench.job, bench.old))
        seen = [f"{one.who} ({one.source}, {one.count})" for one in uses]
        said = self._engine.standing(self._address, row.old_n, row.promoted_us)
        return tuple([*said, *seen][:HELD_MAX])

    # The acts.

    def _do(self, run: Run, act: Act) -> None:
        begun_ns = self._engine.monotonic_ns()
        match act:
            case Act.MINT:
                self._mint(run, begun_ns)
            case Act.SET:
                self._begin(run, act)
                self._call("set")
                self._ended(act, begun_ns, state=State.SET)
            case Act.TEST:
                self._call("test")
                self._ended(act, begun_ns, state=State.TESTED)
            case Act.PROMOTE:
                self._ended(act, begun_ns, state=State.PROMOTED, promote=True)
                self.bench.promoted(self._row.promoted_us)
                if self.bench.own_admin:
                    self._bench = None  # the old one is ended with the new one in hand
            case Act.RETIRE:
                self._begin(run, act)
                self._retire()
                self._ended(act, begun_ns, state=State.RETIRED, retire=True)
            case Act.UNDO:
                self._call("undo")
                self._ended(act, begun_ns, state=State.ROLLED_BACK, drop=True)
            case _:
                self._ended(act, begun_ns, state=State.DONE)

    def _mint(self, run: Run, begun_ns: int) -> None:
        bench = self.bench
        rotator = bench.rotator
        safe(rotator, lambda: rotator.check(bench.job))
        if rotator.issues:
            self._begin(run, Act.MINT)
        fields = safe(rotator, lambda: rotator.mint(bench.job))
        # That setting it begins is part of the same write: one commit less for each rotation.
        row = self._advance(
            Act.MINT.value, took_us=self._took(begun_ns), value=bench.kept(fields),
            state=State.MINTED.value, open=Act.SET.value, mints=run.mints + 1, failures=0,
        )  # fmt: skip
        assert row.new_n is not None
        bench.pend(row.new_n, fields)

    def _call(self, name: str) -> None:
        bench = self.bench
        safe(bench.rotator, lambda: getattr(bench.rotator, name)(bench.job))

    def _begin(self, run: Run, act: Act) -> None:
        """Say that it is about to happen, unless that was said already."""
        if run.open is not act:
            self._advance(act.value, "begun", ending=act is Act.RETIRE, open=act.value)

    def _retire(self) -> None:
        """End the old value, and show that it is refused (P-5.11)."""
        bench = self.bench
        rotator, job = bench.rotator, bench.job
        safe(rotator, lambda: rotator.retire(job, bench.old))
        for left in reversed(range(machine.PROOFS_MAX)):
            probe = safe(rotator, lambda: rotator.probe(job, bench.old))
            if probe.answer is Answer.REFUSED:
                return
            if probe.answer is Answer.UNKNOWN:
                raise probe.why or TargetUnreachableError(
                    "target-unreachable", "the target did not say whether it refuses the old value"
                )
            if left:
                self._engine.wait(PROOF_WAIT_S)
        raise TargetChangedError(
            "old-still-accepted",
            "the old value was retired, and the target accepts it still",
            fix="end it at the target by hand, then `strongroom rotate resume`",
        )

    # Writing it down.

    def _ended(
        self, act: Act, begun_ns: int, *, state: State, promote: bool = False,
        retire: bool = False, drop: bool = False,
    ) -> None:  # fmt: skip
        self._advance(
            act.value, took_us=self._took(begun_ns), promote=promote, retire=retire, drop=drop,
            state=state.value, open="", failures=0, held_by="[]", confirmed=0,
            code=self._row.code if drop else "",
        )  # fmt: skip

    def _settle(self, run: Run, decision: Decision) -> bool:
        """Write what the machine says that is no act; True when nothing more happens now."""
        match decision:
            case Reach(state, why):
                # Why it is taken back is what the rotation says when it has ended.
                code = why if state is State.UNDOING else ""
                self._advance("found", code, state=state.value, open="", failures=0, code=code)
                return False
            case Wait(until_us, code, held_by, counts):
                self._release(
                    "wait", code, until_us, held_by,
                    state=run.state.value, open=run.open.value if run.open else "",
                    failures=run.failures + (1 if counts else 0),
                )  # fmt: skip
            case Stop(state, code):
                if state in ENDED and state.value == self._row.state:
                    return True  # nobody can claim what has ended: there is nothing to let go of
                changed = state.value != self._row.state
                self._release(
                    "stop", code if changed else self._row.code, None, (), state=state.value
                )
        return True

    def _release(
        self, act: str, code: str, until_us: int | None, held_by: tuple[str, ...], **columns: Cell
    ) -> None:
        """Let go of it until then; what has not changed is not written as news."""
        due_us = until_us if until_us is not None else self._row.due_us
        news = act if code != self._row.code else ""
        held = json.dumps(held_by, ensure_ascii=False)
        kept = {**columns, "code": code, "due_us": due_us, "lease_us": 0, "held_by": held}
        self._write(Advance, news, code, 0, kept)

    def _advance(
        self, act: str, said: str = "", *, took_us: int = 0, value: Value | None = None,
        promote: bool = False, retire: bool = False, drop: bool = False, ending: bool = False,
        **columns: Cell,
    ) -> RotationRow:  # fmt: skip
        change = partial(
            Advance, value=value, promote=promote, retire=retire, drop=drop, restricts=retire,
            ending=ending,
        )  # fmt: skip
        return self._write(change, act, said, took_us, columns)

    def _write(
        self, change: Callable[..., Advance], act: str, said: str, took_us: int,
        columns: Mapping[str, Cell],
    ) -> RotationRow:  # fmt: skip
        engine, row = self._engine, self._row
        now_us = self._now()
        columns = {"lease_us": now_us + LEASE_US, "due_us": now_us, **columns}
        made = change(
            self._address, row.id, engine.holder, row.fence, act, said, took_us, columns,
            messages=messages(self._address, row, columns, said),
        )  # fmt: skip
        self._row = row_of(engine.room.gate.change(engine.room.caller, made))
        if act:
            engine.tell(Event(self._address, act, self._row.state, said, took_us))
        return self._row

    @property
    def bench(self) -> Bench:
        """The job with its values, read once; that is recorded."""
        if self._bench is None:
            self._bench = open_bench(
                self._engine.room, self._engine.find, self._address, self._row, self._engine.wait
            )
        return self._bench

    def _took(self, begun_ns: int) -> int:
        return max(1, (self._engine.monotonic_ns() - begun_ns) // 1000)

    def _now(self) -> int:
        return self._engine.room.now_us()


_LOST: Final = frozenset({"rotation-fenced", "rotation-taken", "rotation-ended"})


def row_of(answer: Done[object] | Refused | Failed) -> RotationRow:
    """The row that a change left.

    Raises:
        DeniedError: it was refused.
    """
    if isinstance(answer, Refused):
        raise answer.error()
    if isinstance(answer, Failed):
        raise answer.error
    assert isinstance(answer.result, RotationRow)
    return answer.result


def run_of(row: RotationRow) -> Run:
    """A row as the machine sees it."""
    return Run(
        state=State(row.state), overlap=bool(row.overlap), emergency=bool(row.emergency),
        open=Act(row.open) if row.open else None, failures=row.failures, mints=row.mints,
        reached_us=row.reached_us, promoted_us=row.promoted_us, grace_us=row.grace_us,
        watch_us=row.watch_us, lead_us=row.lead_us, paused=bool(row.paused),
        aborting=bool(row.aborting), confirmed=bool(row.confirmed), window_us=_window_us(row),
    )  # fmt: skip


def _window_us(row: RotationRow) -> int:
    """When one begins that was put off when it was made; 0: at once.

    What is due later than it was made is so by an approval, or by its group, whose head start is for
    agents only. Once anything was tried, that time is over.
    """
    waits = row.state == "planned" and not (row.open or row.failures or row.mints)
    if not waits or row.due_us <= row.reached_us or mark_of(row) is not None:
        return 0
    return row.due_us


def _fault(error: StrongroomError) -> Fault:
    match error:
        case TargetUnreachableError():
            return Fault.SILENT
        case TargetRejectedError():
            return Fault.REJECTED
        case ConflictError(code="version-not-current" | "version-state"):
            return Fault.MOVED
    return Fault.FINAL


_NEWS: Final[Mapping[str, str]] = {
    "promoted": "rotation-promoted",
    "done": "rotation-done",
    "rolled-back": "rotation-rolled-back",
    "needs-person": "rotation-needs-person",
}


def messages(
    address: Address, row: RotationRow, columns: Mapping[str, Cell], code: str
) -> tuple[Mapping[str, object], ...]:
    """What is owed to people when a rotation reaches another state; names only (P-5.15)."""
    state = columns.get("state", row.state)
    held = columns.get("code") == "held" and row.code != "held"
    event = "rotation-held" if held else _NEWS.get(str(state))
    if event is None or (state == row.state and not held):
        return ()
    return (
        {
            "event": event, "secret": str(address), "version": row.new_n or row.old_n,
            "emergency": bool(row.emergency), "code": code, "rotation": row.id.hex(),
            "held_by": json.loads(str(columns.get("held_by", "[]"))),
        },
    )  # fmt: skip
