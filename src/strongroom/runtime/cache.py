"""What to do about one value that an origin gave: serve it, ask again, or refuse. Nothing is done here.

Times are seconds of one clock that never goes back. `draw` is a number from 0 to 1 drawn at random,
so that the processes of an application do not all ask at once.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final, Generic, TypeVar

from strongroom.errors import (
    DeniedError,
    NotFoundError,
    SealedError,
    StrongroomError,
    UnauthenticatedError,
    UpstreamError,
)
from strongroom.runtime import environment

T = TypeVar("T")

TTL_S: Final = 300.0
MAX_STALE_S: Final = environment.MAX_STALE_S
# How long a refusal, or that there is no such name, is believed; and the pause between two tries
# while an origin is away. Short: who puts it right does not want to wait.
BRIEF_S: Final = 5.0
JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a value counts, from when an origin last said so.

    After `ttl_s` it is asked for again. While the origin is away it serves up to `max_stale_s`; 0
    is not at all.
    """

    ttl_s: float = TTL_S
    max_stale_s: float = MAX_STALE_S
    brief_s: float = BRIEF_S


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """What is known of one name. Neither a value nor an error: the origin has no such name.

    `said_at` is when the origin last said so; before `ask_at` nobody is asked.
    """

    value: T | None = field(repr=False)
    said_at: float
    ask_at: float
    error: StrongroomError | None = None


class Look(Enum):
    """Serve it; serve it if somebody is asking already; or wait for the answer."""

    FRESH = auto()
    DUE = auto()
    ASK = auto()


class Failure(Enum):
    """What an error of an origin says about the values that it gave before."""

    AWAY = auto()  # nothing
    DECIDED = auto()  # they must not serve any more
    UNUSABLE = auto()  # nothing, but somebody should look


def kind(error: StrongroomError) -> Failure:
    """Which failure this is; see `strongroom.runtime.origin.interface`."""
    if isinstance(error, DeniedError | UnauthenticatedError | NotFoundError):
        return Failure.DECIDED
    if isinstance(error, SealedError) or (isinstance(error, UpstreamError) and error.retryable):
        return Failure.AWAY
    return Failure.UNUSABLE


def look(held: Held[T] | None, now: float, rules: Rules) -> Look:
    """What to do when somebody wants it now."""
    if held is None:
        return Look.ASK
    if now < held.ask_at:
        return Look.FRESH
    return Look.DUE if _may_serve(held, now, rules) else Look.ASK


def answered(value: T | None, now: float, rules: Rules, draw: float) -> Held[T]:
    """The origin said `value`; None that there is none."""
    span = rules.brief_s if value is None else rules.ttl_s
    return Held(value, now, now + span * (1 - JITTER * draw))


def failed(
    held: Held[T] | None, error: StrongroomError, now: float, rules: Rules, draw: float
) -> Held[T]:
    """The origin failed: the value serves on within its bound, or nothing does."""
    again = now + rules.brief_s * (1 - JITTER * draw)
    if held is not None and kind(error) is not Failure.DECIDED and _may_serve(held, now, rules):
        return replace(held, ask_at=min(again, held.said_at + rules.max_stale_s))
    return Held(None, now, again, error)


def _may_serve(held: Held[T], now: float, rules: Rules) -> bool:
    return held.value is not None and now < held.said_at + rules.max_stale_s
