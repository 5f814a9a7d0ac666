"""Tests for strongroom.rotation.rotators.option_names."""

from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators import option_names, registry
from strongroom.rotation.rotators.interface import Job, Target

JOB = Job(
    Target("db", "", {"lead_s": "600"}), "development/api/KEY", "api-key", {"grace_s": "86400"},
    None, plain_draw, no_wait,
)  # fmt: skip
READ_ELSEWHERE = {"exec", "webhook"}


def test_those_that_are_not_read_are_named_with_those_that_are() -> None:
    with pytest.raises(InvalidError) as caught:
        option_names.given(registry.find("jwt"), ["tokenlife", "field", "ttl", "mode"])
    assert caught.value.code == "target-option"
    assert caught.value.message.endswith(": mode, tokenlife")
    assert caught.value.fix == "one of: field, lead_s, leeway, token_life, ttl"


def test_what_may_be_a_value_in_the_wrong_place_is_not_repeated() -> None:
    canary = "deadbeef" * 5
    for name in (canary, "Canary!"):
        with pytest.raises(InvalidError) as caught:
            option_names.given(registry.find("versions"), [name, "mode"])
        assert name not in str(caught.value)
        assert "2 of the options" in caught.value.message


@pytest.mark.parametrize("kind", registry.OURS)
def test_what_the_engine_tells_rotators_nobody_else_may(kind: str) -> None:
    rotator = registry.find(kind)
    if kind in READ_ELSEWHERE:
        option_names.given(rotator, ["anything"])
        return
    with pytest.raises(InvalidError):
        option_names.given(rotator, ["grace_s"])
    option_names.given(rotator, ["lead_s"])


def test_a_job_may_be_told_more_than_people_may_say() -> None:
    option_names.read(JOB, frozenset())
    with pytest.raises(InvalidError):
        option_names.read(replace(JOB, options={"field": "value"}), frozenset())
