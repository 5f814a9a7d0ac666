"""Re-wrapping: how many versions a second get a new key, and how long the lock is held.

    python -m benchmarks.bench_rewrap [VERSIONS] [--profile]

VERSIONS is 50,000 unless told.
"""

import cProfile
import pstats
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.gate.rooms import World

from benchmarks.bench_gate import build
from benchmarks.measure import Row, at_least, at_most
from strongroom.crypto.keyring import new_kek
from strongroom.db.sqlite import SqliteDb
from strongroom.gate.changes.house import AddKek
from strongroom.gate.changes.version import Rewrap
from strongroom.gate.operation import Done

VERSIONS = 50_000


def rewrap(world: World) -> tuple[int, float, list[tuple[float, float]]]:
    """How many, in how many seconds, and for how many ms each lock was held, with its commit."""
    old, new = world.keks["production"], new_kek("production")
    world.room.keks[new.id] = new  # type: ignore[index]
    world.gate.change(world.owner, AddKek(new.id, "production"))
    begun, held = [0.0], list[tuple[float, float]]()
    begin, commit = SqliteDb.begin, SqliteDb.commit

    def timed_begin(db: SqliteDb, mode: object) -> None:
        begin(db, mode)  # type: ignore[arg-type]
        begun[0] = time.perf_counter()

    def timed_commit(db: SqliteDb) -> None:
        before = (time.perf_counter() - begun[0]) * 1000
        commit(db)
        held.append(((time.perf_counter() - begun[0]) * 1000, before))

    SqliteDb.begin, SqliteDb.commit = timed_begin, timed_commit  # type: ignore[assignment,method-assign]
    try:
        start, done = time.perf_counter(), 0
        while True:
            answer = world.gate.change(world.owner, Rewrap("production", old.id))
            assert isinstance(answer, Done)
            assert isinstance(answer.result, int)
            if not answer.result:
                break
            done += answer.result
        return done, time.perf_counter() - start, held
    finally:
        SqliteDb.begin, SqliteDb.commit = begin, commit  # type: ignore[method-assign]


def run(versions: int = VERSIONS, *, profile: bool = False) -> list[Row]:
    """What `benchmarks.run` calls."""
    folder = Path(tempfile.mkdtemp(prefix="bench-rewrap-"))
    try:
        world = build(folder, versions)
        profiler = cProfile.Profile()
        if profile:
            profiler.enable()
        done, seconds, held = rewrap(world)
        if profile:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        world.gate.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    whole, before = sorted(all_ for all_, _ in held), sorted(part for _, part in held)
    assert done == versions
    return [
        at_least(f"re-wrap {versions:,} versions", done / seconds, "versions/s", 20_000),
        at_most("re-wrap: lock held, longest", whole[-1], "ms", 20),
        Row("re-wrap: lock held, median", whole[len(whole) // 2], "ms"),
        Row("re-wrap: of that before the commit, median", before[len(before) // 2], "ms"),
        Row("re-wrap: of that before the commit, longest", before[-1], "ms"),
    ]


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word.isdigit()]
    size = int(given[0]) if given else VERSIONS
    for row in run(size, profile="--profile" in sys.argv):
        print(f"{row.what}: {row.value:,.1f} {row.unit}")
