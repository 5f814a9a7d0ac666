"""Tests for strongroom.gate.changes.alarm."""

import pytest
from tests.gate.rooms import World
from tests.gate.test_attempts import spent

from strongroom.gate.changes.alarm import ListAlarms, SeeAlarms
from strongroom.gate.operation import Done, Refused

__all__ = ["spent"]


def test_they_are_shown_with_names_until_they_are_seen(spent: World) -> None:
    listed = spent.gate.look(spent.owner, ListAlarms())
    assert isinstance(listed, Done)
    assert isinstance(listed.result, list)
    assert ["ann"] * 5 == [name for _, name in listed.result]
    seen = spent.gate.change(spent.owner, SeeAlarms(spent.time.us))
    assert isinstance(seen, Done)
    assert 5 == seen.result
    again = spent.gate.look(spent.owner, ListAlarms())
    assert isinstance(again, Done)

    assert [] == again.result


def test_later_ones_are_not_put_away(spent: World) -> None:
    seen = spent.gate.change(spent.owner, SeeAlarms(spent.time.us - 1))
    assert isinstance(seen, Done)

    assert 0 == seen.result


@pytest.mark.parametrize("who", ["developer", "stranger"])
def test_not_for_everybody(spent: World, who: str) -> None:
    caller = getattr(spent, who)

    assert isinstance(spent.gate.look(caller, ListAlarms()), Refused)
    assert isinstance(spent.gate.change(caller, SeeAlarms(spent.time.us)), Refused)
