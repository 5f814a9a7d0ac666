"""Tests for strongroom.ops.agent: rounds over a system in memory and a room on disk."""

import threading
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from tests.ops.rotating import FIRST, A, clock, house, more, system
from time_machine import Traveller

from strongroom.agent.loop import REST_US
from strongroom.errors import InvalidError
from strongroom.model.principal import Verb
from strongroom.notify.message import Happened, decode
from strongroom.ops import agent, rotate, schedule, secret
from strongroom.ops.agent import Line, Rounds
from strongroom.ops.local import Local
from strongroom.ops.schedule import ScheduleRequest
from strongroom.rotation.rotators.interface import TargetRejectedError, TargetUnreachableError
from strongroom.rotation.rotators.memory import System
from strongroom.rotation.schedule import Mode

__all__ = ["clock", "house", "system"]
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def works(room: Local, system: System) -> bool:
    data = secret.read(room, A, verb=Verb.ROTATE).value.fields["password"].data
    return isinstance(data, str) and system.login("app_a", data)


@pytest.mark.long
def test_a_year_of_rounds_rotates_in_time_and_ends_every_grace(
    house: Local, clock: Traveller, system: System
) -> None:
    """A round each half day: four or five rotations, none late, nothing left behind."""
    lines: list[Line] = []
    rounds = Rounds(house, lines.append)
    for _ in range(2 * 366):
        clock.shift(12 * HOUR)
        rounds.round()
        system.sessions.clear()
        assert schedule.all_due(house)[0].days_left >= 0
    assert works(house, system)
    assert len([one for one in lines if one.what == "began"]) in {4, 5}
    assert len([one for one in lines if one.state == "finish done"]) in {4, 5}
    assert not any(one.what == "fault" for one in lines)
    assert len(system.accounts["app_a"]) == 1


def test_a_round_says_when_the_next_thing_is(house: Local, clock: Traveller) -> None:
    del clock
    rounds = Rounds(house)
    now = house.now_us()
    rest = rounds.round().next_us
    assert rest is not None
    assert 0 < rest - now <= REST_US + 60_000_000


def test_many_at_once_and_two_agents(house: Local, clock: Traveller, system: System) -> None:
    """Both begin and drive what is due; each secret is rotated once."""
    where = more(house, system, 6)
    clock.shift(89 * DAY + HOUR)
    faults: list[Line] = []
    both = [Rounds(house, faults.append, parallel=3) for _ in range(2)]
    threads = [threading.Thread(target=one.round) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for one in faults if one.what == "fault"] == []
    for one in [A, *where]:
        assert (rotate.status(house, one).state, rotate.status(house, one).new) == ("promoted", 2)
    assert system.calls.count("set") == 7


def test_a_target_that_is_away_is_tried_again_and_what_it_refuses_is_not(
    house: Local, clock: Traveller, system: System
) -> None:
    clock.shift(89 * DAY + HOUR)
    rounds = Rounds(house)
    system.fault = TargetUnreachableError("target-unreachable", "nobody answers")
    rounds.round()
    assert rotate.status(house, A).code == "target-unreachable"
    system.fault = None
    clock.shift(timedelta(minutes=1))
    rounds.round()
    assert rotate.status(house, A).state == "promoted"
    system.sessions.clear()
    clock.shift(25 * HOUR)
    rounds.round()
    clock.shift(2 * HOUR)
    rounds.round()

    clock.shift(89 * DAY)
    system.rejects = 100
    rounds.round()
    assert rotate.status(house, A).state == "rolled-back"
    tries = system.calls.count("set")
    rounds.round()
    assert system.calls.count("set") == tries  # not again today
    assert schedule.all_due(house)[0].why == "failed-lately"
    clock.shift(25 * HOUR)
    system.rejects = 0
    rounds.round()
    assert rotate.status(house, A).state == "promoted"


def test_what_cannot_begin_is_told_and_rests(
    house: Local, clock: Traveller, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    del system
    clock.shift(89 * DAY + HOUR)
    lines: list[Line] = []
    rounds = Rounds(house, lines.append)

    def refuse(*_: object) -> None:
        raise TargetRejectedError("target-rejected", "no")

    monkeypatch.setattr(rotate, "start", refuse)
    rounds.round()
    rounds.round()
    assert [one.code for one in lines if one.what == "fault"] == ["target-rejected"]


def reminders(room: Local) -> list[tuple[int | None, str]]:
    with_rows: list[tuple[int | None, str]] = []
    rows = room.gate.consult(lambda desk: desk.db.query("SELECT body FROM outbox ORDER BY due_us"))
    for (body,) in rows:
        assert isinstance(body, bytes)
        event = decode(body)
        if event.event is Happened.DUE:
            with_rows.append((event.days, event.code))
    return with_rows


def test_people_are_reminded_once_by_however_many_agents(house: Local, clock: Traveller) -> None:
    schedule.put(house, ScheduleRequest(A, mode=Mode.NOTIFY))
    for _ in range(92):
        for rounds in (Rounds(house), Rounds(house)):
            rounds.round()
        clock.shift(DAY)
    said = reminders(house)
    assert [days for days, _ in said if days is not None and days > 0] == [14, 7, 1]
    assert (None, "notify-only") not in said
    assert said[-1][1] == "rotation-overdue"
    assert len(said) == len(set(said))


def test_it_stops_between_two_steps(house: Local, clock: Traveller, system: System) -> None:
    clock.shift(89 * DAY + HOUR)
    Rounds(house, stopping=lambda: True).round()
    assert system.calls == []
    assert secret.read(house, A).version == 1


def test_another_policy_makes_it_stale(house: Local) -> None:
    assert not Rounds(house).stale()
    other = replace(house, policy=msgspec.structs.replace(house.policy, sha256="0" * 64))
    assert Rounds(other).stale()


def test_no_line_holds_a_value(house: Local, clock: Traveller) -> None:
    lines: list[Line] = []
    clock.shift(89 * DAY + HOUR)
    Rounds(house, lines.append).round()
    new = secret.read(house, A).value.fields["password"].data
    assert len(lines) >= 5
    assert str(new) not in repr(lines)
    assert FIRST not in repr(lines)


@pytest.mark.parametrize("parallel", [0, -1, 65])
def test_how_many_at_once_is_bounded(parallel: int) -> None:
    with pytest.raises(InvalidError):
        agent.bounded(parallel)
