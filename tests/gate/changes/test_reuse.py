"""Tests for strongroom.gate.changes.reuse; by clause: tests/ops/test_writing_clauses.py."""

from dataclasses import replace

import pytest
from tests.gate.rooms import STANDING, START_US, YEAR_US, World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.errors import ConflictError, InvalidError
from strongroom.gate.changes.describe import DeleteSecret, DescribeSecret, RestoreSecret
from strongroom.gate.changes.secret import AddVersion, CreateSecret, Fingerprint
from strongroom.gate.changes.version import Destroy
from strongroom.gate.gate import Gate
from strongroom.model.address import Address
from strongroom.model.label import Label

A, B = Address.parse("production/a"), Address.parse("production/b")
VALUE = replace(
    value_of("fake-1", START_US + YEAR_US),
    fingerprints=(Fingerprint("value", new_id() * 2, "fp:01020304", 32, "lower"),),
)


@pytest.fixture
def strict(world: World) -> Gate:
    """A process whose policy says that API keys are one client's."""
    standing = STANDING._replace(exclusive=frozenset({"api-key"}))
    return world.again(standing=lambda _: standing)


def create(at: Address, client: str = "", type_: str = "api-key") -> CreateSecret:
    return CreateSecret(at, type_, "ann", VALUE, label=Label(client=client))


def test_the_same_secret_may_have_its_value_again(world: World, strict: Gate) -> None:
    strict.change(world.owner, create(A))
    strict.change(world.owner, AddVersion(A, value_of("fake-2")))
    strict.change(world.owner, AddVersion(A, VALUE))


def test_a_destroyed_value_is_still_taken(world: World, strict: Gate) -> None:
    strict.change(world.owner, create(A))
    strict.change(world.owner, DeleteSecret(A))
    strict.change(world.owner, Destroy(A, 1))
    with pytest.raises(InvalidError) as error:
        strict.change(world.owner, create(B))
    assert "value-reused" == error.value.code


def test_other_types_share_within_an_environment(world: World, strict: Gate) -> None:
    strict.change(world.owner, create(A, type_="password"))
    strict.change(world.owner, create(B, type_="password"))


def test_a_client_may_change_hands_once_his_secret_is_deleted(world: World, strict: Gate) -> None:
    strict.change(world.owner, create(A, "acme"))
    strict.change(world.owner, CreateSecret(B, "api-key", "ann"))
    with pytest.raises(ConflictError):
        strict.change(world.owner, DescribeSecret(B, client="acme"))
    strict.change(world.owner, DeleteSecret(A))
    strict.change(world.owner, DescribeSecret(B, client="acme"))
    with pytest.raises(ConflictError) as error:
        strict.change(world.owner, RestoreSecret(A))
    assert "client-taken" == error.value.code
