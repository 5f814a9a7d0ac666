"""Tests for strongroom.gate.gate: what passes, what does not, and what is left of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.gate.rooms import START_US, YEAR_US, Time, World, founding, person, value_of

from strongroom.audit.entry import Outcome
from strongroom.crypto.keyring import new_id
from strongroom.crypto.token import mint, parse
from strongroom.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    SealedError,
    UnauthenticatedError,
)
from strongroom.gate.changes.freeze import Kill, Reopen
from strongroom.gate.changes.house import AddKek, SetEnvironment
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.changes.token import AddToken, RevokeToken
from strongroom.gate.changes.version import Compromise, DeleteVersion, Destroy, Retire
from strongroom.gate.operation import (
    Caller,
    Delivered,
    Done,
    Failed,
    GateError,
    ReadRequest,
    Refused,
)
from strongroom.gate.views import ListEntries, ListFolder, ShowSecret
from strongroom.model.address import Address
from strongroom.model.principal import Conditions, Effect, Grant, Verb


def logged(world: World) -> list[tuple[str, Outcome, str]]:
    world.gate.sequence()
    answer = world.gate.look(world.owner, ListEntries())
    assert isinstance(answer, Done)
    assert isinstance(answer.result, list)
    return [(e.entry.verb, e.entry.outcome, e.entry.reason) for e in answer.result]


def grant(world: World, who: Caller, verb: Verb = Verb.READ, **conditions: object) -> Grant:
    return Grant(
        new_id(), Effect.ALLOW, frozenset({verb}), "production", "*", principal=who.principal,
        conditions=Conditions(**conditions),  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_value_comes_back_as_it_was_given(world: World) -> None:
    address = world.create("production/api/KEY", "fake-value-7")
    (answer,) = world.gate.read(world.owner, [address])

    assert isinstance(answer, Delivered)
    assert answer.value.reveal() == b"fake-value-7"
    assert (answer.version, answer.type, answer.expires_us) == (1, "api-key", START_US + YEAR_US)
    assert answer.change_seq == world.gate.status().change_seq


def test_each_operation_leaves_its_entry(world: World) -> None:
    address = world.create("production/api/KEY")
    world.value(address)
    world.gate.read(world.stranger, [address])
    world.gate.look(world.owner, ListFolder("production"))
    with pytest.raises(ConflictError):
        world.create("production/api/KEY")

    assert logged(world)[1:] == [
        ("write", Outcome.GRANTED, ""),
        ("read", Outcome.GRANTED, ""),
        ("read", Outcome.REFUSED, "no-rule"),
        ("metadata", Outcome.GRANTED, ""),
        ("write", Outcome.FAILED, "secret-exists"),
    ]


def test_a_refusal_is_a_value_with_its_reason(world: World) -> None:
    address = world.create("production/api/KEY")
    answers = world.gate.read(world.developer, [address, Address("production", "none")])

    assert [Refused("no-rule", answers[0].change_seq)] * 2 == answers
    refused = answers[0]
    assert isinstance(refused, Refused)
    assert refused.error().code == "no-rule"


def test_absence_is_only_told_to_who_may_know(world: World) -> None:
    (answer,) = world.gate.read(world.owner, [Address("production", "none")])

    assert isinstance(answer, Refused)
    assert answer.code == "secret-unknown"


def test_many_answers_keep_their_order(world: World) -> None:
    addresses = [world.create(f"production/api/K{n}", f"fake-{n}") for n in range(5)]
    answers = world.gate.read(world.owner, [addresses[3], Address("production", "x"), addresses[1]])

    assert [a.value.reveal() if isinstance(a, Delivered) else None for a in answers] == [
        b"fake-3", None, b"fake-1",
    ]  # fmt: skip


def test_nothing_asked_is_nothing_done(world: World) -> None:
    assert world.gate.read(world.owner, []) == []
    assert len(logged(world)) == 1


@pytest.mark.parametrize("verb", [Verb.READ, Verb.EXPORT, Verb.ROTATE])
def test_which_versions_are_read(world: World, verb: Verb) -> None:
    """Pending and compromised ones by whoever rotates, retired ones by whoever exports too.

    Destroyed and deleted ones are read by nobody.
    """
    address = world.create("production/api/KEY", "fake-1")
    world.gate.change(world.owner, AddGrant(grant(world, world.owner, verb)))
    for n in (2, 3, 4, 5):
        world.gate.change(world.owner, AddVersion(address, value_of(f"fake-{n}")))
    world.gate.change(world.owner, AddVersion(address, value_of("fake-6"), pending=True))
    for change in (
        Retire(address, 1), Destroy(address, 2), DeleteVersion(address, 3), Compromise(address, 4),
    ):  # fmt: skip
        assert isinstance(world.gate.change(world.owner, change), Done)
    answers = world.gate.read(
        world.owner, [ReadRequest(address, n, verb) for n in (None, 1, 2, 3, 4, 5, 6, 7)]
    )

    def word(answer: object) -> str:
        if isinstance(answer, Delivered):
            return answer.value.reveal().decode()
        if isinstance(answer, Failed):
            return answer.error.code
        assert isinstance(answer, Refused)
        return answer.code

    reading = verb is not Verb.ROTATE
    assert [word(answer) for answer in answers] == [
        "fake-5", "version-retired" if verb is Verb.READ else "fake-1", "version-destroyed", "version-deleted",
        "version-compromised" if reading else "fake-4", "fake-5",
        "version-pending" if reading else "fake-6", "version-unknown",
    ]  # fmt: skip


def test_a_secret_without_a_value_says_so(world: World) -> None:
    address = Address.parse("production/api/LATER")
    world.gate.change(world.owner, CreateSecret(address, "api-key", "ann"))
    (answer,) = world.gate.read(world.owner, [address])

    assert isinstance(answer, Failed)
    assert answer.error.code == "version-none"


def test_an_environment_whose_key_is_not_open_here(world: World) -> None:
    address = world.create("production/api/KEY")
    other = world.again(keks={world.keks["development"].id: world.keks["development"]})
    (answer,) = other.read(world.owner, [address])

    assert isinstance(answer, Failed)
    assert isinstance(answer.error, SealedError)
    with pytest.raises(SealedError):
        other.change(world.owner, AddVersion(address, value_of("fake-2")))
    assert other.status().open_environments == ("development",)


def test_a_room_is_founded_once(world: World) -> None:
    owner = person("eve", "Owner")
    with pytest.raises(ConflictError) as again:
        world.gate.found(owner.id, founding(owner, {}))

    assert again.value.code == "room-founded"


def test_a_room_is_founded_by_somebody_or_not_at_all(time: Time) -> None:
    from tests.gate.rooms import build

    from strongroom.db.memory import MemoryRoom
    from strongroom.gate.gate import Gate

    area = MemoryRoom(clock_us=time.now_us)
    world = build(area.connect, time)
    empty = MemoryRoom(clock_us=time.now_us)
    gate = Gate(world.room._replace(connect=empty.connect))
    with pytest.raises(NotFoundError):
        gate.found(new_id(), [SetEnvironment("production", "Production", "strong")])
    db = empty.connect()

    assert db.query("SELECT count(*) FROM change") == [(0,)]


def test_a_restricting_change_returns_when_nothing_older_can_be_handed_out(
    world: World, time: Time
) -> None:
    world.create("production/api/KEY")
    assert time.slept_s == []
    world.gate.change(world.owner, Kill())
    assert sum(time.slept_s) == pytest.approx(0.05)
    world.gate.change(world.owner, Reopen())

    assert sum(time.slept_s) == pytest.approx(0.05)


def test_a_killed_room_delivers_nothing_until_it_is_reopened(world: World) -> None:
    address = world.create("production/api/KEY", "fake-1")
    world.gate.change(world.owner, Kill())
    (answer,) = world.gate.read(world.owner, [address])
    assert isinstance(answer, Refused)
    assert answer.code == "environment-frozen"
    assert world.gate.status().killed
    world.gate.change(world.owner, Reopen())

    assert world.value(address) == "fake-1"


def test_a_value_that_took_too_long_is_dropped(world: World, time: Time) -> None:
    address = world.create("production/api/KEY")
    desk = world.gate._flusher._desk
    assert desk is not None
    commit = desk.db.commit

    def slow() -> None:
        commit()
        time.us += 50_001

    desk.db.commit = slow  # type: ignore[method-assign]
    with pytest.raises(GateError) as dropped:
        world.gate.read(world.owner, [address])
    desk.db.commit = commit  # type: ignore[method-assign]

    assert dropped.value.code == "gate-late"
    assert dropped.value.retryable
    assert logged(world)[-1] == ("read", Outcome.GRANTED, "")


def token(world: World, who: Caller, uses_left: int | None = None) -> tuple[Caller, str]:
    minted = mint(world.room.keys, "user")
    done = world.gate.change(
        world.owner,
        AddToken(who.principal, minted.lookup, "laptop", START_US + 1_000_000, uses_left),
    )
    assert isinstance(done, Done)
    return world.gate.admit(parse(world.room.keys, minted.token.reveal().decode())), "laptop"


def test_a_token_is_its_holder_until_it_is_revoked(world: World) -> None:
    address = world.create("production/api/KEY")
    caller, _ = token(world, world.owner)
    (first,) = world.gate.read(caller, [address])
    assert caller.token is not None
    world.gate.change(world.owner, RevokeToken(caller.token))
    (second,) = world.gate.read(caller, [address])

    assert isinstance(first, Delivered)
    assert isinstance(second, Refused)
    assert second.code == "token-revoked"


def test_a_token_ends_at_its_time(world: World, time: Time) -> None:
    address = world.create("production/api/KEY")
    caller, _ = token(world, world.owner)
    time.us = START_US + 999_999
    (before,) = world.gate.read(caller, [address])
    time.us = START_US + 1_000_000
    (after,) = world.gate.read(caller, [address])

    assert isinstance(before, Delivered)
    assert isinstance(after, Refused)
    assert after.code == "token-expired"


def test_a_token_of_somebody_else_is_unknown(world: World) -> None:
    address = world.create("production/api/KEY")
    caller, _ = token(world, world.stranger)
    (answer,) = world.gate.read(caller._replace(principal=world.owner.principal), [address])

    assert isinstance(answer, Refused)
    assert answer.code == "token-unknown"
    with pytest.raises(UnauthenticatedError):
        world.gate.admit(bytes(32))


def test_uses_of_a_token_are_counted_in_one_group_too(world: World) -> None:
    address = world.create("production/api/KEY")
    caller, _ = token(world, world.owner, uses_left=2)
    answers = world.gate.read(caller, [address] * 4)

    assert [type(answer) for answer in answers] == [Delivered, Delivered, Refused, Refused]
    assert [a.code for a in answers if isinstance(a, Refused)] == ["token-used-up"] * 2


def test_uses_of_a_grant_are_counted(world: World) -> None:
    address = world.create("production/api/KEY")
    world.gate.change(world.owner, AddGrant(grant(world, world.stranger, uses_left=1)))
    answers = world.gate.read(world.stranger, [address, address])

    assert [type(answer) for answer in answers] == [Delivered, Refused]


def test_a_read_that_fails_uses_nothing_up(world: World) -> None:
    address = Address.parse("production/api/LATER")
    world.gate.change(world.owner, CreateSecret(address, "api-key", "ann"))
    world.gate.change(world.owner, AddGrant(grant(world, world.stranger, uses_left=1)))
    (failed,) = world.gate.read(world.stranger, [address])
    world.gate.change(world.owner, AddVersion(address, value_of("fake-1")))
    (answer,) = world.gate.read(world.stranger, [address])

    assert isinstance(failed, Failed)
    assert isinstance(answer, Delivered)


def test_a_reason_and_approvals_can_be_demanded(world: World) -> None:
    address = world.create("production/api/KEY")
    world.gate.change(
        world.owner, AddGrant(grant(world, world.stranger, reason_required=True, approvals=1))
    )
    (without,) = world.gate.read(world.stranger, [address])
    (alone,) = world.gate.read(world.stranger, [address], "an incident")
    approved = world.stranger._replace(approvals=frozenset({world.owner.principal}))
    (with_both,) = world.gate.read(approved, [address], "an incident")

    assert isinstance(without, Refused)
    assert without.code == "reason-required"
    assert isinstance(alone, Refused)
    assert (alone.code, alone.missing_approvals) == ("approval-needed", 1)
    assert "1 more" in (alone.error().fix or "")
    assert isinstance(with_both, Delivered)


def test_an_unknown_principal_leaves_no_entry(world: World) -> None:
    address = world.create("production/api/KEY")
    (answer,) = world.gate.read(Caller(new_id()), [address])

    assert isinstance(answer, Refused)
    assert (answer.code, answer.recorded) == ("principal-unknown", False)
    assert len(logged(world)) == 2


def test_a_look_shows_everything_but_the_value(world: World) -> None:
    address = world.create("production/api/KEY", "fake-value-9")
    answer = world.gate.look(world.owner, ShowSecret(address))

    assert isinstance(answer, Done)
    assert "fake-value-9" not in repr(answer)
    assert isinstance(world.gate.look(world.stranger, ShowSecret(address)), Refused)
    with pytest.raises(InvalidError):
        ListFolder("production", "a//b")


def test_one_change_that_fails_undoes_no_other(world: World) -> None:
    one, two = Address.parse("production/a"), Address.parse("production/b")
    answers = world.gate.changes(
        world.owner,
        [CreateSecret(one, "t", "ann"), CreateSecret(one, "t", "ann"), CreateSecret(two, "t", "x")],
    )

    assert [type(answer) for answer in answers] == [Done, Failed, Done]
    assert answers[2].change_seq == answers[0].change_seq + 2


def test_a_second_process_sees_what_the_first_did(disk: World) -> None:
    other = disk.again()
    address = disk.create("production/api/KEY", "fake-1")
    assert disk.value(address, other) == "fake-1"
    disk.gate.change(disk.owner, AddVersion(address, value_of("fake-2")))
    assert disk.value(address, other) == "fake-2"
    other.change(disk.owner, Kill())
    (answer,) = disk.gate.read(disk.owner, [address])

    assert isinstance(answer, Refused)
    other.close()


def test_a_closed_gate_lets_nothing_through(world: World) -> None:
    address = world.create("production/api/KEY")
    world.gate.close()
    world.gate.close()
    with pytest.raises(GateError) as shut:
        world.gate.read(world.owner, [address])

    assert shut.value.code == "gate-closed"
    assert not world.gate.status().ready


def test_status_says_where_the_room_stands(world: World) -> None:
    world.create("production/api/KEY")
    world.gate.sequence()
    status = world.gate.status()

    assert (status.ready, status.trouble, status.killed) == (True, None, False)
    assert (status.log_size, status.signed_size) == (2, 2)
    assert status.open_environments == ("development", "production")
    assert any(status.policy)


def test_a_new_key_wraps_what_comes_next(world: World) -> None:
    from strongroom.crypto.keyring import new_kek

    kek = new_kek("production")
    address = world.create("production/api/KEY", "fake-1")
    world.room.keks[kek.id] = kek  # type: ignore[index]
    world.gate.change(world.owner, AddKek(kek.id, "production"))
    world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    answers = world.gate.read(world.owner, [ReadRequest(address, 1), ReadRequest(address, 2)])

    assert all(isinstance(answer, Delivered) for answer in answers)


def test_threads_that_sign_first_hold_one_lease(disk: World) -> None:
    start = Barrier(8)

    def sign(_: int) -> bool:
        start.wait()
        return disk.gate.sequence().mine

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sign, range(8)))
