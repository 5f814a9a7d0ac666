"""What a change writes with: rows stamped in order, under the room's exclusive lock."""

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec import Struct, field

from strongroom.crypto.envelope import Binding, Kek
from strongroom.db.interface import Cell, Db
from strongroom.db.tables.log import Change as LogChange
from strongroom.db.tables.secrets import SECRET, VERSION, CurrentRow, SecretRow, VersionRow
from strongroom.db.tables.table import R, Table
from strongroom.errors import ConflictError, NotFoundError, SealedError
from strongroom.gate.facts import Snapshot
from strongroom.gate.held import Held
from strongroom.gate.room import Room
from strongroom.model.address import Address
from strongroom.model.principal import Verb

NO_ID: Final = bytes(16)


class Writer:
    """One change's hand on the open transaction. `now_us` is the commit's own time."""

    __slots__ = (
        "actor", "bindings", "db", "head", "now_us", "room", "snapshot", "start", "written",
    )  # fmt: skip

    def __init__(
        self, db: Db, room: Room, snapshot: Snapshot, now_us: int, actor: bytes, head: int
    ) -> None:
        self.db = db
        self.room = room
        self.snapshot = snapshot
        self.now_us = now_us
        self.actor = actor
        self.head = head
        self.start = head  # where the change began
        self.bindings: dict[tuple[bytes, int], Binding] = {}
        self.written: list[SecretRow | VersionRow | CurrentRow] = []

    def insert(self, table: Table[R], row: R) -> R:
        """Add a row; the next change is its own."""
        self.head += 1
        stamped = self.snapshot.seal.stamp(table, row, self.head)
        table.insert(self.db, stamped)
        self._note(stamped)
        return stamped

    def update(self, table: Table[R], row: R) -> R:
        """Write a new state of a row; the next change is its own."""
        self.head += 1
        stamped = self.snapshot.seal.stamp(table, row, self.head)
        table.update(self.db, stamped)
        self._note(stamped)
        return stamped

    def amend(self, table: Table[R], row: R, **columns: Cell) -> R:
        """A row that was loaded and not checked yet, checked now, in a new state.

        Raises:
            TamperedError: `row-tampered`.
        """
        self.head += 1
        stamped = self.snapshot.seal.restamp(table, row, columns, self.head)
        table.update(self.db, stamped)
        self._note(stamped)
        return stamped

    def restamp(self, table: Table[R], rows: Iterable[tuple[R, dict[str, Cell]]]) -> list[R]:
        """Rows after changes to them, checked as they were, for one statement that writes all."""
        made: list[R] = []
        for row, changes in rows:
            self.head += 1
            stamped = self.snapshot.seal.restamp(table, row, changes, self.head)
            self._note(stamped)
            made.append(stamped)
        return made

    def _note(self, row: NamedTuple) -> None:
        if isinstance(row, SecretRow | VersionRow | CurrentRow):
            self.written.append(row)

    def load(self, table: Table[R], *key: bytes | str | int) -> R | None:
        """A row as it stands in this transaction, checked, or None."""
        row = table.get(self.db, *key)
        return None if row is None else self.snapshot.seal.check(table, row)

    def secret(self, address: Address) -> Held:
        """The secret at `address`, deleted or not.

        Raises:
            NotFoundError: `secret-unknown`.
        """
        held = self.snapshot.secret(self.db, address.environment, address.path)
        if held is None:
            raise NotFoundError("secret-unknown", "there is no secret at that address")
        return held

    def active(self, address: Address) -> Held:
        """The secret at `address`, which is not deleted.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`.
        """
        held = self.secret(address)
        if held.row.state != "active":
            raise ConflictError("secret-deleted", "that secret was deleted")
        return held

    def version(self, held: Held, n: int) -> VersionRow:
        """A version of `held`.

        Raises:
            NotFoundError: `version-unknown`.
        """
        found = self.snapshot.version(self.db, held, n)
        if found is None:
            raise NotFoundError("version-unknown", f"the secret has no version {n}")
        return found[0]

    def kek(self, environment: str) -> Kek:
        """The key that wraps new versions there.

        Raises:
            SealedError: `environment-sealed`; this process holds no such key.
        """
        key_id = self.snapshot.authority(self.db).keks.get(environment)
        kek = None if key_id is None else self.room.kek(self.db, key_id)
        if kek is None:
            raise sealed(environment)
        return kek

    def binding(self, address: Address, secret_id: bytes, n: int) -> Binding:
        """Where version `n` of the secret stands."""
        made = Binding(self.room.keys.room_id, secret_id, address.environment, address.path, n)
        self.bindings[secret_id, n] = made
        return made

    def set_version(self, row: VersionRow, **columns: object) -> VersionRow:
        """A version in a new state."""
        changed = row._replace(changed_us=self.now_us, **columns)  # type: ignore[arg-type]
        return self.update(VERSION, changed)

    def touch(self, held: Held, **columns: object) -> None:
        """A secret's own row with new columns."""
        self.update(SECRET, held.row._replace(**columns))  # type: ignore[arg-type]


class Applied(Struct, frozen=True):
    """What a change did, for its entry. `detail` holds names, never a value."""

    result: object = None
    secret_id: bytes = NO_ID
    version: int = 0
    kind: str = ""
    object_id: bytes = NO_ID
    detail: dict[str, str] = field(default_factory=dict)


class Change:
    """A typed change: what it needs and what it does. Subclasses are frozen dataclasses.

    `urgent` ones contain an incident and are let through on a full disk; `restricts` says
    that somebody may do less afterwards, so that the change returns only when what was
    committed before it can no longer be handed out. `spends` is False for what takes none of a
    right's uses where those are counted. `delivers` says that its result is a value,
    to be gone as soon as one that was read; `excuses` are codes of refusals that do not stop it.
    """

    verb: Verb = Verb.ADMINISTER
    urgent: bool = False
    restricts: bool = False
    delivers: bool = False
    spends: bool = True
    excuses: frozenset[str] = frozenset()

    @property
    def environment(self) -> str | None:
        """Where, None for the room as a whole."""
        return None

    @property
    def path(self) -> str | None:
        """What, None for an environment as a whole."""
        return None

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """What must be allowed besides; each other place gets an entry of its own."""
        return ()

    def apply(self, to: Writer) -> Applied:
        """Do it, under the lock, having been allowed."""
        raise NotImplementedError


def sealed(environment: str) -> SealedError:
    """The environment's key could not be opened by this process."""
    return SealedError(
        "environment-sealed",
        f"the key of {environment} is not open here",
        fix="start the process with a slot that opens it",
    )


def digest(changes: Iterable[LogChange]) -> bytes:
    """SHA-256 over what an entry's changes left in which state; 32 bytes.

    Each change is framed by its lengths, so no two lists share an encoding.
    """
    pieces = [b"strongroom/changes/v1"]
    for change in changes:
        source, row = change.source.encode(), change.row.encode()
        pieces += (
            change.seq.to_bytes(8, "big"), len(source).to_bytes(1, "big"), source,
            len(row).to_bytes(2, "big"), row, change.mac,
        )  # fmt: skip
    return hashlib.sha256(b"".join(pieces)).digest()
