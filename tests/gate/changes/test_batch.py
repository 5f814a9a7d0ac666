"""Tests for strongroom.gate.changes.batch."""

import pytest
from tests.gate.changes.test_secret import made, shown
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import work
from strongroom.db.tables.batches import BATCH, PART
from strongroom.errors import ConflictError, InvalidError, NotFoundError, RequestError
from strongroom.gate import occupancy
from strongroom.gate.changes import batch
from strongroom.gate.changes.batch import (
    DropPart,
    OpenBatch,
    OpenPart,
    PublishPart,
    SetBatch,
    Stage,
    State,
)
from strongroom.gate.changes.describe import DeleteSecret, RestoreSecret
from strongroom.gate.changes.freeze import FreezeEnvironment, FreezeSecret, ThawEnvironment
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion, CreateSecret, Fingerprint, Made, Value
from strongroom.gate.changes.version import Destroy, Promote
from strongroom.gate.fsck import fsck
from strongroom.gate.operation import Caller, Delivered, Done, Failed, ReadRequest, Refused
from strongroom.gate.rows import Seal
from strongroom.gate.views import ListFolder, ShowSecret
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

NEW = Address.parse("production/api/NEW")
OLD = Address.parse("production/api/OLD")
MATCH = Fingerprint("value", bytes(range(32)), "fp:00000000", 40, "lower")
PRINTED = Value(value_of("fake-3").plaintext, value_of("x").expires_us, fingerprints=(MATCH,))


def must(world: World, *changes: Change, who: Caller | None = None) -> list[object]:
    """Each change does; their results."""
    answers = world.gate.changes(who or world.owner, changes)
    assert all(isinstance(answer, Done) for answer in answers), answers
    return [answer.result for answer in answers if isinstance(answer, Done)]


def fails(world: World, change: Change, kind: type[RequestError], code: str) -> None:
    with pytest.raises(kind) as error:
        world.gate.change(world.owner, change)
    assert code == error.value.code


class Staged:
    """A batch of one new secret and one new version of a secret that is there."""

    def __init__(self, world: World, value: Value = PRINTED) -> None:
        world.create(str(OLD), "fake-1")
        self.world = world
        self.id = new_id()
        self.old = shown(world, OLD).secret.id
        self.new = new_id()
        self.members = (Made(self.new, 1), Made(self.old, 2))
        must(
            world,
            OpenBatch(self.id, NEW, total=2),
            OpenPart(self.id, NEW, k=0, members=self.members),
            Stage(NEW, self.id, 0, self.members[0], "api-key", "ann", value),
            Stage(OLD, self.id, 0, self.members[1], "", "", value_of("fake-2"), new=False),
        )

    def to(self, state: State) -> SetBatch:
        return SetBatch(self.id, NEW, state=state)

    def part(self) -> PublishPart:
        return PublishPart(self.id, NEW, places=(NEW, OLD))

    def publish(self) -> list[object]:
        return must(
            self.world, self.to(State.PUBLISHING), self.part(),
            self.to(State.PUBLISHED),
        )  # fmt: skip

    def drop(self) -> list[object]:
        return must(
            self.world, self.to(State.ABORTING), DropPart(self.id, NEW), self.to(State.ABORTED)
        )


def whole(world: World) -> bool:
    return not fsck(world.room.connect(), Seal(world.room.keys.row_mac))


def test_what_is_staged_is_seen_by_nobody(world: World) -> None:
    """Not read, not by number, not listed, not shown, not promoted, restored, frozen, added to."""
    Staged(world)
    again = world.again()
    for gate in (world.gate, again):
        for verb in (Verb.READ, Verb.ROTATE):
            for n in (None, 1):
                (answer,) = gate.read(world.owner, [ReadRequest(NEW, n, verb)])
                assert isinstance(answer, Refused)
                assert answer.code == "secret-unknown"
        listed = gate.look(world.owner, ListFolder("production", "api"))
        assert isinstance(listed, Done)
        assert listed.result == ["OLD"]
        assert isinstance(gate.look(world.owner, ShowSecret(NEW)), Refused)
    assert world.value(OLD) == "fake-1"
    for change in (
        RestoreSecret(NEW), Promote(NEW, 1), FreezeSecret(NEW, "x"), DeleteSecret(NEW),
        Destroy(NEW, 1), AddVersion(NEW, value_of("fake-9")),
    ):  # fmt: skip
        (answer,) = world.gate.changes(world.owner, [change])  # type: ignore[assignment]
        code = answer.error.code if isinstance(answer, Failed) else answer.code  # type: ignore[union-attr]
        assert code == "secret-unknown"
    fails(world, CreateSecret(NEW, "t", "o", value_of("x")), ConflictError, "secret-staged")
    again.close()


