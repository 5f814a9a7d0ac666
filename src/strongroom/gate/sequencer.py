"""The log's order: one leaseholder gives entries their places, folds the tree, signs.

Entries are durable before they have a place; what has no place yet is in no checkpoint,
and so can be cut off unnoticed until the next one: that is why it runs every second.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from threading import RLock
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.audit import checkpoint as checkpoints
from strongroom.audit import detail as details
from strongroom.audit.entry import NOBODY, Entry, Outcome, decode
from strongroom.audit.tree import Frontier, Node, leaf_hash
from strongroom.db.interface import Begin, Db
from strongroom.db.tables import log, work
from strongroom.db.tables.log import Checkpoint, Run
from strongroom.db.tables.work import Lease
from strongroom.errors import AuditBrokenError, StrongroomError
from strongroom.gate.room import Room
from strongroom.gate.stored_tree import resume
from strongroom.model.principal import Verb

LEASE: Final = "sequencer"
LEASE_US: Final = 10_000_000
LANES_MAX: Final = 256
LEAVES_MAX: Final = 768  # in one transaction, so that it holds the lock for under 20 ms


class Sequenced(NamedTuple):
    """What one run did. `mine` is False when another process holds the lease.

    `more` says that entries were left: run again at once, nothing is signed before.
    """

    mine: bool
    size: int
    added: int
    signed: bool
    more: bool = False


class Sequencer:
    """Holds its own connection, and the tree's frontier between runs; one thread at a time."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._holder = secrets.token_bytes(16)
        self._db: Db | None = None
        self._frontier: Frontier | None = None
        self._lock = RLock()

    def run(self) -> Sequenced:
        """Give places to what is new, sign, and say how far the log reaches now."""
        with self._lock:
            db = self._db or self._open()
            try:
                return self._run(db)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the lease too, so that the next process need not wait for its end."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        self._frontier = None
        db, self._db = self._db, None
        if db is not None:
            with suppress(StrongroomError):
                db.begin(Begin.RECORD)
                work.drop_lease(db, LEASE, self._holder)
                db.commit()
            db.close()

    def _open(self) -> Db:
        self._db = self._room.connect()
        return self._db

    def _run(self, db: Db) -> Sequenced:
        if self._room.log_key is None:
            return Sequenced(False, log.size(db), 0, False)
        db.begin(Begin.RECORD)
        try:
            now_us = db.clock_us()
            mine = work.take_lease(db, Lease(LEASE, self._holder, now_us + LEASE_US), now_us)
            done = self._append(db, now_us) if mine else None
            db.commit()
        finally:
            db.rollback()
        return done or Sequenced(False, log.size(db), 0, False)

    def _append(self, db: Db, now_us: int) -> Sequenced:
        size = log.size(db)
        frontier = self._frontier
        if frontier is None or frontier.size != size:
            frontier = resume(db, size)
        nodes: list[Node] = []
        added, used = 0, _Used()
        lanes = log.fresh(db, LANES_MAX)
        more = len(lanes) == LANES_MAX
        for lane, last in lanes:
            if added >= LEAVES_MAX:
                more = True
                break
            first = log.sequenced(db, lane) + 1
            leaves = log.leaves(db, lane, first, LEAVES_MAX - added)
            # A hole would be somebody's deletion; what is before it keeps its place.
            whole = [leaf for n, (seq, leaf) in enumerate(leaves, start=first) if seq == n]
            if len(whole) != len(leaves) or (not whole and first <= last):
                raise AuditBrokenError("log-hole", "entries of a lane are missing")
            if whole:
                log.append_run(db, Run(size + added, lane, first, len(whole)))
                nodes += frontier.extend([leaf_hash(leaf) for leaf in whole])
                used.see(whole, log.details(db, lane, first, len(whole)), first)
                added += len(whole)
            if first + len(whole) - 1 >= last:
                log.no_longer_fresh(db, lane, last)
            else:
                more = True
            db.execute(_PROJECTED, (lane, first + len(whole) - 1))
        log.append_nodes(db, nodes)
        used.write(db)
        self._frontier = frontier
        # A signature in the middle of a backlog would cover reads of one process and not yet
        # the changes of another that they saw: the verifier would call them missing.
        signed = not more and self._sign(db, frontier, now_us)
        return Sequenced(True, frontier.size, added, signed, more)

    def _sign(self, db: Db, frontier: Frontier, now_us: int) -> bool:
        key = self._room.log_key
        last = log.last_checkpoint(db)
        if key is None or not frontier.size or (last and last.size >= frontier.size):
            return False
        at_us = max(now_us, last.at_us if last else 0)
        root = frontier.root()
        signed = checkpoints.Checkpoint(
            checkpoints.origin_of(self._room.instance_id), frontier.size, root, at_us
        )
        note = checkpoints.sign(signed, Ed25519PrivateKey.from_private_bytes(key.seed))
        log.append_checkpoint(db, Checkpoint(frontier.size, root, note, at_us))
        return True


class _Used:
    """Last use of secrets, versions, principals and grants, as the entries tell it."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], int] = {}

    def see(self, leaves: list[bytes], kept: Mapping[int, tuple[bytes, bytes]], first: int) -> None:
        """Take note of what was delivered or done; `kept` are details by `seq`."""
        for seq, leaf in enumerate(leaves, start=first):
            entry = decode(leaf)
            if entry.outcome is Outcome.GRANTED and entry.principal != NOBODY:
                # Which grant allowed it is only said by the detail, which may be erased.
                for use in (*_uses(entry), *_grant(kept.get(seq, (b"", b""))[1])):
                    self._at[use] = max(entry.at_us, self._at.get(use, 0))

    def write(self, db: Db) -> None:
        """Keep the latest of each."""
        work.mark_all_used(db, ((*use, at_us) for use, at_us in self._at.items()))


def _uses(entry: Entry) -> list[tuple[str, str]]:
    found = [("principal", entry.principal.hex())]
    # A read that takes one of a grant's uses makes a change of its own.
    # Whoever rotates looks at what he replaces: that is no use of it.
    if (
        entry.version
        and entry.verb != Verb.ROTATE.value
        and (not entry.changes or entry.object_kind == "use")
    ):
        secret = entry.secret.hex()
        found += [
            ("secret", secret),
            ("version", f"{secret}/{entry.version}"),
            ("reader", f"{secret}/{entry.version}/{entry.principal.hex()}"),
        ]
    return found


@lru_cache(maxsize=4_096)  # the same read is asked for again and again
def _grant(blob: bytes) -> tuple[tuple[str, str], ...]:
    """The grant that allowed something, as its detail says."""
    if b'"rule":"grant:' not in blob:
        return ()
    try:
        kind, _, id_ = details.decode(blob).get("rule", "").partition(":")
    except AuditBrokenError:
        return ()  # the verifier names it; the log goes on
    return ((kind, id_),) if kind == "grant" and id_ else ()


_PROJECTED: Final = """
INSERT INTO projected (lane, seq) VALUES (?, ?)
ON CONFLICT (lane) DO UPDATE SET seq = excluded.seq
"""
