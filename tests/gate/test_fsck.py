"""Tests for strongroom.gate.fsck: what a MAC alone cannot show."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import START_US, World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.crypto.share import ShareCode
from strongroom.gate import fsck as module
from strongroom.gate.changes.acknowledge import Acknowledge
from strongroom.gate.changes.anchor import AddAnchor
from strongroom.gate.changes.batch import OpenBatch, OpenPart
from strongroom.gate.changes.check import RecordCheck
from strongroom.gate.changes.describe import DescribeSecret, SetSchedule
from strongroom.gate.changes.freeze import FreezeSecret, ThawSecret
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.notice import PutChannel, RemoveChannel
from strongroom.gate.changes.people import AddGrant, RevokeGrant
from strongroom.gate.changes.reference import SetReferences
from strongroom.gate.changes.rotation import Begin
from strongroom.gate.changes.secret import AddVersion, Made
from strongroom.gate.changes.share import MINUTE_US, CreateShare
from strongroom.gate.changes.target import PutTarget, SetRule
from strongroom.gate.changes.token import AddToken
from strongroom.gate.fsck import Kind, Problem, fsck
from strongroom.gate.operation import Delivered, Done
from strongroom.gate.rows import Seal
from strongroom.gate.shown import RecordEvidence
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Effect, Grant, Verb
from strongroom.notify.message import Topic

A = Address.parse("production/a")


@pytest.fixture
def busy(world: World) -> World:
    """A room in which every table was written, some rows twice."""
    world.create(str(A), "fake-1")
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "*", "*", role="Developer")
    for change in (
        AddVersion(A, value_of("fake-2")), FreezeSecret(A, "a leak"), ThawSecret(A),
        SetSchedule(A, 9, 9, 9, automatic=True), AddGrant(grant), RevokeGrant(grant.id),
        AddToken(world.owner.principal, bytes(32), "laptop", START_US + 10**9),
        SetSlot(new_id(), "keyfile", "room", b"opaque"),
        DescribeSecret(A, add_tags=("pci",)), DescribeSecret(A, backup="Bob"),
        AddAnchor("file", "/anchor"),
        MoveSecret(A, Address.parse("production/b")), MoveSecret(Address.parse("production/b"), A),
        RecordEvidence("drill-restore", True, {}), Acknowledge(A, "app", "node-1", 2),
        PutChannel("on-call", "", A, (Topic.FAILURE,)), RemoveChannel("on-call"),
        SetReferences(A, "customers.email", {2: 7}),
        RecordCheck(("production",), bytes(32), START_US, 0, b"found"),
    ):  # fmt: skip
        world.gate.change(world.owner, change)
    target = world.gate.change(world.owner, PutTarget("production", "db", "memory", ""))
    assert isinstance(target, Done)
    assert isinstance(target.result, bytes)
    for rotation in (
        SetRule(A, "db"),
        Begin(A, target.result, overlap=True, grace_us=0, watch_us=0),
    ):
        world.gate.change(world.owner, rotation)
    share = Grant(
        new_id(), Effect.ALLOW, frozenset({Verb.SHARE}), "*", "*", principal=world.owner.principal
    )
    world.gate.change(world.owner, AddGrant(share))
    kept = CreateShare(A, 2, "", Plaintext(b"fake-2"), ShareCode.new(), MINUTE_US)
    assert isinstance(world.gate.change(world.owner, kept), Done)
    id_ = new_id()
    for opening in (OpenBatch(id_, A, total=1), OpenPart(id_, A, members=(Made(new_id(), 1),))):
        world.gate.change(world.owner, opening)
    world.again().read(world.owner, [A])
    return world


def check(world: World) -> list[Problem]:
    db = world.room.connect()
    try:
        return fsck(db, Seal(world.room.keys.row_mac))
    finally:
        db.close()


def kinds(world: World) -> set[tuple[Kind, str]]:
    return {(problem.kind, problem.table) for problem in check(world)}


def test_a_whole_room_has_no_problem(busy: World) -> None:
    db = busy.room.connect()
    for table in module.TABLES.keys() - {"segment"}:  # tests/gate/test_segments.py
        assert db.query(f"SELECT count(*) > 0 FROM {table}") == [(1,)]
    db.close()

    assert check(busy) == []


def snapshot(world: World, table: str) -> list[tuple[object, ...]]:
    db = world.room.connect()
    rows = db.query(f"SELECT * FROM {table}")
    db.close()
    return list(rows)


def put_back(world: World, table: str, rows: list[tuple[object, ...]]) -> None:
    """Replace a whole table by what it was, past the triggers."""
    by_hand(world, f"DELETE FROM {table}", drop=True)
    db = world.room.connect()
    db.execute("PRAGMA foreign_keys=OFF")
    marks = ", ".join("?" for _ in rows[0])
    db.execute_many(f"INSERT INTO {table} VALUES ({marks})", rows)  # type: ignore[arg-type]
    db.close()


def test_an_older_row_that_was_put_back_passes_its_mac_and_is_found(busy: World) -> None:
    """The grant was revoked; the row from before is genuine, and a new process believes it."""
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
                  principal=busy.stranger.principal)  # fmt: skip
    busy.gate.change(busy.owner, AddGrant(grant))
    before = snapshot(busy, "grant_")
    busy.gate.change(busy.owner, RevokeGrant(grant.id))
    put_back(busy, "grant_", before)

    (answer,) = busy.again().read(busy.stranger, [A])
    assert isinstance(answer, Delivered)
    assert check(busy)[0][:3] == (Kind.REPLAYED, "grant_", grant.id.hex())


def test_an_older_pointer_is_found(busy: World) -> None:
    before = snapshot(busy, "current")
    busy.gate.change(busy.owner, AddVersion(A, value_of("fake-3")))
    put_back(busy, "current", before)

    assert kinds(busy) == {(Kind.REPLAYED, "current")}


HANDS = {
    "a forged row": ("UPDATE secret SET owner = 'eve'", {(Kind.FORGED, "secret")}),
    "a deleted row": ("DELETE FROM token", {(Kind.MISSING, "token")}),
    "a row of nobody": (
        "INSERT INTO role SELECT name || '2', denials, mac, change_seq FROM role LIMIT 1",
        {(Kind.UNKNOWN, "role")},
    ),
    "a change that was edited": (
        "UPDATE change SET mac = zeroblob(32) WHERE seq = 1",
        {(Kind.UNRECORDED, "change"), (Kind.REPLAYED, "principal"), (Kind.REPLAYED, "meta")},
    ),
    "changes that were cut off": (
        "DELETE FROM change WHERE seq > 3",
        {(Kind.UNRECORDED, "change"), (Kind.UNKNOWN, "*")},
    ),
    "an entry that was cut": (
        "DELETE FROM entry WHERE seq = 3", {(Kind.UNRECORDED, "change")},
    ),
    "an entry that is none": (
        "UPDATE entry SET leaf = x'00' WHERE seq = 3",
        {(Kind.UNRECORDED, "change"), (Kind.UNREADABLE, "entry")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("hand", "expected"), HANDS.values(), ids=HANDS.keys())
def test_what_a_hand_did_is_named(busy: World, hand: str, expected: set[tuple[Kind, str]]) -> None:
    by_hand(busy, hand, drop=True)
    found = kinds(busy)

    named = {(kind, "*" if (kind, "*") in expected else table) for kind, table in found}
    assert named
    assert named <= expected


def test_a_change_by_hand_belongs_to_no_entry(busy: World) -> None:
    """The trigger made its change row; no entry vouches for it."""
    by_hand(busy, "UPDATE secret SET owner = 'eve', change_seq = {next}")

    assert kinds(busy) == {(Kind.FORGED, "secret"), (Kind.UNRECORDED, "change")}


def test_the_list_is_bounded(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBLEMS_MAX", 2)
    by_hand(busy, "DELETE FROM version", "DELETE FROM grant_", "DELETE FROM seal", drop=True)

    assert len(check(busy)) == 2


def test_a_damaged_file_is_said_first(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from strongroom.db.sqlite import SqliteDb

    monkeypatch.setattr(SqliteDb, "verify", lambda _: ["page 7 is never used"])

    assert check(busy) == [Problem(Kind.STORAGE, "page 7 is never used", "", 0)]
