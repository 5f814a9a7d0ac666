"""What the room is: its identity, policies, environments, keys' names and seal slots."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables.table import Table


class MetaRow(NamedTuple):
    """One fact about the room. `policy` is the number of the one in force."""

    key: str
    value: bytes
    mac: bytes = b""
    change_seq: int = 0


class PolicyRow(NamedTuple):
    """One adopted policy: the document's bytes, its compiled form, its hash."""

    n: int
    sha256: bytes
    document: bytes
    compiled: bytes
    adopted_us: int
    adopted_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class EnvironmentRow(NamedTuple):
    """An environment that the policy names; `frozen` (0 or 1) denies every value in it."""

    id: str
    name: str
    tier: str
    frozen: int
    reason: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class KekRow(NamedTuple):
    """That a key-encryption key exists, and whether it still wraps. Never the key."""

    id: bytes
    environment: str
    state: str
    created_us: int
    mac: bytes = b""
    change_seq: int = 0


class SealRow(NamedTuple):
    """A seal slot: a wrapped key and what opens it."""

    id: bytes
    kind: str
    opens: str
    state: str
    slot: bytes
    created_us: int
    created_by: bytes
    mac: bytes = b""
    change_seq: int = 0


META: Final = Table("meta", MetaRow)
POLICY: Final = Table("policy", PolicyRow)
ENVIRONMENT: Final = Table("environment", EnvironmentRow)
KEK: Final = Table("kek", KekRow)
SEAL: Final = Table("seal", SealRow)


def newest_policy_n(db: Db) -> int:
    """The largest number of a policy, 0 without one. In force is the one that meta names."""
    return number(db, "SELECT coalesce(max(n), 0) FROM policy")


def environments(db: Db) -> list[EnvironmentRow]:
    """All of them, by id."""
    return ENVIRONMENT.where(db, "ORDER BY id")


def active_slots(db: Db) -> list[SealRow]:
    """The seal slots in force, oldest first."""
    return SEAL.where(db, "WHERE state = 'active' ORDER BY created_us, id")


def slots_of(db: Db, opens: str) -> list[SealRow]:
    """The seal slots in force of the key called `opens`, oldest first."""
    return SEAL.where(db, "WHERE state = 'active' AND opens = ? ORDER BY created_us, id", (opens,))


def keks_of(db: Db, environment: str) -> list[KekRow]:
    """Every key that the environment has or had, oldest first."""
    return KEK.where(db, "WHERE environment = ? ORDER BY created_us, id", (environment,))
