"""When an agent works and when it sleeps. It knows nothing of what there is to do.

A round does all that is due and says when the next thing is. Between rounds the agent sleeps until
then, and looks every few seconds whether somebody changed the room. A change is answered by a round
no sooner than a share of time allows, so that a busy room does not keep an agent busy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

SECOND_US: Final = 1_000_000
LOOK_US: Final = 2 * SECOND_US
REST_US: Final = 300 * SECOND_US  # a round after that, whatever was said
SHARE: Final = 100  # a change is answered after a hundred times as long as a round takes


class Round(NamedTuple):
    """What a round came to. `next_us`, in µs since 1970 UTC: when there is something to do again."""

    next_us: int | None
    took_us: int = 0


class End(StrEnum):
    """Why the loop came back."""

    STOPPED = "stopped"
    STALE = "stale"  # the room must be opened anew: its policy changed


class Work(Protocol):
    """What an agent does."""

    def round(self) -> Round:
        """Do all that is due now; whoever asks to stop is heard after the step at hand."""
        ...

    def head(self) -> int:
        """A number that every change of the room counts up."""
        ...

    def stale(self) -> bool:
        """Whether the room must be opened anew."""
        ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, and a wait of so many seconds that says True when the agent is to stop."""

    now_us: Callable[[], int]
    wait: Callable[[float], bool]


def run(work: Work, clock: Clock) -> End:
    """Work until somebody says stop, or the room must be opened anew."""
    while not work.stale():
        head = work.head()
        done = work.round()
        if clock.wait(0):
            return End.STOPPED
        if work.head() != head:
            continue  # it did something, or somebody else did: look again
        if sleep(work, clock, done, head):
            return End.STOPPED
    return End.STALE


def sleep(work: Work, clock: Clock, done: Round, head: int) -> bool:
    """Until something is due or the room was changed; True when the agent is to stop."""
    begun_us = clock.now_us()
    until_us = min(done.next_us or begun_us + REST_US, begun_us + REST_US)
    quiet_us = begun_us + SHARE * done.took_us
    while (now_us := clock.now_us()) < until_us:
        if clock.wait(min(LOOK_US, until_us - now_us) / SECOND_US):
            return True
        if clock.now_us() >= quiet_us and work.head() != head:
            return False
    # At least one look's time between two rounds, though something be due at once again.
    return clock.wait(LOOK_US / SECOND_US) if until_us <= begun_us else False
