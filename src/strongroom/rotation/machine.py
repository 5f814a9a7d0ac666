"""What a rotation does next: a pure function of how far it came, what was seen, and the time.

    planned → minted → set → tested → promoted → retired → done
         └────────┴──────┴──────┴→ undoing → rolled-back

A state says what is known to be done. Each step at the target is written down before it is begun
(`open`) and after it has ended; what was begun and did not end is never assumed, it is asked for:
the target is probed with the pending, the current and the previous value, and the answers decide.
A refusal is never tried again and again: it ends in `needs-person`, with what to do.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
# 5 s, 10 s, … 1 h: 14 tries in a row last about nine hours, of a grace of a day.
BACKOFF_US: Final = 5 * SECOND_US
BACKOFF_MAX_US: Final = HOUR_US
FAILURES_MAX: Final = 14
EMERGENCY_BACKOFF_MAX_US: Final = 10 * SECOND_US
MINTS_MAX: Final = 3
HELD_AGAIN_US: Final = 15 * MINUTE_US
PROOFS_MAX: Final = 3


class State(StrEnum):
    """How far a rotation is known to be."""

    PLANNED = "planned"
    MINTED = "minted"  # the pending version is kept
    SET = "set"  # and valid at the target
    TESTED = "tested"  # and does its work
    PROMOTED = "promoted"  # and is current: the old one is in its grace
    RETIRED = "retired"  # the old one is refused by the target
    DONE = "done"
    UNDOING = "undoing"
    ROLLED_BACK = "rolled-back"
    NEEDS_PERSON = "needs-person"


ENDED: Final = frozenset({State.DONE, State.ROLLED_BACK})
BEFORE: Final = frozenset({State.PLANNED, State.MINTED, State.SET, State.TESTED})


class Act(StrEnum):
    """What the engine is to do now."""

    PROBE = "probe"  # ask the target about the versions that are named
    MINT = "mint"
    SET = "set"
    TEST = "test"
    PROMOTE = "promote"
    LOOK = "look"  # who still uses the old version
    RETIRE = "retire"
    FINISH = "finish"
    UNDO = "undo"


class Seen(StrEnum):
    """What a probe said of a version."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """What kind of error ended a step."""

    SILENT = "silent"  # nobody answered, or not now
    REJECTED = "rejected"  # the value was not good enough for the target
    FINAL = "final"  # it will be the same the next time
    MOVED = "moved"  # the room's current version is another one than at the start


@dataclass(frozen=True, slots=True)
class Run:
    """A rotation as far as the machine needs to know it. Times are µs since 1970 UTC.

    `open` is a step that was begun and whose end is not known. `failures` counts those in a row of
    one step, `mints` the values that were made. `confirmed`: a person has looked and says to go on.
    One that was approved begins at `window_us`, and not before.
    """

    state: State
    overlap: bool
    emergency: bool = False
    open: Act | None = None
    failures: int = 0
    mints: int = 0
    reached_us: int = 0
    promoted_us: int = 0
    grace_us: int = 0
    watch_us: int = 0
    lead_us: int = 0
    paused: bool = False
    aborting: bool = False
    confirmed: bool = False
    window_us: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What was seen in this round; None: not asked. `holders` use the old version still."""

    pending: Seen | None = None
    current: Seen | None = None
    previous: Seen | None = None
    holders: tuple[str, ...] | None = None


NOTHING: Final = Facts()


@dataclass(frozen=True, slots=True)
class Do:
    """Do it now."""

    act: Act
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """It was found done: write down that it is, and go on."""

    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing until then; None: until a person says so. `held_by` keeps it waiting.

    One that `counts` is for a target that did not answer.
    """

    until_us: int | None
    code: str
    held_by: tuple[str, ...] = ()
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more happens by itself. `code` says why, in kebab case."""

    state: State
    code: str


Decision = Do | Reach | Wait | Stop


def next_step(run: Run, facts: Facts, now_us: int) -> Decision:
    """What a rotation does next."""
    if run.state in ENDED or run.state is State.NEEDS_PERSON:
        return Stop(run.state, run.state.value)
    if run.aborting and run.state in BEFORE:
        return Stop(State.ROLLED_BACK, "aborted") if _untouched(run) else Reach(
            State.UNDOING, "aborted"
        )  # fmt: skip
    if run.paused:
        return Wait(None, "paused")
    match run.state:
        case State.PLANNED:
            return _planned(run, facts, now_us)
        case State.MINTED:
            return _minted(run, facts, now_us)
        case State.SET:
            return Do(Act.TEST)
        case State.TESTED:
            ready_us = run.reached_us + run.lead_us
            # `reached_us` is in the future where the clock was put back since.
            if run.lead_us and now_us < ready_us and not run.emergency:
                return Wait(ready_us, "published")
            return Do(Act.PROMOTE)
        case State.PROMOTED:
            return _promoted(run, facts, now_us)
        case State.RETIRED:
            return _retired(run, facts, now_us)
    return Do(Act.UNDO)


