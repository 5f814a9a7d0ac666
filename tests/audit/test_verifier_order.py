"""Tests for strongroom.audit.verifier: order, time, details and stored nodes."""

from collections.abc import Callable

import pytest
from tests.audit.logs import START_US, Log, edit, entry, honest, lane, places

from strongroom.audit.entry import decode
from strongroom.audit.problem import Kind
from strongroom.audit.verifier import SKEW_US_MAX

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
