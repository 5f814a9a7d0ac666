"""A disk that is full: no reads, no ordinary changes; revoke, freeze and kill still work.

Where no tmpfs can be mounted, the size of every file is limited instead, in a child: the
engine then meets the same failing write, though not the same errno.
"""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.fault.disks import fill, may_mount, small_disk
from tests.gate.rooms import Time, World, on_disk, value_of
from tests.gate.test_sequencer import report

from strongroom.crypto.keyring import new_id
from strongroom.gate.changes.freeze import FreezeSecret, Kill
from strongroom.gate.changes.people import AddGrant, DisablePrincipal, RevokeGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.fsck import fsck
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Delivered, Done, GateError, Refused
from strongroom.gate.reserve import Reserve
from strongroom.gate.rows import Seal
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

DISK_BYTES = 8 << 20
RESERVE_BYTES = 1 << 20
A = Address.parse("production/a")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if may_mount(tmp_path / "probe"):
        with small_disk(tmp_path / "disk", DISK_BYTES) as folder:
            yield folder
    else:
        (tmp_path / "disk").mkdir()
        yield tmp_path / "disk"


def build(disk: Path, time: Time) -> World:
    reserve = Reserve(disk / "reserve", size_bytes=RESERVE_BYTES)
    world = on_disk(disk / "room" / "room.db", time, reserve=reserve)
    world.create(str(A), "fake-1")
    return world


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(GateError) as full:
        act()
    return full.value.code


def whole(world: World) -> None:
    world.gate.sequence()
    assert report(world).problems == ()
    db = world.room.connect()
    assert fsck(db, Seal(world.room.keys.row_mac)) == []
    db.close()


def exhaust(world: World) -> list[str]:
    """Ordinary work until the log has used up what there was; the codes of refusals."""
    codes: list[str] = []
    for _ in range(200):
        try:
            world.gate.read(world.owner, [A] * 100)
        except GateError as error:
            codes.append(error.code)
        if len(codes) == 3:
            break
    return codes


def test_a_full_disk_stops_reads_and_lets_containment_through(disk: Path) -> None:
    if not os.path.ismount(disk):
        return in_a_child(disk)
    time = Time()
    world = build(disk, time)
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
                  principal=world.stranger.principal)  # fmt: skip
    world.gate.change(world.owner, AddGrant(grant))
    ballast = fill(disk)

    assert exhaust(world) == ["gate-full"] * 3
    assert not world.gate.status().ready
    assert (
        refused(lambda: world.gate.change(world.owner, AddVersion(A, value_of("x")))) == "gate-full"
    )
    for change in (
        RevokeGrant(grant.id), FreezeSecret(A, "a leak"), DisablePrincipal(world.stranger.principal),
        Kill(),
    ):  # fmt: skip
        assert isinstance(world.gate.change(world.owner, change), Done)

    ballast.unlink()
    time.us += 2_000_000
    (answer,) = world.gate.read(world.owner, [A])
    assert isinstance(answer, Refused)
    assert answer.code == "environment-frozen"
    assert world.gate.status().ready
    assert (disk / "reserve").stat().st_size == RESERVE_BYTES
    whole(world)
    world.gate.close()
    return None


def test_a_process_that_starts_on_a_full_disk_can_kill_the_room(disk: Path) -> None:
    if not os.path.ismount(disk):
        return in_a_child(disk)
    world = build(disk, Time())
    world.gate.close()  # the last one out takes the log's files along
    ballast = fill(disk)
    late = world.again(reserve=Reserve(disk / "reserve", size_bytes=RESERVE_BYTES))

    assert refused(lambda: late.read(world.owner, [A])) in {"gate-full", "gate-unrecorded"}
    assert isinstance(late.change(world.owner, Kill()), Done)
    late.close()
    ballast.unlink()
    world.time.us += 2_000_000
    again = world.again()
    (answer,) = again.read(world.owner, [A])
    assert isinstance(answer, Refused)
    again.close()
    return None


def test_every_slice_of_the_reserve_is_worth_a_change(disk: Path) -> None:
    """An incident takes more than one change; the reserve lasts for hundreds."""
    if not os.path.ismount(disk):
        return in_a_child(disk)
    world = build(disk, Time())
    fill(disk)
    exhaust(world)
    done = [world.gate.change(world.owner, FreezeSecret(A, f"reason {n}")) for n in range(300)]

    assert {type(answer) for answer in done} == {Done}
    world.gate.close()
    return None


def in_a_child(disk: Path) -> None:
    """The same, by a limit on the size of files."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            world = build(disk, Time())
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            size = max(path.stat().st_size for path in (disk / "room").iterdir())
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            assert exhaust(world)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            world.time.us += 2_000_000
            (answer,) = Gate(world.room).read(world.owner, [A])
            assert isinstance(answer, Delivered)
            whole(world)
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_limit_on_the_size_of_files_is_survived(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    in_a_child(tmp_path / "disk")
