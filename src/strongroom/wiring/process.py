"""What this process holds of a room: opened keys, the policy in force, a gate."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Self

from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyring import LogKey, RoomKeys
from strongroom.crypto.ring import Ring
from strongroom.crypto.slot import KeyName, Use, decode
from strongroom.db import sqlite
from strongroom.db.interface import Db
from strongroom.db.tables import house
from strongroom.db.tables.house import KEK, SEAL
from strongroom.errors import SealedError, TamperedError
from strongroom.gate.gate import Gate
from strongroom.gate.reserve import RESERVE_BYTES, Reserve
from strongroom.gate.room import Clocks, Room, Standing
from strongroom.gate.rows import Seal
from strongroom.generate.kinds import Kind, classify
from strongroom.model.policy import Policy
from strongroom.model.principal import Verb
from strongroom.policy import stored
from strongroom.policy.words import fold

DATABASE: Final = "room.db"
RESERVE: Final = "reserve"
STAGING: Final = "restoring"  # in a room's folder, until what is restored in it is whole
CLOCKS: Final = Clocks(time.monotonic_ns, time.sleep)
# What the security team may do beside the ticks, in every policy (design, section 6).
SECURITY_VERBS: Final = frozenset({Verb.CONTAIN, Verb.AUDIT})
# What those may whom the policy names as approvers (P-14.3), where they are a role.
APPROVER_VERBS: Final = frozenset({Verb.APPROVE})


class Keys(NamedTuple):
    """The keys of a room that a credential opened. `log` is None without its slot."""

    ring: Ring
    room: RoomKeys
    keks: dict[bytes, Kek]
    log: LogKey | None

    @classmethod
    def of(cls, ring: Ring, instance_id: bytes) -> Self:
        """The keys on a ring, for the instance of that id.

        Raises:
            SealedError: `key-sealed`; the room key must be among them.
        """
        named = [(KeyName.parse(name), key) for name, key in ring.keys.items()]
        log = ring.keys.get(f"log:{instance_id.hex()}")
        return cls(
            ring,
            RoomKeys(ring.key("room"), ring.room_id),
            {n.id: Kek(n.id, key, n.environment) for n, key in named if n.use is Use.KEK},
            None if log is None else LogKey(instance_id, log),
        )


class Unsealer:
    """Opens keys that were added since the room was opened: somebody rotated one."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._seal = Seal(keys.room.row_mac)
        self._without: set[bytes] = set()

    def __call__(self, db: Db, kek_id: bytes) -> Kek | None:
        """The key of that id from its slot for this holder, or None."""
        ring = self._keys.ring
        # A key is added together with all of its slots: what is not there now never will be.
        if ring.holder is None or kek_id in self._without:
            return None
        for row in KEK.where(db, "WHERE id = ?", (kek_id,)):
            name = str(KeyName(Use.KEK, self._seal.check(KEK, row).environment, kek_id))
            for kept in house.slots_of(db, name):
                slot = decode(self._seal.check(SEAL, kept).slot)
                if slot.kind == ring.holder.kind and slot.params.startswith(ring.holder.id):
                    # What is forged is not used, and stops nobody.
                    with suppress(SealedError, TamperedError):
                        made = Kek(kek_id, ring.learn(slot), row.environment)
                        self._keys.keks[kek_id] = made
                        return made
            self._without.add(kek_id)
        return None


class Standings:
    """Reads compiled policies for the gate, and keeps the one in force."""

    def __init__(self) -> None:
        self._data = b""
        self._policy: Policy | None = None

    def read(self, compiled: bytes) -> Standing:
        """What the gate asks for; `compiled` stood in a row that it has checked."""
        if self._data != compiled or self._policy is None:
            self._data, self._policy = compiled, stored.decode(compiled)
        return standing(self._policy)

    def policy(self) -> Policy:
        """The policy that was read last.

        Raises:
            TamperedError: `policy-missing`.
        """
        if self._policy is None:
            raise TamperedError("policy-missing", "the room has no policy in force")
        return self._policy


def standing(policy: Policy) -> Standing:
    """What a compiled policy allows: its matrix by environment id, what some roles may beside it.

    And that an API key is one client's (P-4.6).
    """
    ids = {e.name: e.id for e in policy.environments}
    matrix = {
        role: {ids[name]: allowed for name, allowed in row.items() if name in ids}
        for role, row in policy.access.matrix.items()
    }
    approvers = set(map(fold, policy.review.approvers))
    beside = {
        role: (SECURITY_VERBS if " security" in fold(role) else frozenset[Verb]())
        | (APPROVER_VERBS if fold(role) in approvers else frozenset[Verb]())
        for role in policy.access.roles
    }
    kinds = {t.id: classify(t.name, t.id, t.example) for t in policy.types if not t.service}
    alone = frozenset(id_ for id_, kind in kinds.items() if kind is Kind.API_KEY)
    return Standing(matrix, {role: verbs for role, verbs in beside.items() if verbs}, alone)


@contextmanager
def gate(
    folder: Path,
    keys: Keys,
    instance_id: bytes,
    reserve_bytes: int = RESERVE_BYTES,
    *,
    predecessor: bytes | None = None,
    first: Db | None = None,
) -> Iterator[tuple[Gate, Standings]]:
    """A gate on the room in `folder`, closed at the end.

    `predecessor` is the instance that the room is turned into this one from. `first` is an open
    connection to the same file, to be used before others are made.
    """
    standings = Standings()
    opened = Gate(
        Room(
            connect=_connections(partial(sqlite.connect, folder / DATABASE), first),
            keys=keys.room,
            keks=keys.keks,
            instance_id=instance_id,
            log_key=keys.log,
            standing=standings.read,
            clocks=CLOCKS,
            reserve=Reserve(folder / RESERVE, size_bytes=reserve_bytes),
            unseal=Unsealer(keys),
            predecessor=predecessor,
        )
    )
    try:
        yield opened, standings
    finally:
        opened.close()


def _connections(connect: Callable[[], Db], first: Db | None) -> Callable[[], Db]:
    ready = [] if first is None else [first]
    return lambda: ready.pop() if ready else connect()
