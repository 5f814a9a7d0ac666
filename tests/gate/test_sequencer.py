"""Tests for strongroom.gate.sequencer."""

import pytest
from tests.gate.faulty import FaultyDb
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World

from strongroom.audit.checkpoint import origin_of
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Report
from strongroom.audit.verifier import verify
from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Db, DbError
from strongroom.db.tables import log, work
from strongroom.errors import AuditBrokenError
from strongroom.gate import sequencer, stored_tree
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.gate import Gate
from strongroom.gate.sequencer import Sequenced, Sequencer
from strongroom.model.address import Address
from strongroom.model.principal import Conditions, Effect, Grant, Verb


def report(world: World) -> Report:
    """What the offline verifier says of the room's log."""
    assert world.room.log_key is not None
    key = VerifierKey(origin_of(world.room.instance_id), world.room.log_key.public)
    db = world.room.connect()
    try:
        rows = stored_tree.log_rows(db, 0, 10**9)
        return verify(
            rows, log.checkpoint_notes(db), key,
            nodes=lambda level, i: log.node(db, level, i), now_us=world.time.us,
        )  # fmt: skip
    finally:
        db.close()


def read(world: World, address: Address, times: int, gate: Gate | None = None) -> None:
    (gate or world.gate).read(world.owner, [address] * times)


def test_an_ordered_log_verifies_offline(world: World) -> None:
    address = world.create("production/a")
    others = [world.again(), world.again()]
    for n in range(6):
        for gate in (world.gate, *others):
            read(world, address, 70 + n, gate)
        world.gate.sequence()
    world.gate.read(world.stranger, [address])
    world.gate.sequence()
    found = report(world)

    assert found.problems == ()
    assert (found.signed, found.lanes) == (found.entries, 3)
    assert found.entries == 2 + sum(3 * (70 + n) for n in range(6)) + 1


def test_each_entry_is_in_exactly_one_run(world: World) -> None:
    address = world.create("production/a")
    for n in range(5):
        read(world, address, n + 1)
        world.gate.sequence()
    db = world.room.connect()
    placed = [(row.lane, row.seq) for row in stored_tree.log_rows(db, 0, 1_000)]

    assert len(placed) == len(set(placed))
    assert sorted(placed) == sorted(db.query("SELECT lane, seq FROM entry"))


def test_nothing_new_signs_nothing(world: World) -> None:
    assert world.gate.sequence().signed
    again = world.gate.sequence()

    assert (again.mine, again.added, again.signed) == (True, 0, False)


def test_one_process_sequences_until_its_lease_ends(world: World, time: Time) -> None:
    other = world.again()
    assert world.gate.sequence().mine
    assert not other.sequence().mine
    time.us += sequencer.LEASE_US
    read(world, world.create("production/a"), 3)

    assert other.sequence().added == 4
    assert not world.gate.sequence().mine
    time.us += sequencer.LEASE_US
    read(world, Address("production", "a"), 3, other)
    assert world.gate.sequence().added == 3
    assert report(world).problems == ()


def test_without_the_log_key_nothing_is_sequenced(world: World) -> None:
    gate = world.again(log_key=None)

    assert gate.sequence() == (False, 0, 0, False, False)


def test_a_long_backlog_is_worked_off_in_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "LEAVES_MAX", 100)
    address = world.create("production/a")
    for gate in (world.gate, world.again(), world.again()):
        read(world, address, 170, gate)
    one = Sequencer(world.room)
    parts: list[Sequenced] = []
    while not parts or parts[-1].more:
        parts.append(one.run())

    assert [part.added for part in parts] == [100] * 5 + [12]
    assert [part.signed for part in parts] == [False] * 5 + [True]
    one.close()
    assert report(world).problems == ()


def test_a_failed_run_is_begun_anew(world: World) -> None:
    made: list[FaultyDb] = []

    def connect() -> Db:
        made.append(FaultyDb(world.room.connect()))
        return made[-1]

    one = Sequencer(world.room._replace(connect=connect))
    one.run()
    world.create("production/a")
    made[-1].fail_commit(DbError("db-failed", "the disk is on fire"), landed=True)
    with pytest.raises(DbError):
        one.run()
    world.create("production/b")

    assert one.run().size == 3
    assert report(world).problems == ()
    one.close()


