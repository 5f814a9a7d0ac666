"""Tests for strongroom.audit.verifier: checkpoints that do not hold, or not together."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.audit.logs import (
    KEY,
    ORIGIN,
    SIGNER,
    START_US,
    STRANGER,
    Log,
    edit,
    entry,
    honest,
    lane,
    places,
)

from strongroom.audit.checkpoint import Checkpoint, origin_of, render, sign
from strongroom.audit.entry import decode
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Kind
from strongroom.audit.tree import Frontier, leaf_hash
from strongroom.audit.verifier import verify

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


def test_an_edit_that_begins_where_a_second_history_ends_does_not_excuse_it() -> None:
    log = honest(1000)
    log.notes[2:5] = [sign(Checkpoint(ORIGIN, 256, bytes(32), START_US + 255), SIGNER)]
    edit(log, 300, principal=b"x" * 16)

    assert [(Kind.CHECKPOINT_INCONSISTENT, 256, 1), (Kind.EDITED, 256, 256)] == places(log.check())


def test_a_log_that_goes_on_under_a_later_key_needs_both() -> None:
    """As that of a restored room."""
    log = honest(400)
    signed_by_the_first = len(log.notes)
    later = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
    origin = origin_of(bytes(range(0xB0, 0xC0)))
    new = VerifierKey(origin, later.public_key().public_bytes_raw())
    last = decode(log.rows[-1].leaf or b"")
    for seq in range(1, 101):
        at_us = last.at_us + seq
        log.append(entry(lane=lane(9), seq=seq, change_seq=last.change_seq, at_us=at_us))
    made = Checkpoint(origin, log.frontier.size, log.frontier.root(), last.at_us + 200)
    log.notes.append(sign(made, later))

    def kinds(key: VerifierKey, *earlier: VerifierKey) -> set[Kind]:
        report = verify(iter(log.rows), log.notes, key, earlier=earlier)
        return {problem.kind for problem in report.problems}

    assert kinds(new, KEY) == set()
    assert kinds(new) == {Kind.CHECKPOINT_FOREIGN}
    assert Kind.CHECKPOINT_FOREIGN in kinds(KEY)
    assert kinds(KEY, new) >= {Kind.CHECKPOINT_FOREIGN}
    log.notes.append(log.notes[signed_by_the_first - 1])
    assert Kind.CHECKPOINT_FOREIGN in kinds(new, KEY)
