"""The log as the database keeps it: its entries by place, and the tree over them."""

from functools import lru_cache
from typing import TYPE_CHECKING

from strongroom.audit.tree import TILE_LEAVES, Frontier, Subtree, leaf_hash, reader
from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.errors import AuditBrokenError

if TYPE_CHECKING:
    from strongroom.audit.verifier import Row

TILES_HELD = 4  # a proof asks for parts of two tiles: the leaf's and the last one


def subtree(db: Db) -> Subtree:
    """Hashes over complete subtrees of the log; at most `TILES_HELD` tiles stay in memory.

    The subtree raises AuditBrokenError `log-hole` where a hash or an entry is missing.
    """
    tiles = lru_cache(TILES_HELD)(lambda i: tile(db, i))
    return reader(lambda level, i: node(db, level, i), tiles)


def node(db: Db, level: int, i: int) -> bytes:
    """The stored hash over a complete subtree of 256 leaves or more.

    Raises:
        AuditBrokenError: `log-hole`.
    """
    found = log.node(db, level, i)
    if found is None:
        raise AuditBrokenError("log-hole", "a stored hash is missing")
    return found


def root_below(db: Db, until: int) -> bytes:
    """The root over the first `until` entries, whole tiles, from stored hashes alone.

    Raises:
        AuditBrokenError: `log-hole`.
    """
    return Frontier.resume(until, subtree(db)).root()


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


def log_rows(db: Db, first: int, limit: int) -> "list[Row]":
    """Places of the log from `first` on, as the verifier takes them; at most `limit`."""
    # Here, since who signs the log does not verify it.
    from strongroom.audit.verifier import Row  # noqa: PLC0415

    found: list[Row] = []
    for run in log.runs_from(db, first, limit):
        skip = max(0, first - run.idx)
        wanted = min(run.n - skip, limit - len(found))
        if wanted <= 0:
            break
        start = run.seq + skip
        leaves = dict(log.leaves(db, run.lane, start, wanted))
        kept = log.details(db, run.lane, start, wanted)
        found += [
            Row(run.lane, seq, leaves.get(seq), kept.get(seq))
            for seq in range(start, start + wanted)
        ]
    return found
