"""Tests for strongroom.audit.order; whole logs are checked in test_verifier."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.order import Changes, Lanes
from strongroom.audit.problem import Kind, Problems

A = b"a" * 16


def placed(seqs: list[int]) -> tuple[list[Kind], int]:
    problems = Problems()
    lanes = Lanes(problems)
    for index, seq in enumerate(seqs):
        lanes.place(index, A, seq)
    gone = lanes.end()
    return [problem.kind for problem in problems.all()], gone


@given(st.integers(0, 30))
def test_a_lane_that_counts_is_well(count: int) -> None:
    assert ([], 0) == placed(list(range(1, count + 1)))


@given(st.lists(st.integers(1, 12), max_size=12))
def test_every_other_lane_is_not(seqs: list[int]) -> None:
    """And what is missing is counted exactly."""
    kinds, gone = placed(seqs)

    assert (kinds == []) == (seqs == list(range(1, len(seqs) + 1)))
    assert gone == len(set(range(1, max(seqs, default=0) + 1)) - set(seqs))
    assert (Kind.REPEATED in kinds) == (len(set(seqs)) < len(seqs))


@given(st.permutations(range(1, 9)))
def test_a_shuffled_lane_is_reordered_and_nothing_is_gone(seqs: list[int]) -> None:
    kinds, gone = placed(seqs)

    assert 0 == gone
    assert set(kinds) <= {Kind.REORDERED}


@given(st.permutations(range(1, 9)), st.integers(1, 100))
def test_changes_may_come_from_any_lane_in_any_order(order: list[int], first: int) -> None:
    problems = Problems()
    changes = Changes(problems, first)
    for index, number in enumerate(order):
        changes.record(index, first - 1 + number, 1)
    assert 0 == changes.open()
    changes.settle()
    changes.settle()

    assert () == problems.all()


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=8))
def test_each_change_has_one_entry(spans: list[tuple[int, int]]) -> None:
    """Against sets: overlaps are repeated, holes are missing."""
    problems = Problems()
    changes = Changes(problems, 1)
    made: set[int] = set()
    repeated = False
    for index, (last, count) in enumerate(spans):
        mine = set(range(last - min(count, last) + 1, last + 1))
        if mine & made:
            repeated = True
        else:
            made |= mine
        changes.record(index, last, min(count, last))
    still_open = changes.open()
    changes.settle()
    before = {problem.kind for problem in problems.all()}
    changes.settle()
    kinds = {problem.kind for problem in problems.all()}
    highest = max((last for last, _ in spans), default=0)

    assert Kind.CHANGE_MISSING not in before
    assert still_open == len(set(range(1, highest + 1)) - made)
    assert 0 == changes.open()
    assert repeated == (Kind.CHANGE_REPEATED in kinds)
    assert (set(range(1, highest + 1)) != made) == (Kind.CHANGE_MISSING in kinds)