def test_last_use_is_a_projection_of_the_log(world: World, time: Time) -> None:
    address = world.create("production/a")
    time.us += 7
    read(world, address, 1)
    time.us += 7
    world.gate.read(world.stranger, [address])
    world.gate.sequence()
    db = world.room.connect()
    ((secret_id,),) = db.query("SELECT id FROM secret")
    assert isinstance(secret_id, bytes)
    name = secret_id.hex()
    who = world.owner.principal.hex()

    assert work.last_used(db, "secret", name) == time.us - 7
    assert work.last_used(db, "version", f"{name}/1") == time.us - 7
    assert work.last_used(db, "reader", f"{name}/1/{who}") == time.us - 7
    assert work.last_used(db, "principal", world.stranger.principal.hex()) is None


CUTS = {
    "an entry": ("DELETE FROM entry WHERE seq = 4", "log-hole"),
    "the last entry": ("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)", "log-hole"),
    "a run": ("DELETE FROM run WHERE idx > 0", "log-truncated"),
    "an edited entry": (
        "UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 2",
        "log-root",
    ),
    "a node": ("DELETE FROM node", "log-hole"),
}


@pytest.mark.parametrize(("cut", "code"), CUTS.values(), ids=CUTS.keys())
def test_a_log_that_was_cut_is_not_signed_on(world: World, cut: str, code: str) -> None:
    """A process that starts looks at what was signed last before it signs on top of it."""
    address = world.create("production/a")
    read(world, address, 300 if code == "log-hole" and "node" in cut else 5)
    world.gate.sequence()
    read(world, address, 5)
    world.gate.sequence()
    world.gate.close()
    by_hand(world, cut, drop=True)
    gate = world.again()
    world.time.us += sequencer.LEASE_US
    with pytest.raises(AuditBrokenError) as broken:
        gate.sequence()

    assert broken.value.code == code
    assert report(world).problems != ()


def test_a_hole_that_has_no_place_yet_stops_the_sequencer(world: World) -> None:
    address = world.create("production/a")
    world.gate.sequence()
    read(world, address, 5)
    by_hand(world, "DELETE FROM entry WHERE seq = 4", drop=True)
    with pytest.raises(AuditBrokenError):
        world.gate.sequence()


def test_the_gate_works_off_all_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "LEAVES_MAX", 100)
    monkeypatch.setattr(sequencer, "LANES_MAX", 2)
    address = world.create("production/a")
    for gate in (world.gate, world.again(), world.again()):
        read(world, address, 170, gate)
    done = world.gate.sequence()

    assert (done.size, done.added, done.signed) == (512, 512, True)
    assert report(world).problems == ()


def test_the_use_of_a_grant_is_projected_also_when_it_is_counted(world: World, time: Time) -> None:
    address = world.create("production/a")
    made = [
        Grant(
            new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "a",
            principal=world.stranger.principal, conditions=Conditions(uses_left=uses),
        )
        for uses in (1, None)
    ]  # fmt: skip
    for grant in made:
        world.gate.change(world.owner, AddGrant(grant, ""))
        time.us += 5
        world.gate.read(world.stranger, [address])
        world.gate.sequence()
        db = world.room.connect()
        ((secret_id,),) = db.query("SELECT id FROM secret")
        assert isinstance(secret_id, bytes)

        assert time.us == work.last_used(db, "grant", grant.id.hex())
        assert time.us == work.last_used(db, "secret", secret_id.hex())


def test_a_detail_that_was_spoiled_does_not_stop_the_log(world: World) -> None:
    address = world.create("production/a")
    grant = Grant(
        new_id(), Effect.ALLOW, frozenset({Verb.READ}), "*", "*", principal=world.stranger.principal
    )
    world.gate.change(world.owner, AddGrant(grant, ""))
    world.gate.read(world.stranger, [address])
    spoiled = b'{"rule":"grant:'.hex()
    by_hand(world, f"UPDATE detail SET blob = x'{spoiled}'", drop=True)

    assert world.gate.sequence().signed
