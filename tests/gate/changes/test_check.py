"""Tests for strongroom.gate.changes.check."""

import hashlib

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.audit.entry import decode
from strongroom.db.interface import DbRefusedError
from strongroom.db.tables.checks import CheckRunRow
from strongroom.errors import LimitError, TamperedError
from strongroom.gate import stored_tree
from strongroom.gate.changes import check as module
from strongroom.gate.changes.check import RecordCheck
from strongroom.gate.operation import Done, Refused
from strongroom.gate.views import ListChecks

RUN = RecordCheck(("production",), b"p" * 32, 7, 2, b"what was found")


def runs(world: World, *environments: str, limit: int = 9) -> list[CheckRunRow]:
    done = world.gate.look(world.owner, ListChecks(environments or None, limit))
    assert isinstance(done, Done)
    assert isinstance(done.result, list)
    return done.result


def test_a_run_is_kept_and_its_entry_names_what_was_found(world: World) -> None:
    world.gate.change(world.owner, RUN)
    (row,) = runs(world)
    assert ("production", b"p" * 32, 7, 2, b"what was found", world.owner.principal) == row[1:7]
    world.gate.sequence()
    db = world.room.connect()
    entries = [decode(r.leaf or b"") for r in stored_tree.log_rows(db, 0, 100)]
    (entry,) = [e for e in entries if e.object_kind == "check"]

    assert hashlib.sha256(RUN.body).digest() == entry.object_id[:32]


def test_runs_come_newest_first_and_by_their_environments(world: World) -> None:
    for at, places in (
        (7, ("production",)),
        (9, ("production",)),
        (8, ("development", "production")),
    ):
        world.gate.change(world.owner, RecordCheck(places, bytes(32), at, 0, b""))

    assert [9, 8, 7] == [row.as_of_us for row in runs(world)]
    assert [9, 7] == [row.as_of_us for row in runs(world, "production")]
    assert [8] == [row.as_of_us for row in runs(world, "development", "production")]
    assert [9] == [row.as_of_us for row in runs(world, limit=1)]


def test_who_may_not_audit_neither_keeps_nor_sees_one(world: World) -> None:
    assert isinstance(world.gate.change(world.developer, RUN), Refused)
    assert isinstance(world.gate.look(world.developer, ListChecks()), Refused)


def test_what_was_found_is_not_bettered_afterwards(world: World) -> None:
    world.gate.change(world.owner, RUN)
    for sql in ("DELETE FROM check_run", "UPDATE check_run SET found = 0, change_seq = {next}"):
        with pytest.raises(DbRefusedError):
            by_hand(world, sql)
    by_hand(world, "UPDATE check_run SET body = x'00'", drop=True)

    with pytest.raises(TamperedError):
        runs(world)


def test_a_body_has_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_BYTES_MAX", 4)
    with pytest.raises(LimitError):
        world.gate.change(world.owner, RUN)
