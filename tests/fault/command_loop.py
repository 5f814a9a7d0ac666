"""Kill whole commands again and again, and look at what they leave.

    python -m tests.fault.command_loop 5000

Each round forks a child that runs commands of the command line, drawn from all that there
are, and is killed with SIGKILL at a random moment. The parent then demands: `fsck` finds
the room whole, log included; each value whose command had ended well can be read; and the
next child goes on from there.
"""

import contextlib
import io
import json
import os
import random  # noqa: TID251 - the moment of a kill is no secret
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

import time_machine
from tests.conftest import POLICY
from tests.fault import commands
from tests.fault.commands import WORK, Run, witness

from strongroom.cli.main import main

WORK_S_MAX: Final = 0.15
KILLS_A_ROOM: Final = 40  # each look reads the whole log
NO_ROOM: Final = ("[restore-unfinished]", "[db-missing]")
LATE: Final = "[gate-late]"
TRIES_MAX: Final = 20
Acknowledged = dict[tuple[str, int], str]


def run_command(run: Run) -> tuple[int, str, str]:
    """Run one command in this process; its status and what it printed."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(run.stdin), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(list(run.argv))
    finally:
        sys.stdin = before
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return status, texts[0], texts[1]


def expect(run: Run) -> str:
    """Run a command that must do; what it printed. A value that came too late is asked for again."""
    for _ in range(TRIES_MAX):
        status, out, err = run_command(run)
        if LATE not in err:
            break
    assert status == 0, f"{' '.join(run.argv)}: {status} {err}"
    return out


def child(pipe: int, seed: int) -> None:
    """Run commands until killed; one line before each, and one for what was acknowledged."""
    draw = random.Random(seed)
    names = sorted(WORK)
    while True:
        # A quarter of them write what must be there afterwards.
        name = draw.choice(names) if draw.randrange(4) else "secret set"
        run = WORK[name](draw)
        os.write(pipe, f"b {name}\n".encode())
        status, out, err = run_command(run)
        assert status != 70, (name, err)
        if name == "share create" and status == 0:
            commands.codes.append(json.loads(out)["code"])
        if run.witness and status == 0:
            n = out.split(" version ")[1].split()[0]
            os.write(pipe, f"w {run.witness} {n} {run.value}\n".encode())
        os.write(pipe, f"e {status}\n".encode())


def one_round(draw: random.Random, acknowledged: Acknowledged, killed: Counter[str]) -> None:
    """Fork, wait, kill; what was acknowledged, and which command it hit."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reader)
            child(writer, draw.getrandbits(32))
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(writer, f"! {error!r}\n".encode())
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        first = b""
        while b"\ne " not in first and (told := pipe.readline()):
            first += told  # one command ends, on however slow a machine
        time.sleep(draw.random() * WORK_S_MAX)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        lines = (first + pipe.read()).decode().splitlines()
    assert os.WIFSIGNALED(status), lines[-1]
    running = ""
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "b":
            running = rest
        elif kind == "w":
            where, n, value = rest.split()
            acknowledged[where, int(n)] = value
        else:
            running = ""
    killed[running or "between two"] += 1


def inspect(acknowledged: Acknowledged) -> None:
    """The old state or the new one, and nothing in between."""
    found = json.loads(expect(Run(("fsck", "--json"))))
    assert found["ok"], found
    for (where, n), value in acknowledged.items():
        assert expect(Run(("secret", "get", where, "--version", str(n)))) == value


def inspect_restored(folder: Path) -> None:
    """Each restored room is whole and frozen, or there is none yet and a second try makes it."""
    for room in sorted(folder.glob(f"{commands.RESTORED}-*")):
        status, _, err = run_command(Run(("fsck", "--room", str(room))))
        if status and any(code in err for code in NO_ROOM):
            again = ("restore", commands.BACKUP, "--to", str(room), "--reason", "again")
            status, _, err = run_command(Run(again))
        if status:
            # A backup opens with the credentials of its time, and `seal rotate` ends a key file.
            assert "[keyfile-other]" in err, (status, err)
            continue
        get = ("secret", "get", witness(0), "--room", str(room))
        status, out, err = run_command(Run(get))
        assert (status, out) == (4, ""), err


def furnish() -> None:
    """A room with what `commands` speak of."""
    expect(Run(("init", "--policy", str(POLICY), "--role", "DevOps")))
    for run in commands.set_up():
        expect(run)
    encrypt = Run(("key", "encrypt", commands.DATA_KEY), b"fake data")
    Path(commands.CIPHERTEXTS).write_text("".join(expect(encrypt) for _ in range(3)), "utf-8")


def one_room(kills: int, folder: Path, draw: random.Random, killed: Counter[str]) -> int:
    """Kill `kills` times in a new room; how many writes were acknowledged."""
    os.environ["STRONGROOM_CONFIG"] = str(folder / "config" / "config.toml")
    os.chdir(folder)
    with time_machine.travel(-commands.LONG_AGO):
        furnish()
    expect(Run(("backup", "create", "--to", commands.BACKUP)))
    acknowledged: Acknowledged = {}
    for _ in range(kills):
        fresh: Acknowledged = {}
        one_round(draw, fresh, killed)
        inspect(fresh)
        acknowledged |= fresh
    inspect(acknowledged)
    for where in (commands.BY_HAND, *map(commands.rotated, range(commands.ROTATED))):
        assert expect(Run(("secret", "get", where)))
    inspect_restored(folder)
    return len(acknowledged)


def run(kills: int, folder: Path, seed: int = 1) -> tuple[int, Counter[str]]:
    """Kill `kills` times: how many writes were acknowledged, and how often each command was hit.

    Raises:
        AssertionError: a promise is broken.
    """
    draw = random.Random(seed)
    killed: Counter[str] = Counter()
    writes = 0
    for start in range(0, kills, KILLS_A_ROOM):
        room = folder / str(start)
        room.mkdir()
        writes += one_room(min(KILLS_A_ROOM, kills - start), room, draw, killed)
    return writes, killed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        writes, killed = run(int(sys.argv[1]), Path(temporary), seed=time.time_ns())
        os.chdir("/")
    for name, count in sorted(killed.items()):
        print(f"{count:6} {name}")  # noqa: T201
    print(f"{killed.total()} kills, {writes} writes acknowledged, nothing lost")  # noqa: T201