def test_what_is_published_is_seen_by_all(world: World) -> None:
    staged, other = Staged(world), world.again()
    (refused,) = other.read(world.owner, [NEW])
    assert isinstance(refused, Refused)

    assert staged.publish() == [None, 2, None]
    assert [world.value(NEW), world.value(OLD)] == ["fake-3", "fake-2"]
    assert [world.value(NEW, other), world.value(OLD, other)] == ["fake-3", "fake-2"]
    assert [v.state for v in shown(world, OLD).versions] == ["current", "previous"]
    assert whole(world)
    other.close()


def test_what_is_dropped_leaves_a_free_address_and_no_value(world: World) -> None:
    staged = Staged(world)
    assert staged.drop() == [None, 2, None]

    db = world.room.connect()
    assert [] == work.same_value(db, bytes(range(32)))
    assert [(2, "destroyed", b""), (1, "current", b"")] == [
        (v.n, v.state, v.wrapped) for v in shown(world, OLD).versions
    ]
    assert world.value(OLD) == "fake-1"
    assert isinstance(world.gate.look(world.owner, ShowSecret(NEW)), Refused)
    # The same value may be written elsewhere now, and the address is free.
    world.gate.change(world.owner, CreateSecret(Address("development", "d"), "t", "o", PRINTED))
    again = made(world, CreateSecret(NEW, "other-type", "bob", value_of("fake-4")))
    assert Made(staged.new, 2) == again
    assert world.value(NEW) == "fake-4"
    assert shown(world, NEW).secret.owner == "bob"
    assert whole(world)


def test_a_free_address_can_be_staged_again(world: World) -> None:
    first = Staged(world)
    first.drop()
    id_, member = new_id(), Made(first.new, 2)
    must(
        world,
        OpenBatch(id_, NEW, total=1),
        OpenPart(id_, NEW, members=(member,)),
        Stage(NEW, id_, 0, member, "api-key", "cy", value_of("fake-5"), over=True),
        SetBatch(id_, NEW, state=State.PUBLISHING),
        PublishPart(id_, NEW, places=(NEW,)),
    )

    assert world.value(NEW) == "fake-5"
    assert whole(world)


def test_members_that_were_never_written_are_passed_over(world: World) -> None:
    """A crash between what a part says and what it has."""
    id_ = new_id()
    members = (Made(new_id(), 1), Made(new_id(), 1))
    must(
        world,
        OpenBatch(id_, NEW, total=2),
        OpenPart(id_, NEW, members=members),
        Stage(NEW, id_, 0, members[1], "api-key", "ann", value_of("fake-1")),
        SetBatch(id_, NEW, state=State.ABORTING),
    )

    assert must(world, DropPart(id_, NEW), SetBatch(id_, NEW, state=State.ABORTED)) == [1, None]
    assert whole(world)


def test_a_secret_without_a_value_has_its_schedule(world: World) -> None:
    id_, member = new_id(), Made(new_id(), 0)
    must(
        world,
        OpenBatch(id_, NEW, total=1),
        OpenPart(id_, NEW, members=(member,)),
        Stage(NEW, id_, 0, member, "api-key", "ann", scheduled=True, every_us=9, next_us=7),
        SetBatch(id_, NEW, state=State.PUBLISHING),
        PublishPart(id_, NEW, places=(NEW,)),
    )
    found = shown(world, NEW)

    assert (None, []) == (found.current, found.versions)
    assert found.schedule is not None
    assert (9, 7) == (found.schedule.every_us, found.schedule.next_us)


def test_publishing_twice_or_dropping_twice_changes_nothing(world: World) -> None:
    staged = Staged(world)
    must(world, staged.to(State.PUBLISHING))

    assert must(world, staged.part(), staged.part()) == [2, 0]


def test_there_is_no_way_back_from_publishing_nor_forward_from_aborting(world: World) -> None:
    staged = Staged(world)
    must(world, staged.to(State.PUBLISHING))
    fails(world, staged.to(State.ABORTING), ConflictError, "batch-state")
    fails(world, DropPart(staged.id, NEW), ConflictError, "batch-state")
    fails(
        world, OpenPart(staged.id, NEW, k=1, members=staged.members), ConflictError, "batch-state"
    )
    fails(world, staged.to(State.PUBLISHED), ConflictError, "batch-state")


