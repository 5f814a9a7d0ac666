"""The life of a version: promoted, retired, compromised, deleted, destroyed, re-wrapped."""

from dataclasses import dataclass
from typing import Final

from strongroom.crypto import envelope
from strongroom.crypto.envelope import Kek
from strongroom.db.interface import Cell
from strongroom.db.tables import secrets
from strongroom.db.tables.secrets import VERSION
from strongroom.errors import ConflictError
from strongroom.gate.changes import birth
from strongroom.gate.changes.reference import refuse_referenced
from strongroom.gate.changes.secret import Made, OnSecret, count_from, point, step_back
from strongroom.gate.changes.share import revoke_of
from strongroom.gate.rows import missing
from strongroom.gate.writer import Applied, Change, Writer, sealed
from strongroom.model.address import Address
from strongroom.model.principal import Verb

# One change holds the room's lock for under 20 ms, on a slow or busy machine too: it looks at the
# clock after each slice, and the commit needs its part of the time.
REWRAP_NS: Final = 5_000_000
REWRAP_MAX: Final = 1_000
REWRAP_SLICE: Final = 25
REWRAP_BYTES_MAX: Final = 256 * 1024  # of the values in a slice: rows are written whole


@dataclass(frozen=True)
class Promote(OnSecret):
    """Make a version current; the one that was current becomes a previous one.

    From pending it is a rotation's last step, from previous it is the way back.
    `after` as in `AddVersion`.
    """

    address: Address
    n: int
    after: int | None = None

    verb = Verb.ROTATE

    def apply(self, to: Writer) -> Applied:
        """Swap both states and the pointer, in one transaction.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `secret-deleted`, `version-not-current`, `version-state`.
        """
        held = to.active(self.address)
        if self.after is not None and self.after != (held.current.n or 0):
            raise ConflictError("version-not-current", "another version became current meanwhile")
        row = to.version(held, self.n)
        if (
            row.state not in {"pending", "previous"}
            or row.deleted_us is not None
            or row.compromised
        ):
            raise ConflictError("version-state", "only a sound pending or previous version can be")
        step_back(to, held)
        to.set_version(row, state="current")
        point(to, held, self.n)
        count_from(to, held.row.id, birth.born_us(to.db, to.snapshot.seal, row))
        return Applied(Made(held.row.id, self.n), held.row.id, self.n, "secret", held.row.id)


class OnVersion(OnSecret):
    """A change of one version's row."""

    n: int

    def _applied(self, secret_id: bytes) -> Applied:
        return Applied(Made(secret_id, self.n), secret_id, self.n, "secret", secret_id)


@dataclass(frozen=True)
class Retire(OnVersion):
    """A pending or previous version is out of use: deactivated where it was valid."""

    address: Address
    n: int

    verb = Verb.ROTATE
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Mark it retired.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `version-state`; `version-referenced`, data would be lost with it.
        """
        held = to.secret(self.address)
        row = to.version(held, self.n)
        if row.state not in {"pending", "previous"}:
            raise ConflictError("version-state", "only a pending or previous version is retired")
        refuse_referenced(to, held.row.id, self.n)
        to.set_version(row, state="retired")
        return self._applied(held.row.id)


@dataclass(frozen=True)
class Compromise(OnVersion):
    """Mark a version as known to others. Ordinary reads of it end; again is no error."""

    address: Address
    n: int

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Set the mark. It is never taken off.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
        """
        held = to.secret(self.address)
        row = to.version(held, self.n)
        to.set_version(row, compromised=1)
        return self._applied(held.row.id)


@dataclass(frozen=True)
class DeleteVersion(OnVersion):
    """Hide a version from reads, for as long as nobody brings it back."""

    address: Address
    n: int
    back: bool = False

    verb = Verb.WRITE
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Mark it deleted, or with `back` not deleted. Its state is not touched.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `version-state`; it is destroyed.
        """
        held = to.secret(self.address)
        row = to.version(held, self.n)
        if row.state == "destroyed":
            raise ConflictError("version-state", "that version is destroyed")
        to.set_version(row, deleted_us=None if self.back else to.now_us)
        return self._applied(held.row.id)


@dataclass(frozen=True)
class Destroy(OnVersion):
    """End a version for good: its wrapped key goes, and with it the value."""

    address: Address
    n: int

    verb = Verb.DESTROY
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Overwrite the ciphertext and the wrapped key; the row stays as its tombstone.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `version-referenced`, data would be lost with it.
        """
        held = to.secret(self.address)
        row = to.version(held, self.n)
        refuse_referenced(to, held.row.id, self.n)
        to.set_version(row, state="destroyed", wrapped=b"", sealed=b"")
        revoke_of(to, held.row.id, self.n)
        if held.current.n == self.n:
            point(to, held, None)
        return self._applied(held.row.id)


@dataclass(frozen=True)
class Rewrap(Change):
    """Wrap up to `limit` data keys of an environment under its active key instead of `old`.

    The result is how many were done; 0 means that `old` wraps nothing any more. A change of
    the room and not of the environment: a freeze holds values, and these stay as they are.
    """

    place: str
    old: bytes
    limit: int = REWRAP_MAX

    def apply(self, to: Writer) -> Applied:
        """Re-wrap a chunk; the values stay as they are.

        Raises:
            SealedError: `environment-sealed`; one of the keys is not open here.
            ConflictError: `kek-active`; `old` is the key to wrap with.
        """
        new, old = to.kek(self.place), to.room.kek(to.db, self.old)
        if old is None:
            raise sealed(self.place)
        if new.id == old.id:
            raise ConflictError("kek-active", "that key is the one that wraps new versions")
        begun_ns, done = to.room.clocks.monotonic_ns(), 0
        while done < self.limit:
            count = self._slice(to, old, new, min(REWRAP_SLICE, self.limit - done))
            done += count
            if not count or to.room.clocks.monotonic_ns() - begun_ns > REWRAP_NS:
                break
        return Applied(done, kind="kek", object_id=self.old, detail={"object": self.place})

    def _slice(self, to: Writer, old: Kek, new: Kek, limit: int) -> int:
        anew = []
        for row, environment, path in secrets.wrapped_by(to.db, old.id, limit, REWRAP_BYTES_MAX):
            if environment is None or path is None:
                raise missing("the secret of a version")
            # That the address is the right one, the wrap itself shows: it is bound to it.
            binding = to.binding(Address(environment, path), row.secret_id, row.n)
            wrapped = envelope.rewrap(row.wrapped, binding, old, binding, new)
            changes = dict[str, Cell](kek_id=new.id, wrapped=wrapped, changed_us=to.now_us)
            anew.append((row, changes))
        secrets.set_wrapped(to.db, to.restamp(VERSION, anew))
        return len(anew)
