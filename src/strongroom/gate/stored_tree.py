"""The tree as the database keeps it: stored hashes of tiles and above, leaves below."""

from functools import lru_cache

from strongroom.audit.tree import TILE_LEAVES, Frontier, Subtree, leaf_hash, reader
from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.errors import AuditBrokenError

TILES_HELD = 4  # a proof asks for parts of two tiles: the leaf's and the last one


def subtree(db: Db) -> Subtree:
    """Hashes over complete subtrees of the log; at most `TILES_HELD` tiles stay in memory.

    The subtree raises AuditBrokenError `log-hole` where a hash or an entry is missing.
    """

    def node(level: int, i: int) -> bytes:
        found = log.node(db, level, i)
        if found is None:
            raise AuditBrokenError("log-hole", "a stored hash is missing")
        return found

    return reader(node, lru_cache(TILES_HELD)(lambda i: tile(db, i)))


def tile(db: Db, i: int) -> list[bytes]:
    """Leaf hashes of tile `i`, as far as the log reaches.

    Raises:
        AuditBrokenError: `log-hole`.
    """
    hashes: list[bytes] = []
    for _, _, _, leaf in log.placed(db, i * TILE_LEAVES, TILE_LEAVES):
        if leaf is None:
            raise AuditBrokenError("log-hole", "entries of a lane are missing")
        hashes.append(leaf_hash(leaf))
    return hashes


def resume(db: Db, size: int) -> Frontier:
    """The tree over the first `size` entries, from stored nodes and the last tile.

    Raises:
        AuditBrokenError: `log-hole`, or `log-root` when it is not what was signed last.
    """
    frontier = Frontier.resume(size, subtree(db))
    last = log.last_checkpoint(db)
    if last is not None and last.size == size and last.root != frontier.root():
        raise AuditBrokenError("log-root", "the log is not the one that was signed last")
    if last is not None and last.size > size:
        raise AuditBrokenError("log-truncated", "the log is shorter than what was signed")
    return frontier
