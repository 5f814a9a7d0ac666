"""What rotation costs without its target: an engine's own work, planning what is due, an idle agent.

python -m benchmarks.run rotation
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.bench_check_room import filled
from benchmarks.measure import Row, at_most
from strongroom.gate.changes.describe import SetSchedule
from strongroom.gate.changes.rotation import Begin
from strongroom.gate.changes.target import PutTarget, SetRule
from strongroom.gate.rotations import target_named
from strongroom.model.address import Address
from strongroom.ops import rotate, schedule, secret
from strongroom.ops.local import Local, done
from strongroom.rotation.bench import Room
from strongroom.rotation.engine import Engine, row_of
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest
from strongroom.secret.terms import DAY_US
from strongroom.secret.value import Field, Value

SECRETS = 10_000
GROUP = 250
ROTATIONS = 60
IDLE_S = 20.0
A = Address.parse("development/api/DATABASE")


def run(secrets: int = SECRETS) -> list[Row]:
    with filled(secrets) as room:
        target = _target(room)
        rows = [*_engine(room, target), _planned(room, secrets)]
    return [*rows, *_idle()]


def _target(room: Local) -> bytes:
    for place in ("development", "production"):
        done(room.gate.change(room.caller, PutTarget(place, f"{place}-db", "versions", "")))
    return room.gate.consult(lambda desk: target_named(desk, "development-db")).id


def _engine(room: Local, target: bytes) -> list[Row]:
    """Whole rotations with a target in memory, from the beginning to the end of the old value."""
    first = "fake-first-Zq7"
    system = System(accounts={"app": {digest(first)}})
    value = Value({"username": Field("app", secret=False), "password": Field(first)})
    secret.write(room, secret.WriteRequest(A, value, "database-password", "Ada"))
    inner = Room(room.gate, room.caller, room.keys, room.policy, room.now_us)
    rotator = MemoryRotator(system)
    engine = Engine(inner, lambda _: rotator, lambda *_: (), lambda _: None)
    walls, processors = [], []
    for _ in range(ROTATIONS):
        wall, processor = time.perf_counter(), time.process_time()
        begin = Begin(A, target, overlap=True, grace_us=0, watch_us=0)
        row = engine.drive(A, row_of(room.gate.change(room.caller, begin)).id)
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
        assert row.state == "done"
    # A retirement returns when what was read before can no longer be handed out: that is waiting.
    release_ms = 50.0
    what = "a rotation without its target"
    return [
        at_most(f"{what}: processor", statistics.median(processors), "ms", 5),
        Row(f"{what}: clock, without the {release_ms:g} ms of a revocation",
            statistics.median(walls) - release_ms, "ms"),
    ]  # fmt: skip


def _planned(room: Local, secrets: int) -> Row:
    """What is due of so many secrets that all are."""
    now_us = room.now_us()
    for first in range(0, secrets, GROUP):
        addresses = [
            Address("production", f"team-{n // 100}/KEY_{n}") for n in range(first, first + GROUP)
        ]
        for change in (
            [SetRule(one, "production-db") for one in addresses],
            [SetSchedule(one, 90 * DAY_US, now_us - 1, 0, automatic=True) for one in addresses],
        ):
            room.gate.changes(room.caller, change)
    start = time.perf_counter()
    found = schedule.all_due(room)
    took = time.perf_counter() - start
    assert len(found) >= secrets
    assert rotate.running(room) == []
    return at_most(f"an agent plans {secrets:,} that are due", took, "s", 2)


def _idle() -> list[Row]:
    """An agent in a room where nothing is due."""
    with filled(GROUP) as room:
        command = [sys.executable, "-m", "strongroom", "agent", "--room", str(room.folder)]
        environ = {**os.environ, "STRONGROOM_CONFIG": str(room.folder.parent / "config.toml")}
        agent = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        try:
            time.sleep(5)  # until it has begun
            before = _seconds(agent.pid)
            time.sleep(IDLE_S)
            share = (_seconds(agent.pid) - before) / IDLE_S * 100
            status = Path(f"/proc/{agent.pid}/status").read_text("utf-8")
            kib = int(status.split("VmRSS:")[1].split()[0])
        finally:
            agent.terminate()
            agent.wait(30)
    return [
        at_most("an idle agent, of a core", share, "%", 1),
        at_most("an idle agent, memory", kib / 1024, "MB", 80),
    ]


def _seconds(pid: int) -> float:
    """Processor time of a process."""
    words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
