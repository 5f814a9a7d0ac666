"""The Merkle tree over the leaves, as RFC 9162 section 2.1 (the same tree as RFC 6962).

A tree of n leaves is held as its frontier: the roots of the complete subtrees that n's
binary digits name, largest first. Complete subtrees of 256 leaves and more are handed out
as nodes and kept for ever; with them and the leaves of the last, incomplete tile every
root and every proof can be made again. Format: docs/spec/audit-tree.md.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Self

TILE_LEVEL: Final = 8
TILE_LEAVES: Final = 1 << TILE_LEVEL
HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""`(level, index)` to the hash over leaves `index << level` up to `(index + 1) << level`."""

_sha256: Final = hashlib.sha256


class Node(NamedTuple):
    """The hash over the complete subtree of `2**level` leaves from `position << level`."""

    level: int
    position: int
    hash: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 over 0x00 and the leaf: a leaf can never pass for a node."""
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and the two hashes below."""
    return _sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a complete subtree, from its 1, 2, 4, … leaf hashes.

    Raises:
        ValueError: their number is not a power of two.
    """
    count = len(hashes)
    if count < 1 or count & (count - 1):
        raise ValueError("a complete subtree has a power of two of leaves")
    row = hashes
    while len(row) > 1:
        row = [
            _sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=True)
        ]
    return row[0]


class Frontier:
    """A growing tree: `extend` it, ask its `root`. Not safe for two threads at once."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Start from `size` leaves and the `peaks` over them, largest first.

        Raises:
            ValueError: there are not as many peaks as `size` has binary ones.
        """
        if size < 0 or size.bit_count() != len(peaks):
            raise ValueError("a frontier has one peak for each binary one of its size")
        self._size = size
        self._peaks = list(peaks)

    @classmethod
    def resume(cls, size: int, subtree: Subtree) -> Self:
        """The frontier at `size` leaves, from stored nodes and the last tile (`reader`)."""
        levels = [at for at in range(size.bit_length() - 1, -1, -1) if size >> at & 1]
        return cls(size, [subtree(level, (size >> level) - 1) for level in levels])

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, largest first."""
        return tuple(self._peaks)

    def copy(self) -> Self:
        """A frontier that grows on its own from here."""
        return type(self)(self._size, self._peaks)

    def extend(self, hashes: Sequence[bytes]) -> list[Node]:
        """Append leaf hashes; return the nodes that became complete, in order."""
        nodes: list[Node] = []
        at, end = 0, len(hashes)
        while at < end:
            # Whole tiles are folded level by level: no bookkeeping for each leaf.
            whole = self._size % TILE_LEAVES == 0 and end - at >= TILE_LEAVES
            taken = TILE_LEAVES if whole else 1
            level = TILE_LEVEL if whole else 0
            self._push(level, fold(hashes[at : at + TILE_LEAVES]) if whole else hashes[at], nodes)
            at += taken
        return nodes

    def extend_tile(self, tile: bytes) -> list[Node]:
        """Append 256 leaves by the hash over them alone; the tree must stand at a tile's edge.

        Raises:
            ValueError: the size is not a multiple of 256.
        """
        if self._size % TILE_LEAVES:
            raise ValueError("a tile can only be appended at the edge of one")
        nodes: list[Node] = []
        self._push(TILE_LEVEL, tile, nodes)
        return nodes

    def _push(self, level: int, peak: bytes, nodes: list[Node]) -> None:
        index = self._size >> level
        self._size += 1 << level
        if level == TILE_LEVEL:
            nodes.append(Node(level, index, peak))
        while index & 1:
            peak = node_hash(self._peaks.pop(), peak)
            index >>= 1
            level += 1
            if level >= TILE_LEVEL:
                nodes.append(Node(level, index, peak))
        self._peaks.append(peak)

    def root(self) -> bytes:
        """The Merkle tree hash over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = node_hash(peak, root)
        return root


def reader(node: Callable[[int, int], bytes], tile: Callable[[int], Sequence[bytes]]) -> Subtree:
    """A `Subtree` over a stored log.

    `node(level, index)` is a stored node, `tile(i)` the leaf hashes of tile i (those that
    exist, for the last one). Their errors pass through.
    """

    def subtree(level: int, index: int) -> bytes:
        if level >= TILE_LEVEL:
            return node(level, index)
        first = index << level
        start = first % TILE_LEAVES
        return fold(tile(first // TILE_LEAVES)[start : start + (1 << level)])

    return subtree
