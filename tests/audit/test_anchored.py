"""What anchors say about a log: rolled back, signed anew, shown to two."""

import pytest
from tests.audit.logs import KEY, ORIGIN, SIGNER, STRANGER, Log, honest

from strongroom.audit import tree
from strongroom.audit.anchored import Judged, Verdict, Views
from strongroom.audit.checkpoint import Checkpoint, sign
from strongroom.audit.note import VerifierKey
from strongroom.audit.proof import root_at

LOG = honest(100, every=10)
ANEW = honest(100, every=10, lanes=2)


def views(log: Log, size: int = 100) -> Views:
    hashes = [tree.leaf_hash(row.leaf or b"") for row in log.rows]

    def subtree(level: int, at: int) -> bytes:
        return tree.fold(hashes[at << level : (at + 1) << level])

    return Views(KEY, size, lambda size: root_at(size, subtree))


def judged(log: Log, notes: list[str], size: int = 100) -> Judged:
    one = views(log, size)
    (found,) = one.all([one.judge("a", notes)])
    return found


def test_a_log_that_continues_everything_holds() -> None:
    assert judged(LOG, LOG.notes)[:4] == ("a", Verdict.HOLDS, 10, 100)


@pytest.mark.parametrize(
    ("log", "notes", "size", "verdict", "at"),
    [
        (LOG, LOG.notes, 60, Verdict.ROLLED_BACK, 70),
        (ANEW, LOG.notes[:3], 100, Verdict.RE_SIGNED, 30),
        (LOG, [], 100, Verdict.EMPTY, None),
        (LOG, ["x", *LOG.notes], 100, Verdict.FOREIGN, None),
        (LOG, [LOG.notes[0].replace("\n10\n", "\n11\n")], 100, Verdict.FOREIGN, None),
        (LOG, [sign(Checkpoint(ORIGIN, 10, bytes(32)), STRANGER)], 100, Verdict.FOREIGN, None),
        (LOG, [*LOG.notes, sign(Checkpoint(ORIGIN, 55, bytes(32)), SIGNER)], 100, Verdict.RE_SIGNED, 55),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    log: Log, notes: list[str], size: int, verdict: Verdict, at: int | None
) -> None:
    found = judged(log, notes, size)

    assert (found.verdict, found.at) == (verdict, at)
    assert found.message


def test_two_anchors_with_different_pasts_are_a_split_view() -> None:
    one = views(LOG)
    found = one.all(
        [one.judge("a", LOG.notes), one.judge("b", ANEW.notes), one.judge("c", LOG.notes[:1])]
    )

    assert [f.verdict for f in found] == [Verdict.SPLIT_VIEW, Verdict.SPLIT_VIEW, Verdict.HOLDS]
    assert found[0].at == 30


def test_what_cannot_be_compared_is_not_called_good() -> None:
    one = Views(KEY, 100, lambda _: None)

    assert one.judge("a", LOG.notes).verdict is Verdict.UNKNOWN


def test_what_an_earlier_instance_signed_counts_as_far_as_the_log_is_its_own() -> None:
    """The room that was thought lost may have gone on; its log is another one from there."""
    hashes = [tree.leaf_hash(row.leaf or b"") for row in ANEW.rows]

    def subtree(level: int, at: int) -> bytes:
        return tree.fold(hashes[at << level : (at + 1) << level])

    def verdict(until: int, *notes: str) -> Verdict:
        new = VerifierKey("another/log", STRANGER.public_key().public_bytes_raw())
        one = Views(new, 100, lambda size: root_at(size, subtree), [(KEY, until)])
        return one.judge("a", notes).verdict

    own = ANEW.notes
    assert verdict(100, *own) is Verdict.HOLDS
    assert verdict(20, *own[:2], LOG.notes[5]) is Verdict.HOLDS
    assert verdict(60, *own[:2], LOG.notes[5]) is Verdict.RE_SIGNED
    assert verdict(20, *LOG.notes[5:]) is Verdict.EMPTY, "nothing was compared"
