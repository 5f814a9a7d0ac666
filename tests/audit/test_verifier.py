"""Tests for strongroom.audit.verifier: every damage is found, and named by kind and place."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audit.logs import KEY, ORIGIN, SIGNER, START_US, STRANGER, Log, entry, honest, lane

from strongroom.audit.checkpoint import Checkpoint, render, sign
from strongroom.audit.entry import decode, encode
from strongroom.audit.problem import Kind, Report
from strongroom.audit.tree import Frontier, leaf_hash
from strongroom.audit.verifier import SKEW_US_MAX, Row, verify


def edit(log: Log, index: int, **fields: object) -> None:
    """Change an entry as somebody would who can write the database."""
    row = log.rows[index]
    assert row.leaf is not None
    changed = decode(row.leaf)._replace(**fields)  # type: ignore[arg-type]
    log.rows[index] = row._replace(leaf=encode(changed))


def places(report: Report) -> list[tuple[Kind, int | None, int]]:
    return [(problem.kind, problem.index, problem.count) for problem in report.problems]


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


# --- order and time --------------------------------------------------------------------------


def signed(*entries: dict[str, object]) -> Log:
    """A log that was signed as it is: whoever holds the log key made it badly."""
    log = Log()
    for seq, fields in enumerate(entries, start=1):
        log.append(entry(**{"seq": seq, **fields}))
    log.sign()
    # What was seen at one checkpoint has its entry at the next.
    log.append(entry(lane=lane(9), change_seq=last_change(log), at_us=START_US))
    log.sign()
    return log


def last_change(log: Log) -> int:
    return max(decode(row.leaf or b"").change_seq for row in log.rows)


CHANGE: dict[str, object] = {"changes": 1, "verb": "write"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([{}, {}], []),
        ([{**CHANGE, "change_seq": 1}, {"change_seq": 1}, {**CHANGE, "change_seq": 2}], []),
        ([{"changes": 3, "change_seq": 3}, {"change_seq": 3}], []),
        ([{**CHANGE, "change_seq": 1}, {"change_seq": 0}], [Kind.CHANGE_ORDER]),
        (
            [{**CHANGE, "change_seq": 1}, {**CHANGE, "change_seq": 1}],
            [Kind.CHANGE_ORDER, Kind.CHANGE_REPEATED],
        ),
        (
            [{**CHANGE, "change_seq": 1}, {**CHANGE, "change_seq": 1, "lane": lane(2), "seq": 1}],
            [Kind.CHANGE_REPEATED],
        ),
        (
            [{**CHANGE, "change_seq": 2}, {**CHANGE, "change_seq": 1, "lane": lane(2), "seq": 1}],
            [],
        ),
        (
            [
                {"changes": 2, "change_seq": 3},
                {"changes": 2, "change_seq": 2, "lane": lane(2), "seq": 1},
            ],
            [Kind.CHANGE_REPEATED, Kind.CHANGE_MISSING],
        ),
        (
            [
                {"changes": 1, "change_seq": 3},
                {"changes": 3, "change_seq": 5, "lane": lane(2), "seq": 1},
            ],
            [Kind.CHANGE_MISSING, Kind.CHANGE_REPEATED, Kind.CHANGE_MISSING],
        ),
        ([{**CHANGE, "change_seq": 2}], [Kind.CHANGE_MISSING]),
        ([{"change_seq": 1}], [Kind.CHANGE_MISSING]),
        ([{**CHANGE, "change_seq": 1}, {"change_seq": 2}], [Kind.CHANGE_MISSING]),
        ([{}, {"at_us": START_US - 1}], [Kind.TIME_ORDER]),
        ([{}, {"at_us": START_US - 1, "lane": lane(2), "seq": 1}], []),
        ([{"seq": 2}], [Kind.DELETED]),
    ],
)
def test_order_and_time(entries: list[dict[str, object]], expected: list[Kind]) -> None:
    assert sorted(expected) == sorted(signed(*entries).kinds())


def test_a_log_may_begin_in_the_middle_of_the_changes() -> None:
    """A restored room goes on with its changes and begins a new log."""
    log = signed({"change_seq": 41}, {**CHANGE, "change_seq": 42})

    assert [] == log.kinds(first_change=42)
    assert [Kind.CHANGE_MISSING] == log.kinds()


def test_a_change_may_come_a_checkpoint_after_the_read_that_saw_it() -> None:
    """Lanes are sequenced one after the other."""
    log = Log()
    log.append(entry(change_seq=1))
    log.sign()
    assert 1 == log.check().unsettled
    assert log.check().ok
    log.append(entry(lane=lane(2), change_seq=1, changes=1))
    log.sign()

    assert 0 == log.check().unsettled
    assert log.check().ok


def test_a_checkpoint_kept_twice_settles_nothing() -> None:
    log = Log()
    log.append(entry(change_seq=1))
    log.sign()
    log.notes.append(log.notes[0])

    assert [] == log.kinds()


def test_no_entry_is_later_than_what_was_signed_over_it() -> None:
    log = Log()
    log.append(entry(at_us=START_US + SKEW_US_MAX))
    log.sign(START_US)
    log.append(entry(seq=2, at_us=START_US + SKEW_US_MAX + 1))
    log.sign(START_US)

    assert [(Kind.TIME_AHEAD, 1, 1)] == places(log.check())


def test_no_entry_is_from_the_future() -> None:
    log = Log()
    log.append(entry(at_us=START_US + SKEW_US_MAX))
    log.sign()

    assert [] == log.kinds(now_us=START_US)
    assert [Kind.TIME_AHEAD] == log.kinds(now_us=START_US - 1)


# --- details ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        lambda salt, blob: (salt, blob.replace(b"somebody", b"nobody--")),
        lambda salt, blob: (salt[:0] + bytes(16), blob),
        lambda salt, blob: (salt + blob[:1], blob[1:]),
        lambda salt, blob: (salt, blob[:0]),
    ],
)
def test_an_edited_detail(changed: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> None:
    log = honest(300)
    row = log.rows[130]
    assert row.detail is not None
    log.rows[130] = row._replace(detail=changed(*row.detail))

    assert [(Kind.DETAIL_EDITED, 130, 1)] == places(log.check())


def test_a_detail_that_an_entry_never_had() -> None:
    log = Log()
    log.append(entry(), text=None)
    log.sign()
    log.rows[0] = log.rows[0]._replace(detail=(bytes(16), b"{}"))

    assert [Kind.DETAIL_EDITED] == log.kinds()


# --- nodes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [(8, 0), (8, 2), (9, 0), (9, 1)])
def test_an_edited_node_is_told_from_an_edited_entry(key: tuple[int, int]) -> None:
    log = honest(1200)
    log.nodes[key] = bytes(32)
    level, position = key

    assert [(Kind.NODE_EDITED, position << level, 1 << level)] == places(log.check())


def test_a_missing_node() -> None:
    log = honest(600)
    del log.nodes[8, 1]

    assert [(Kind.NODE_MISSING, 256, 256)] == places(log.check())


def test_an_edited_entry_beside_a_missing_node() -> None:
    log = honest(1200)
    del log.nodes[8, 1]
    edit(log, 20, principal=b"x" * 16)

    assert [(Kind.EDITED, 0, 100), (Kind.NODE_MISSING, 256, 256)] == places(log.check())


def test_a_disagreement_after_the_last_checkpoint_is_not_passed_over() -> None:
    """No signature says which of the two is right, but they cannot both be."""
    log = honest(600, every=250)
    log.nodes[8, 1] = bytes(32)
    del log.notes[-1]

    assert [(Kind.EDITED, 256, 256)] == places(log.check())


# --- checkpoints -----------------------------------------------------------------------------


def test_a_log_without_a_checkpoint_shows_nothing() -> None:
    log = honest(50)

    assert [Kind.UNSIGNED] == log.kinds()
    assert not log.check().ok
    assert [Kind.UNSIGNED] == Log().kinds()


def test_what_stands_after_the_last_checkpoint_is_counted_as_unsigned() -> None:
    log = honest(250)
    report = log.check()

    assert report.ok
    assert (250, 200) == (report.entries, report.signed)


def test_a_log_signed_by_a_stranger() -> None:
    """A whole log made anew, with a key of the forger's own."""
    log = Log()
    log.append(entry())
    log.sign(signer=STRANGER)

    assert [Kind.CHECKPOINT_FOREIGN, Kind.UNSIGNED] == log.kinds()


