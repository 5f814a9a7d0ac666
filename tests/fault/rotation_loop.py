"""Kill the process that drives a rotation, at each point of it, while a client logs in.

    python -m tests.fault.rotation_loop

starts such processes: for each line `KIND ROTATION HOLDER POINT FOLDER` it forks one, which opens the
room in FOLDER, drives the rotation by the rotator KIND until it is done, and kills itself with SIGKILL at
POINT: before (2n) or after (2n + 1) the n-th thing that it does in the room or at the target; -1 is
never. HOLDER is who it is: the one that goes on says the same, as an engine with another name would wait
until the lease of the dead one is over.

What is demanded, at every moment: what the room says is current logs in. Where the target takes
one value at a time, the old one may fail until the new one is current, and the new one never.
A fresh process takes the rotation to its end: the new value works, and the old one is refused.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, Final, cast

from tests.rotation.killed import SECRET

from strongroom import config
from strongroom.crypto.keyring import new_id
from strongroom.gate.changes.rotation import Begin
from strongroom.gate.operation import GateError
from strongroom.gate.rotations import target_named
from strongroom.ops import rotate, secret
from strongroom.ops.local import Local
from strongroom.rotation.engine import Engine, row_of
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.interface import Rotator
from strongroom.wiring import open_room

ROOM: Final = "room"  # in FOLDER, beside its configuration
CONFIG: Final = "config.toml"
RESERVE_BYTES: Final = 4096
LOOKS_MAX: Final = 200
LOOK_S: Final = 0.02
READS_MAX: Final = 20
ENDS_MAX: Final = 2  # the killed process ended sessions, and the next one did it again
POINTS_MAX: Final = 120
WAIT_S: Final = 60
PAUSE_S: Final = 0.005  # so that a log-in which costs nothing leaves a core to the rotation
DONE: Final = "done"
ROTATOR: Final = frozenset({"mint", "set", "test", "probe", "retire", "undo"})
# These tell of what was: when a key was last used, and of a session for a while after its end. A
# log-in at the moment of the promotion would hold the old value for a day.
BACKWARD: Final = frozenset({"aws-iam", "rabbitmq"})


class EndedError(Exception):
    """A session was ended while it was opened: nobody refused the value.

    A target that keeps one account ends the sessions of the five seconds after the promotion too,
    for clocks that differ. Without a grace a log-in can fall into that.
    """


class Fuse:
    """Ends this process at a point; a negative one never comes."""

    def __init__(self, point: int) -> None:
        self._points = count()
        self._point = point

    def pass_by(self) -> None:
        """One point is behind us, or nothing is."""
        if next(self._points) == self._point:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def wrapped(*args: object, **named: object) -> Any:
            self.pass_by()
            answer = call(*args, **named)
            self.pass_by()
            return answer

        return wrapped


class Fused:
    """A gate or a rotator with the fuse before and after each call of those names."""

    def __init__(
        self, real: object, fuse: Fuse, names: frozenset[str], **instead: Callable[..., Any]
    ) -> None:
        self._real = real
        self._fuse = fuse
        self._names = names
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        if name in self._instead:
            return self._instead[name]
        found = getattr(self._real, name)
        return self._fuse.around(found) if name in self._names else found


def fused(engine: Engine, fuse: Fuse, holder: bytes) -> Engine:
    """An engine that only looks at the target for who uses the old value: the client reads on."""
    gate: Any = Fused(engine.room.gate, fuse, frozenset({"change"}))

    def find(kind: str) -> Rotator:
        instead: dict[str, Callable[..., Any]] = {}
        if kind in BACKWARD:
            instead["in_use"] = lambda *_: []
        return cast("Rotator", Fused(engine.find(kind), fuse, ROTATOR, **instead))

    room = replace(engine.room, gate=gate)
    return replace(engine, room=room, find=find, standing=lambda *_: (), holder=holder)


def child(folder: Path, rotation: bytes, holder: bytes, point: int) -> str:
    """Drive it until it is done; how it is then, unless this process was killed."""
    environ = {"STRONGROOM_CONFIG": str(folder / CONFIG)}
    settings = config.load(environ, folder)
    with open_room(settings, environ, folder / ROOM, reserve_bytes=RESERVE_BYTES) as room:
        engine = fused(rotate.engine(room), Fuse(point), holder)
        for _ in range(LOOKS_MAX):
            row = engine.drive(SECRET, rotation)
            if row.code != "held":  # a log-in of the client's, which is over in a moment
                break
            time.sleep(LOOK_S)
        return " ".join(filter(None, (row.state, row.code, row.held_by.strip("[]"))))


def serve() -> None:
    """Fork one process for each line, and say how it ended. Nothing is open across the fork."""
    for line in sys.stdin:
        kind, rotation, holder, point, folder = line.rstrip("\n").split(" ", 4)
        registry.find(kind)  # loaded here once, and not by each of them
        pid = os.fork()
        if not pid:
            status = 1
            try:
                ids = bytes.fromhex(rotation), bytes.fromhex(holder)
                ended = child(Path(folder), *ids, int(point))
                status = 0 if ended == DONE else 2
                if status:
                    print(ended, file=sys.stderr, flush=True)  # noqa: T201
            except BaseException:  # noqa: BLE001 - the loop above is not this process's
                traceback.print_exc()
            finally:
                os._exit(status)
        _, left = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(left), flush=True)  # noqa: T201


class Processes:
    """Starts processes that drive rotations, one after the other."""

    def __init__(self, server: "subprocess.Popen[str]") -> None:
        self._server = server

    @classmethod
    @contextmanager
    def of(cls) -> Iterator["Processes"]:
        command = [sys.executable, "-m", "tests.fault.rotation_loop"]
        root = Path(__file__).parents[2]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True) as server:
            yield cls(server)

    def killed(self, house: "House", rotation: bytes, holder: bytes, point: int) -> bool:
        """Run one; whether it was killed, or else the rotation is done.

        Raises:
            AssertionError: it ended otherwise; what it says of that is in the test's output.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        ids = f"{rotation.hex()} {holder.hex()}"
        self._server.stdin.write(f"{house.kind} {ids} {point} {house.folder}\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        assert code in {0, -signal.SIGKILL}, (point, code)
        return code != 0


@dataclass(frozen=True)
class Held:
    """What the room said is current."""

    version: int
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class House:
    """A room with a secret that is rotated at a real target, and what logs in there.

    `folder` holds the room; `kind` is the rotator; `overlap`: the target takes the old value and the
    new one at once. `works` logs in, and raises EndedError.
    """

    room: Local
    folder: Path
    kind: str
    overlap: bool
    works: Callable[[Mapping[str, str]], bool]

    def current(self) -> Held:
        """As any client does it: a value that came too late on a busy machine is asked for again."""
        for tries_left in reversed(range(READS_MAX)):
            try:
                found = secret.read(self.room, SECRET)
                break
            except GateError as error:
                if error.code != "gate-late" or not tries_left:
                    raise
        fields = {name: str(one.data) for name, one in found.value.fields.items()}
        return Held(found.version, fields)

    def begin(self) -> bytes:
        there = self.room.gate.consult(lambda desk: target_named(desk, "there"))
        change = Begin(SECRET, there.id, overlap=self.overlap, grace_us=0, watch_us=0)
        return row_of(self.room.gate.change(self.room.caller, change)).id

    def state(self) -> str:
        return rotate.look(self.room, SECRET).runs[0].state


class Client:
    """Logs in again and again with what the room says is current; counts what may not fail."""

    def __init__(self, house: House, first: Held) -> None:
        self._house = house
        self._first = first
        self._turn = threading.Condition()
        self._over = threading.Event()
        self.logins = 0
        self.refused = 0  # and allowed to be
        self.ended = 0
        self.failed: list[str] = []

    def work(self) -> None:
        while not self._over.wait(PAUSE_S):
            try:
                self._log_in()
            except EndedError:
                self.ended += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, a client would see it
                self.failed.append(f"{type(error).__name__}: {error}")
            with self._turn:
                self.logins += 1
                self._turn.notify_all()

    def _log_in(self) -> None:
        held = self._house.current()
        if self._house.works(held.fields):
            return
        if not self._house.overlap and held.version == self._first.version:
            self.refused += 1  # the new one is at the target, and not current yet
            return
        again = self._house.current()
        if again.version == held.version:
            self.failed.append(f"version {held.version} is current, and was refused")
        elif not self._house.works(again.fields):
            self.failed.append(f"version {again.version} was refused after it was read anew")
        else:
            self.refused += 1  # it was retired between the reading and the log-in

    def another(self) -> None:
        """Wait for one that is begun from now on."""
        with self._turn:
            wanted = self.logins + 2
            assert self._turn.wait_for(lambda: self.logins >= wanted, WAIT_S)

    @contextmanager
    def working(self) -> Iterator[None]:
        thread = threading.Thread(target=self.work)
        thread.start()
        try:
            self.another()
            yield
            self.another()
        finally:
            self._over.set()
            thread.join()


@dataclass(slots=True)
class Counts:
    """What was done: kills, log-ins, and those that were refused or ended as they may be."""

    kills: int = 0
    logins: int = 0
    refused: int = 0
    ended: int = 0


def one_round(house: House, processes: Processes, point: int, counts: Counts) -> bool:
    """Rotate once, killed at a point and taken to its end by another; whether it got there."""
    before = house.current()
    rotation, holder = house.begin(), new_id()
    client = Client(house, before)
    with client.working():
        killed = processes.killed(house, rotation, holder, point)
        if killed and house.state() != "done":
            client.another()  # as long as nobody goes on
            assert not processes.killed(house, rotation, holder, -1), point
    after = house.current()
    assert client.failed == [], (point, client.failed[:3], len(client.failed))
    assert client.ended <= ENDS_MAX, point
    assert house.state() == "done", point
    assert after.version == before.version + 1, point
    assert house.works(after.fields), point
    assert not house.works(before.fields), point
    counts.kills += killed
    counts.logins += client.logins
    counts.refused += client.refused
    counts.ended += client.ended
    return killed


def run(house: House, processes: Processes, first: int, every: int) -> Counts:
    """Kill at each point from `first` on, `every` so many, until a rotation ends before its point.

    Raises:
        AssertionError: a promise is broken.
    """
    counts = Counts()
    for point in range(first, POINTS_MAX, every):
        if not one_round(house, processes, point, counts):
            return counts
    raise AssertionError(POINTS_MAX)


if __name__ == "__main__":
    serve()
