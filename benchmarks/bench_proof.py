"""Proofs and the standalone verifier, on a log of a million entries."""

import io
import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import measure
from benchmarks.measure import Row
from strongroom.audit import checkpoint as checkpoints
from strongroom.audit import detail, exported, proven, verifier
from strongroom.audit.entry import Entry, Outcome, encode
from strongroom.audit.note import VerifierKey
from strongroom.audit.tree import Frontier, leaf_hash
from strongroom.crypto.keyring import RoomKeys
from strongroom.db import sqlite
from strongroom.db.interface import Begin, Db
from strongroom.db.tables import archive, log
from strongroom.db.tables.archive import SEGMENT, SegmentRow
from strongroom.db.tables.log import Checkpoint, Run
from strongroom.gate.evidence import prove
from strongroom.gate.logbook import Logbook
from strongroom.ops import audit_prune
from strongroom.standalone import strongroom_verify as standalone

COUNT = 1_000_000
RUN = 97  # entries of one process before another's: several runs in each tile
SALT, BLOB = bytes(16), detail.encode({"name": "bench"})
ORIGIN = checkpoints.origin_of(bytes(16))
SIGNER = Ed25519PrivateKey.generate()
KEY = VerifierKey(ORIGIN, SIGNER.public_key().public_bytes_raw())


def leaf(place: int) -> tuple[bytes, int, bytes]:
    turn, at = divmod(place, RUN)
    lane, seq = bytes([turn % 4]) * 16, turn // 4 * RUN + at + 1
    made = Entry(lane, seq, 0, 1_790_000_000_000_000 + place, "read", Outcome.GRANTED,
                 environment="production", version=1, detail=detail.digest(SALT, BLOB))  # fmt: skip
    return lane, seq, encode(made)


@contextmanager
def million(count: int) -> Iterator[Db]:
    """A room's log of `count` entries, as the sequencer leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.db"
        db = sqlite.create(path)
        frontier = Frontier()
        for start in range(0, count, 50_000):
            entries = [leaf(place) for place in range(start, min(count, start + 50_000))]
            db.begin(Begin.CHANGE)
            log.append(
                db,
                [(lane, seq, 0, 1_790_000_000_000_000 + seq, raw) for lane, seq, raw in entries],
                [(lane, seq, SALT, BLOB) for lane, seq, _ in entries],
            )
            log.append_nodes(db, frontier.extend([leaf_hash(raw) for _, _, raw in entries]))
            db.commit()
        db.begin(Begin.CHANGE)
        for idx in range(0, count, RUN):
            lane, seq, _ = leaf(idx)
            log.append_run(db, Run(idx, lane, seq, min(RUN, count - idx)))
        root = frontier.root()
        note = checkpoints.sign(checkpoints.Checkpoint(ORIGIN, count, root), SIGNER)
        log.append_checkpoint(db, Checkpoint(count, root, note, 0))
        db.commit()
        yield db
        db.close()


def run() -> list[Row]:
    """The figures as rows of the table."""
    with million(COUNT) as db:
        book = Logbook(db, RoomKeys(bytes(32), bytes(16)))
        spread = [COUNT * n // 37 + n for n in range(37)]
        makes = [
            measure.median_ms(lambda at=at: prove(db, book, at, detail=True), runs=3)
            for at in spread
        ]  # type: ignore[misc]
        made = prove(db, book, COUNT // 3)
        check = measure.median_ms(lambda: proven.check(made, KEY))
        rows = [
            measure.at_most("proof in a log of a million, median", sorted(makes)[18], "ms", 5),
            measure.at_most("proof in a log of a million, slowest place", max(makes), "ms", 5),
            measure.Row("proof checked with the key alone", check, "ms"),
            measure.Row("log read through for an export", read_per_s(book), "entries/s"),
            measure.at_most("lock held while moved entries are deleted", deleted_ms(db), "ms", 20),
        ]
    return [*rows, measure.Row("standalone verifier", alone(), "entries/s")]


def read_per_s(book: Logbook, count: int = 100_000) -> float:
    """Entries a second from the database to lines of JSON."""
    start = time.perf_counter()
    lines = sum(len(exported.entry(at, row)) for at, row in enumerate(book.all(0, count)))
    assert lines > count * 100
    return count / (time.perf_counter() - start)


def deleted_ms(db: Db) -> float:
    """The longest transaction of deleting 65,536 moved entries, in ms."""
    db.begin(Begin.CHANGE)
    SEGMENT.insert(
        db, SegmentRow(0, 65_536, *[bytes(32)] * 2, 0, "/", 0, 0, bytes(16), bytes(32), 1)
    )
    db.commit()
    took: list[float] = []

    def note(_what: str, _done: int, _of: int) -> None:
        took.append(time.perf_counter())

    note("", 0, 0)
    audit_prune.delete_lanes(db, archive.left(db), note)
    times = [b - a for a, b in itertools.pairwise(took)]
    return max(times) * 1_000


def alone(count: int = 50_000) -> float:
    """Entries a second of the standalone verifier."""
    text, frontier = io.BytesIO(), Frontier()
    text.write(exported.header(ORIGIN, 0, count, ()))
    for place in range(count):
        lane, seq, raw = leaf(place)
        frontier.extend([leaf_hash(raw)])
        text.write(exported.entry(place, verifier.Row(lane, seq, raw, (SALT, BLOB))))
    signed = checkpoints.Checkpoint(ORIGIN, count, frontier.root())
    text.write(exported.checkpoint(checkpoints.sign(signed, SIGNER)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        path.write_bytes(text.getvalue())
        start = time.perf_counter()
        found = standalone.run(str(path), str(KEY), [])
        took = time.perf_counter() - start
    assert not found.problems
    return count / took
