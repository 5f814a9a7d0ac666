"""Each fault that is planted here must be noticed by the test that is there for it.

A test that still passes with its fault in place would be a test of nothing.
"""

import re
import struct
from collections.abc import Callable
from typing import Any

import pytest
from tests.audit import (
    test_checkpoint,
    test_detail,
    test_entry,
    test_note,
    test_order,
    test_proof,
    test_tree,
    test_verifier,
    test_verifier_checkpoints,
    test_verifier_order,
)
from tests.audit.logs import ORIGIN

from strongroom.audit import checkpoint, entry, note, order, proof, roots, tree, verifier

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]
Body = Callable[[], object]


class Believing:
    """A public key that finds every signature good."""

    @classmethod
    def from_public_bytes(cls, _: bytes) -> "Believing":
        return cls()

    def verify(self, _signature: bytes, _text: bytes) -> None:
        """Never raises."""


def place_without_gaps(self: order.Lanes, index: int, lane: bytes, seq: int) -> bool:
    self._last.setdefault(lane, [0, 0, 0])[0] = seq
    return index >= 0


def root_from_the_left(self: tree.Frontier) -> bytes:
    root = self._peaks[0] if self._peaks else tree.EMPTY_ROOT
    for peak in self._peaks[1:]:
        root = tree.node_hash(root, peak)
    return root


def any_text(patch: Patch) -> None:
    entry._pack_texts.cache_clear()
    patch.setattr(entry, "_TEXTS", (re.compile(b"(?s).*"),) * 4)


def inner(test: Any) -> Callable[..., None]:
    """A property without the search for examples around it."""
    body: Callable[..., None] = test.hypothesis.inner_test
    return body


def report_whatever_length(self: verifier._Walk, held: int, expected: int) -> object:
    return REPORT(self, held, min(expected, self.index))


REPORT = verifier._Walk.report