def test_a_forged_checkpoint() -> None:
    log = honest(300)
    log.notes[1] = log.notes[1].replace("\n200\n", "\n201\n")
    report = log.check()

    assert [Kind.CHECKPOINT_FORGED] == [problem.kind for problem in report.problems]
    assert "checkpoint 2" in report.problems[0].message
    assert 2 == report.checkpoints


@pytest.mark.parametrize(
    "text", ["", "scribble", render(Checkpoint(ORIGIN, 1, bytes(32)))], ids=["empty", "x", "bare"]
)
def test_a_malformed_checkpoint(text: str) -> None:
    log = honest(100)
    log.notes.insert(0, text)

    assert [Kind.CHECKPOINT_MALFORMED] == log.kinds()


def test_a_checkpoint_of_another_log_under_the_same_key() -> None:
    log = honest(100)
    from strongroom.audit import note

    log.notes.append(note.sign(render(Checkpoint("other", 1, bytes(32))), ORIGIN, SIGNER))

    assert [Kind.CHECKPOINT_MALFORMED] == log.kinds()


def test_checkpoints_in_the_wrong_order() -> None:
    log = honest(300)
    log.notes[0], log.notes[1] = log.notes[1], log.notes[0]

    assert [(Kind.CHECKPOINT_ORDER, 100, 1)] == places(log.check())


