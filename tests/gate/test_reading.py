"""Tests for strongroom.gate.reading."""

import pytest

from strongroom.gate import reading
from strongroom.gate.operation import Delivered, GateError, ReadRequest
from strongroom.gate.reading import TRIES
from strongroom.gate.room import Clocks
from strongroom.model.address import Address
from strongroom.ops import diff, secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("development/api/SECRET_KEY")
LATE_NS = 10**12


def slow(room: Local, times: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The next `times` values take too long to hand over; gives when it was looked."""
    clocks = room.gate._room.clocks
    looks: list[int] = []

    def monotonic_ns() -> int:
        looks.append(clocks.monotonic_ns())
        return looks[-1] + (LATE_NS if len(looks) <= times else 0)

    late = room.gate._room._replace(clocks=Clocks(monotonic_ns, clocks.sleep_s))
    monkeypatch.setattr(room.gate, "_room", late)
    return looks


@pytest.fixture
def kept(room: Local) -> Local:
    secret.write(room, secret.WriteRequest(KEY, Value.single("fake"), "jwt-secret-key", "Ada"))
    return room


def test_a_value_that_came_late_is_read_again(kept: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(kept, TRIES - 1, monkeypatch)

    (answer,) = reading.read(kept.gate, kept.caller, [ReadRequest(KEY)])

    assert isinstance(answer, Delivered)


def test_one_that_is_late_each_time_is_an_error(
    kept: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = slow(kept, TRIES, monkeypatch)

    with pytest.raises(GateError) as caught:
        reading.read(kept.gate, kept.caller, [ReadRequest(KEY)])

    assert (caught.value.code, caught.value.retryable, len(looks)) == ("gate-late", True, TRIES)


def test_a_command_that_reads_asks_again(kept: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason for a person to type it again."""
    again = secret.WriteRequest(KEY, Value.single("another"))
    secret.write(kept, again)
    slow(kept, 1, monkeypatch)
    assert secret.read(kept, KEY).version == 2
    slow(kept, 1, monkeypatch)
    assert diff.diff(kept, diff.Side(KEY, 1), diff.Side(KEY, 2)).fields
