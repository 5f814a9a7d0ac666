"""Tests for strongroom.cli.rotate_view; the rest of it is looked at in test_rotate."""

import pytest

from strongroom.cli import rotate_view
from strongroom.model.address import Address
from strongroom.rotation.engine import Event
from strongroom.rotation.machine import State
from strongroom.rotation.rotators.interface import Check, Overlap

A = Address.parse("development/api/DATABASE")


def test_each_state_and_each_overlap_has_words() -> None:
    assert set(rotate_view.STATES) == {state.value for state in State}
    assert set(rotate_view.DOWNTIME) == {one.value for one in Overlap}


def test_steps_are_lines_and_what_only_begins_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    steps = rotate_view.Steps()
    steps(Event(A, "set", "minted", "begun", 0))
    steps(Event(A, "set", "set", "", 12_000))
    steps(Event(A, "wait", "promoted", "grace", 0))
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 2
    assert "(12 ms)" in shown[0]
    assert "grace" in shown[1]


def test_what_a_target_says_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    red = "\x1b[31m"
    rotate_view.checks([Check(f"user {red}", well=False, said=f"no {red}", fix=f"do {red} it")])
    assert red not in capsys.readouterr().out


def test_what_was_found_stands_beside_each_name(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("reach", "may see their last use")
    rotate_view.checks([Check(name, well=True, said="yes") for name in names])
    assert [line.index("yes") for line in capsys.readouterr().out.splitlines()] == [28, 28]