FAULTS: dict[str, tuple[Plant, Body]] = {
    "a node is not told from a leaf": (
        lambda patch: patch.setattr(tree, "node_hash", lambda a, b: tree.leaf_hash(a + b)),
        test_tree.test_the_certificate_transparency_vectors,
    ),
    "left and right are exchanged": (
        lambda patch: patch.setattr(
            tree, "node_hash", lambda a, b: tree._sha256(b"\1" + b + a).digest()
        ),
        test_tree.test_the_certificate_transparency_vectors,
    ),
    "peaks are folded from the wrong end": (
        lambda patch: patch.setattr(tree.Frontier, "root", root_from_the_left),
        test_tree.test_the_certificate_transparency_vectors,
    ),
    "an inclusion is believed": (
        lambda patch: patch.setattr(test_proof, "verify_inclusion", lambda *_: None),
        lambda: inner(test_proof.test_an_inclusion_that_is_not_so_never_verifies)(5, Draw()),
    ),
    "a consistency is compared with one root only": (
        lambda patch: patch.setattr(proof, "hmac", Agreeing()),
        test_proof.test_every_tree_begins_with_the_empty_one_and_nothing_else,
    ),
    "the wrong half goes into a proof": (
        lambda patch: patch.setattr(proof, "_split", lambda count: count // 2),
        test_proof.test_every_inclusion_in_small_trees,
    ),
    "the order of bytes is turned": (
        lambda patch: patch.setattr(entry, "_HEAD", struct.Struct("<" + entry._HEAD.format[1:])),
        test_entry.test_known_answer,
    ),
    "any text goes into an entry": (
        any_text,
        test_entry.test_a_leaf_has_no_room_for_a_value,
    ),
    "a salt of any length": (
        lambda patch: patch.setattr(test_detail, "digest", lambda salt, blob: salt + blob),
        lambda: test_detail.test_a_salt_has_one_length(15),
    ),
    "escape sequences go into a detail": (
        lambda patch: patch.setattr(test_detail, "clip", lambda text: text),
        lambda: test_detail.test_clip("a\x1b[2Jb", "a\ufffd[2Jb"),
    ),
    "signatures are not verified": (
        lambda patch: patch.setattr(note, "Ed25519PublicKey", Believing),
        test_verifier_checkpoints.test_a_forged_checkpoint,
    ),
    "signatures are not verified, in a note": (
        lambda patch: patch.setattr(note, "Ed25519PublicKey", Believing),
        test_note.test_each_signature_under_the_key_must_hold,
    ),
    "the log of a checkpoint is not looked at": (
        lambda patch: patch.setattr(
            test_checkpoint,
            "open_note",
            lambda text, key: checkpoint.parse(note.text_of(text, key)),
        ),
        test_checkpoint.test_a_key_speaks_for_its_own_log_only,
    ),
    "leading zeros are read": (
        lambda patch: patch.setattr(checkpoint, "_NUMBER", re.compile("[0-9]{1,19}")),
        lambda: test_checkpoint.test_what_is_not_a_checkpoint_is_refused(
            f"{ORIGIN}\n05\n{test_checkpoint.ROOT_TEXT}\n"
        ),
    ),
    "gaps in a lane are passed over": (
        lambda patch: patch.setattr(order.Lanes, "place", place_without_gaps),
        test_verifier.test_entries_cut_out_with_their_runs,
    ),
    "gaps in a lane are passed over, alone": (
        lambda patch: patch.setattr(order.Lanes, "place", place_without_gaps),
        lambda: inner(test_order.test_every_other_lane_is_not)([1, 3]),
    ),
    "changes are not counted": (
        lambda patch: patch.setattr(order.Changes, "settle", lambda _: None),
        test_verifier_order.test_a_log_may_begin_in_the_middle_of_the_changes,
    ),
    "roots are not compared": (
        lambda patch: patch.setattr(roots.Roots, "hold", lambda *_: True),
        test_verifier.test_without_nodes_the_first_edit_is_found_and_nothing_after_it_holds,
    ),
    "nodes are not compared": (
        lambda patch: patch.setattr(roots.Roots, "_kept", lambda *_: None),
        lambda: test_verifier_order.test_an_edited_node_is_told_from_an_edited_entry((9, 0)),
    ),
    "the length is not compared": (
        lambda patch: patch.setattr(verifier._Walk, "report", report_whatever_length),
        lambda: test_verifier.test_a_log_that_ends_early_is_truncated(50),
    ),
    "times are not compared": (
        lambda patch: patch.setattr(verifier._Walk, "not_after", lambda *_: None),
        test_verifier_order.test_no_entry_is_later_than_what_was_signed_over_it,
    ),
    "an entry is believed wherever it stands": (
        lambda patch: patch.setattr(verifier._Walk, "_misplaced", lambda *_: None),
        test_verifier.test_two_entries_exchanged,
    ),
    "details are not compared": (
        lambda patch: patch.setattr(verifier, "hashlib", Agreeing()),
        lambda: test_verifier_order.test_an_edited_detail(lambda salt, blob: (salt, blob + b" ")),
    ),
}


class Agreeing:
    """Hashes leaves honestly, and every detail to what its entry says; finds all digests equal."""

    @staticmethod
    def compare_digest(_first: bytes, _second: bytes) -> bool:
        return True

    @staticmethod
    def sha256(data: bytes) -> object:
        return Same() if data[:1] != b"\x00" or b'"name"' in data else tree._sha256(data)


class Same:
    def digest(self) -> "Same":
        return self

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, _: object) -> bool:
        return True

    def __ne__(self, _: object) -> bool:
        return False


class Draw:
    """Stands in for hypothesis: the first of whatever may be drawn."""

    @staticmethod
    def draw(_: object) -> int:
        return 0


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_fault_is_noticed(fault: str, monkeypatch: Patch) -> None:
    plant, body = FAULTS[fault]
    body()
    plant(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        body()


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """What a fault let through must not stay behind."""
    entry._pack_texts.cache_clear()
    entry._unpack_texts.cache_clear()
