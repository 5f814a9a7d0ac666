"""The tree over the leaves that are there, held against stored nodes and signed roots.

Two trees grow side by side from the first tile whose leaves and stored node disagree: one
believes the leaves, the other the nodes. The next checkpoint says which of them was signed,
and so whether it was leaves or nodes that somebody changed; where the nodes were left alone,
the place is known to a tile and everything after it can still be checked.
"""

from collections.abc import Callable
from typing import Final

from strongroom.audit.checkpoint import Checkpoint
from strongroom.audit.problem import Kind, Problem, Problems
from strongroom.audit.tree import TILE_LEAVES, TILE_LEVEL, Frontier, Node, fold

Nodes = Callable[[int, int], bytes | None]
"""`(level, position)` to the stored hash, or None when there is no such row."""


class Roots:
    """Append leaf hashes to `tail`; call `close` when it holds a tile, `hold` at checkpoints."""

    def __init__(
        self, problems: Problems, nodes: Nodes | None, before: Frontier | None = None
    ) -> None:
        self.tail: Final[list[bytes]] = []
        self._problems: Final = problems
        self._nodes: Final = nodes
        self._read = before.copy() if before else Frontier()  # over the leaves
        self._stored: Frontier | None = None  # over the nodes, while the two differ
        self._doubts: list[int] = []  # tiles where they differ
        self._good = self._read.size  # of the last checkpoint that held
        self._bad: int | None = None  # size of the first one since that did not
        self._spans: Final[list[tuple[int, int]]] = []  # index and count of what was edited

    @property
    def signed(self) -> int:
        """The size of the last checkpoint that held."""
        return self._good

    def close(self) -> None:
        """Fold the 256 leaves of `tail` into a tile, and compare its nodes."""
        tile = fold(self.tail)
        self.tail.clear()
        position = self._read.size // TILE_LEAVES
        kept = self._kept(TILE_LEVEL, position)
        if kept not in {None, tile}:
            self._stored = self._stored or self._read.copy()
            self._doubts.append(position)
        made = self._read.extend_tile(tile)[1:]
        believed = made if self._stored is None else self._stored.extend_tile(kept or tile)[1:]
        for leaves, nodes in zip(made, believed, strict=True):
            self._compare(leaves, nodes)

    def hold(self, checkpoint: Checkpoint) -> bool:
        """Whether the tree at this point has the root of `checkpoint`."""
        if self._root(self._read) == checkpoint.root:
            for position in self._doubts:
                self._node(Kind.NODE_EDITED, TILE_LEVEL, position)
            if self._bad is not None:
                self._contradict(self._bad, checkpoint.size)
        elif self._stored is not None and self._root(self._stored) == checkpoint.root:
            if not self._narrow() and self._bad is not None:
                self._contradict(self._bad, checkpoint.size)
            self._read = self._stored
        else:
            self._bad = self._bad or checkpoint.size
            return False
        self._stored, self._doubts = None, []
        self._good, self._bad = checkpoint.size, None
        return True

    def end(self) -> None:
        """Report what was edited, unless it is known what else happened there."""
        if not self._narrow() and self._bad is not None:
            self._spans.append((self._good, self._bad - self._good))
        for index, count in self._spans:
            if not self._problems.explains(index, count):
                message = f"one or more of these {count} entries are not what was signed"
                self._problems.add(Problem(Kind.EDITED, index, message, count))

    def _narrow(self) -> bool:
        """Keep the tiles in doubt as edited; whether one explains the checkpoint that is bad."""
        low, high = self._good, self._bad
        explained = False
        for position in self._doubts:
            first = max(position * TILE_LEAVES, low)
            end = (position + 1) * TILE_LEAVES
            if high is not None and first < high:
                end, explained = min(end, high), True
            self._spans.append((first, end - first))
        return explained

    def _contradict(self, bad: int, size: int) -> None:
        message = f"it and the one of size {size} cannot both be of this log"
        self._problems.add(Problem(Kind.CHECKPOINT_INCONSISTENT, bad, message))

    def _root(self, tiles: Frontier) -> bytes:
        tree = tiles.copy()
        tree.extend(self.tail)
        return tree.root()

    def _kept(self, level: int, position: int) -> bytes | None:
        if self._nodes is None:
            return None
        kept = self._nodes(level, position)
        if kept is None:
            self._node(Kind.NODE_MISSING, level, position)
        return kept

    def _compare(self, leaves: Node, nodes: Node) -> None:
        kept = self._kept(leaves.level, leaves.position)
        if kept not in {None, leaves.hash, nodes.hash}:
            self._node(Kind.NODE_EDITED, leaves.level, leaves.position)

    def _node(self, kind: Kind, level: int, position: int) -> None:
        message = f"the stored hash of level {level}, position {position}"
        self._problems.add(Problem(kind, position << level, message, 1 << level))
