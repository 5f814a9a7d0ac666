"""Tests for strongroom.rotation.machine: the crash table, row by row, and that it always ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.rotation import machine
from strongroom.rotation.machine import (
    FAILURES_MAX,
    HOUR_US,
    NOTHING,
    Act,
    Do,
    Facts,
    Fault,
    Reach,
    Run,
    Seen,
    State,
    Stop,
    Wait,
    failed,
    may_rest,
    next_step,
)

OK, NO, DUMB = Seen.ACCEPTED, Seen.REFUSED, Seen.UNKNOWN
NOW = 1_000 * HOUR_US


def a_run(state: State, **more: object) -> Run:
    run = Run(state, overlap=True, reached_us=NOW, promoted_us=NOW, grace_us=24 * HOUR_US)
    return replace(run, **more)  # type: ignore[arg-type]


MINTED = a_run(State.MINTED, open=Act.SET)
PROMOTED = a_run(State.PROMOTED)
CASES = {
    "nothing was done: ask first": (a_run(State.PLANNED), NOTHING, Act.PROBE),
    "the current one is known": (a_run(State.PLANNED), Facts(current=OK), Act.MINT),
    "changed by hand": (a_run(State.PLANNED), Facts(current=NO), "target-changed"),
    "nobody there": (a_run(State.PLANNED), Facts(current=DUMB), "target-unreachable"),
    "an emergency asks nothing": (a_run(State.PLANNED, emergency=True), NOTHING, Act.MINT),
    "approved, before its window": (a_run(State.PLANNED, window_us=NOW + 1), NOTHING, "window"),
    "approved, in its window": (a_run(State.PLANNED, window_us=NOW), NOTHING, Act.PROBE),
    "a leak waits for no window": (
        a_run(State.PLANNED, window_us=NOW + 1, emergency=True), NOTHING, Act.MINT,
    ),
    "aborted before its window": (
        a_run(State.PLANNED, window_us=NOW + 1, aborting=True), NOTHING, "aborted",
    ),
    "setting was interrupted": (MINTED, NOTHING, Act.PROBE),
    "set, answer lost": (MINTED, Facts(pending=OK, current=OK), State.SET),
    "single, set, answer lost": (
        replace(MINTED, overlap=False), Facts(pending=OK, current=NO), State.SET,
    ),
    "not set": (MINTED, Facts(pending=NO, current=OK), Act.SET),
    "neither works": (MINTED, Facts(pending=NO, current=NO), "target-changed"),
    "neither works, emergency": (
        replace(MINTED, emergency=True), Facts(pending=NO, current=NO), Act.SET,
    ),
    "pending unknown": (MINTED, Facts(pending=DUMB, current=OK), "target-unreachable"),
    "current unknown": (MINTED, Facts(pending=NO, current=DUMB), "target-unreachable"),
    "set": (a_run(State.SET), NOTHING, Act.TEST),
    "tested": (a_run(State.TESTED), NOTHING, Act.PROMOTE),
    "tested, not published long enough": (a_run(State.TESTED, lead_us=9), NOTHING, "published"),
    "in grace": (PROMOTED, NOTHING, "grace"),
    "retiring was interrupted": (replace(PROMOTED, open=Act.RETIRE), NOTHING, Act.PROBE),
    "retired, answer lost": (
        replace(PROMOTED, open=Act.RETIRE), Facts(previous=NO), Act.RETIRE,
    ),
    "not retired": (replace(PROMOTED, open=Act.RETIRE), Facts(previous=OK), Act.RETIRE),
    "perhaps retired": (
        replace(PROMOTED, open=Act.RETIRE), Facts(previous=DUMB), "target-unreachable",
    ),
    "retired": (a_run(State.RETIRED), NOTHING, Act.FINISH),
    "retired, watched": (a_run(State.RETIRED, watch_us=HOUR_US), NOTHING, Act.LOOK),
    "undoing": (a_run(State.UNDOING), NOTHING, Act.UNDO),
    "paused": (a_run(State.MINTED, paused=True), NOTHING, "paused"),
    "aborted before anything": (a_run(State.PLANNED, aborting=True), NOTHING, "aborted"),
    "aborted later": (a_run(State.SET, aborting=True), NOTHING, State.UNDOING),
    "done": (a_run(State.DONE), NOTHING, "done"),
    "a person": (a_run(State.NEEDS_PERSON), NOTHING, "needs-person"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_crash_table(name: str) -> None:
    run, facts, expected = CASES[name]
    match next_step(run, facts, NOW):
        case Do(act, _):
            found: object = act
        case Reach(state, _):
            found = state
        case Wait(_, code, _, _) | Stop(_, code):
            found = code
    assert found == expected


def test_grace_ends_when_nobody_holds_it() -> None:
    after = NOW + 24 * HOUR_US
    assert next_step(PROMOTED, NOTHING, after - 1) == Wait(after, "grace")
    assert next_step(PROMOTED, NOTHING, after) == Do(Act.LOOK)
    held = next_step(PROMOTED, Facts(holders=("web",)), after)
    assert isinstance(held, Wait)
    assert (held.code, held.held_by) == ("held", ("web",))
    assert next_step(PROMOTED, Facts(holders=()), after) == Do(Act.RETIRE)
    confirmed = replace(PROMOTED, confirmed=True)
    assert next_step(confirmed, NOTHING, NOW) == Do(Act.RETIRE)


def test_a_clock_that_goes_back_makes_the_grace_longer_and_never_shorter() -> None:
    assert isinstance(next_step(PROMOTED, Facts(holders=()), NOW - 999 * HOUR_US), Wait)


@pytest.mark.parametrize(
    ("state", "act"), [(State.TESTED, Act.PROMOTE), (State.RETIRED, Act.FINISH)]
)
def test_without_a_time_to_wait_a_clock_that_goes_back_keeps_nothing_waiting(
    state: State, act: Act
) -> None:
    assert next_step(a_run(state), NOTHING, NOW - HOUR_US) == Do(act)
    for more in ({"lead_us": 1}, {"watch_us": 1}):
        waits = isinstance(next_step(a_run(state, **more), Facts(holders=()), NOW - HOUR_US), Wait)
        assert waits is (("lead_us" in more) is (state is State.TESTED))


@pytest.mark.parametrize("state", list(State))
def test_it_rests_where_what_the_room_gives_out_is_valid(state: State) -> None:
    """A target that takes one value at a time has another one in three of the states."""
    torn = state in {State.SET, State.TESTED, State.UNDOING}
    assert may_rest(a_run(state))
    assert may_rest(a_run(state, overlap=False)) is not torn
    assert not may_rest(a_run(state, emergency=True))


def test_silence_is_tried_again_later_each_time_and_not_for_ever() -> None:
    run, last = a_run(State.MINTED), 0
    for n in range(FAILURES_MAX):
        run = replace(run, failures=n)
        _, decision = failed(run, Act.SET, Fault.SILENT, "target-slow", NOW)
        assert isinstance(decision, Wait)
        assert decision.until_us is not None
        assert decision.counts
        assert last <= decision.until_us - NOW <= HOUR_US
        last = decision.until_us - NOW
    _, decision = failed(
        replace(run, failures=FAILURES_MAX), Act.SET, Fault.SILENT, "target-slow", NOW
    )
    assert decision == Stop(State.NEEDS_PERSON, "target-slow")


@pytest.mark.parametrize(
    ("run", "act", "fault", "expected"),
    [
        (a_run(State.MINTED, mints=1), Act.SET, Fault.REJECTED, Do(Act.MINT, "c")),
        (a_run(State.MINTED, mints=3), Act.SET, Fault.REJECTED, Reach(State.UNDOING, "c")),
        (a_run(State.MINTED), Act.SET, Fault.FINAL, Stop(State.NEEDS_PERSON, "c")),
        (a_run(State.SET), Act.TEST, Fault.FINAL, Reach(State.UNDOING, "c")),
        (a_run(State.SET, emergency=True), Act.TEST, Fault.FINAL, Stop(State.NEEDS_PERSON, "c")),
        (a_run(State.TESTED), Act.PROMOTE, Fault.MOVED, Reach(State.UNDOING, "c")),
        (
            a_run(State.TESTED, overlap=False), Act.PROMOTE, Fault.MOVED,
            Stop(State.NEEDS_PERSON, "c"),
        ),
        (a_run(State.PROMOTED), Act.RETIRE, Fault.FINAL, Stop(State.NEEDS_PERSON, "c")),
    ],
    ids=[
        "rejected", "rejected-too-often", "refused", "may-not-work", "may-not-work-emergency",
        "moved", "moved-single", "not-retired",
    ],
)  # fmt: skip
def test_what_an_error_leads_to(
    run: Run, act: Act, fault: Fault, expected: machine.Decision
) -> None:
    assert failed(run, act, fault, "c", NOW)[1] == expected


@given(
    state=st.sampled_from(list(State)),
    overlap=st.booleans(),
    emergency=st.booleans(),
    open_=st.sampled_from([None, Act.SET, Act.RETIRE, Act.MINT]),
    failures=st.integers(0, 40),
    paused=st.booleans(),
    aborting=st.booleans(),
    pending=st.sampled_from([None, *Seen]),
    current=st.sampled_from([None, *Seen]),
    previous=st.sampled_from([None, *Seen]),
    holders=st.sampled_from([None, (), ("web",)]),
    now=st.integers(0, 3_000 * HOUR_US),
)
def test_whatever_it_sees_it_never_destroys_on_doubt(
    state: State, overlap: bool, emergency: bool, open_: Act | None, failures: int, paused: bool,
    aborting: bool, pending: Seen | None, current: Seen | None, previous: Seen | None,
    holders: tuple[str, ...] | None, now: int,
) -> None:  # fmt: skip
    run = a_run(
        state, overlap=overlap, emergency=emergency, open=open_, failures=failures, paused=paused,
        aborting=aborting,
    )  # fmt: skip
    facts = Facts(pending, current, previous, holders)
    decision = next_step(run, facts, now)
    if isinstance(decision, Do) and decision.act is Act.RETIRE:
        # The old value ends only after the new one was promoted, in an emergency, after the
        # grace with nobody left, or where it had begun to end already.
        assert state is State.PROMOTED
        over = now >= run.promoted_us + run.grace_us and holders == ()
        assert emergency or over or open_ is Act.RETIRE
    if isinstance(decision, Wait) and decision.until_us is not None:
        assert decision.until_us >= now
    if isinstance(decision, Do) and decision.act is Act.SET and open_ is Act.SET:
        assert pending is NO
        assert current is OK or emergency
