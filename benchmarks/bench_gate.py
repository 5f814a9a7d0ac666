"""The gate: durable reads and changes in process, and how they scale with the room.

    python -m benchmarks.bench_gate [SECRETS]

prints the figures; `SECRETS` is the size of the large room, 1,000,000 unless told.
"""

import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.gate.rooms import YEAR_US, Time, World, on_disk, value_of

from benchmarks import measure
from benchmarks.measure import Row
from strongroom.db.sqlite import wall_us
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Delivered, Done, GateError
from strongroom.gate.views import ListFolder
from strongroom.model.address import Address

SMALL = 1_000
LARGE = 100_000  # what `make bench` builds; a million takes some minutes
GROUP = 64
FOLDER = 50  # secrets in each folder
RETRIES = 20


class RealTime(Time):
    """The machine's clocks."""

    def now_us(self) -> int:
        return wall_us()

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def sleep_s(self, seconds: float) -> None:
        time.sleep(seconds)


def address(n: int) -> Address:
    return Address("production", f"app-{n // FOLDER}/KEY_{n % FOLDER}")


def build(folder: Path, secrets: int) -> World:
    world = on_disk(folder / "room" / "room.db", RealTime())
    expires = wall_us() + YEAR_US
    for start in range(0, secrets, 256):
        changes = [
            CreateSecret(address(n), "api-key", "ann", value_of("fake-" * 8, expires))
            for n in range(start, min(start + 256, secrets))
        ]
        assert all(isinstance(a, Done) for a in world.gate.changes(world.owner, changes))
    while world.gate.sequence().more:
        pass
    return world


def us_each(work: Callable[[int], object], *, runs: int, each: int) -> float:
    """Median over `runs` of one call's time, divided by the `each` things that it does."""
    times = []
    for number in range(runs):
        start = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times) / each * 1e6


def read(world: World, addresses: list[Address], gate: Gate | None = None) -> None:
    """As a client does it: once more if the disk took so long that the value was dropped."""
    for _ in range(RETRIES):
        try:
            answers = (gate or world.gate).read(world.owner, addresses)
        except GateError as error:
            if not error.retryable:
                raise
            continue
        assert all(isinstance(answer, Delivered) for answer in answers)
        return
    raise RuntimeError("the disk is too slow for the time in which a value must be gone")


def grouped_reads_us(world: World, secrets: int, *, runs: int = 200) -> float:
    def work(number: int) -> None:
        first = number * GROUP % (secrets - GROUP)
        read(world, [address(first + n) for n in range(GROUP)])

    for number in range(secrets // GROUP if secrets <= SMALL else 0):
        work(number)
    return us_each(work, runs=runs, each=GROUP)


def point_reads_us(world: World, secrets: int, *, runs: int = 300) -> float:
    """One read and its commit at a time, all over the room."""
    step, gate = max(1, secrets // runs), world.again()  # one that holds nothing yet
    read(world, [address(0)], gate)
    found = us_each(lambda n: read(world, [address(n * step % secrets)], gate), runs=runs, each=1)
    gate.close()
    return found


def change(n: int) -> AddVersion:
    return AddVersion(address(n), value_of("fake-" * 8, wall_us() + YEAR_US))


def single_changes_us(world: World, *, runs: int = 200) -> float:
    return us_each(lambda n: world.gate.change(world.owner, change(n)), runs=runs, each=1)


def grouped_changes_us(world: World, *, runs: int = 15) -> float:
    def work(number: int) -> None:
        first = number * GROUP
        answers = world.gate.changes(world.owner, [change(first + n) for n in range(GROUP)])
        assert all(isinstance(answer, Done) for answer in answers)

    return us_each(work, runs=runs, each=GROUP)


def listing_us(world: World, *, runs: int = 100) -> float:
    return us_each(
        lambda n: world.gate.look(world.owner, ListFolder("production", f"app-{n % 20}")),
        runs=runs, each=1,
    )  # fmt: skip


def bare_commit_us(folder: Path, *, runs: int = 300) -> float:
    """One row, one commit, the same settings: what the disk and the engine cost alone."""
    handle = sqlite3.connect(folder / "bare.db", isolation_level=None)
    handle.execute("PRAGMA journal_mode=WAL")
    handle.execute("PRAGMA synchronous=FULL")
    handle.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)")

    def work(_: int) -> None:
        handle.execute("BEGIN IMMEDIATE")
        handle.execute("INSERT INTO t (b) VALUES (?)", (bytes(300),))
        handle.execute("COMMIT")

    found = us_each(work, runs=runs, each=1)
    handle.close()
    return found


def syncs_a_commit(folder: Path) -> float | None:
    """How often the disk is synced for each of 100 durable reads; None without strace.

    A kill shows no missing sync, and no test of ours can cut the power: so they are counted.
    """
    if shutil.which("strace") is None:
        return None
    trace = folder / "trace"
    command = [
        "strace", "-f", "-e", "trace=fdatasync,fsync", "-o", str(trace),
        sys.executable, "-c", _HUNDRED_READS, str(folder / "synced"),
    ]  # fmt: skip
    root = Path(__file__).parent.parent
    environ = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, check=False, capture_output=True, env=environ)
    if done.returncode:
        return None  # not every machine lets a process be traced
    lines = trace.read_text().splitlines()
    marks = [n for n, line in enumerate(lines) if "fsync(1023" in line]
    return float(sum("sync(" in line for line in lines[marks[0] + 1 : marks[1]])) / 100


