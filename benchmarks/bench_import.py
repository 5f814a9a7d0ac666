"""An import of many secrets: how long it takes, and for how long others wait for the room's lock.

    python -m benchmarks.bench_import [SECRETS] [--profile]

The time is from the bytes of the file to a signed log. The lock's is measured around every
transaction of the process, from having it to having given it back, the disk's sync included.
"""

import cProfile
import json
import os
import pstats
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import POLICY

from benchmarks import measure
from benchmarks.measure import Row
from strongroom import config, wiring
from strongroom.db.interface import Begin
from strongroom.db.sqlite import SqliteDb
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing import run as runs
from strongroom.ops.importing.request import ImportRequest
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_

SECRETS = 100_000
FOLDER = 50  # secrets in each folder


def source(count: int) -> bytes:
    """A table of strong, different values for production."""
    lines = ["name,value,type,owner"]
    for n in range(count):
        value = f"Aa1!{secrets.token_urlsafe(30)}"
        lines.append(f"production/app-{n // FOLDER}/KEY_{n % FOLDER},{value},database-password,Ada")
    return "\n".join(lines).encode()


@contextmanager
def room(folder: Path) -> Iterator[Local]:
    """A room in `folder`, founded for this."""
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    settings = config.load(environ, folder)
    document = POLICY.read_bytes()
    wiring.found(settings, environ, folder / "room", document, compile_(document), ["Developer"])
    with wiring.open_room(settings, environ, folder / "room") as local:
        yield local


@contextmanager
def held() -> Iterator[list[float]]:
    """How long each transaction of this process held the lock, in ms."""
    times: list[float] = []
    begin, commit, rollback = SqliteDb.begin, SqliteDb.commit, SqliteDb.rollback
    since: dict[int, float] = {}

    def timed_begin(self: SqliteDb, mode: Begin) -> None:
        begin(self, mode)
        since[id(self)] = time.perf_counter()

    def end(self: SqliteDb) -> None:
        if id(self) in since:
            times.append((time.perf_counter() - since.pop(id(self))) * 1e3)

    def timed_commit(self: SqliteDb) -> None:
        commit(self)
        end(self)

    def timed_rollback(self: SqliteDb) -> None:
        rollback(self)
        end(self)

    SqliteDb.begin, SqliteDb.commit = timed_begin, timed_commit  # type: ignore[method-assign]
    SqliteDb.rollback = timed_rollback  # type: ignore[method-assign]
    try:
        yield times
    finally:
        SqliteDb.begin, SqliteDb.commit = begin, commit  # type: ignore[method-assign]
        SqliteDb.rollback = rollback  # type: ignore[method-assign]


def figures(count: int = SECRETS, *, profile: bool = False) -> dict[str, float]:
    """Times of the parts in s, of the lock in ms."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as temporary, held() as locks:
        with room(Path(temporary)) as local:
            request = ImportRequest(source(count), "rows.csv")
            locks.clear()
            watch = cProfile.Profile() if profile else None
            if watch:
                watch.enable()
            times = [time.perf_counter()]
            cpu = time.process_time()
            plan = plans.make(local, request)
            assert plan.ok, plan.issues[:3]
            times.append(time.perf_counter())
            runs.carry_out(local, request, plan, _note(times))
            times.append(time.perf_counter())
            local.gate.sequence()
            times.append(time.perf_counter())
            cpu = time.process_time() - cpu
            if watch:
                watch.disable()
                pstats.Stats(watch).sort_stats("tottime").print_stats(45)
        ordered = sorted(locks)
        return {
            "secrets": float(count),
            "plan_s": times[1] - times[0],
            "stage_s": times[2] - times[1],
            "publish_s": times[3] - times[2],
            "sequence_s": times[4] - times[3],
            "total_s": times[4] - times[0],
            "cpu_s": cpu,
            "lock_ms_max": ordered[-1],
            "lock_ms_p99": ordered[len(ordered) * 99 // 100],
            "lock_ms_median": ordered[len(ordered) // 2],
        }


def _note(times: list[float]) -> plans.Progress:
    def report(part: str, done: int, total: int) -> None:
        if part == "staging" and done == total:
            times.append(time.perf_counter())

    return report


def run() -> list[Row]:
    """The figures as rows of the table."""
    found = figures()
    size = f"{found['secrets']:,.0f}"
    return [
        measure.at_most(f"import of {size} secrets", found["total_s"], "s", 30),
        measure.at_most("import, longest hold of the lock", found["lock_ms_max"], "ms", 20),
        measure.at_most("import, hold of the lock, 99 %", found["lock_ms_p99"], "ms", 20),
    ]


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    wanted = numbers[0] if numbers else SECRETS
    print(json.dumps(figures(wanted, profile="--profile" in sys.argv), indent=2))
