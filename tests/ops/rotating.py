"""A room with one database credential that is rotated in memory, and its time moved by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from time_machine import Traveller

from strongroom.model.address import Address
from strongroom.ops import secret, target
from strongroom.ops.local import Local
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest
from strongroom.secret.value import Field, Value

A = Address.parse("development/api/DATABASE")
FIRST = "not-the-first-one"


def credential(user: str) -> Value:
    return Value({"username": Field(user, secret=False), "password": Field(FIRST)})


def more(room: Local, system: System, count: int) -> list[Address]:
    """More credentials at the same target."""
    found = [Address.parse(f"development/api/DB{n}") for n in range(count)]
    for n, where in enumerate(found):
        system.accounts[f"user_{n}"] = {digest(FIRST)}
        write = secret.WriteRequest(where, credential(f"user_{n}"), "database-password", "Ada")
        secret.write(room, write)
        target.attach(room, where, "db")
    return found


def house_of(room: Local, system: System, *, attached: bool = True) -> Local:
    secret.write(room, secret.WriteRequest(A, credential("app_a"), "database-password", "Ada"))
    target.add(room, TargetRequest("db", "development", "memory"))
    if attached:
        target.attach(room, A, "db")
    del system
    return room


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """The room's time, moved by hand."""
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    found = System(accounts={"app_a": {digest(FIRST)}})
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(found))
    return found


@pytest.fixture
def house(clock: Traveller, room: Local, system: System) -> Local:
    """A room with one database credential that is rotated in memory."""
    del clock
    return house_of(room, system)
