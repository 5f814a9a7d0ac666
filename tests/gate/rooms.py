"""Rooms to test: a founded room with people in it, and clocks that only move when told."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyring import LogKey, RoomKeys, new_id, new_kek, new_key
from strongroom.db import sqlite
from strongroom.db.interface import Connect, Db
from strongroom.db.memory import MemoryRoom
from strongroom.gate.changes.house import AddKek, AdoptPolicy, SetEnvironment
from strongroom.gate.changes.people import AddPrincipal
from strongroom.gate.changes.secret import CreateSecret, Value
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, Delivered
from strongroom.gate.reserve import Reserve
from strongroom.gate.room import Clocks, Limits, Room, Standing
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Kind, Principal, Verb

START_US = 1_790_000_000_000_000
YEAR_US = 365 * 86_400_000_000
SAFE = frozenset({Verb.CONTAIN, Verb.AUDIT, Verb.ADMINISTER, Verb.DESTROY})

STANDING = Standing(
    matrix={
        "Owner": {"production": True, "development": True},
        "Developer": {"production": False, "development": True},
    },
    role_verbs={"Owner": SAFE},
)


class Time:
    """A wall clock and a stopwatch; sleeping moves both."""

    def __init__(self) -> None:
        self.us = START_US
        self.slept_s: list[float] = []

    def now_us(self) -> int:
        return self.us

    def monotonic_ns(self) -> int:
        return self.us * 1_000

    def sleep_s(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.us += round(seconds * 1e6)

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.monotonic_ns, self.sleep_s)


@dataclass
class World:
    """A room and the people in it, each as a caller."""

    room: Room
    gate: Gate
    time: Time
    owner: Caller
    developer: Caller
    stranger: Caller
    keks: dict[str, Kek]
    opened: list[Db] = field(default_factory=list)

    def again(self, **changes: object) -> Gate:
        """Another process on the same room."""

        return Gate(self.room._replace(**changes))  # type: ignore[arg-type]

    def create(self, address: str, value: str = "fake-value-1") -> Address:
        where = Address.parse(address)
        self.gate.change(self.owner, CreateSecret(where, "api-key", "ann", value_of(value)))
        return where

    def value(self, address: Address, gate: Gate | None = None) -> str:
        (answer,) = (gate or self.gate).read(self.owner, [address])
        assert isinstance(answer, Delivered)
        return answer.value.reveal().decode()


def value_of(text: str, expires_us: int = START_US + YEAR_US) -> Value:
    return Value(Plaintext(text.encode()), expires_us)


def person(name: str, *roles: str, kind: Kind = Kind.PERSON) -> Principal:
    return Principal(new_id(), kind, name, frozenset(roles))


def founding(owner: Principal, keks: dict[str, Kek], *more: Change) -> list[Change]:
    """What a small room starts with."""
    return [
        AddPrincipal(owner),
        SetEnvironment("production", "Production", "strong"),
        SetEnvironment("development", "Development", "weak"),
        *(AddKek(kek.id, name) for name, kek in keks.items()),
        AdoptPolicy(b"# a policy", b"{}"),
        *more,
    ]


def build(
    connect: Connect,
    time: Time,
    *,
    limits: Limits | None = None,
    reserve: Reserve | None = None,
    standing: Callable[[bytes], Standing] = lambda _: STANDING,
) -> World:
    """Found a room on an empty database, with an owner, a developer and a stranger in it."""
    keks = {name: new_kek(name) for name in ("production", "development")}
    instance = new_id()
    room = Room(
        connect=connect,
        keys=RoomKeys(new_key(), new_id()),
        keks={kek.id: kek for kek in keks.values()},
        instance_id=instance,
        log_key=LogKey(instance, secrets.token_bytes(32)),
        standing=standing,
        clocks=time.clocks,
        reserve=reserve,
        limits=limits or Limits(),
    )
    people = [person("ann", "Owner"), person("dev", "Developer"), person("sam")]
    gate = Gate(room)
    first = founding(people[0], keks, AddPrincipal(people[1]), AddPrincipal(people[2]))
    gate.found(people[0].id, first)
    owner, developer, stranger = (Caller(who.id) for who in people)
    return World(room, gate, time, owner, developer, stranger, keks)


def in_memory(time: Time, **options: object) -> World:
    area = MemoryRoom(clock_us=time.now_us, wait_ms=200)
    return build(area.connect, time, **options)  # type: ignore[arg-type]


def on_disk(path: Path, time: Time, **options: object) -> World:
    sqlite.create(path, clock_us=time.now_us).close()

    def connect() -> Db:
        return sqlite.connect(path, clock_us=time.now_us, wait_ms=2_000)

    return build(connect, time, **options)  # type: ignore[arg-type]
