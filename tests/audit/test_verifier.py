"""Tests for strongroom.audit.verifier: every damage to entries is found, named and placed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audit.logs import KEY, START_US, Log, edit, entry, honest, lane, places

from strongroom.audit.problem import Kind
from strongroom.audit.tree import Frontier, leaf_hash
from strongroom.audit.verifier import Row, verify

# --- nothing is wrong ------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(1, 1200), st.integers(1, 400), st.integers(1, 5), st.booleans())
def test_an_honest_log_verifies(count: int, every: int, lanes: int, nodes: bool) -> None:
    log = honest(count, every=min(every, count), lanes=lanes)
    log.with_nodes = nodes
    report = log.check(now_us=START_US + count)

    assert () == report.problems
    assert report.ok
    assert count == report.entries == report.details
    assert count // min(every, count) == report.checkpoints
    assert report.signed == count // min(every, count) * min(every, count)
    assert 0 == report.erased


def test_erased_details_are_counted_and_nothing_else() -> None:
    """The log verifies without what was erased from it."""
    log = honest(300)
    for index in range(0, 300, 3):
        log.rows[index] = log.rows[index]._replace(detail=None)
    report = log.check()

    assert report.ok
    assert (100, 200) == (report.erased, report.details)


def test_an_entry_without_a_detail_has_none_to_erase() -> None:
    log = Log()
    log.append(entry(), text=None)
    log.sign()
    report = log.check()

    assert report.ok
    assert (0, 0) == (report.erased, report.details)


def test_the_log_is_read_once_and_not_kept() -> None:
    """Rows are taken as they are needed: a log larger than memory can be verified."""
    log = honest(600)
    ahead = []

    def rows() -> Iterator[Row]:
        for number, row in enumerate(log.rows):
            taken[0] = number
            yield row

    def notes() -> Iterator[str]:
        for number, note in enumerate(log.notes, start=1):
            ahead.append(taken[0] - (number - 1) * 100)
            yield note

    taken = [0]

    assert verify(rows(), notes(), KEY).ok
    assert max(ahead) <= 0


# --- entries ---------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 999), st.booleans())
def test_an_edited_entry_is_found_between_two_checkpoints(index: int, nodes: bool) -> None:
    """Whatever field is changed: here, who it was."""
    log = honest(1000)
    log.with_nodes = nodes
    edit(log, index, principal=b"x" * 16)
    found = [problem for problem in log.check().problems if problem.kind is Kind.EDITED]

    assert len(found) == 1
    assert found[0].index is not None
    assert found[0].index <= index < found[0].index + found[0].count
    assert found[0].count <= 100
    assert [Kind.EDITED] == log.kinds()


def test_with_nodes_each_of_several_edits_is_found() -> None:
    """One edit does not hide the next: after a tile the stored nodes take over."""
    log = honest(2000)
    for index in (130, 700, 1990):
        edit(log, index, principal=b"x" * 16)
    report = log.check()

    # Between its checkpoints and within its tile.
    assert [(Kind.EDITED, 100, 100), (Kind.EDITED, 700, 100), (Kind.EDITED, 1900, 100)] == [
        (kind, index and index // 100 * 100, 100) for kind, index, _ in places(report)
    ]
    assert all(count <= 256 for _, _, count in places(report))
    assert report.signed == 1900


def test_without_nodes_the_first_edit_is_found_and_nothing_after_it_holds() -> None:
    log = honest(1000)
    log.with_nodes = False
    edit(log, 130, principal=b"x" * 16)
    edit(log, 700, principal=b"x" * 16)
    report = log.check()

    assert [(Kind.EDITED, 100, 100)] == places(report)
    assert (1, 100) == (report.checkpoints, report.signed)


def test_an_edit_with_the_nodes_made_to_fit_is_found() -> None:
    """Who recomputes the tree still cannot sign its root."""
    log = honest(1000)
    edit(log, 130, principal=b"x" * 16)
    hashes = [leaf_hash(row.leaf) for row in log.rows if row.leaf is not None]
    log.nodes = {(node.level, node.position): node.hash for node in Frontier().extend(hashes)}

    assert [(Kind.EDITED, 100, 100)] == places(log.check())


def test_two_entries_exchanged() -> None:
    log = honest(300)
    first, second = log.rows[120], log.rows[121]
    log.rows[120] = first._replace(leaf=second.leaf, detail=second.detail)
    log.rows[121] = second._replace(leaf=first.leaf, detail=first.detail)

    assert [(Kind.REORDERED, 120, 2)] == places(log.check())


def test_two_runs_exchanged() -> None:
    """The entries are right and so are the lanes; the order of the log is not."""
    log = honest(300, lanes=1)
    log.rows[100:120] = [*log.rows[110:120], *log.rows[100:110]]
    report = log.check()

    assert [(Kind.REORDERED, 110, 10)] == places(report)
    assert (lane(1), 101) == (report.problems[0].lane, report.problems[0].seq)


def test_an_entry_put_in_twice() -> None:
    log = honest(300, lanes=1)
    log.rows.insert(120, log.rows[119])

    assert [(Kind.REPEATED, 120, 1)] == [
        place for place in places(log.check()) if place[0] is not Kind.CHANGE_REPEATED
    ]


def test_a_missing_entry_is_named() -> None:
    log = honest(1000)
    log.rows[130] = log.rows[130]._replace(leaf=None)
    report = log.check()
    gone = report.problems[0]

    assert (Kind.DELETED, 130) == (gone.kind, gone.index)
    assert (log.rows[130].lane, log.rows[130].seq) == (gone.lane, gone.seq)
    assert Kind.EDITED not in log.kinds()


def test_a_missing_run_is_a_place_without_a_name() -> None:
    log = honest(300)
    log.rows[100:110] = [Row(b"", 0, None)] * 10
    kinds = log.kinds()

    assert 10 == kinds.count(Kind.DELETED) - 1  # each place, and the gap in its lane
    assert Kind.EDITED not in kinds


def test_entries_cut_out_with_their_runs() -> None:
    """The rest closed up, as if they had never been."""
    log = honest(1000, lanes=1)
    del log.rows[130:150]
    report = log.check()
    gone = [problem for problem in report.problems if problem.kind is Kind.DELETED]

    assert [(130, 20, lane(1), 131)] == [(p.index, p.count, p.lane, p.seq) for p in gone]
    assert {Kind.DELETED, Kind.CHANGE_MISSING} == set(log.kinds())


@pytest.mark.parametrize("cut", [1, 50, 299])
def test_a_log_that_ends_early_is_truncated(cut: int) -> None:
    log = honest(300)
    del log.rows[300 - cut :]
    report = log.check()
    short = [problem for problem in report.problems if problem.kind is Kind.TRUNCATED]

    assert [(300 - cut, cut)] == [(problem.index, problem.count) for problem in short]


def test_a_log_cut_off_with_its_checkpoints_shows_by_one_kept_elsewhere() -> None:
    log = honest(300)
    kept = log.notes[-1]
    del log.rows[200:], log.notes[2:]

    assert log.check().ok  # nobody could tell
    log.notes.append(kept)
    assert Kind.TRUNCATED in log.kinds()


def test_bytes_that_are_no_entry() -> None:
    log = honest(300)
    log.rows[130] = log.rows[130]._replace(leaf=b"\x02" + bytes(150))
    report = log.check()

    assert (Kind.UNDECODABLE, 130) == (report.problems[0].kind, report.problems[0].index)
    assert Kind.EDITED not in log.kinds()


@settings(max_examples=40)
@given(st.integers(0, 299), st.integers(0, 153), st.integers(1, 255))
def test_any_changed_byte_of_any_entry_is_found(index: int, at: int, flip: int) -> None:
    log = honest(300)
    leaf = bytearray(log.rows[index].leaf or b"")
    leaf[at] ^= flip
    log.rows[index] = log.rows[index]._replace(leaf=bytes(leaf))

    assert not log.check().ok


DAMAGES: dict[str, Callable[[list[Row], int, int], None]] = {
    "delete": lambda rows, a, _: rows.__delitem__(a),
    "repeat": lambda rows, a, b: rows.insert(b, rows[a]),
    "move": lambda rows, a, b: rows.insert(b, rows.pop(a)),
    "empty": lambda rows, a, _: rows.__setitem__(a, rows[a]._replace(leaf=None)),
    "copy": lambda rows, a, b: rows.__setitem__(a, rows[a]._replace(leaf=rows[b].leaf)),
    "relabel": lambda rows, a, b: rows.__setitem__(a, rows[b]._replace(leaf=rows[a].leaf)),
    "cut": lambda rows, a, b: rows.__delitem__(slice(min(a, b), max(a, b))),
    "turn": lambda rows, a, b: rows.__setitem__(
        slice(min(a, b), max(a, b)), rows[min(a, b) : max(a, b)][::-1]
    ),
}


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(DAMAGES)), st.integers(0, 590), st.integers(0, 590)),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_no_damage_of_any_kind_verifies(damages: list[tuple[str, int, int]], nodes: bool) -> None:
    """Only the log that was signed is whole, whatever is done to its rows, and how often."""
    log = honest(600)
    log.with_nodes = nodes
    before = list(log.rows)
    for name, first, second in damages:
        size = len(log.rows)
        if size > 1:
            DAMAGES[name](log.rows, first % size, second % size)

    assert log.check().ok == (before == log.rows)


def _later(log: Log, first: int) -> tuple[Log, Frontier]:
    before = Frontier()
    before.extend([leaf_hash(row.leaf or b"") for row in log.rows[:first]])
    return replace(log, rows=log.rows[first:]), before


@pytest.mark.parametrize("first", [256, 512, 768])
def test_a_log_whose_beginning_was_moved_verifies_from_there(first: int) -> None:
    later, before = _later(honest(1000), first)
    report = later.check(before=before)

    assert report.ok, report.problems
    assert (report.first, report.entries, report.signed) == (first, 1000 - first, 1000)
    assert report.unsettled == 0


def test_another_beginning_does_not() -> None:
    later, before = _later(honest(1000), 512)
    other = Frontier(512, [bytes(32)])
    later.with_nodes = False

    assert Kind.EDITED in {problem.kind for problem in later.check(before=other).problems}
    del later.rows[200]
    assert Kind.DELETED in {problem.kind for problem in later.check(before=before).problems}
