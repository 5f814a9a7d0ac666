"""What happens to one value as time goes on and its origin answers, fails or refuses."""

import pytest

from strongroom.errors import (
    ConfigError,
    DeniedError,
    MachineError,
    NotFoundError,
    SealedError,
    StrongroomError,
    TamperedError,
    UnauthenticatedError,
    UpstreamError,
)
from strongroom.runtime import cache
from strongroom.runtime.cache import Failure, Held, Look, Rules

RULES = Rules(ttl_s=100.0, max_stale_s=1000.0, brief_s=5.0)
AWAY = UpstreamError("x", "down", retryable=True)
DECIDED = [DeniedError("x", "no"), UnauthenticatedError("x", "who"), NotFoundError("x", "gone")]
UNUSABLE = [UpstreamError("x", "?"), MachineError("x", "?"), TamperedError("x", "?")]


def given(said_at: float = 0.0, draw: float = 0.0) -> Held[str]:
    return cache.answered("text", said_at, RULES, draw)


def test_a_value_is_served_until_its_time_is_over() -> None:
    assert cache.look(None, 0.0, RULES) is Look.ASK
    assert cache.look(given(), 99.9, RULES) is Look.FRESH
    assert cache.look(given(), 100.0, RULES) is Look.DUE
    assert cache.look(given(), 999.9, RULES) is Look.DUE
    assert cache.look(given(), 1000.0, RULES) is Look.ASK


def test_jitter_only_shortens_the_time() -> None:
    assert given(draw=1.0).ask_at == pytest.approx(90.0)
    assert given(draw=0.0).ask_at == 100.0


def test_that_there_is_no_such_name_is_believed_for_a_moment() -> None:
    held: Held[str] = cache.answered(None, 10.0, RULES, 0.0)
    assert cache.look(held, 14.9, RULES) is Look.FRESH
    assert cache.look(held, 15.0, RULES) is Look.ASK


@pytest.mark.parametrize("error", [AWAY, SealedError("x", "sealed"), *UNUSABLE])
def test_a_value_serves_on_while_its_origin_is_away_and_not_a_second_longer(
    error: StrongroomError,
) -> None:
    held = cache.failed(given(), error, 100.0, RULES, 0.0)
    assert (held.value, held.error, held.said_at) == ("text", None, 0.0)
    assert cache.look(held, 104.9, RULES) is Look.FRESH
    assert cache.look(held, 105.0, RULES) is Look.DUE
    last = cache.failed(held, error, 999.0, RULES, 0.0)
    assert cache.look(last, 999.9, RULES) is Look.FRESH
    assert cache.look(last, 1000.0, RULES) is Look.ASK
    assert cache.failed(last, error, 1000.0, RULES, 0.0).value is None


@pytest.mark.parametrize("error", DECIDED)
def test_what_was_decided_ends_serving_at_once(error: StrongroomError) -> None:
    """P-6.1: a right that was taken away is away, however fresh the value is."""
    held = cache.failed(given(), error, 1.0, RULES, 0.0)
    assert (held.value, held.error) == (None, error)
    assert cache.look(held, 5.9, RULES) is Look.FRESH
    assert cache.look(held, 6.0, RULES) is Look.ASK


def test_where_nothing_may_be_stale_nothing_is() -> None:
    rules = Rules(ttl_s=100.0, max_stale_s=0.0)
    held = cache.answered("text", 0.0, rules, 0.0)
    assert cache.look(held, 99.0, rules) is Look.FRESH
    assert cache.look(held, 100.0, rules) is Look.ASK
    assert cache.failed(held, AWAY, 1.0, rules, 0.0).value is None


def test_an_error_without_a_value_is_remembered_for_a_moment() -> None:
    held: Held[str] = cache.failed(None, AWAY, 0.0, RULES, 0.0)
    assert (held.value, held.error) == (None, AWAY)
    assert cache.look(held, 4.9, RULES) is Look.FRESH
    assert cache.look(held, 5.0, RULES) is Look.ASK


def test_each_error_is_of_the_kind_that_an_origin_means() -> None:
    assert {cache.kind(error) for error in DECIDED} == {Failure.DECIDED}
    assert {cache.kind(error) for error in [*UNUSABLE, ConfigError("x", "?")]} == {Failure.UNUSABLE}
    assert cache.kind(AWAY) is cache.kind(SealedError("x", "sealed")) is Failure.AWAY


def test_no_representation_shows_a_value() -> None:
    assert "text" not in repr(given())
