"""Rotating keys: while others read, killed at any point, whatever state a version is in."""

import signal
import subprocess
import sys
import threading
from functools import partial

import pytest
from tests.conftest import RESERVE_BYTES, Place
from tests.ops.seals import node_of, opened_by

from strongroom.crypto.recovery import RecoveryCode
from strongroom.errors import InvalidError, NotFoundError, SealedError
from strongroom.gate.changes import version as versions
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.secret import Value as Stored
from strongroom.gate.operation import Delivered, GateError, ReadRequest
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb
from strongroom.ops import fsck, key, lifecycle, seal, secret
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

PLACE = "production"


def _keep(local: Local, count: int) -> list[Address]:
    made = [Address(PLACE, f"app/k{n}") for n in range(count)]
    for address in made:
        request = secret.WriteRequest(address, Value.single(""), "jwt-secret-key", "Ada")
        secret.generate_into(local, request, bits=256)
    return made


def _values(local: Local, addresses: list[Address]) -> list[bytes]:
    """As a client does it: once more if the machine was too slow to hand a value over."""
    while True:
        try:
            answers = local.gate.read(local.caller, addresses)
        except GateError as error:
            if error.code != "gate-late":
                raise
            continue
        assert all(isinstance(answer, Delivered) for answer in answers), answers
        return [answer.value.reveal() for answer in answers if isinstance(answer, Delivered)]


def test_reads_go_on_in_a_process_that_was_open_before(
    place: Place, room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = _keep(room, 12)
    before = _values(room, addresses)
    rounds, stop, failed = [0], threading.Event(), []

    def read() -> None:
        try:
            with place.opened() as other:
                assert before == _values(other, addresses)
                rounds[0] = 1
                while not stop.is_set():
                    assert before == _values(other, addresses)
                    rounds[0] += 1
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failed.append(error)

    def one_more_round() -> None:
        """Whole rounds are read between any two steps of a rotation."""
        enough = rounds[0] + 2
        while rounds[0] < enough and not failed:
            stop.wait(0.005)

    monkeypatch.setattr(key, "Rewrap", partial(versions.Rewrap, limit=5))
    thread = threading.Thread(target=read)
    thread.start()
    try:
        while not rounds[0] and not failed:
            stop.wait(0.01)
        for _ in range(3):
            key.rotate(room, PLACE, lambda _done, _all: one_more_round())
        one_more_round()
    finally:
        stop.set()
        thread.join()

    assert not failed
    assert before == _values(room, addresses)
    assert 4 == len(key.list_keys(room, PLACE))


def test_versions_of_every_state_are_wrapped_anew(room: Local) -> None:
    live, deleted, gone = _keep(room, 3)
    for address in (live, deleted):
        for pending in (False, True):
            value = Stored(Plaintext(b"fake-2"), room.now_us() + 10**12)
            done(room.gate.change(room.caller, AddVersion(address, value, pending=pending)))
    lifecycle.delete(room, deleted, "drill")
    done(room.gate.change(room.caller, versions.DeleteVersion(live, 1)))
    done(room.gate.change(room.caller, versions.Compromise(live, 1)))
    done(room.gate.change(room.caller, versions.Destroy(gone, 1)))
    rotated = key.rotate(room, PLACE)

    assert 6 == rotated.rewrapped
    lifecycle.undelete(room, deleted, "drill over")
    reads = [ReadRequest(address, n, Verb.ROTATE) for address in (live, deleted) for n in (2, 3)]
    answers = room.gate.read(room.caller, reads)
    assert all(isinstance(answer, Delivered) for answer in answers), answers
    assert fsck.check(room).ok


KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
from strongroom import config, wiring
from strongroom.gate.changes.version import Rewrap
from strongroom.ops import key

folder, file, after = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key.Rewrap = partial(Rewrap, limit=3)
seen = []

def progress(done, total):
    seen.append(done)
    if len(seen) > after:
        os.kill(os.getpid(), signal.SIGKILL)

environ = {"STRONGROOM_CONFIG": file}
settings = config.load(environ, folder.parent)
with wiring.open_room(settings, environ, folder, reserve_bytes=RESERVE) as local:
    key.rotate(local, "production", progress)
"""


def test_a_rotation_killed_at_any_chunk_is_finished_by_the_next(place: Place, room: Local) -> None:
    """After the new key, after each chunk, and before the old key's end."""
    addresses = _keep(room, 7)
    before = _values(room, addresses)
    code = KILLED.replace("RESERVE", str(RESERVE_BYTES))
    for after in range(4):  # nothing, 3, 6, and all 7 wrapped anew
        argv = [str(place.folder), place.environ["STRONGROOM_CONFIG"], str(after)]
        child = subprocess.run([sys.executable, "-c", code, *argv], check=False)
        assert -signal.SIGKILL == child.returncode
        with place.opened() as again:
            assert before == _values(again, addresses)
            states = [one.state for one in key.list_keys(again, PLACE)]
            assert (1, 1) == (states.count("active"), states.count("retired"))
            # Meanwhile new versions are wrapped by the new key, and both can be given on.
            seal.add(again, RecoveryCode.new(), seal.Scope())
            finished = key.rotate(again, PLACE)
            assert finished.resumed
            assert max(0, 7 - 3 * after) == finished.rewrapped
            assert before == _values(again, addresses)
    with place.opened() as again:
        assert fsck.check(again).ok
        states = [one.state for one in key.list_keys(again, PLACE)]
    assert ["destroyed"] * 4 + ["active"] == states


def test_a_frozen_environment_and_a_deleted_secret_are_no_obstacle(room: Local) -> None:
    (address,) = _keep(room, 1)
    done(room.gate.change(room.caller, DeleteSecret(address)))
    lifecycle.freeze(room, lifecycle.place(room, PLACE), "drill")

    assert 1 == key.rotate(room, PLACE).rewrapped


def test_a_key_is_rotated_by_whoever_has_it(place: Place, room: Local) -> None:
    with (
        opened_by(place, node_of(place, room, "development")) as node,
        pytest.raises(SealedError) as error,
    ):
        key.rotate(node, PLACE)
    assert "key-sealed" == error.value.code
    with opened_by(place, place.folder.parent / "development.key") as node:
        assert not key.rotate(node, "development").resumed
    with pytest.raises(InvalidError):
        key.rotate(room, "mars")


def test_a_node_that_was_open_is_handed_the_new_key_of_its_environment(
    place: Place, room: Local
) -> None:
    """It has its holder's private half; of other environments it still gets nothing."""
    at = Address.parse("development/a")
    secret.write(room, secret.WriteRequest(at, Value.single("weak-1"), "api-key", "Ada"))
    (strong,) = _keep(room, 1)
    with opened_by(place, node_of(place, room, "development")) as node:
        for environment in ("development", PLACE):
            key.rotate(room, environment)
        assert 1 == len(_values(node, [at]))
        (answer,) = node.gate.read(node.caller, [strong])
        assert not isinstance(answer, Delivered)
        assert ("development",) == node.gate.status().open_environments


def test_an_environment_without_a_key_is_said_to_have_none(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key, "_keks", lambda *_: [])

    with pytest.raises(NotFoundError) as error:
        key.rotate(room, PLACE)
    assert "kek-missing" == error.value.code


def test_progress_counts_up_to_all(room: Local) -> None:
    _keep(room, 3)
    seen: list[tuple[int, int]] = []
    key.rotate(room, PLACE, lambda done_, all_: seen.append((done_, all_)))

    assert [(0, 3), (3, 3)] == seen
