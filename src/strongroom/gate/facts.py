"""The snapshot: what decisions are made from, in memory, checked when loaded.

It holds rows as they stood after change `head`, ciphertext included and never a value.
`refresh` reads the changes since and forgets what they may touch; whoever decided something
before asks `stands` whether that may still be relied on. Used by one thread at a time: the
one that flushes.
"""

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from strongroom.access.facts import Rules
from strongroom.crypto.envelope import Binding
from strongroom.db.interface import Db
from strongroom.db.tables import log, people, secrets
from strongroom.db.tables.batches import PART, PartRow
from strongroom.db.tables.people import GRANT, PRINCIPAL, ROLE, TOKEN, GrantRow, TokenRow
from strongroom.db.tables.secrets import CURRENT, SECRET, VERSION, CurrentRow, SecretRow, VersionRow
from strongroom.gate import authority
from strongroom.gate.authority import Authority
from strongroom.gate.held import AUTHORITY, HELD_BACK, Held, Person, ScopeKey, Written
from strongroom.gate.room import Room
from strongroom.gate.rows import Seal, grant_of, missing, principal_of
from strongroom.model.principal import Effect, Grant

CHANGES_MAX: Final = 1_000  # after more of them, starting anew is cheaper
TOUCHED_MAX: Final = 200_000
PEOPLE_MAX: Final = 50_000


