"""A rotation of a real target whose engine is killed at each change there, and goes on with another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from strongroom.gate.changes.rotation import Begin, Claim
from strongroom.gate.rotations import target_named
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import rotate, secret, target
from strongroom.ops.local import Local
from strongroom.ops.target import TargetRequest
from strongroom.rotation.contract import OPEN
from strongroom.rotation.engine import Engine, row_of
from strongroom.secret.value import Field, Value

SECRET = Address.parse("development/api/TARGET")
ADMIN = Address.parse("development/rotator/ADMIN")
POINTS_MAX = 40
LOOKS_MAX = 100


class Killed(BaseException):
    """The process is gone here."""


class Fuse:
    """Kills after the call of its number, whose answer is lost; a negative one never does."""

    def __init__(self) -> None:
        self.left = -1
        self.blown = False

    def around(self, call: Callable[..., Any], counts: Callable[..., bool]) -> Callable[..., Any]:
        """`call`, of which those that `counts` says are counted."""

        @wraps(call)
        def wrapped(*args: Any, **named: Any) -> Any:
            answer = call(*args, **named)
            if counts(*args, **named):
                self.left -= 1
                if self.left == -1:
                    self.blown = True
                    raise Killed
            return answer

        return wrapped


@dataclass(frozen=True)
class House:
    """A room with one secret that is rotated at a real target."""

    room: Local
    rotator: str
    address: str
    options: Mapping[str, str]
    works: Callable[[Mapping[str, str]], bool]
    ready: Callable[[Mapping[str, str]], object] = bool  # done with the current value before each
    emergency: bool = False  # nobody who still uses the old value is waited for

    def furnish(self, first: Mapping[str, str], admin: Mapping[str, str]) -> None:
        """Keep both credentials, where there is an admin, and say where the secret is rotated."""
        for at, fields in ((SECRET, first), (ADMIN, admin))[: 2 if admin else 1]:
            value = Value(
                {name: Field(text, secret=name not in OPEN) for name, text in fields.items()}
            )
            secret.write(self.room, secret.WriteRequest(at, value, "database-password", "Ada"))
        request = TargetRequest(
            "there",
            "development",
            self.rotator,
            self.address,
            ADMIN if admin else None,
            self.options,
        )
        target.add(self.room, request)
        target.attach(self.room, SECRET, "there")

    def fields(self) -> dict[str, str]:
        """The current value."""
        found = secret.read(self.room, SECRET, verb=Verb.ROTATE)
        return {name: str(one.data) for name, one in found.value.fields.items()}

    def survives(self, fuse: Fuse) -> int:
        """Rotate again and again, killed one change later each time; how often that was.

        At every moment the value that is current works, and in the end the old one does not.
        """
        for point in range(POINTS_MAX):
            before = self.fields()
            self.ready(before)
            fuse.left, fuse.blown = point, False
            rotation = self._begin()
            engine = rotate.engine(self.room, wait=lambda _: None)
            try:
                self._finish(engine, rotation, point)
            except Killed:
                assert self.works(self.fields()), point
                # Its claim is over; the test does not wait for it.
                over = Claim(SECRET, rotation, engine.holder, 0)
                self.room.gate.change(self.room.caller, over)
                fuse.left = -1
                other = rotate.engine(self.room, wait=lambda _: None)
                self._finish(other, rotation, point)
            after = self.fields()
            assert after != before
            assert self.works(after), point
            assert not self.works(before), point
            if not fuse.blown:
                return point
        raise AssertionError(POINTS_MAX)

    def _begin(self) -> bytes:
        there = self.room.gate.consult(lambda desk: target_named(desk, "there"))
        begin = Begin(
            SECRET, there.id, overlap=True, grace_us=0, watch_us=0, emergency=self.emergency
        )
        return row_of(self.room.gate.change(self.room.caller, begin)).id

    def _finish(self, engine: Engine, rotation: bytes, point: int) -> None:
        """A session that a look at it closed a moment ago holds the old value once more."""
        for _ in range(LOOKS_MAX):
            row = engine.drive(SECRET, rotation)
            if row.state == "done":
                return
            assert row.code == "held", (point, row.state, row.code)
        raise AssertionError(point)
