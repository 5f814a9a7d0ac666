"""Tests for strongroom.gate.changes.acknowledge: what attacks it, first."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import DbRefusedError
from strongroom.db.tables.acknowledgements import ACKNOWLEDGEMENT, AcknowledgementRow
from strongroom.errors import LimitError, StrongroomError, TamperedError
from strongroom.gate.changes import acknowledge
from strongroom.gate.changes.acknowledge import LEASE_US, Acknowledge
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.freeze import FreezeSecret
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Compromise, DeleteVersion, Destroy, Promote, Retire
from strongroom.gate.operation import Caller, Delivered, Done, Refused
from strongroom.model.address import Address
from strongroom.model.principal import Conditions, Effect, Grant, Verb

A = Address.parse("production/app/a")


@pytest.fixture
def kept(world: World) -> World:
    """A secret with two versions, and a second reader."""
    world.create(str(A))
    world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))
    grant(world, world.developer)
    return world


def grant(world: World, who: Caller, **conditions: int) -> bytes:
    one = Grant(
        new_id(), Effect.ALLOW, frozenset({Verb.READ}), "production", "app/*",
        principal=who.principal, conditions=Conditions(**conditions),  # type: ignore[arg-type]
    )  # fmt: skip
    assert isinstance(world.gate.change(world.owner, AddGrant(one)), Done)
    return one.id


def say(
    world: World, n: int | None, who: Caller | None = None, instance: str = "node-1"
) -> Done[object] | Refused:
    return world.gate.change(who or world.owner, Acknowledge(A, "api", instance, n))


def rows(world: World) -> list[AcknowledgementRow]:
    return world.gate.consult(lambda desk: ACKNOWLEDGEMENT.where(desk.db, "ORDER BY change_seq"))


def said(world: World) -> list[tuple[str, int]]:
    return [(row.instance, row.n) for row in rows(world) if row.until_us > world.time.us]


def code(world: World, n: int | None) -> str:
    with pytest.raises(StrongroomError) as caught:
        say(world, n)
    return caught.value.code


def test_it_is_kept_with_its_version_and_lease_and_said_over_what_was_said_before(
    kept: World, time: Time
) -> None:
    """P-5.8: which version each process uses, since when, and until when that is known."""
    start = time.us
    assert isinstance(say(kept, 1), Done)
    time.us += 1_000
    say(kept, 1)
    (row,) = rows(kept)
    assert (row.n, row.since_us, row.until_us) == (1, start, start + 1_000 + LEASE_US)
    say(kept, 2)
    (row,) = rows(kept)
    assert (row.n, row.since_us) == (2, start + 1_000)


def test_who_may_not_read_may_not_say_that_he_uses_it(kept: World) -> None:
    refused = say(kept, 1, kept.stranger)
    assert isinstance(refused, Refused)
    kept.gate.change(kept.owner, FreezeSecret(A, "a leak"))
    assert isinstance(say(kept, 1), Refused)
    assert rows(kept) == []


def test_nobody_changes_what_another_one_said(kept: World) -> None:
    """Not with the same names of application and process, nor by taking it back."""
    say(kept, 1)
    say(kept, 2, kept.developer)
    say(kept, None, kept.developer)
    assert said(kept) == [("node-1", 1)]
    assert [row.principal_id for row in rows(kept) if row.n == 1] == [kept.owner.principal]


def test_a_version_that_nobody_can_use_is_not_used(kept: World) -> None:
    kept.gate.change(kept.owner, AddVersion(A, value_of("fake-3"), pending=True))
    assert code(kept, 3) == "version-state"
    assert code(kept, 4) == code(kept, 0) == "version-unknown"
    kept.gate.change(kept.owner, DeleteVersion(A, 1))
    assert code(kept, 1) == "version-state"
    kept.gate.change(kept.owner, Promote(A, 3))
    kept.gate.change(kept.owner, Destroy(A, 2))
    assert code(kept, 2) == "version-state"
    kept.gate.change(kept.owner, DeleteSecret(A))
    assert code(kept, 3) == "secret-deleted"
    assert rows(kept) == []


def test_use_of_what_is_retired_or_compromised_is_told(kept: World) -> None:
    """It is what somebody has to know who ends it."""
    kept.gate.change(kept.owner, Retire(A, 1))
    kept.gate.change(kept.owner, Compromise(A, 2))
    say(kept, 1)
    say(kept, 2, instance="node-2")
    assert said(kept) == [("node-1", 1), ("node-2", 2)]


def test_what_is_taken_back_is_over_and_again_is_no_error(kept: World, time: Time) -> None:
    say(kept, None)
    say(kept, 1)
    time.us += 5
    say(kept, None)
    say(kept, None)
    (row,) = rows(kept)
    assert row.until_us == time.us


@pytest.mark.parametrize("name", ["", "-a", "a b", "a" * 129, "a\n", "hüh"])
def test_names_have_a_form(kept: World, name: str) -> None:
    for consumer, instance in ((name, "node-1"), ("api", name)):
        with pytest.raises(StrongroomError) as caught:
            kept.gate.change(kept.owner, Acknowledge(A, consumer, instance, 1))
        assert caught.value.code in {"consumer-invalid", "instance-invalid"}
        assert not name or name not in caught.value.message


def test_a_crash_loop_fills_neither_the_table_nor_what_others_may_say(
    kept: World, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledge, "LIVE_MAX", 3)
    for n in range(3):
        say(kept, 1, instance=f"loop-{n}")
    with pytest.raises(LimitError):
        say(kept, 1, instance="loop-3")
    say(kept, 2, instance="loop-1")  # who is known already goes on
    say(kept, 1, kept.developer)
    assert len(rows(kept)) == 4

    time.us += LEASE_US
    for n in range(4, 7):
        say(kept, 1, instance=f"loop-{n}")
    assert len(rows(kept)) == 4


def test_rows_of_a_secret_are_bounded_whoever_says_it(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledge, "ROWS_MAX", 1)
    say(kept, 1)
    with pytest.raises(LimitError):
        say(kept, 1, kept.developer)


def test_it_takes_none_of_a_right_s_counted_uses(world: World) -> None:
    world.create(str(A))
    grant(world, world.developer, uses_left=1)
    assert isinstance(say(world, 1, world.developer), Done)
    (answer,) = world.gate.read(world.developer, [A])
    assert isinstance(answer, Delivered)


def test_it_touches_no_decision_and_nothing_that_is_held(kept: World) -> None:
    """What a process says must not make every other one look anew."""
    other = kept.again()
    other.read(kept.owner, [A])
    before = other.consult(lambda desk: desk.snapshot.secret(desk.db, A.environment, A.path))
    say(kept, 1)
    assert before is other.consult(
        lambda desk: desk.snapshot.secret(desk.db, A.environment, A.path)
    )


def test_a_forged_one_is_found_and_none_is_deleted_or_given_to_another_secret(
    kept: World,
) -> None:
    say(kept, 1)
    for statement in (
        "DELETE FROM acknowledgement",
        "UPDATE acknowledgement SET secret_id = zeroblob(16)",
        "UPDATE acknowledgement SET id = zeroblob(16)",
        "INSERT OR REPLACE INTO acknowledgement SELECT * FROM acknowledgement",
    ):
        with pytest.raises(DbRefusedError):
            by_hand(kept, statement)
    by_hand(kept, "UPDATE acknowledgement SET n = 2", drop=True)
    with pytest.raises(TamperedError):
        say(kept, 1)