class Snapshot:
    """See the module."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._seal = Seal(room.keys.row_mac)
        self.head = 0
        self._floor = 0  # what was decided at an earlier head may not be relied on
        self._touched: dict[ScopeKey, int] = {}
        self._authority: Authority | None = None
        self._people: dict[bytes, Person] = {}
        self._roles: dict[str, tuple[Grant, ...]] = {}
        self._tokens: dict[bytes, TokenRow] = {}
        self._held: OrderedDict[tuple[str, str], Held] = OrderedDict()
        self._addresses: dict[str, tuple[str, str]] = {}  # by the secret's id in hex
        self._bytes_held = 0
        self._parts: dict[str, PartRow] = {}  # the last one of each batch, by its id in hex

    @property
    def seal(self) -> Seal:
        """What stamps and checks rows of this room."""
        return self._seal

    def refresh(self, db: Db) -> None:
        """Follow the changes since `head`; a new snapshot starts at the last one."""
        if not self.head:
            self.forget(log.head(db))
            return
        changes = log.changes_after(db, self.head, CHANGES_MAX)
        if len(changes) == CHANGES_MAX or len(self._touched) > TOUCHED_MAX:
            self.forget(log.head(db))
        else:
            self.follow(db, changes)

    def follow(
        self,
        db: Db,
        changes: list[log.Change],
        own: Written = (),
        bindings: Mapping[tuple[bytes, int], Binding] = MappingProxyType({}),
    ) -> None:
        """Forget what `changes` may touch; know `own`, rows that they wrote, without loading.

        The rows of a transaction that is undone are forgotten with the whole snapshot.
        """
        kept = {key: self._held[key] for key in self._addresses_of(own)}
        places = {
            row.id.hex(): (row.environment, row.path) for row in own if isinstance(row, SecretRow)
        }
        for change in changes:
            if change.seq > self.head:
                self.head = change.seq
                self._touch(db, change, places)
        for (environment, path), held in kept.items():
            self._held[environment, path] = held
            self._addresses[held.row.id.hex()] = (environment, path)
            self._bytes_held += held.bytes
        for row in own:
            self._learn(row, bindings)

    def _addresses_of(self, own: Written) -> set[tuple[str, str]]:
        """Where held secrets stand of which only values were written."""
        ids = {row.secret_id.hex() for row in own if isinstance(row, VersionRow | CurrentRow)}
        ids -= {row.id.hex() for row in own if isinstance(row, SecretRow)}
        return {self._addresses[id_] for id_ in ids if id_ in self._addresses}

    def _learn(
        self,
        row: SecretRow | VersionRow | CurrentRow,
        bindings: Mapping[tuple[bytes, int], Binding],
    ) -> None:
        if isinstance(row, SecretRow):
            return
        key = self._addresses.get(row.secret_id.hex())
        if key is None:
            return
        held = self._held[key]
        if isinstance(row, CurrentRow):
            held.current = row
        else:
            old = held.versions.pop(row.n, None)
            size = _size(row) - (_size(old[0]) if old else 0)
            made = bindings.get((row.secret_id, row.n))
            binding = made or (old[1] if old else self._binding(held, row.n))
            held.versions[row.n] = (row, binding)
            self._grow(held, size)

    def stands(self, head: int, scopes: tuple[ScopeKey, ...]) -> bool:
        """Whether no change after `head` touches any of `scopes`."""
        if head == self.head:
            return True
        if head < self._floor:
            return False
        touched = self._touched
        return all(touched.get(scope, 0) <= head for scope in scopes)

    def _touch(self, db: Db, change: log.Change, places: Mapping[str, tuple[str, str]]) -> None:
        scope, key = change.scope, change.key
        self._touched[scope, key] = change.seq
        if scope == AUTHORITY:
            self._floor = change.seq
            self._authority = None
            self._people.clear()
            self._roles.clear()
        elif scope == "mount":
            self._authority = None
        elif scope == "principal":
            self._people.pop(bytes.fromhex(key), None)
        elif scope == "token":
            self._tokens.pop(bytes.fromhex(key), None)
        else:
            self._drop(key)
            self._parts.pop(key, None)
            if scope == "secret":
                # A decision may rest on there being nothing at an address.
                known = places.get(key)
                rows = [known] if known else db.query(_ADDRESS, (bytes.fromhex(key),))
                for environment, path in rows:
                    self._touched["address", f"{environment!s}/{path!s}"] = change.seq

    def forget(self, head: int) -> None:
        """Start anew at `head`: what was loaded since may have been undone."""
        self._forget_all()
        self.head = self._floor = head

    def _forget_all(self) -> None:
        self._touched.clear()
        self._authority = None
        for cache in (
            self._people, self._roles, self._tokens, self._held, self._addresses, self._parts,
        ):  # fmt: skip
            cache.clear()
        self._bytes_held = 0

    def authority(self, db: Db) -> Authority:
        """Policy, environments and keys in force.

        Raises:
            TamperedError: a row was changed, is missing, or is of another room.
        """
        if self._authority is None:
            self._authority = authority.load(db, self._room, self._seal)
        return self._authority

    def person(self, db: Db, principal_id: bytes) -> Person | None:
        """The principal and the rules that speak of it, or None.

        Raises:
            TamperedError: a row was changed, or a denying grant is missing.
        """
        person = self._people.get(principal_id)
        if person is None:
            row = PRINCIPAL.get(db, principal_id)
            if row is None:
                return None
            self._seal.check(PRINCIPAL, row)
            principal = principal_of(row)
            grants = self._grants(people.grants_to_principal(db, row.id), row.denials)
            standing = self.authority(db).standing
            rules = Rules(
                standing.matrix,
                standing.role_verbs,
                {row.id: grants},
                {role: self._role(db, role) for role in principal.roles},
            )
            person = Person(principal, rules, ("principal", row.id.hex()))
            if len(self._people) >= PEOPLE_MAX:
                self._people.clear()
            self._people[principal_id] = person
        return person

    def _role(self, db: Db, name: str) -> tuple[Grant, ...]:
        if name not in self._roles:
            row = ROLE.get(db, name)
            if row is None:
                raise missing("the row of a role")
            self._seal.check(ROLE, row)
            self._roles[name] = self._grants(people.grants_to_role(db, name), row.denials)
        return self._roles[name]

    def _grants(self, rows: list[GrantRow], denials: int) -> tuple[Grant, ...]:
        grants = tuple(grant_of(self._seal.check(GRANT, row)) for row in rows if not row.revoked)
        # An absent row denies nothing, so the denying ones are counted where they are named.
        if sum(grant.effect is Effect.DENY for grant in grants) != denials:
            raise missing("a grant that denies")
        return grants

    def token(self, db: Db, token_id: bytes) -> TokenRow | None:
        """The token of this id, revoked or not, or None.

        Raises:
            TamperedError: the row was changed.
        """
        row = self._tokens.get(token_id)
        if row is None:
            row = TOKEN.get(db, token_id)
            if row is None:
                return None
            self._seal.check(TOKEN, row)
            if len(self._tokens) >= PEOPLE_MAX:
                self._tokens.clear()
            self._tokens[token_id] = row
        return row

    def secret(self, db: Db, environment: str, path: str) -> Held | None:
        """The secret at this address, or None; absence is not remembered.

        One that a batch holds back is absent to everybody.

        Raises:
            TamperedError: a row was changed or is missing.
        """
        key = (environment, path)
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            return held
        row = secrets.secret_at(db, environment, path)
        if row is None or self._seal.check(SECRET, row).reason.startswith(HELD_BACK):
            return None
        current = CURRENT.get(db, row.id)
        if current is None:
            raise missing("which version is current")
        held = Held(row, self._seal.check(CURRENT, current))
        self._held[key] = held
        self._addresses[row.id.hex()] = key
        if len(self._held) > self._room.limits.secrets_held:
            self._drop_oldest()
        return held

    def part(self, db: Db, batch_id: bytes, k: int) -> PartRow | None:
        """Part `k` of a batch, or None.

        Raises:
            TamperedError: the row was changed.
        """
        key = batch_id.hex()
        row = self._parts.get(key)
        if row is None or row.k != k:
            row = PART.get(db, batch_id, k)
            if row is None:
                return None
            self._parts[key] = self._seal.check(PART, row)
        return row

    def version(self, db: Db, held: Held, n: int) -> tuple[VersionRow, Binding] | None:
        """One version of a held secret and where it stands, or None.

        Raises:
            TamperedError: the row was changed, or the current one is missing.
        """
        found = held.versions.get(n)
        if found is None:
            row = VERSION.get(db, held.row.id, n)
            if row is None:
                if n == held.current.n:
                    raise missing("the current version of a secret")
                return None
            self._seal.check(VERSION, row)
            found = held.versions[n] = (row, self._binding(held, n))
            self._grow(held, _size(row))
        return found

    def _binding(self, held: Held, n: int) -> Binding:
        row = held.row
        return Binding(self._room.keys.room_id, row.id, row.environment, row.path, n)

    def _grow(self, held: Held, size: int) -> None:
        if self._held.get((held.row.environment, held.row.path)) is not held:
            return  # it was dropped meanwhile; whoever still looks at it holds it alone
        held.bytes += size
        self._bytes_held += size
        while self._bytes_held > self._room.limits.bytes_held and len(self._held) > 1:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, held = self._held.popitem(last=False)
        self._addresses.pop(held.row.id.hex(), None)
        self._bytes_held -= held.bytes

    def _drop(self, secret_hex: str) -> None:
        key = self._addresses.pop(secret_hex, None)
        if key is not None:
            self._bytes_held -= self._held.pop(key).bytes


def _size(row: VersionRow) -> int:
    return len(row.sealed) + len(row.wrapped)


_ADDRESS: Final = "SELECT environment, path FROM secret WHERE id = ?"
