"""Tests for strongroom.wiring.resident: a room that stays open beside others, threads and forks."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest
from tests.conftest import RESERVE_BYTES, Place

from strongroom import wiring
from strongroom.db import sqlite
from strongroom.db.tables import log, work
from strongroom.errors import (
    ConfigError,
    DeniedError,
    NotFoundError,
    StrongroomError,
    UpstreamError,
)
from strongroom.gate.changes.house import AdoptPolicy
from strongroom.gate.sequencer import LEASE
from strongroom.model.address import Address
from strongroom.ops import fsck, secret
from strongroom.ops.local import Local, done
from strongroom.policy import stored
from strongroom.policy.compiler import compile as compile_
from strongroom.secret.value import Value
from strongroom.wiring import Founded, resident
from strongroom.wiring.process import DATABASE
from strongroom.wiring.resident import Resident

KEY = Address.parse("development/customer-api/SECRET_KEY")


@pytest.fixture
def stays(place: Place, made: Founded, monkeypatch: pytest.MonkeyPatch) -> Resident:
    """A room with one secret, open in this process."""
    del made
    for key, text in place.environ.items():
        monkeypatch.setenv(key, text)
    with place.opened() as local:
        keep(local, "fake-1")
    found = Resident(place.folder, "a test")
    assert value(found) == "fake-1"
    return found


def keep(room: Local, text: str) -> None:
    new = {} if text != "fake-1" else {"type": "jwt-secret-key", "owner": "DevOps"}
    secret.write(room, secret.WriteRequest(KEY, Value.single(text), **new))  # type: ignore[arg-type]


def value(of: Resident, tries: int = 5) -> object:
    """On a busy machine a value may be dropped as late; whoever reads asks again, as callers do."""
    try:
        with of.use(reads=True) as room:
            found = secret.read(room, KEY).value.only
    except UpstreamError as error:
        if tries == 0 or "too long to hand over" not in error.message:
            raise
        return value(of, tries - 1)
    return found and found.data


def test_it_opens_once_and_sees_what_others_write_meanwhile(stays: Resident, place: Place) -> None:
    with stays.use() as first:
        pass
    with place.opened() as other:
        keep(other, "fake-2")
    assert value(stays) == "fake-2"
    with stays.use() as again:
        assert again is first


def test_what_it_read_is_signed_in_time_and_the_turn_to_sign_is_left_to_others(
    stays: Resident, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident, "SIGN_S", 0.0)
    value(stays)
    with stays.use():
        pass
    with closing(sqlite.connect(place.folder / DATABASE)) as db:
        signed = log.last_checkpoint(db)
        assert signed is not None
        assert signed.size == log.size(db)
        assert log.fresh(db, 10) == []
        assert work.take_lease(db, work.Lease(LEASE, b"another", 2), 1)


def test_a_busy_database_is_an_error_that_may_pass(
    stays: Resident, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a process was stopped in the middle of a write."""
    monkeypatch.setattr(sqlite, "connect", partial(sqlite.connect, wait_ms=20))
    stays.close()
    with closing(sqlite3.connect(place.folder / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UpstreamError) as caught:
            value(stays)
        assert caught.value.retryable
        assert str(place.folder) in caught.value.message
        other.execute("ROLLBACK")
    assert value(stays) == "fake-1"


def test_a_thread_that_waits_too_long_for_another_is_told(
    stays: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident, "WAIT_S", 0.01)
    found: list[str] = []

    def ask() -> None:
        with pytest.raises(UpstreamError) as caught:
            value(stays)
        found.append(caught.value.code)

    with stays.use():
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    assert found == ["origin-busy"]


def test_threads_share_it(stays: Resident) -> None:
    barrier, found = Barrier(8), list[object]()

    def ask() -> None:
        barrier.wait()
        found.extend(value(stays) for _ in range(10))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["fake-1"] * 80


def test_a_room_that_was_put_in_its_place_is_the_one_that_is_read(
    stays: Resident, place: Place
) -> None:
    """Not the removed file that is still open, whose log nobody would ever see."""
    shutil.copytree(place.folder, place.folder.with_name("copy"))
    shutil.rmtree(place.folder)
    with pytest.raises(StrongroomError) as caught:
        value(stays)
    assert caught.value.code == "db-missing"
    assert not isinstance(caught.value, NotFoundError)

    place.folder.with_name("copy").rename(place.folder)
    with pytest.raises(StrongroomError) as copied:
        value(stays)
    assert copied.value.code == "room-copied"


def test_a_room_that_became_another_instance_is_opened_as_that(
    stays: Resident, place: Place
) -> None:
    with stays.use() as room:
        before = room.instance_id
    made = wiring.in_place(
        place.settings, place.environ, place.folder, "cloned", cloned=True,
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    with pytest.raises(DeniedError) as caught:
        value(stays)
    assert caught.value.code == "environment-frozen"
    with stays.use() as room:
        assert room.instance_id == made.instance_id != before


def test_a_new_policy_counts_at_once(stays: Resident, place: Place, document: bytes) -> None:
    with stays.use() as room:
        before = room.policy.sha256
    with place.opened() as other:
        longer = document + b"\nOne more line.\n"
        change = AdoptPolicy(longer, stored.encode(compile_(longer)))
        done(other.gate.change(other.caller, change))
    with stays.use() as room:
        assert room.policy.sha256 != before


def test_no_room_is_a_fault_of_the_configuration(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_CONFIG", place.environ["STRONGROOM_CONFIG"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught, Resident(None, "a test").use():
        pass
    assert caught.value.code == "room-not-found"


def in_child(work: Callable[[], object]) -> str:
    """What `work` gives in a child of this process that ends at once."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, repr(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        found = stream.read().decode()
    os.waitpid(child, 0)
    return found


def test_a_child_opens_its_own_even_when_a_thread_of_the_parent_was_in_the_room(
    stays: Resident,
) -> None:
    with stays.use():  # whoever holds the turn now does not exist in the child
        assert in_child(lambda: value(stays)) == "'fake-1'"
    assert value(stays) == "fake-1"


def test_a_child_does_nothing_with_what_its_parent_opened(stays: Resident, place: Place) -> None:
    """Not even what is done with a room that nobody holds any more: its log is the parent's to sign."""
    with closing(sqlite.connect(place.folder / DATABASE)) as db:
        waiting = log.fresh(db, 10)
        assert waiting
        in_child(gc.collect)
        assert log.fresh(db, 10) == waiting
        stays.close()
        assert log.fresh(db, 10) == []


CHILDREN = """
import os, sys, threading
from pathlib import Path
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.wiring.resident import Resident

stays = Resident(Path(sys.argv[1]), "a test")
def read():
    with stays.use(reads=True) as room:
        return secret.read(room, Address.parse("development/customer-api/SECRET_KEY")).version
read()
ends = threading.Event()
def always():
    while not ends.is_set():
        read()
thread = threading.Thread(target=always)
thread.start()
children = []
for n in range(8):
    child = os.fork()
    if not child:
        if n % 2:
            read()
        sys.exit(0)  # as a worker of a server ends: with all that is registered for the end
    children.append(child)
codes = [os.waitpid(child, 0)[1] for child in children]
ends.set()
thread.join()
read()
print(codes)
"""


def test_children_that_end_leave_the_parent_s_room_whole(stays: Resident, place: Place) -> None:
    stays.close()
    environ = {**os.environ, **place.environ}
    ended = subprocess.run(
        [sys.executable, "-c", CHILDREN, str(place.folder)],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout.strip()) == (0, "[0, 0, 0, 0, 0, 0, 0, 0]"), ended.stderr
    with place.opened() as local:
        assert fsck.check(local).ok
