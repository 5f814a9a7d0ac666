"""Kill a working process again and again, and look at what it leaves.

    python -m tests.fault.kill_loop 2000

Each round forks a child that writes, reads, freezes and sequences as fast as it can, and
reports over a pipe what was acknowledged to it. The parent kills it with SIGKILL at a
random moment, and then demands: the room opens; `fsck` and the offline verifier find
nothing; each acknowledged write is there; each delivered value has its entry; and the next
child goes on from there. A kill never shows a missing sync: those are counted elsewhere.
"""

import os
import random  # noqa: TID251 - the moment of a kill is no secret
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.gate.rooms import Time, World, on_disk, value_of
from tests.gate.test_sequencer import report

from strongroom.audit.entry import Outcome, decode
from strongroom.gate.changes.freeze import FreezeSecret, ThawSecret
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.fsck import fsck
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Delivered, Done, ReadRequest
from strongroom.gate.rows import Seal
from strongroom.gate.sequencer import LEASE_US
from strongroom.model.address import Address

WORK_S_MAX = 0.03
KILLS_A_ROOM = 60
Acknowledged = dict[tuple[str, int], str]


def address(n: int) -> Address:
    return Address("production", f"k{n}")


def child(world: World, pipe: int, seed: int) -> None:
    """Work until killed; one line for each thing that was acknowledged."""
    draw = random.Random(seed)
    gate = world.again()
    while True:
        n = draw.randrange(4)
        choice = draw.randrange(10)
        if choice < 4:
            text = f"fake-{draw.getrandbits(64):x}"
            done = gate.change(world.owner, AddVersion(address(n), value_of(text)))
            if isinstance(done, Done):
                os.write(pipe, f"w {n} {done.result.version} {text}\n".encode())  # type: ignore[attr-defined]
        elif choice < 8:
            answers = gate.read(world.owner, [address(m) for m in range(4)])
            got = sum(isinstance(answer, Delivered) for answer in answers)
            os.write(pipe, f"r {got}\n".encode())
        elif choice == 8:
            gate.sequence()
        else:
            gate.change(world.owner, FreezeSecret(address(n), "a test"))
            gate.change(world.owner, ThawSecret(address(n)))


def one_round(world: World, draw: random.Random, acknowledged: Acknowledged) -> int:
    """Fork, wait, kill; what was acknowledged. Returns how many values were delivered."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reader)
            child(world, writer, draw.getrandbits(32))
        finally:
            os._exit(1)  # only reached by a failure: the parent sees that it was not killed
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        first = pipe.readline()
        time.sleep(draw.random() * WORK_S_MAX)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        lines = (first + pipe.read()).decode().splitlines()
    assert os.WIFSIGNALED(status), "the child ended by itself"
    delivered = 0
    for line in lines:
        match line.split():
            case ["w", n, version, text]:
                acknowledged[f"k{n}", int(version)] = text
            case ["r", got]:
                delivered += int(got)
    return delivered


def reads_recorded(world: World) -> int:
    """How many entries say that a value was delivered."""
    db = world.room.connect()
    try:
        entries = [decode(leaf) for (leaf,) in db.query("SELECT leaf FROM entry")]  # type: ignore[arg-type]
    finally:
        db.close()
    return sum(e.verb == "read" and e.outcome is Outcome.GRANTED for e in entries)


def inspect(world: World, acknowledged: Acknowledged) -> None:
    """The old state or the new one, and nothing in between."""
    db = world.room.connect()
    try:
        assert fsck(db, Seal(world.room.keys.row_mac)) == []
    finally:
        db.close()
    world.time.us += LEASE_US  # the dead process still holds the lease
    gate = Gate(world.room)
    gate.sequence()
    found = report(world)
    assert found.problems == ()
    assert found.signed == found.entries
    for n in range(4):
        gate.change(world.owner, ThawSecret(address(n)))
    requests = [ReadRequest(Address("production", path), n) for path, n in acknowledged]
    answers = gate.read(world.owner, requests)
    for answer, text in zip(answers, acknowledged.values(), strict=True):
        assert isinstance(answer, Delivered)
        assert answer.value.reveal().decode() == text
    gate.close()


def one_room(kills: int, folder: Path, draw: random.Random) -> tuple[int, int]:
    """Kill `kills` times in a new room; how many writes and values were acknowledged."""
    world = on_disk(folder / "room" / "room.db", Time())
    for n in range(4):
        world.gate.change(
            world.owner, CreateSecret(address(n), "api-key", "ann", value_of("fake-0"))
        )
    world.gate.close()  # nothing open may cross the fork
    acknowledged: Acknowledged = {}
    values = 0
    for _ in range(kills):
        fresh: Acknowledged = {}
        before = reads_recorded(world)
        delivered = one_round(world, draw, fresh)
        assert reads_recorded(world) - before >= delivered
        values += delivered
        inspect(world, fresh)
        acknowledged |= fresh
    inspect(world, acknowledged)
    return len(acknowledged), values


def run(kills: int, folder: Path, seed: int = 1) -> dict[str, int]:
    """Kill `kills` times; the counts. Raises AssertionError where a promise is broken.

    Each look reads the whole log, so a room is only used for `KILLS_A_ROOM` of them.
    """
    draw = random.Random(seed)
    writes = values = 0
    for start in range(0, kills, KILLS_A_ROOM):
        room = folder / str(start)
        room.mkdir()
        found = one_room(min(KILLS_A_ROOM, kills - start), room, draw)
        writes += found[0]
        values += found[1]
    return {"kills": kills, "writes": writes, "values": values}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(run(int(sys.argv[1]), Path(temporary), seed=time.time_ns()))  # noqa: T201