def may_rest(run: Run) -> bool:
    """Whether it can be left between two steps, until another engine takes it up.

    Not while a target that takes one value at a time has another one than the room gives out, and
    not in an emergency: both go on to where nobody is worse off.
    """
    torn = run.state in {State.SET, State.TESTED, State.UNDOING}
    return not run.emergency and (run.overlap or not torn)


def _untouched(run: Run) -> bool:
    return run.state is State.PLANNED and run.open is None


def _planned(run: Run, facts: Facts, now_us: int) -> Decision:
    """Nothing was touched. The target must know the value that is current, or somebody changed it."""
    if run.emergency or run.confirmed:
        return Do(Act.MINT)
    if now_us < run.window_us:
        return Wait(run.window_us, "window")
    match facts.current:
        case None:
            return Do(Act.PROBE, "is the current value the one that the target knows?")
        case Seen.ACCEPTED:
            return Do(Act.MINT)
        case Seen.UNKNOWN:
            return waits(run, now_us)
    return Stop(State.NEEDS_PERSON, "target-changed")


def _minted(run: Run, facts: Facts, now_us: int) -> Decision:
    if run.open is not Act.SET:
        return Do(Act.SET)
    match facts.pending:
        case None:
            return Do(Act.PROBE, "setting was interrupted")
        case Seen.ACCEPTED:
            return Reach(State.SET, "the target knows the new value")
        case Seen.UNKNOWN:
            return waits(run, now_us)
    if facts.current is Seen.ACCEPTED or run.emergency or run.confirmed:
        return Do(Act.SET, "the target does not know the new value yet")
    if facts.current is Seen.UNKNOWN:
        return waits(run, now_us)
    return Stop(State.NEEDS_PERSON, "target-changed")


def _promoted(run: Run, facts: Facts, now_us: int) -> Decision:
    """In its grace. When that is over, whoever still uses the old one holds it."""
    retire_us = run.promoted_us + run.grace_us
    if run.open is Act.RETIRE:
        match facts.previous:
            case None:
                return Do(Act.PROBE, "retiring was interrupted")
            case Seen.UNKNOWN:
                return waits(run, now_us)
            # Refused or not: to retire again costs nothing, and ends the sessions for certain.
        return Do(Act.RETIRE)
    if run.emergency or run.confirmed:
        return Do(Act.RETIRE)
    if now_us < retire_us:
        return Wait(retire_us, "grace")
    if facts.holders is None:
        return Do(Act.LOOK)
    if facts.holders:
        return Wait(now_us + HELD_AGAIN_US, "held", facts.holders)
    return Do(Act.RETIRE)


def _retired(run: Run, facts: Facts, now_us: int) -> Decision:
    """The old value is refused; for a while, look who still tries it."""
    if run.watch_us and now_us < run.reached_us + run.watch_us and not run.confirmed:
        if facts.holders is None:
            return Do(Act.LOOK)
        again_us = min(now_us + HELD_AGAIN_US, run.reached_us + run.watch_us)
        return Wait(again_us, "watch", facts.holders)
    return Do(Act.FINISH)


def failed(run: Run, act: Act, fault: Fault, code: str, now_us: int) -> tuple[Run, Decision]:
    """What an error of a step leads to, and the run as it is then.

    A step whose answer was lost stays open, so that the target is probed before it is repeated.
    """
    if fault is Fault.SILENT:
        return run, waits(run, now_us, code)
    if fault is Fault.MOVED:
        if run.overlap:
            return _closed(run, State.UNDOING), Reach(State.UNDOING, code)
        return run, Stop(State.NEEDS_PERSON, code)
    if fault is Fault.REJECTED and act is Act.SET:
        if run.mints < MINTS_MAX:
            return _closed(run, State.PLANNED), Do(Act.MINT, code)
        return _closed(run, State.UNDOING), Reach(State.UNDOING, code)
    if act is Act.TEST and not run.emergency:
        # It logs in and may not work: the old one goes on, so nobody is hurt.
        return _closed(run, State.UNDOING), Reach(State.UNDOING, code)
    return run, Stop(State.NEEDS_PERSON, code)


def waits(run: Run, now_us: int, code: str = "target-unreachable") -> Decision:
    """Try again later, each time later than before; not for ever."""
    if run.failures >= FAILURES_MAX and not run.emergency:
        return Stop(State.NEEDS_PERSON, code)
    most_us = EMERGENCY_BACKOFF_MAX_US if run.emergency else BACKOFF_MAX_US
    step_us = min(BACKOFF_US << min(run.failures, 20), most_us)
    return Wait(now_us + step_us, code, counts=True)


def _closed(run: Run, state: State) -> Run:
    return replace(run, state=state, open=None, failures=0)