def test_nothing_is_published_before_its_batch_is(world: World) -> None:
    staged = Staged(world)

    fails(world, staged.part(), ConflictError, "batch-state")
    fails(world, staged.to(State.PUBLISHED), ConflictError, "batch-state")


def test_only_what_a_part_names_is_staged_into_it(world: World) -> None:
    staged = Staged(world)
    where = Address("production", "api/X")
    foreign = Stage(where, staged.id, 0, Made(new_id(), 1), "t", "o", value_of("x"))
    fails(world, foreign, ConflictError, "batch-closed")
    missing_part = Stage(where, staged.id, 5, Made(staged.new, 1), "t", "o", value_of("x"))
    fails(world, missing_part, ConflictError, "batch-closed")
    staged.publish()
    late = Stage(where, staged.id, 0, Made(staged.new, 1), "t", "o", value_of("x"))
    fails(world, late, ConflictError, "batch-closed")


def test_two_processes_do_not_open_the_same_part(world: World) -> None:
    staged = Staged(world)
    change = OpenPart(staged.id, NEW, k=0, members=(Made(new_id(), 1),))

    fails(world, change, ConflictError, "batch-busy")


def test_a_batch_is_its_opener_s_or_an_administrator_s(world: World) -> None:
    where = Address("development", "d/K")
    id_, member = new_id(), Made(new_id(), 1)
    must(
        world,
        OpenBatch(id_, where, total=1),
        OpenPart(id_, where, members=(member,)),
        Stage(where, id_, 0, member, "t", "dev", value_of("fake-1")),
        who=world.developer,
    )
    fails(world, SetBatch(id_, where, state=State.ABORTING), ConflictError, "batch-foreign")
    ends = SetBatch(id_, None, Verb.ADMINISTER, State.ABORTING)
    assert isinstance(world.gate.change(world.developer, ends), Refused)

    must(world, ends, DropPart(id_, None, Verb.ADMINISTER))


def test_at_another_address_even_its_opener_is_refused(world: World) -> None:
    """Rights at some other place decide nothing about this batch."""
    staged = Staged(world)

    fails(world, SetBatch(staged.id, OLD, state=State.ABORTING), ConflictError, "batch-foreign")


@pytest.mark.parametrize("verb", [Verb.METADATA, Verb.ADMINISTER, Verb.AUDIT])
def test_a_batch_is_not_decided_by_another_verb(verb: Verb) -> None:
    with pytest.raises(ValueError, match="at an address"):
        SetBatch(new_id(), NEW, verb)


def test_a_freeze_stops_publishing(world: World) -> None:
    staged = Staged(world)
    must(world, staged.to(State.PUBLISHING), FreezeSecret(OLD, "drill"))
    (frozen,) = world.gate.changes(world.owner, [staged.part()])
    assert isinstance(frozen, Refused)
    assert "secret-frozen" == frozen.code
    assert isinstance(world.gate.read(world.owner, [NEW])[0], Refused)
    must(world, FreezeEnvironment("production", "drill"))
    (answer,) = world.gate.changes(world.owner, [staged.part()])
    assert isinstance(answer, Refused)
    administrator = PublishPart(staged.id, None, Verb.ADMINISTER)
    fails(world, administrator, ConflictError, "secret-frozen")
    must(world, ThawEnvironment("production"))


def test_publishing_is_decided_at_every_member(world: World) -> None:
    """A right that was withdrawn at another address than the first one is not bypassed."""
    staged = Staged(world)
    must(world, staged.to(State.PUBLISHING))
    fails(world, PublishPart(staged.id, NEW, places=(NEW,)), ConflictError, "batch-moved")
    denial = Grant(
        bytes(range(16)), Effect.DENY, frozenset({Verb.WRITE}), "production", OLD.path,
        principal=world.owner.principal,
    )  # fmt: skip
    must(world, AddGrant(denial, ""))
    (answer,) = world.gate.changes(world.owner, [staged.part()])

    assert isinstance(answer, Refused)
    assert world.value(OLD) == "fake-1"
    assert [2] == must(world, PublishPart(staged.id, None, Verb.ADMINISTER))


