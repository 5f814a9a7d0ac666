"""Tests for strongroom.audit.proof."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit import reference
from tests.audit.test_tree import grown, leaves_of

from strongroom.audit.proof import (
    PROOF_HASHES_MAX,
    consistency_proof,
    inclusion_proof,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from strongroom.audit.tree import TILE_LEAVES, Subtree, leaf_hash, reader
from strongroom.errors import AuditBrokenError

SIZES = st.one_of(st.integers(1, 40), st.integers(1, 600))


def stored(size: int) -> Subtree:
    _, nodes, hashes = grown(size)
    tiles = [hashes[at : at + TILE_LEAVES] for at in range(0, size, TILE_LEAVES)]
    return reader(lambda level, position: nodes[level, position], tiles.__getitem__)


def refused(check: Callable[[], None], code: str) -> None:
    with pytest.raises(AuditBrokenError) as broken:
        check()
    assert code == broken.value.code


def test_every_inclusion_in_small_trees() -> None:
    """All leaves of all trees up to 20, against the definition, and each one verifies."""
    for size in range(1, 21):
        subtree, leaves = stored(size), leaves_of(size)
        root = reference.tree_hash(leaves)
        for index in range(size):
            proof = inclusion_proof(index, size, subtree)
            assert reference.path(index, leaves) == list(proof)
            verify_inclusion(leaf_hash(leaves[index]), index, size, proof, root)


def test_every_consistency_of_small_trees() -> None:
    for size in range(21):
        subtree, leaves = stored(size), leaves_of(size)
        for first in range(size + 1):
            proof = consistency_proof(first, size, subtree)
            if first:
                assert reference.consistency(first, leaves) == list(proof)
            verify_consistency(
                first, size, reference.tree_hash(leaves[:first]), reference.tree_hash(leaves), proof
            )


@given(SIZES, st.data())
def test_inclusion_across_tiles(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    subtree, leaves = stored(size), leaves_of(size)
    proof = inclusion_proof(index, size, subtree)
    root = root_at(size, subtree)

    assert reference.path(index, leaves) == list(proof)
    assert reference.tree_hash(leaves) == root
    verify_inclusion(leaf_hash(leaves[index]), index, size, proof, root)


@given(SIZES, st.data())
def test_consistency_across_tiles(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    subtree, leaves = stored(size), leaves_of(size)
    proof = consistency_proof(first, size, subtree)

    assert reference.consistency(first, leaves) == list(proof)
    verify_consistency(first, size, root_at(first, subtree), root_at(size, subtree), proof)


@given(SIZES, st.data())
def test_an_inclusion_that_is_not_so_never_verifies(size: int, data: st.DataObject) -> None:
    """Another leaf, place, size, root or proof: refused, whichever is changed."""
    index = data.draw(st.integers(0, size - 1))
    subtree, leaves = stored(size), leaves_of(size)
    leaf, root = leaf_hash(leaves[index]), root_at(size, subtree)
    proof = list(inclusion_proof(index, size, subtree))
    other = leaf_hash(b"another")
    changed = [
        (other, index, size, proof, root),
        (leaf, index, size, proof, other),
        (leaf, index, size, [*proof, other], root),
        (leaf, (index + 1) % size if size > 1 else 1, size, proof, root),
        (leaf, -1, size, proof, root),
        (leaf, size, size, proof, root),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed += [
            (leaf, index, size, proof[:at] + proof[at + 1 :], root),
            (leaf, index, size, [*proof[:at], other, *proof[at + 1 :]], root),
        ]
    for one in changed:
        refused(lambda one=one: verify_inclusion(*one), "inclusion-proof")  # type: ignore[misc]


@given(SIZES, st.data())
def test_a_consistency_that_is_not_so_never_verifies(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    subtree = stored(size)
    before, after = root_at(first, subtree), root_at(size, subtree)
    proof = list(consistency_proof(first, size, subtree))
    other = leaf_hash(b"another")
    changed = [
        (first, size, other, after, proof),
        (first, size, before, other, proof),
        (first, size, before, after, [*proof, other]),
        (size + 1, size, before, after, proof),
        (-1, size, before, after, proof),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed += [
            (first, size, before, after, proof[:at] + proof[at + 1 :]),
            (first, size, before, after, [*proof[:at], other, *proof[at + 1 :]]),
            (first, size, before, after, []),
        ]
    for one in changed:
        refused(lambda one=one: verify_consistency(*one), "consistency-proof")  # type: ignore[misc]


def test_every_tree_begins_with_the_empty_one_and_nothing_else() -> None:
    empty, root = hashlib.sha256(b"").digest(), leaf_hash(b"")
    verify_consistency(0, 1, empty, root, ())
    verify_consistency(0, 0, empty, empty, ())

    refused(lambda: verify_consistency(0, 1, root, root, ()), "consistency-proof")
    refused(lambda: verify_consistency(0, 1, empty, root, (root,)), "consistency-proof")
    refused(lambda: verify_consistency(0, 0, empty, root, ()), "consistency-proof")


def test_a_proof_is_bounded() -> None:
    """A tree cannot be higher than a number is wide; a longer proof is not even hashed."""
    long = [bytes(32)] * (PROOF_HASHES_MAX + 1)

    refused(lambda: verify_inclusion(bytes(32), 0, 2**63, long, bytes(32)), "inclusion-proof")
    refused(lambda: verify_consistency(1, 2**63, bytes(32), bytes(32), long), "consistency-proof")


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    subtree = stored(3)
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError):
            inclusion_proof(index, size, subtree)
    for first, second in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError):
            consistency_proof(first, second, subtree)


def test_the_root_over_nothing() -> None:
    assert reference.tree_hash([]) == root_at(0, stored(0))
