"""What the gate is given: connections, opened keys, clocks, limits. It reads no files itself."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyring import LogKey, RoomKeys
from strongroom.db.interface import Connect, Db
from strongroom.gate.reserve import Reserve
from strongroom.model.principal import Verb

GROUP_MAX: Final = 256  # operations in one transaction
GROUP_BYTES_MAX: Final = 32 * 1024 * 1024  # of opened values that wait for one commit
RELEASE_MS: Final = 50
NS_PER_MS: Final = 1_000_000


class Standing(NamedTuple):
    """What the policy in force allows: ticks by role and environment id, verbs by role."""

    matrix: Mapping[str, Mapping[str, bool]]
    role_verbs: Mapping[str, frozenset[Verb]]
    exclusive: frozenset[str] = frozenset()  # types of which each value stands at one secret only


class Clocks(NamedTuple):
    """Time that the gate needs besides the database's: a stopwatch and a pause."""

    monotonic_ns: Callable[[], int]
    sleep_s: Callable[[float], None]


class Limits(NamedTuple):
    """How much at once, how long, how often. Times in their units, sizes in bytes."""

    group_max: int = GROUP_MAX
    group_bytes_max: int = GROUP_BYTES_MAX
    release_ms: int = RELEASE_MS
    refusals_a_minute: int = 60  # of one principal, logged one by one; more are counted
    tries_an_hour: int = 5  # of one principal, with a value or a code that is told to be wrong
    secrets_held: int = 64_000  # about 4 kB each with its version
    bytes_held: int = 128 * 1024 * 1024  # of ciphertext


class Room(NamedTuple):
    """An opened room.

    `keks` holds the keys of those environments whose slot this process could open; `unseal`
    looks for one that was added since, and gives None where there is none for this process.
    `log_key` is None in a process that does not sequence the log. `standing` reads the
    compiled policy. `predecessor` is the instance that this one is made from, as long as
    the change that says so may not have been made.
    """

    connect: Connect
    keys: RoomKeys
    keks: Mapping[bytes, Kek]
    instance_id: bytes
    log_key: LogKey | None
    standing: Callable[[bytes], Standing]
    clocks: Clocks
    reserve: Reserve | None = None
    limits: Limits = Limits()
    unseal: Callable[[Db, bytes], Kek | None] = lambda _db, _id: None
    predecessor: bytes | None = None

    def kek(self, db: Db, kek_id: bytes) -> Kek | None:
        """The key of that id, or None where this process cannot open it."""
        return self.keks.get(kek_id) or self.unseal(db, kek_id)
