"""Tests for strongroom.gate.decision."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.db.interface import Db
from strongroom.gate import decision
from strongroom.gate.changes.freeze import FreezeEnvironment
from strongroom.gate.decision import Ask, Decisions, may_list
from strongroom.gate.facts import Snapshot
from strongroom.gate.operation import Caller
from strongroom.model.principal import Verb


@pytest.fixture
def db(world: World) -> Db:
    return world.room.connect()


def asked(who: Caller, path: str | None = "a", verb: Verb = Verb.READ) -> Ask:
    return Ask(who, verb, "production", path, reason=False)


def test_a_yes_is_remembered_while_it_stands(world: World, db: Db) -> None:
    world.create("production/a")
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    decisions = Decisions(snapshot)
    first = decisions.judge(db, asked(world.owner), START_US)
    assert decisions.judge(db, asked(world.owner), START_US) is first
    world.gate.change(world.owner, FreezeEnvironment("production", "a leak"))
    snapshot.refresh(db)

    assert not decisions.stands(first, START_US)
    assert decisions.judge(db, asked(world.owner), START_US).code == "environment-frozen"


def test_a_no_is_decided_each_time(world: World, db: Db) -> None:
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    decisions = Decisions(snapshot)
    first = decisions.judge(db, asked(world.stranger), START_US)

    assert not first.allowed
    assert decisions.judge(db, asked(world.stranger), START_US) is not first


def test_memory_is_bounded(world: World, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "VERDICTS_MAX", 2)
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    decisions = Decisions(snapshot)
    for n in range(5):
        decisions.judge(db, asked(world.owner, f"p{n}", Verb.WRITE), START_US)

    assert len(decisions._kept) <= 2


def test_a_folder_is_seen_by_who_may_know_what_is_in_it(world: World, db: Db) -> None:
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    decisions = Decisions(snapshot)

    def listed(who: Caller) -> bool:
        return may_list(decisions.judge(db, asked(who, "-", Verb.METADATA), START_US))

    assert [listed(who) for who in (world.owner, world.developer)] == [True, False]


def test_the_secret_is_named_also_where_it_is_refused(world: World, db: Db) -> None:
    address = world.create("production/a")
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    held = snapshot.secret(db, address.environment, address.path)
    verdict = Decisions(snapshot).judge(db, asked(world.stranger), START_US)

    assert held is not None
    assert verdict.secret_id == held.row.id
