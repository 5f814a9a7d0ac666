"""Tests for strongroom.agent.loop: it works when something is due or changed, and sleeps otherwise."""

from collections.abc import Callable
from dataclasses import dataclass, field

from strongroom.agent import loop
from strongroom.agent.loop import LOOK_US, REST_US, SECOND_US, Clock, End, Round


@dataclass
class Played:
    """A room and its time. `at_us` says what happens then; each round is noted with its time."""

    rounds: list[int] = field(default_factory=list)
    next_us: int | None = None
    took_us: int = 0
    until_us: int = 3_600 * SECOND_US
    time_us: int = 0
    changes: dict[int, int] = field(default_factory=dict)  # from when, the head
    old: bool = False
    worked: Callable[[], None] = lambda: None

    def round(self) -> Round:
        self.rounds.append(self.time_us)
        self.worked()
        return Round(self.next_us, self.took_us)

    def head(self) -> int:
        return max((head for at, head in self.changes.items() if at <= self.time_us), default=0)

    def stale(self) -> bool:
        return self.old

    def wait(self, seconds: float) -> bool:
        self.time_us += round(seconds * SECOND_US)
        return self.time_us >= self.until_us

    def run(self) -> End:
        return loop.run(self, Clock(lambda: self.time_us, self.wait))


def test_one_that_has_nothing_to_do_rests() -> None:
    played = Played()
    assert played.run() is End.STOPPED
    assert played.rounds == list(range(0, played.until_us, REST_US))


def test_it_wakes_when_something_is_due() -> None:
    played = Played(next_us=17 * SECOND_US, until_us=20 * SECOND_US)
    played.run()
    assert played.rounds[:2] == [0, 17 * SECOND_US]
    assert len(played.rounds) <= 3


def test_it_wakes_when_the_room_was_changed() -> None:
    played = Played(changes={10 * SECOND_US: 1}, until_us=100 * SECOND_US)
    played.run()
    assert played.rounds == [0, 10 * SECOND_US]


def test_a_busy_room_does_not_keep_it_busy() -> None:
    """A round of a second is followed by a hundred of rest, though the room changes all the time."""
    changes = {second * SECOND_US: second for second in range(1000)}
    played = Played(changes=changes, took_us=SECOND_US, until_us=1000 * SECOND_US)
    played.run()
    assert 5 <= len(played.rounds) <= 10


def test_what_it_did_itself_is_looked_at_again_at_once() -> None:
    played = Played(until_us=60 * SECOND_US)

    def work() -> None:
        if len(played.rounds) == 1:
            played.changes[0] = 1

    played.worked = work
    played.run()
    assert played.rounds[:2] == [0, 0]
    assert len(played.rounds) == 2


def test_what_is_due_at_once_again_is_no_busy_loop() -> None:
    played = Played(next_us=-1, until_us=60 * SECOND_US)
    played.run()
    assert len(played.rounds) <= 60 * SECOND_US // LOOK_US


def test_a_room_whose_policy_changed_is_opened_anew() -> None:
    assert Played(old=True).run() is End.STALE
