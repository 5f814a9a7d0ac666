"""Backup and restore against what the disk takes: `cp` and a sync of the same file.

    python -m benchmarks.bench_backup [SECRETS]

prints the figures, and a profile of one backup. All is done in one run, in turn, since the
disk of a shared machine is another one each minute.
"""

import cProfile
import os
import pstats
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import POLICY, Place

from benchmarks import measure
from benchmarks.measure import Row
from strongroom import config, wiring
from strongroom.db import sqlite
from strongroom.db.interface import Begin
from strongroom.db.sqlite import wall_us
from strongroom.gate.changes.secret import CreateSecret, Value
from strongroom.gate.operation import Done
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.ops import backup
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_
from strongroom.wiring import backups

SECRETS = 100_000
ROUNDS = 3
RESERVE_BYTES = 4_096
YEAR_US = 365 * 86_400_000_000


def build(folder: Path, secrets: int) -> Place:
    """A founded room with so many secrets in production."""
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    place = Place(folder / "room", environ, config.load(environ, folder))
    document = POLICY.read_bytes()
    wiring.found(
        place.settings, environ, place.folder, document, compile_(document), [],
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    expires_us = wall_us() + YEAR_US // 12
    with place.opened() as local:
        for start in range(0, secrets, 256):
            changes = [
                CreateSecret(
                    Address("production", f"app-{n // 50}/KEY_{n % 50}"), "api-key", "ann",
                    Value(Plaintext(b"fake-" * 8), expires_us),
                )
                for n in range(start, min(start + 256, secrets))
            ]  # fmt: skip
            assert all(isinstance(a, Done) for a in local.gate.changes(local.caller, changes))
    return place


def copy_s(source: Path, target: Path) -> float:
    """What `cp` and a sync take."""
    start = time.perf_counter()
    shutil.copyfile(source, target)
    descriptor = os.open(target, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return time.perf_counter() - start


class Writer:
    """Commits small transactions, one after the other; how long it waited for the lock, in ms."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._stop = threading.Event()
        self.waits: list[float] = []
        self.commits = 0

    def _work(self) -> None:
        db = sqlite.connect(self._database)
        while not self._stop.is_set():
            start = time.perf_counter()
            db.begin(Begin.RECORD)
            held = time.perf_counter()
            db.execute(
                "INSERT INTO overflow VALUES (zeroblob(16), 0, 1)"
                " ON CONFLICT DO UPDATE SET n = n + 1"
            )
            db.commit()
            self.waits.append((held - start) * 1e3)
            self.commits += 1
            # Without a pause it would leave nobody else the lock, whatever the backup does.
            time.sleep(0.001)
        db.close()

    def during(self, work: Callable[[], object]) -> None:
        thread = threading.Thread(target=self._work)
        thread.start()
        try:
            work()
        finally:
            self._stop.set()
            thread.join()


def figures(secrets: int = SECRETS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = build(folder, secrets)
        found = _rounds(place, folder)
        writer = Writer(place.folder / wiring.DATABASE)
        with place.opened() as local:
            writer.during(lambda: backup.create(local, folder / "busy.backup"))
        found["lock_ms"] = max(writer.waits)
        found["commits"] = writer.commits
    return found


def _rounds(place: Place, folder: Path) -> dict[str, float]:
    parts = ("copy", "backup", "extract", "verify", "restore")
    times: dict[str, list[float]] = {part: [] for part in parts}

    def timed(what: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        times[what].append(time.perf_counter() - start)

    database = place.folder / wiring.DATABASE
    for number in range(ROUNDS):
        file, new = folder / f"{number}.backup", folder / f"new-{number}"
        times["copy"].append(copy_s(database, folder / "copied"))
        with place.opened() as local:
            timed("backup", lambda local=local, file=file: backup.create(local, file))  # type: ignore[misc]
        with backups.unsealed(place.settings, place.environ, file) as opened:
            timed("extract", lambda opened=opened: opened.extract(folder / "out"))  # type: ignore[misc]
        (folder / "out").unlink()
        timed(
            "verify",
            lambda file=file: wiring.verify_backup(place.settings, place.environ, file),  # type: ignore[misc]
        )
        timed(
            "restore",
            lambda file=file, new=new: wiring.restore(  # type: ignore[misc]
                place.settings, place.environ, file, new, "a benchmark",
                reserve_bytes=RESERVE_BYTES,
            ),
        )  # fmt: skip
        shutil.rmtree(new)
        file.unlink()
        (folder / "copied").unlink()
    found = {f"{what}_s": min(each) for what, each in times.items()}
    return found | {"mib": database.stat().st_size / (1 << 20)}


def run() -> list[Row]:
    """The figures as rows of the table."""
    found = figures()
    copy = found["copy_s"]
    return [
        Row("backup: the database", found["mib"], "MiB"),
        Row("backup: cp and a sync of it", copy, "s"),
        measure.at_most("backup create, against cp and a sync", found["backup_s"] / copy, "×", 2),
        measure.at_most(
            "backup, its bytes written out again, against cp and a sync",
            found["extract_s"] / copy,
            "×",
            2,
        ),
        Row("backup verify, against cp and a sync", found["verify_s"] / copy, "×"),
        Row("restore, checked whole, against cp and a sync", found["restore_s"] / copy, "×"),
        measure.at_most("backup create: longest wait for the lock", found["lock_ms"], "ms", 20),
    ]


def profile(secrets: int) -> None:
    """Where one backup spends its time."""
    with tempfile.TemporaryDirectory() as name:
        place = build(Path(name), secrets)
        with place.opened() as local:
            _profiled(local, Path(name) / "b")


def _profiled(local: Local, to: Path) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(backup.create, local, to)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(12)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SECRETS
    print(figures(wanted))
    profile(wanted)