_HUNDRED_READS = """
import os, sys
from pathlib import Path
from benchmarks.bench_gate import RealTime, address, build
folder = Path(sys.argv[1]); folder.mkdir()
world = build(folder, 50)
def mark():
    try: os.fsync(1023)  # fails, and is seen in the trace
    except OSError: pass
world.gate.read(world.owner, [address(1)])
mark()
for n in range(100): world.gate.read(world.owner, [address(n % 50)])
mark()
"""


def figures(large: int = LARGE) -> dict[str, float]:
    """Times in µs, memory in MB; of a room with 1,000 secrets unless the name says large."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "small").mkdir()
        (folder / "large").mkdir()
        small = build(folder / "small", SMALL)
        found = {
            "bare_commit_us": bare_commit_us(folder),
            "grouped_read_us": grouped_reads_us(small, SMALL),
            "grouped_change_us": grouped_changes_us(small),
            "single_change_us": single_changes_us(small),
            "point_read_us": point_reads_us(small, SMALL),
            "list_us": listing_us(small),
        }
        small.gate.close()
        room = build(folder / "large", large)
        os.sync()  # the build's own pages, so that they are not written during the reads
        found |= {
            "large_point_read_us": point_reads_us(room, large),
            "large_list_us": listing_us(room),
            "large_grouped_read_us": grouped_reads_us(room, large, runs=100),
            "large_secrets": float(large),
            "large_file_mb": (folder / "large" / "room" / "room.db").stat().st_size / 1e6,
        }
        for n in range(0, large, GROUP):  # as many as the snapshot holds
            read(room, [address(m) for m in range(n, min(n + GROUP, large))])
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        room.gate.close()
        syncs = syncs_a_commit(folder)
        if syncs is not None:
            found["syncs_a_commit"] = syncs
        return found


def run() -> list[Row]:
    """The figures as rows of the table."""
    found = figures()
    change_ratio = found["single_change_us"] / found["bare_commit_us"]
    point_ratio = found["large_point_read_us"] / found["point_read_us"]
    list_ratio = found["large_list_us"] / found["list_us"]
    size = f"{found['large_secrets']:,.0f}"
    rows = [
        measure.at_most("gate read, durable, in groups of 64", found["grouped_read_us"], "µs", 30),
        measure.at_most("gate change, in groups of 64", found["grouped_change_us"], "µs", 60),
        measure.at_most("gate change, over a bare commit", change_ratio, "times", 3),
        measure.at_most(f"point read, {size} secrets over 1,000", point_ratio, "times", 2),
        measure.at_most(f"list of a folder, {size} secrets over 1,000", list_ratio, "times", 1.5),
        measure.at_most(f"memory, {size} secrets", found["memory_mb"], "MB", 600),
    ]
    if "syncs_a_commit" in found:
        rows.append(measure.at_least("syncs for each commit", found["syncs_a_commit"], "syncs", 1))
    return rows


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps(figures(size), indent=2))
