"""Searching a room of 100,000 secrets, bulk work, and a move.

python -m benchmarks.bench_verbs [SECRETS]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.gate.rooms import World, value_of

from benchmarks.bench_gate import address, build
from benchmarks.measure import Row, at_most
from strongroom.db.sqlite import SqliteDb
from strongroom.gate.changes.describe import DescribeSecret
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.rows import Seal
from strongroom.gate.search import Query, search
from strongroom.model.address import Address
from strongroom.ops.bulk import GROUP

SECRETS = 100_000
BULK = 20_000
VERSIONS = 200


def run(secrets: int = SECRETS) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder), secrets)
        rows = [
            Row(
                f"search {secrets:,} secrets, one word that few have",
                _search(world, "app-7/key_7"),
                "s",
            ),
            Row(f"search {secrets:,} secrets, all found", _search(world), "s"),
            *_bulk(world, min(BULK, secrets)),
            _move(world),
        ]
        world.gate.close()
    return rows


def _search(world: World, *words: str) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = search(
            world.gate, Seal(world.room.keys.row_mac), world.owner, "production", Query(words=words)
        )
        times.append(time.perf_counter() - start)
        assert isinstance(found, list)
        assert found
    return statistics.median(times)


def _bulk(world: World, count: int) -> list[Row]:
    """Tag them group by group, and watch for how long each transaction holds the lock."""
    held: list[float] = []
    begin, commit = SqliteDb.begin, SqliteDb.commit
    since = [0.0]

    def begun(db: SqliteDb, mode: object) -> None:
        begin(db, mode)  # type: ignore[arg-type]
        since[0] = time.perf_counter()

    def committed(db: SqliteDb) -> None:
        commit(db)
        held.append((time.perf_counter() - since[0]) * 1000)

    SqliteDb.begin, SqliteDb.commit = begun, committed  # type: ignore[method-assign,assignment]
    try:
        start = time.perf_counter()
        for first in range(0, count, GROUP):
            last = min(first + GROUP, count)
            changes = [DescribeSecret(address(n), add_tags=("pci",)) for n in range(first, last)]
            world.gate.changes(world.owner, changes)
        took_s = time.perf_counter() - start
    finally:
        SqliteDb.begin, SqliteDb.commit = begin, commit  # type: ignore[method-assign]
    held.sort()
    return [
        Row(f"tag {count:,} secrets in groups of {GROUP}", count / took_s, "secrets/s"),
        Row("lock held by a group, median", statistics.median(held), "ms"),
        at_most("lock held by a group, 99 of 100", held[int(len(held) * 0.99)], "ms", 20),
        at_most("lock held by a group, longest", held[-1], "ms", 20),
    ]


def _move(world: World) -> Row:
    here, there = address(0), Address("production", "moved/KEY")
    for _ in range(VERSIONS // 50):
        world.gate.changes(world.owner, [AddVersion(here, value_of("fake", 2**60))] * 50)
    start = time.perf_counter()
    world.gate.change(world.owner, MoveSecret(here, there))
    took_ms = (time.perf_counter() - start) * 1000 - world.room.limits.release_ms
    return Row(f"move a secret of {VERSIONS} versions, beside the wait of a revoke", took_ms, "ms")


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if sys.argv[1:] else SECRETS):
        print(row)
