"""Tests for strongroom.audit.problem."""

from strongroom.audit.problem import PROBLEMS_MAX, Kind, Problem, Problems, Report


def at(index: int | None, *, lane: bytes | None = b"a", seq: int | None = None) -> Problem:
    return Problem(Kind.DELETED, index, "gone", lane=lane, seq=seq)


def test_neighbours_become_one() -> None:
    problems = Problems()
    for index in range(5):
        problems.add(at(10 + index, seq=20 + index))

    assert [(10, 5, 20)] == [(one.index, one.count, one.seq) for one in problems.all()]


def test_others_stay_apart() -> None:
    """Another lane, a place further on, a seq that does not follow, a place unknown."""
    problems = Problems()
    apart = [at(10, seq=1), at(11, seq=2, lane=b"b"), at(13, seq=3, lane=b"b"), at(14, seq=9)]
    apart += [at(15, lane=None, seq=10), at(None, seq=10), at(16), at(17, seq=1)]
    for problem in apart:
        problems.add(problem)

    assert len(apart) == len(problems.all())


def test_they_are_listed_in_the_order_of_the_log() -> None:
    problems = Problems()
    for index in (7, None, 3):
        problems.add(at(index))

    assert [None, 3, 7] == [one.index for one in problems.all()]


def test_there_is_a_limit_and_the_rest_is_counted() -> None:
    """A log that is wrong everywhere must not fill the memory of whoever checks it."""
    problems = Problems()
    for index in range(PROBLEMS_MAX + 5):
        problems.add(at(2 * index))

    assert PROBLEMS_MAX == len(problems.all())
    assert 5 == problems.unreported


def test_a_disturbance_explains_the_ranges_that_it_touches() -> None:
    problems = Problems()
    problems.disturb(10, 12)
    problems.disturb(12, 13)
    problems.disturb(20, 21)

    assert [False, True, True, False, True, False] == [
        problems.explains(*span) for span in ((0, 10), (0, 11), (12, 5), (13, 7), (20, 1), (21, 9))
    ]


def report(**fields: int) -> Report:
    counts = dict.fromkeys(
        ("entries", "signed", "lanes", "checkpoints", "details", "erased", "unsettled"), 0
    )
    return Report(**{**counts, **fields}, problems=())


def test_nothing_is_well_that_was_not_shown() -> None:
    """No checkpoint, or problems that no longer fit into the list: not well."""
    assert report(checkpoints=1).ok
    assert not report(checkpoints=0).ok
    assert not Report(1, 1, 1, 1, 0, 0, 0, (), unreported=1).ok
    assert not Report(1, 1, 1, 1, 0, 0, 0, (at(1),)).ok
