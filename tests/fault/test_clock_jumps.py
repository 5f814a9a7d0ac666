"""The clock is put an hour forward or back between the steps of a rotation at a real PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, cycle
from typing import Any, cast

import pytest
import time_machine
from tests.conftest import Place
from tests.fault.rotation_cases import ALL, Given, Stand
from tests.rotation import killed
from tests.rotation.killed import SECRET, Killed
from tests.services.postgres import Postgres
from time_machine import Traveller

from strongroom.errors import ConflictError
from strongroom.gate import rotations
from strongroom.ops import rotate
from strongroom.ops.agent import Rounds
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest, Status
from strongroom.rotation.engine import Engine
from strongroom.rotation.rotators.interface import Job, Rotator

HOUR = timedelta(hours=1)
STEPS_MAX = 20


class Around:
    """A rotator with something done in the middle of setting the new value."""

    def __init__(self, real: Rotator, before: Callable[[], None]) -> None:
        self._real = real
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def set(self, job: Job) -> None:
        self._before()
        self._real.set(job)


@dataclass(frozen=True)
class House:
    """A room with one credential of the server; `first` is the value it had at the start."""

    room: Local
    stand: Stand
    made: killed.House

    def works(self) -> bool:
        """Whether what the room gives out logs in."""
        return self.stand.works(self.made.fields())

    def old_works(self) -> bool:
        return self.stand.works(self.stand.first)

    def status(self) -> Status:
        return rotate.status(self.room, SECRET)

    def drive(self, engine: Engine) -> str:
        [turn] = self.room.gate.consult(lambda desk: rotations.running(desk, 2))
        return engine.drive(SECRET, turn.rotation).state

    def step(self) -> str:
        """One step, by an engine of its own."""
        asked = count()
        engine = rotate.engine(self.room, stopping=lambda: next(asked) > 0)
        return self.drive(engine)

    def setting(self, before: Callable[[], None]) -> Engine:
        """An engine that does something else just before it sets the new value."""
        made = rotate.engine(self.room)
        return replace(made, find=lambda kind: cast("Rotator", Around(made.find(kind), before)))


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with time_machine.travel(timedelta(0), tick=True) as found:
        yield found


@pytest.fixture
def house(clock: Traveller, room: Local, place: Place, postgres: Postgres) -> Iterator[House]:
    del clock
    case = ALL["postgresql"]
    with case.build(Given(postgres, room, place.folder.parent)) as stand:
        made = killed.House(room, case.kind, stand.address, stand.options, stand.works)
        made.furnish(stand.first, stand.admin)
        yield House(room, stand, made)


def test_a_grace_is_no_shorter_for_it_and_the_rotation_goes_on(
    house: House, clock: Traveller
) -> None:
    rotate.start(house.room, StartRequest(SECRET))
    begun_us, jumps = house.room.now_us(), cycle((HOUR, -HOUR, -HOUR, HOUR))
    for step in count():
        assert step < STEPS_MAX
        if house.step() == "promoted":
            break
        clock.shift(next(jumps))
        assert house.works()
        assert house.old_works()
    retire_us = house.status().retire_us
    assert retire_us is not None
    assert retire_us >= begun_us + 24 * HOUR // timedelta(microseconds=1)

    def at(us: int) -> None:
        clock.shift(timedelta(microseconds=us - house.room.now_us()))

    for us in (retire_us - 25 * 3_600_000_000, retire_us - 1_000_000, retire_us - 3_600_000_000):
        at(us)
        Rounds(house.room).round()
        assert house.status().state == "promoted"
        assert house.works()
        assert house.old_works()
    at(retire_us)
    Rounds(house.room).round()
    clock.shift(-HOUR)
    Rounds(house.room).round()
    assert house.status().state == "retired"
    clock.shift(3 * HOUR)
    Rounds(house.room).round()
    assert house.status().state == "done"
    assert house.works()
    assert not house.old_works()


def test_put_back_it_does_not_keep_a_dead_engines_claim_alive(
    house: House, clock: Traveller
) -> None:
    def die() -> None:
        raise Killed

    rotate.start(house.room, StartRequest(SECRET))
    with pytest.raises(Killed):
        house.drive(house.setting(die))
    Rounds(house.room).round()
    assert house.status().state == "minted"  # it may live, and has the rotation still
    clock.shift(-HOUR)
    Rounds(house.room).round()
    assert house.status().state == "promoted"
    assert house.works()
    assert house.old_works()


def test_put_forward_another_engine_takes_over_and_the_first_writes_nothing(
    house: House, clock: Traveller
) -> None:
    def overtaken() -> None:
        clock.shift(HOUR)
        Rounds(house.room).round()
        assert house.status().state == "promoted"

    rotate.start(house.room, StartRequest(SECRET))
    with pytest.raises(ConflictError) as caught:
        house.drive(house.setting(overtaken))
    assert caught.value.code == "rotation-fenced"
    assert [one.act for one in house.status().steps].count("promote") == 1
    assert (house.status().state, house.status().new) == ("promoted", 2)
    assert house.works()
    assert house.old_works()


def test_a_rotation_that_is_begun_in_an_earlier_hour_is_the_last_one(
    house: House, clock: Traveller
) -> None:
    rotate.start(house.room, StartRequest(SECRET, emergency=True))
    assert rotate.drive(house.room, SECRET).ended
    clock.shift(-HOUR)
    rotate.start(house.room, StartRequest(SECRET, emergency=True))
    assert house.status().state == "planned"
    assert rotate.drive(house.room, SECRET).ended
    assert house.status().new == 3
    assert house.works()
