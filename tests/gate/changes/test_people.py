"""Tests for strongroom.gate.changes.people."""

import pytest
from msgspec.structs import replace
from tests.gate.rooms import World, person

from strongroom.crypto.keyring import new_id
from strongroom.errors import ConflictError, NotFoundError
from strongroom.gate.changes.people import (
    AddGrant,
    AddPrincipal,
    ChangePrincipal,
    DisablePrincipal,
    LiftDenial,
    RevokeGrant,
    with_roles,
)
from strongroom.gate.operation import Caller, Delivered, Done, Refused
from strongroom.gate.views import ListPrincipals
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Kind, Principal, Verb

A = Address.parse("production/a")
READ = frozenset({Verb.READ})


def grant(who: Caller | None, effect: Effect = Effect.ALLOW, role: str | None = None) -> Grant:
    return Grant(
        new_id(), effect, READ, "production", "*",
        principal=who.principal if who else None, role=role,
    )  # fmt: skip


def known(world: World, name: str) -> Principal:
    done = world.gate.look(world.owner, ListPrincipals())
    assert isinstance(done, Done)
    assert isinstance(done.result, list)
    found = next(who for who in done.result if who.name == name)
    assert isinstance(found, Principal)
    return found


def reads(world: World, who: Caller) -> bool:
    (answer,) = world.gate.read(who, [A])
    return isinstance(answer, Delivered)


def test_who_is_added_may_do_what_his_role_says(world: World) -> None:
    world.create(str(A))
    eve = person("eve", "Owner")
    assert isinstance(world.gate.change(world.owner, AddPrincipal(eve)), Done)

    assert reads(world, Caller(eve.id))
    for again in (replace(eve, id=new_id()), replace(eve, name="other")):
        with pytest.raises(ConflictError):
            world.gate.change(world.owner, AddPrincipal(again))


def test_roles_and_bindings_change(world: World) -> None:
    world.create(str(A))
    sam = known(world, "sam")
    world.gate.change(world.owner, with_roles(sam, frozenset({"Owner", "New role"})))
    assert reads(world, world.stranger)
    world.gate.change(world.owner, with_roles(sam, frozenset()))
    assert not reads(world, world.stranger)
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, ChangePrincipal(replace(sam, name="ann")))
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, ChangePrincipal(replace(sam, kind=Kind.SYSTEM)))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, ChangePrincipal(person("nobody")))


def test_who_is_disabled_does_nothing(world: World) -> None:
    world.create(str(A))
    eve = person("eve", "Owner")
    world.gate.change(world.owner, AddPrincipal(eve))
    assert reads(world, Caller(eve.id))
    world.gate.change(world.owner, DisablePrincipal(eve.id))
    assert not reads(world, Caller(eve.id))
    world.gate.change(world.owner, ChangePrincipal(eve))

    assert reads(world, Caller(eve.id))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, DisablePrincipal(new_id()))


def test_a_grant_counts_until_it_is_revoked(world: World) -> None:
    world.create(str(A))
    allowed = grant(world.stranger)
    world.gate.change(world.owner, AddGrant(allowed, "for a day"))
    assert reads(world, world.stranger)
    for _ in range(2):
        assert isinstance(world.gate.change(world.owner, RevokeGrant(allowed.id)), Done)

    assert not reads(world, world.stranger)
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, AddGrant(allowed))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, RevokeGrant(new_id()))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, AddGrant(grant(Caller(new_id()))))


@pytest.mark.parametrize("to_role", [False, True])
def test_a_denial_counts_until_it_is_lifted(world: World, to_role: bool) -> None:
    world.create(str(A))
    denial = grant(None if to_role else world.owner, Effect.DENY, "Owner" if to_role else None)
    assert AddGrant(denial).restricts
    world.gate.change(world.owner, AddGrant(denial))
    assert not reads(world, world.owner)
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, RevokeGrant(denial.id))
    world.gate.change(world.owner, LiftDenial(denial.id))
    assert reads(world, world.owner)

    with pytest.raises(ConflictError):
        world.gate.change(world.owner, LiftDenial(denial.id))


def test_only_a_denial_is_lifted(world: World) -> None:
    allowed = grant(world.stranger)
    world.gate.change(world.owner, AddGrant(allowed))
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, LiftDenial(allowed.id))


def test_who_administers_one_environment_grants_there_only(world: World) -> None:
    here = replace(grant(world.developer), verbs=frozenset({Verb.ADMINISTER}))
    world.gate.change(world.owner, AddGrant(here))
    wide = replace(grant(world.stranger), environment="*")

    assert isinstance(world.gate.change(world.developer, AddGrant(grant(world.stranger))), Done)
    assert isinstance(world.gate.change(world.developer, AddGrant(wide)), Refused)
    elsewhere = replace(grant(world.stranger), environment="development")
    assert isinstance(world.gate.change(world.developer, AddGrant(elsewhere)), Refused)


@pytest.mark.parametrize(
    "change",
    [AddPrincipal(person("eve")), DisablePrincipal(new_id()), RevokeGrant(new_id()),
     LiftDenial(new_id()), AddGrant(grant(None, role="Owner"))],
    ids=lambda change: type(change).__name__,
)  # fmt: skip
def test_who_may_not_does_not(world: World, change: Change) -> None:
    assert isinstance(world.gate.change(world.developer, change), Refused)