def test_a_version_that_was_overtaken_does_not_come_back(world: World) -> None:
    """A rotation between staging and publishing wins: its credential is the one that works."""
    staged = Staged(world)
    must(world, AddVersion(OLD, value_of("fake-rotated")))
    staged.publish()

    assert world.value(OLD) == "fake-rotated"
    assert [(3, "current"), (2, "previous"), (1, "previous")] == [
        (v.n, v.state) for v in shown(world, OLD).versions
    ]


def test_what_others_did_to_a_pending_version_stands(world: World) -> None:
    staged = Staged(world)
    must(world, Destroy(OLD, 2))
    must(world, staged.to(State.PUBLISHING))

    assert must(world, staged.part()) == [1]
    assert world.value(OLD) == "fake-1"


@pytest.mark.parametrize("state", [State.PUBLISHING, State.ABORTING])
def test_a_version_that_somebody_else_wrote_meanwhile_is_his(world: World, state: State) -> None:
    """Between the plan and the staging: neither promoted nor destroyed with the batch."""
    world.create(str(OLD), "fake-1")
    id_, member = new_id(), Made(shown(world, OLD).secret.id, 2)
    must(
        world,
        OpenBatch(id_, NEW, total=1),
        OpenPart(id_, NEW, members=(member,)),
        AddVersion(OLD, value_of("fake-his"), pending=True),
    )
    mine = Stage(OLD, id_, 0, member, "", "", value_of("fake-mine"), new=False)
    (answer,) = world.gate.changes(world.owner, [mine])
    assert not isinstance(answer, Done)
    found = world.gate.consult(lambda desk: occupancy.batch(desk, id_))
    assert found is not None
    assert frozenset() == found.written
    ends = PublishPart(id_, NEW, places=(OLD,)) if state is State.PUBLISHING else DropPart(id_, NEW)

    assert [None, 0] == must(world, SetBatch(id_, NEW, state=state), ends)
    assert [(2, "pending"), (1, "current")] == [(v.n, v.state) for v in shown(world, OLD).versions]
    must(world, Promote(OLD, 2))
    assert world.value(OLD) == "fake-his"
    assert whole(world)


def test_what_is_staged_once_is_not_staged_again(world: World) -> None:
    staged = Staged(world)
    again = Stage(OLD, staged.id, 0, staged.members[1], "", "", value_of("x"), new=False)

    fails(world, again, ConflictError, "batch-closed")


def test_a_person_cannot_write_the_mark_of_a_batch(world: World) -> None:
    """It would hide a secret from everybody."""
    world.create(str(OLD))
    fails(world, FreezeSecret(OLD, "\x02"), InvalidError, "text-invalid")


def test_batches_that_cannot_be(world: World) -> None:
    id_ = new_id()
    fails(world, OpenBatch(id_, NEW, total=0), InvalidError, "batch-empty")
    fails(world, SetBatch(id_, NEW), NotFoundError, "batch-unknown")
    must(world, OpenBatch(id_, NEW, total=1))
    fails(world, OpenPart(id_, NEW, members=()), InvalidError, "part-too-large")
    many = tuple(Made(new_id(), 1) for _ in range(batch.PART_MAX + 1))
    fails(world, OpenPart(id_, NEW, members=many), InvalidError, "part-too-large")


def test_each_staged_secret_has_its_own_entry_and_decision(world: World) -> None:
    """Who may write at one address has not thereby staged something at another."""
    id_ = new_id()
    here, there = Address("development", "d/K"), Address("production", "d/K")
    members = (Made(new_id(), 1), Made(new_id(), 1))
    answers = world.gate.changes(
        world.developer,
        [
            OpenBatch(id_, here, total=2),
            OpenPart(id_, here, members=members),
            Stage(here, id_, 0, members[0], "t", "dev", value_of("fake-1")),
            Stage(there, id_, 0, members[1], "t", "dev", value_of("fake-2")),
        ],
    )

    assert [Done, Done, Done, Refused] == [type(answer) for answer in answers]


def test_members_survive_their_row(world: World) -> None:
    staged = Staged(world)
    db = world.room.connect()
    part, row = PART.get(db, staged.id, 0), BATCH.get(db, staged.id)

    assert part is not None
    assert row is not None
    assert list(staged.members) == batch.decode(part.members)
    assert str(NEW) == row.place
    assert isinstance(world.gate.read(world.owner, [OLD])[0], Delivered)
