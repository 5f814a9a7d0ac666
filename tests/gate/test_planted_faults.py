"""Each promise has a test that a planted fault breaks: here the faults, and the proof.

A promise's body is run on a fresh room as it is, and must pass; then again with one line of
the program made wrong, and must fail. A body that passes both times tests nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from tests.gate.faulty import FaultyDb
from tests.gate.hand import by_hand
from tests.gate.rooms import START_US, Time, World, in_memory, value_of
from tests.gate.test_sequencer import report

from strongroom.access.facts import EnvironmentFacts
from strongroom.audit import checkpoint
from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Begin, Db, DbError
from strongroom.db.sqlite import SqliteDb
from strongroom.db.tables import log
from strongroom.errors import AuditBrokenError, ConflictError, NotFoundError, StrongroomError
from strongroom.gate import authority, decision, flush, gate, pending, writer
from strongroom.gate.changes import people, secret
from strongroom.gate.changes.freeze import FreezeSecret, Kill
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.people import AddGrant, RevokeGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.token import AddToken
from strongroom.gate.desk import Desk
from strongroom.gate.facts import Snapshot
from strongroom.gate.fsck import fsck
from strongroom.gate.gate import Gate
from strongroom.gate.limits import Refusals
from strongroom.gate.operation import Delivered, Failed, GateError, Refused
from strongroom.gate.pending import Pending, PendingRead
from strongroom.gate.record import Lane
from strongroom.gate.reserve import Reserve
from strongroom.gate.room import Limits
from strongroom.gate.rows import Seal
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

A = Address.parse("production/a")
Body = Callable[[], None]
Plant = Callable[[pytest.MonkeyPatch], None]


def fresh(**options: object) -> World:
    world = in_memory(Time(), **options)
    world.create(str(A), "fake-1")
    return world


def faulty(world: World) -> tuple[Gate, list[FaultyDb]]:
    made: list[FaultyDb] = []

    def connect() -> Db:
        made.append(FaultyDb(world.room.connect()))
        return made[-1]

    opened = Gate(world.room._replace(connect=connect))
    assert isinstance(opened.read(world.owner, [A])[0], Delivered)
    return opened, made


def allow(world: World) -> Grant:
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
                  principal=world.stranger.principal)  # fmt: skip
    world.gate.change(world.owner, AddGrant(grant))
    return grant


# 1. No value leaves before its record is durable.


def recorded_before_delivered() -> None:
    world = fresh()
    opened, made = faulty(world)
    made[-1].fail_commit(DbError("db-failed", ""), landed=False)
    with pytest.raises(GateError):
        opened.read(world.owner, [A])


def settle_anyway(patch: pytest.MonkeyPatch) -> None:
    def fail(self: Pending, failure: Exception) -> None:
        del failure
        self.settle(2**62)

    patch.setattr(Pending, "fail", fail)
    patch.setattr(PendingRead, "drop", lambda _: None)


def each_delivery_has_its_entry() -> None:
    world = fresh()
    world.gate.read(world.owner, [A, A, A])
    db = world.room.connect()
    assert db.query("SELECT count(*) FROM entry") == [(5,)]


def forget_entries(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lane, "write", lambda self, _: setattr(self, "_entries", []))


# 2. The log orders everything.


def nothing_passes_after_a_revoke() -> None:
    world = fresh()
    grant = allow(world)
    other = world.again()
    assert isinstance(other.read(world.stranger, [A])[0], Delivered)
    world.gate.change(world.owner, RevokeGrant(grant.id))
    assert isinstance(other.read(world.stranger, [A])[0], Refused)


def never_refresh(patch: pytest.MonkeyPatch) -> None:
    real = Snapshot.refresh

    def once(self: Snapshot, db: Db) -> None:
        if not self.head:
            real(self, db)

    patch.setattr(Snapshot, "refresh", once)


def the_lock_is_what_counts() -> None:
    world = fresh()
    opened, made = faulty(world)
    made[-1].before_begin(lambda: world.gate.change(world.owner, FreezeSecret(A, "a leak")))
    assert isinstance(opened.read(world.owner, [A])[0], Refused)


def trust_what_was_prepared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PendingRead, "stands", lambda *_: True)


def time_passes_before_the_lock() -> None:
    world = fresh()
    ends = structs.replace(allow(world), id=new_id(), expires_at_us=START_US + 10**9)
    world.gate.change(world.owner, AddGrant(ends))
    grants = world.room.connect().query("SELECT id FROM grant_ WHERE expires_us IS NULL")
    for (each,) in grants:
        world.gate.change(world.owner, RevokeGrant(each))  # type: ignore[arg-type]
    opened, made = faulty(world)
    assert isinstance(opened.read(world.stranger, [A])[0], Delivered)
    made[-1].before_begin(lambda: setattr(world.time, "us", START_US + 10**9))
    assert isinstance(opened.read(world.stranger, [A])[0], Refused)


def ignore_time(patch: pytest.MonkeyPatch) -> None:
    real = decision.Decisions.stands
    patch.setattr(
        decision.Decisions, "stands",
        lambda self, verdict, _: real(self, verdict._replace(until_us=None), 0),
    )  # fmt: skip


def a_late_value_is_dropped() -> None:
    world = fresh()
    desk = world.gate._flusher._desk
    assert desk is not None
    commit = desk.db.commit

    def slow() -> None:
        commit()
        world.time.us += 50_001

    desk.db.commit = slow  # type: ignore[method-assign]
    with pytest.raises(GateError):
        world.gate.read(world.owner, [A])


def no_deadline(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "late", lambda: None)
    patch.setattr(flush, "NS_PER_MS", 10**15)


def a_revoke_waits() -> None:
    world = fresh()
    grant = allow(world)
    world.gate.change(world.owner, RevokeGrant(grant.id))
    assert sum(world.time.slept_s) == pytest.approx(0.05)


def do_not_wait(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Gate, "_wait", lambda *_: None)


# 3. Storage is not trusted.


def a_forged_row_is_refused() -> None:
    world = fresh()
    by_hand(world, "UPDATE principal SET roles = 'Owner', change_seq = {next}")
    (answer,) = world.again().read(world.stranger, [A])
    assert isinstance(answer, Failed)


def check_no_mac(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Seal, "check", lambda _self, _table, row: row)


def a_deleted_denial_is_missed() -> None:
    world = fresh()
    deny = Grant(new_id(), Effect.DENY, frozenset({Verb.READ}), "*", "*", role="Owner")
    world.gate.change(world.owner, AddGrant(deny))
    by_hand(world, "DELETE FROM grant_", drop=True)
    (answer,) = world.again().read(world.owner, [A])
    assert isinstance(answer, Failed)


def count_no_denials(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(people, "_count", lambda *_: None)
    real = Snapshot._grants
    patch.setattr(
        Snapshot, "_grants",
        lambda self, rows, _: real(self, rows, sum(row.effect == "deny" for row in rows)),
    )  # fmt: skip


def a_moved_value_is_refused() -> None:
    world = fresh()
    world.create("production/b", "fake-2")
    by_hand(
        world,
        "UPDATE version SET sealed = (SELECT o.sealed FROM version o"
        " WHERE o.secret_id <> version.secret_id)",
        drop=True,
    )
    (answer,) = world.again().read(world.owner, [A])
    assert isinstance(answer, Failed)


def open_anything(patch: pytest.MonkeyPatch) -> None:
    check_no_mac(patch)
    patch.setattr(pending, "envelope", type("E", (), {"open": staticmethod(lambda *_: b"x")}))


def an_older_row_is_found() -> None:
    world = fresh()
    db = world.room.connect()
    ((n, at, mac, seq),) = db.query("SELECT n, changed_us, mac, change_seq FROM current")
    world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))
    for (name,) in db.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
        db.execute(f"DROP TRIGGER {name!s}")
    db.execute("UPDATE current SET n = ?, changed_us = ?, mac = ?, change_seq = ?",
               (n, at, mac, seq))  # fmt: skip
    assert fsck(db, Seal(world.room.keys.row_mac)) != []


def compare_no_states(patch: pytest.MonkeyPatch) -> None:
    from strongroom.gate import fsck as module

    patch.setattr(module, "_rows", lambda *_: iter(()))


# 4. Nobody can edit the past unnoticed.


def a_changed_change_is_found() -> None:
    world = fresh()
    by_hand(world, "UPDATE change SET row = 'other' WHERE seq = 1", drop=True)
    db = world.room.connect()
    found = fsck(db, Seal(world.room.keys.row_mac))
    assert any(problem.kind == "unrecorded" for problem in found)


def vouch_for_nothing(patch: pytest.MonkeyPatch) -> None:
    from strongroom.gate import fsck as module

    for place in (flush, module):
        patch.setattr(place, "digest", lambda _: bytes(32))


def a_hole_in_a_lane_is_found() -> None:
    world = fresh()
    world.gate.read(world.owner, [A, A, A])
    by_hand(world, "DELETE FROM entry WHERE seq = 3", drop=True)
    try:
        world.gate.sequence()
    except AuditBrokenError:
        return
    assert report(world).problems != ()


def skip_holes(patch: pytest.MonkeyPatch) -> None:
    real = log.leaves

    def closed_up(db: Db, lane: bytes, first: int, limit: int) -> list[tuple[int, bytes]]:
        found = real(db, lane, first, limit)
        return [(first + n, leaf) for n, (_, leaf) in enumerate(found)]

    patch.setattr(log, "leaves", closed_up)
    from tests.gate import test_sequencer

    patch.setattr(test_sequencer, "verify", lambda *_, **__: type("R", (), {"problems": ()}))
    patch.setattr(log, "no_longer_fresh", lambda *_: None)


def a_signed_log_verifies() -> None:
    world = fresh()
    others = [world.again(), world.again()]
    for opened in (world.gate, *others):
        opened.read(world.owner, [A] * 90)
    world.gate.sequence()
    assert report(world).problems == ()


def sign_another_root(patch: pytest.MonkeyPatch) -> None:
    real = checkpoint.sign

    def sign(signed: checkpoint.Checkpoint, key: Ed25519PrivateKey) -> str:
        return real(replace(signed, root=bytes(32)), key)

    patch.setattr(checkpoint, "sign", sign)


# 6. Default deny.


def nobody_may_without_a_rule() -> None:
    world = fresh()
    assert isinstance(world.gate.read(world.stranger, [A])[0], Refused)


def allow_all(patch: pytest.MonkeyPatch) -> None:
    real = decision.Decisions._decide
    patch.setattr(
        decision.Decisions, "_decide",
        lambda self, *a: real(self, *a)._replace(allowed=True),
    )  # fmt: skip


def a_killed_room_is_still() -> None:
    world = fresh()
    world.gate.change(world.owner, Kill())
    assert isinstance(world.gate.read(world.owner, [A])[0], Refused)


def forget_the_kill(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(authority, "EnvironmentFacts", lambda id_, _: EnvironmentFacts(id_, frozen=False))


def uses_are_counted() -> None:
    world = fresh()
    token = AddToken(world.owner.principal, bytes(32), "n", START_US + 10**9, 1)
    world.gate.change(world.owner, token)
    caller = world.gate.admit(bytes(32))
    kinds = [type(answer) for answer in world.gate.read(caller, [A, A])]
    assert kinds == [Delivered, Refused]


def spend_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(flush, "_spend", lambda *_: None)


def refusals_are_recorded() -> None:
    world = fresh()
    world.gate.read(world.stranger, [A])
    db = world.room.connect()
    assert db.query("SELECT count(*) FROM entry") == [(3,)]


def log_no_refusal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Refusals, "log", lambda *_: False)


def refusals_are_bounded() -> None:
    world = fresh(limits=Limits(refusals_a_minute=2))
    for _ in range(9):
        world.gate.read(world.stranger, [A])
    db = world.room.connect()
    assert db.query("SELECT count(*) FROM entry") == [(4,)]


def log_every_refusal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Refusals, "log", lambda *_: True)


# 8. Crash-safe.


def a_failed_change_leaves_nothing() -> None:
    world = fresh()
    deny = Grant(new_id(), Effect.DENY, frozenset({Verb.READ}), "*", "*", role="Owner")
    real = people._count
    people._count = lambda *_: (_ for _ in ()).throw(NotFoundError("gone", ""))
    try:
        world.gate.changes(world.owner, [AddGrant(deny)])
    finally:
        people._count = real
    db = world.room.connect()
    assert db.query("SELECT count(*) FROM grant_") == [(0,)]


def no_savepoint(patch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    patch.setattr(SqliteDb, "savepoint", lambda _: nullcontext())


def a_group_takes_the_right_lock() -> None:
    world = fresh()
    opened, made = faulty(world)
    opened.change(world.owner, AddVersion(A, value_of("fake-2")))
    assert made[-1].modes[-1] is Begin.CHANGE


def share_the_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pending.PendingChange, "writes", property(lambda _: True))
    real = FaultyDb.begin
    patch.setattr(FaultyDb, "begin", lambda self, _: real(self, Begin.RECORD))


def a_lost_transaction_is_forgotten() -> None:
    world = fresh()
    opened, made = faulty(world)
    made[-1].fail_commit(DbError("db-failed", ""), landed=False)
    with pytest.raises(GateError):
        opened.change(world.owner, AddVersion(A, value_of("fake-2")))
    assert world.value(A, opened) == "fake-1"


def keep_the_snapshot(patch: pytest.MonkeyPatch) -> None:
    def keep(self: flush.Flusher, desk: Desk, error: BaseException) -> None:
        del error
        desk.db.rollback()
        self._ledger.start_anew()

    patch.setattr(flush.Flusher, "_unknown", keep)


def an_unguarded_write_is_noticed() -> None:
    world = fresh()
    world.room.connect().execute("DROP TRIGGER current_updated")
    with pytest.raises(Exception, match="trigger"):
        world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))


def count_no_changes(patch: pytest.MonkeyPatch) -> None:
    real = writer.Writer.update

    def update(self: writer.Writer, table: object, row: object) -> object:
        done = real(self, table, row)  # type: ignore[type-var,arg-type]
        self.head = log.head(self.db)
        return done

    patch.setattr(writer.Writer, "update", update)


def the_reserve_is_whole_or_work_stops(tmp: Path) -> Body:
    def body() -> None:
        kept = Reserve(tmp / "reserve", size_bytes=32 * 4_096)
        assert kept.ready(1)
        kept.give()
        (tmp / "reserve").unlink(missing_ok=True)
        (tmp / "reserve").mkdir()
        assert not kept.ready(10**7)
        (tmp / "reserve").rmdir()

    return body


def never_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reserve, "_fill", lambda _: True)


def a_move_is_no_way_to_read() -> None:
    world = fresh()
    for path, verb in ((A.path, Verb.WRITE), ("mine/a", Verb.WRITE), ("mine/a", Verb.READ)):
        grant = Grant(new_id(), Effect.ALLOW, frozenset({verb}), "production", path,
                      principal=world.stranger.principal)  # fmt: skip
        world.gate.change(world.owner, AddGrant(grant))
    mine = Address.parse("production/mine/a")
    assert isinstance(world.gate.change(world.stranger, MoveSecret(A, mine)), Refused)
    assert isinstance(world.gate.read(world.stranger, [mine])[0], Refused)


def judge_the_first_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pending, "_judge_others", lambda *_: None)


def an_address_stays_its_secrets() -> None:
    world = fresh()
    world.gate.change(world.owner, MoveSecret(A, Address.parse("production/b")))
    with pytest.raises(ConflictError):
        world.create(str(A), "fake-2")


def forget_who_left(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(secret, "not_left", lambda *_: None)


CASES: list[tuple[Body, Plant]] = [
    (a_move_is_no_way_to_read, judge_the_first_only),
    (an_address_stays_its_secrets, forget_who_left),
    (recorded_before_delivered, settle_anyway),
    (each_delivery_has_its_entry, forget_entries),
    (nothing_passes_after_a_revoke, never_refresh),
    (the_lock_is_what_counts, trust_what_was_prepared),
    (time_passes_before_the_lock, ignore_time),
    (a_late_value_is_dropped, no_deadline),
    (a_revoke_waits, do_not_wait),
    (a_forged_row_is_refused, check_no_mac),
    (a_deleted_denial_is_missed, count_no_denials),
    (a_moved_value_is_refused, open_anything),
    (an_older_row_is_found, compare_no_states),
    (a_changed_change_is_found, vouch_for_nothing),
    (a_hole_in_a_lane_is_found, skip_holes),
    (a_signed_log_verifies, sign_another_root),
    (nobody_may_without_a_rule, allow_all),
    (a_killed_room_is_still, forget_the_kill),
    (uses_are_counted, spend_nothing),
    (refusals_are_recorded, log_no_refusal),
    (refusals_are_bounded, log_every_refusal),
    (a_failed_change_leaves_nothing, no_savepoint),
    (a_group_takes_the_right_lock, share_the_lock),
    (a_lost_transaction_is_forgotten, keep_the_snapshot),
    (an_unguarded_write_is_noticed, count_no_changes),
]


def prove(body: Body, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    body()
    with monkeypatch.context() as patch:
        plant(patch)
        try:
            body()
        except (AssertionError, pytest.fail.Exception, StrongroomError):
            return
    pytest.fail(f"{body.__name__} passes with {plant.__name__} planted")


@pytest.mark.parametrize(
    ("body", "plant"), CASES, ids=[f"{body.__name__}-{plant.__name__}" for body, plant in CASES]
)
def test_a_planted_fault_breaks_its_test(
    body: Body, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(body, plant, monkeypatch)


def test_a_reserve_that_never_looks_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(the_reserve_is_whole_or_work_stops(tmp_path), never_look, monkeypatch)
