"""When a process says which versions it uses."""

import re

from strongroom.runtime import acknowledging
from strongroom.runtime.acknowledging import AGAIN_S, RENEW_S, TOGETHER_S, Used


def test_what_comes_together_is_said_together_and_once() -> None:
    used = Used()
    assert used.due(0.0) is None
    used.note("A", 1, 0.0)
    used.note("B", 2, 1.0)
    assert used.due(TOGETHER_S - 0.1) is None
    assert used.seconds_left(0.5) == TOGETHER_S - 0.5
    assert used.due(TOGETHER_S) == {"A": 1, "B": 2}
    used.said({"A": 1, "B": 2}, 2.0, heard=True)
    used.note("A", 1, 3.0)
    assert used.due(1000.0) is None


def test_changes_without_end_do_not_put_it_off() -> None:
    used = Used()
    for number in range(10):
        used.note("A", number, float(number))
    assert used.due(9.0) == {"A": 9}


def test_it_is_said_again_before_half_a_day_and_soon_when_it_was_not_heard() -> None:
    used = Used()
    used.note("A", 1, 0.0)
    used.said({"A": 1}, 2.0, heard=True)
    assert used.due(2.0 + RENEW_S) == {"A": 1}
    used.said({"A": 1}, 10.0, heard=False)
    assert used.due(9.0 + AGAIN_S) is None
    assert used.due(10.0 + AGAIN_S) == {"A": 1}


def test_a_change_while_it_is_being_said_is_said_soon() -> None:
    used = Used()
    used.note("A", 1, 0.0)
    said = used.due(2.0)
    used.note("A", 2, 2.1)
    assert said is not None
    used.said(said, 2.2, heard=True)
    assert used.due(2.2 + TOGETHER_S) == {"A": 2}


def test_a_value_that_no_origin_gave_is_not_in_it() -> None:
    used = Used()
    used.note("A", None, 0.0)
    assert used.due(10.0) is None
    used.note("A", 1, 0.0)
    used.note("A", None, 0.0)
    used.note("B", 1, 0.0)
    used.drop("B")
    used.drop("C")
    assert used.due(10.0) == {}


def test_only_what_was_heard_is_taken_back() -> None:
    used = Used()
    used.note("A", 1, 0.0)
    assert not used.to_take_back
    used.said({"A": 1}, 2.0, heard=False)
    assert not used.to_take_back
    used.said({"A": 1}, 2.0, heard=True)
    assert used.to_take_back


def test_a_child_says_the_same_as_another_instance() -> None:
    used = Used()
    used.note("A", 1, 0.0)
    used.said({"A": 1}, 2.0, heard=True)
    child = used.in_child(100.0)
    assert child.instance != used.instance
    assert not child.to_take_back
    assert child.due(100.0 + TOGETHER_S) == {"A": 1}
    assert Used().in_child(0.0).due(10.0) is None


def test_an_instance_can_stand_in_a_path_and_is_never_the_same() -> None:
    names = {acknowledging.instance() for _ in range(100)}
    assert len(names) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,128}", name) for name in names)
