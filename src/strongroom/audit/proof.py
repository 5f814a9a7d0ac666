"""Proofs over the tree: that a leaf is in it, and that one tree continues another.

Making them is RFC 9162 section 2.1.3.1 and 2.1.4.1, checking them 2.1.3.2 and 2.1.4.2. The
checks take nothing from the log but the proof: whoever holds two checkpoints can run them.
"""

import hmac
from collections.abc import Sequence
from typing import Final

from strongroom.audit.tree import EMPTY_ROOT, Subtree, node_hash
from strongroom.errors import AuditBrokenError

PROOF_HASHES_MAX: Final = 64  # a tree of 2**63 leaves is 63 levels high


def root_at(size: int, subtree: Subtree) -> bytes:
    """The root over the first `size` leaves."""
    return _root(0, size, subtree) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The hashes that lead from leaf `index` to the root over `size` leaves, lowest first.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the leaf is not within the tree")
    path: list[bytes] = []
    first, count = 0, size
    while count > 1:
        left = _split(count)
        if index < first + left:
            path.append(_root(first + left, count - left, subtree))
            count = left
        else:
            path.append(_root(first, left, subtree))
            first, count = first + left, count - left
    return tuple(reversed(path))


def consistency_proof(first_size: int, second_size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The hashes that show the tree of `second_size` to begin with the one of `first_size`.

    Raises:
        ValueError: the sizes are not 0 <= first <= second.
    """
    if not 0 <= first_size <= second_size:
        raise ValueError("a tree continues one that is not larger")
    if first_size == 0:
        return ()  # every tree begins with the empty one
    path: list[bytes] = []
    first, count, wanted = 0, second_size, first_size
    while wanted != count:
        left = _split(count)
        if wanted <= left:
            path.append(_root(first + left, count - left, subtree))
            count = left
        else:
            path.append(_root(first, left, subtree))
            first, count, wanted = first + left, count - left, wanted - left
    if first:  # the smaller tree itself is known to whoever checks, a part of it is not
        path.append(_root(first, count, subtree))
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf with hash `leaf` is number `index` of the tree with this root.

    Raises:
        AuditBrokenError: `inclusion-proof`; it does not show that.
    """
    if not 0 <= index < size or len(proof) > PROOF_HASHES_MAX:
        raise _not_included()
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise _not_included()
        if node & 1 or node == last:
            found = node_hash(step, found)
            while node & 1 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    if last or not hmac.compare_digest(found, root):
        raise _not_included()


def verify_consistency(
    first_size: int, second_size: int, first_root: bytes, second_root: bytes,
    proof: Sequence[bytes],
) -> None:  # fmt: skip
    """Check that the tree of `second_size` leaves begins with the one of `first_size`.

    Raises:
        AuditBrokenError: `consistency-proof`; it does not show that.
    """
    if not 0 <= first_size <= second_size or len(proof) > PROOF_HASHES_MAX:
        raise _not_consistent()
    if first_size in {0, second_size}:
        known = second_root if first_size == second_size else EMPTY_ROOT
        if proof or not hmac.compare_digest(known, first_root):
            raise _not_consistent()
        return
    steps = list(proof)
    if first_size & (first_size - 1) == 0:
        steps.insert(0, first_root)  # the whole smaller tree is one node of the larger
    if not steps:
        raise _not_consistent()
    node, last = first_size - 1, second_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise _not_consistent()
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while node & 1 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    if last or not (
        hmac.compare_digest(first, first_root) and hmac.compare_digest(second, second_root)
    ):
        raise _not_consistent()


def _split(count: int) -> int:
    """The largest power of two smaller than `count`, which is 2 or more."""
    return 1 << ((count - 1).bit_length() - 1)


def _root(first: int, count: int, subtree: Subtree) -> bytes:
    """The root over `count` leaves from `first`, a place where such a subtree can begin."""
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return subtree(level, first >> level)
    left = _split(count)
    return node_hash(_root(first, left, subtree), _root(first + left, count - left, subtree))


def _not_included() -> AuditBrokenError:
    return AuditBrokenError("inclusion-proof", "the proof does not lead from the leaf to the root")


def _not_consistent() -> AuditBrokenError:
    return AuditBrokenError("consistency-proof", "the proof does not lead from tree to tree")
