"""An application that starts while its origin is away: what serves, for how long, and what never."""

import fcntl
import secrets
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from strongroom import Secrets
from strongroom.errors import DeniedError, StrongroomError, UpstreamError
from strongroom.runtime.application import Application
from strongroom.runtime.last_good import LastGood
from strongroom.runtime.origin.memory import MemoryOrigin

TEXT = secrets.token_urlsafe(32)
HOUR_US = 3_600_000_000
WAIT_S = 30.0
AWAY = UpstreamError("away", "nobody answers", retryable=True)


class Time:
    now = 1_000 * HOUR_US

    def __call__(self) -> int:
        return self.now


class Machine:
    """Starts an application anew; each start is a client that remembers nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Time()
        self.origin = MemoryOrigin(API_KEY=TEXT, B_KEY=TEXT + "b")

    def start(self, origin: Any = None, **options: Any) -> Secrets:
        kept = LastGood(self.folder, ("app",), max_us=24 * HOUR_US, clock_us=self.clock)
        return Secrets(
            origin or self.origin, application=Application("app", "app"), last_good=kept, **options
        )

    def ran(self, *names: str) -> None:
        """An application that read `names`, all versions too, and ended."""
        one = self.start()
        for name in names:
            one.find(name)
            one.versions(name)
        one.close()


@pytest.fixture
def machine(place: Path) -> Machine:
    return Machine(place / "cache")


def test_an_outage_stops_no_start(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    machine.origin.put("API_KEY", TEXT + "2")
    machine.ran("API_KEY", "B_KEY")
    machine.origin.failure = AWAY
    machine.clock.now += 23 * HOUR_US
    one = machine.start()
    assert (one.get("API_KEY").reveal(), one.get("API_KEY").version) == (TEXT + "2", 2)
    assert [found.version for found in one.versions("API_KEY")] == [2, 1]
    assert one.get("B_KEY").reveal() == TEXT + "b"
    assert caplog.text.count("values that were kept on this machine serve") == 1
    machine.origin.failure = None
    assert one.refresh("API_KEY").version == 2


def test_it_ends_with_its_time(machine: Machine) -> None:
    machine.ran("API_KEY")
    machine.origin.failure = AWAY
    machine.clock.now += 24 * HOUR_US
    with pytest.raises(UpstreamError):
        machine.start().get("API_KEY")


def test_what_was_denied_does_not_come_back(machine: Machine) -> None:
    """P-6.1: not in this process, and not in the next one while the origin is away."""
    machine.ran("API_KEY", "B_KEY")
    one = machine.start()
    machine.origin.failure = DeniedError("denied", "no")
    with pytest.raises(DeniedError):
        one.get("API_KEY")
    machine.origin.failure = AWAY
    for ask in (machine.start().get, machine.start().versions):
        with pytest.raises(UpstreamError):
            ask("API_KEY")
    assert machine.start().get("B_KEY").reveal() == TEXT + "b"


def test_what_was_removed_does_not_come_back(machine: Machine) -> None:
    machine.ran("API_KEY")
    machine.origin.remove("API_KEY")
    machine.ran("API_KEY")
    machine.origin.failure = AWAY
    with pytest.raises(UpstreamError):
        machine.start().get("API_KEY")


def test_a_denial_is_never_answered_from_it(machine: Machine) -> None:
    machine.ran("API_KEY")
    machine.origin.failure = DeniedError("denied", "no")
    with pytest.raises(DeniedError):
        machine.start().get("API_KEY")


def test_a_rotation_is_kept(machine: Machine) -> None:
    one = machine.start()
    one.get("API_KEY")
    machine.origin.put("API_KEY", TEXT + "2")
    one.tick()
    machine.origin.failure = AWAY
    assert machine.start().get("API_KEY").version == 2


def test_a_start_waits_for_a_dead_origin_once_and_not_for_each_name(machine: Machine) -> None:
    machine.ran("API_KEY", "B_KEY")
    gate, asked = threading.Event(), list[int]()

    class Dead(MemoryOrigin):
        def fetch(self, *_: Any) -> Any:
            asked.append(1)
            gate.wait(WAIT_S)
            raise AWAY

    one = machine.start(Dead(), deadline=0.05)
    try:
        assert [one.get(name).version for name in ("API_KEY", "B_KEY")] == [1, 1]
        with pytest.raises(UpstreamError, match="did not answer within"):
            one.get("NEVER_KEPT")
        assert len(asked) == 1
    finally:
        gate.set()


def test_a_cache_that_cannot_be_used_is_no_obstacle(machine: Machine) -> None:
    machine.folder.write_text("a file where the folder would be", "utf-8")
    machine.ran("API_KEY")
    machine.origin.failure = AWAY
    with pytest.raises(StrongroomError) as caught:
        machine.start().get("API_KEY")
    assert caught.value.code == "away"


def test_nothing_is_written_again_without_need(machine: Machine) -> None:
    machine.ran("API_KEY")
    (path,) = machine.folder.glob("*.sealed")
    one = machine.start()
    one.get("API_KEY")
    one.close()
    before = path.read_bytes()
    for hours, written in ((0.5, False), (0.6, True)):
        machine.clock.now += int(hours * HOUR_US)
        one.refresh("API_KEY")
        one.close()
        assert (path.read_bytes() != before) is written


def test_what_was_denied_does_not_come_back_from_what_was_read_before(machine: Machine) -> None:
    """P-6.1: an outage, a denial, another outage, in one process."""
    machine.ran("API_KEY")
    one = machine.start()
    machine.origin.failure = AWAY
    assert one.get("API_KEY").reveal() == TEXT
    keeping = one._asking._keeping  # type: ignore[union-attr]
    assert keeping is not None
    keeping.said(("API_KEY", False), ())
    assert keeping.recall(("API_KEY", False)) is None


def test_a_denial_is_kept_again_where_another_process_wrote_over_it(machine: Machine) -> None:
    """P-6.1: that it was written once says nothing of what is there now."""
    one = machine.start(ttl=1.0)
    keeping = one._asking._keeping  # type: ignore[union-attr]
    assert keeping is not None
    keeping.said(("API_KEY", False), ())
    machine.clock.now += 1_000_000
    machine.ran("API_KEY")
    machine.clock.now += 1_000_000
    keeping.said(("API_KEY", False), ())
    machine.origin.failure = AWAY
    with pytest.raises(UpstreamError):
        machine.start().get("API_KEY")


def test_a_denial_that_the_file_has_is_not_written_again(machine: Machine) -> None:
    one = machine.start()
    keeping = one._asking._keeping  # type: ignore[union-attr]
    assert keeping is not None
    keeping.said(("API_KEY", False), ())
    (path,) = machine.folder.glob("*.sealed")
    before = path.read_bytes()
    for hours, written in ((0.5, False), (0.6, True)):
        machine.clock.now += int(hours * HOUR_US)
        keeping.said(("API_KEY", False), ())
        assert (path.read_bytes() != before) is written


def test_a_denial_is_kept_as_soon_as_another_process_has_written(machine: Machine) -> None:
    machine.ran("API_KEY")
    machine.origin.failure = DeniedError("denied", "no")
    with (machine.folder / "lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DeniedError):
            machine.start().get("API_KEY")
    machine.origin.failure = AWAY
    kept = LastGood(machine.folder, ("app",), max_us=24 * HOUR_US, clock_us=machine.clock)
    end = time.monotonic() + WAIT_S
    while kept.load()["API_KEY", False].versions:
        assert time.monotonic() < end
        time.sleep(0.01)