def test_a_checkpoint_earlier_than_the_one_before_it() -> None:
    log = honest(300)
    log.notes[1] = sign(Checkpoint(ORIGIN, 200, root_of(log, 200), START_US + 199 - 110), SIGNER)

    assert [(Kind.CHECKPOINT_ORDER, 200, 1)] == places(log.check())


def root_of(log: Log, size: int) -> bytes:
    frontier = Frontier()
    frontier.extend([leaf_hash(row.leaf or b"") for row in log.rows[:size]])
    return frontier.root()


def test_one_checkpoint_kept_twice_is_no_contradiction() -> None:
    """Copies from elsewhere are merged in."""
    log = honest(300)
    log.notes.insert(1, log.notes[1])

    assert log.check().ok


def test_two_histories_of_one_size() -> None:
    """The holder of the log key showed somebody else another log."""
    log = honest(300)
    log.notes.insert(2, sign(Checkpoint(ORIGIN, 200, bytes(32), START_US + 199), SIGNER))

    assert [(Kind.CHECKPOINT_INCONSISTENT, 200, 1)] == places(log.check())


def test_two_histories_of_different_sizes() -> None:
    log = honest(300)
    log.notes.insert(1, sign(Checkpoint(ORIGIN, 150, bytes(32), START_US + 149), SIGNER))
    report = log.check()

    assert [(Kind.CHECKPOINT_INCONSISTENT, 150, 1)] == places(report)
    assert 3 == report.checkpoints


def test_a_second_history_is_told_from_an_edited_entry() -> None:
    """Both at once: the edit is in a later tile than the checkpoint that does not fit."""
    log = honest(1000)
    log.notes.insert(1, sign(Checkpoint(ORIGIN, 150, bytes(32), START_US + 149), SIGNER))
    del log.notes[2:5]
    edit(log, 300, principal=b"x" * 16)
    del log.notes[2]

    assert [(Kind.CHECKPOINT_INCONSISTENT, 150, 1), (Kind.EDITED, 256, 256)] == places(log.check())
