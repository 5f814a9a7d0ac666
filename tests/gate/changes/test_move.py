"""Tests for strongroom.gate.changes.move: everything goes along, nobody gets more than he had."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of
from tests.gate.test_fsck import check

from strongroom.audit.entry import Outcome
from strongroom.crypto.keyring import new_id
from strongroom.errors import ConflictError, InvalidError, SealedError, TamperedError
from strongroom.gate.changes.describe import DescribeSecret, SetSchedule
from strongroom.gate.changes.freeze import FreezeSecret
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Destroy
from strongroom.gate.operation import Delivered, Done, Failed, ReadRequest, Refused
from strongroom.gate.views import ListEntries, Logged, Shown, ShowSecret
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

HERE = Address.parse("production/api/KEY")
THERE = Address.parse("production/api/v2/KEY")
ELSEWHERE = Address.parse("development/api/KEY")


def shown(world: World, at: Address) -> Shown:
    done = world.gate.look(world.owner, ShowSecret(at))
    assert isinstance(done, Done)
    assert isinstance(done.result, Shown)
    return done.result


def grant(world: World, pattern: str, *verbs: Verb, uses: int | None = None) -> None:
    from strongroom.model.principal import Conditions

    given = Grant(
        new_id(), Effect.ALLOW, frozenset(verbs), "production", pattern,
        principal=world.stranger.principal, conditions=Conditions(uses_left=uses),
    )  # fmt: skip
    assert isinstance(world.gate.change(world.owner, AddGrant(given)), Done)


def log_of(world: World) -> list[Logged]:
    world.gate.sequence()
    done = world.gate.look(world.owner, ListEntries(0, 1_000))
    assert isinstance(done, Done)
    assert isinstance(done.result, list)
    return done.result


def test_all_that_a_secret_is_goes_with_it(world: World) -> None:
    world.create(str(HERE), "fake-1")
    for change in (
        AddVersion(HERE, value_of("fake-2")), AddVersion(HERE, value_of("fake-3")),
        Destroy(HERE, 1), DescribeSecret(HERE, add_tags=("pci",), client="acme"),
        SetSchedule(HERE, 9, 9, 9, automatic=True),
    ):  # fmt: skip
        world.gate.change(world.owner, change)
    before = shown(world, HERE)
    other = world.again()
    assert isinstance(other.read(world.owner, [HERE])[0], Delivered)
    world.gate.change(world.owner, MoveSecret(HERE, THERE))

    for gate in (world.gate, other, world.again()):
        assert world.value(THERE, gate) == "fake-3"
        (old,) = gate.read(world.owner, [ReadRequest(THERE, 2)])
        assert isinstance(old, Delivered)
        assert b"fake-2" == old.value.reveal()
        (gone,) = gate.read(world.owner, [HERE])
        assert isinstance(gone, Refused)
        assert "secret-unknown" == gone.code
    after = shown(world, THERE)
    assert before.secret._replace(path=THERE.path, mac=b"", change_seq=0) == (
        after.secret._replace(mac=b"", change_seq=0)
    )
    assert (before.label, before.schedule, before.current) == (
        after.label, after.schedule, after.current,
    )  # fmt: skip
    assert [v[:7] for v in before.versions] == [v[:7] for v in after.versions]
    assert [] == check(world)


def test_it_is_recorded_at_both_places(world: World) -> None:
    world.create(str(HERE))
    world.gate.change(world.owner, MoveSecret(HERE, THERE), "tidy up")
    found = [e for e in log_of(world) if e.detail and "moved_to" in e.detail]

    assert [HERE.path, THERE.path] == [(e.detail or {})["path"] for e in found]
    assert [3, 0] == [e.entry.changes for e in found]
    assert 1 == len({e.entry.secret for e in found})
    assert all((e.detail or {})["reason"] == "tidy up" for e in found)


@pytest.mark.parametrize(
    "rights",
    [
        [(HERE.path, Verb.WRITE), (THERE.path, Verb.WRITE)],  # could read it there
        [(HERE.path, Verb.WRITE), (HERE.path, Verb.READ)],
        [(THERE.path, Verb.WRITE), (HERE.path, Verb.READ)],
    ],
)
def test_whoever_lacks_one_right_moves_nothing(
    world: World, rights: list[tuple[str, Verb]]
) -> None:
    world.create(str(HERE), "fake-1")
    for pattern, verb in rights:
        grant(world, pattern, verb)
    answer = world.gate.change(world.stranger, MoveSecret(HERE, THERE))

    assert isinstance(answer, Refused)
    assert "no-rule" == answer.code
    assert world.value(HERE) == "fake-1"
    refused = [e for e in log_of(world) if e.entry.outcome is Outcome.REFUSED]
    assert [HERE.path, THERE.path] == [(e.detail or {})["path"] for e in refused]


def test_uses_of_each_grant_are_spent(world: World) -> None:
    world.create(str(HERE), "fake-1")
    grant(world, HERE.path, Verb.WRITE, Verb.READ, uses=1)
    grant(world, THERE.path, Verb.WRITE, Verb.READ, uses=1)
    assert isinstance(world.gate.change(world.stranger, MoveSecret(HERE, THERE)), Done)
    (read,) = world.gate.read(world.stranger, [THERE])

    assert isinstance(read, Refused)
    assert "uses-exhausted" == read.code


def test_a_frozen_secret_stays_where_it_is(world: World) -> None:
    world.create(str(HERE))
    world.gate.change(world.owner, FreezeSecret(HERE, "a leak"))

    assert isinstance(world.gate.change(world.owner, MoveSecret(HERE, THERE)), Refused)


def test_p_4_3_a_value_stays_in_its_environment(world: World) -> None:
    world.create(str(HERE))
    with pytest.raises(InvalidError, match=r"P-4\.3") as error:
        world.gate.change(world.owner, MoveSecret(HERE, ELSEWHERE))

    assert "move-across" == error.value.code


def test_nobody_else_stands_where_a_secret_was(world: World) -> None:
    """The log knows it by that address; a second one would be taken for the first."""
    world.create(str(HERE), "fake-1")
    other = world.create("production/other")
    world.gate.change(world.owner, MoveSecret(HERE, THERE))
    with pytest.raises(ConflictError) as created:
        world.create(str(HERE))
    with pytest.raises(ConflictError) as moved:
        world.gate.change(world.owner, MoveSecret(other, HERE))
    assert {"address-left"} == {created.value.code, moved.value.code}
    for there, here in ((THERE, HERE), (HERE, THERE), (THERE, HERE)):
        world.gate.change(world.owner, MoveSecret(there, here))

    assert world.value(HERE) == "fake-1"
    assert [] == check(world)


@pytest.mark.parametrize("there", [HERE, Address.parse("production/taken")])
def test_a_move_has_somewhere_to_go(world: World, there: Address) -> None:
    world.create(str(HERE), "fake-1")
    world.create("production/taken")
    with pytest.raises((InvalidError, ConflictError)):
        world.gate.change(world.owner, MoveSecret(HERE, there))

    assert world.value(HERE) == "fake-1"


def test_a_move_that_stops_halfway_moved_nothing(world: World) -> None:
    world.create(str(HERE), "fake-1")
    world.gate.change(world.owner, AddVersion(HERE, value_of("fake-2")))
    by_hand(world, "UPDATE version SET origin = 'imported' WHERE n = 1", drop=True)
    gate = world.again()
    with pytest.raises(TamperedError):
        gate.change(world.owner, MoveSecret(HERE, THERE))

    assert world.value(HERE, gate) == "fake-2"


def test_a_process_without_the_environments_key_moves_nothing(world: World) -> None:
    world.create(str(HERE))
    with pytest.raises(SealedError):
        world.again(keks={}).change(world.owner, MoveSecret(HERE, THERE))


def test_what_is_moved_into_another_secrets_place_by_hand_does_not_open(world: World) -> None:
    """The wrapped key is bound to the path, so the row alone moves nothing."""
    world.create(str(HERE), "fake-1")
    db = world.room.connect()
    ((wrapped,),) = db.query("SELECT hex(wrapped) FROM version")
    db.close()
    world.gate.change(world.owner, MoveSecret(HERE, THERE))
    by_hand(world, f"UPDATE version SET wrapped = x'{wrapped!s}'", drop=True)
    with pytest.raises(TamperedError):
        open_value(world)


def open_value(world: World) -> None:
    (answer,) = world.again().read(world.owner, [THERE])
    assert isinstance(answer, Failed)
    raise answer.error
