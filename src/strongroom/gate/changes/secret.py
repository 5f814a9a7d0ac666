"""Secrets and their values: made, and given another value."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from strongroom.crypto import envelope
from strongroom.crypto.keyring import new_id
from strongroom.db.tables import secrets, work
from strongroom.db.tables.moved import MOVED
from strongroom.db.tables.rotations import RULE
from strongroom.db.tables.secrets import (
    CURRENT,
    SCHEDULE,
    SECRET,
    VERSION,
    CurrentRow,
    SecretRow,
    VersionRow,
)
from strongroom.db.tables.table import R, Table
from strongroom.db.tables.work import FingerprintRow
from strongroom.errors import ConflictError, InvalidError
from strongroom.gate import attempts
from strongroom.gate.changes import birth, reuse
from strongroom.gate.changes.label import set_label
from strongroom.gate.changes.reuse import Newcomer
from strongroom.gate.held import FREED, HELD_BACK, Held
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb

HERE = "room"  # the store whose values live in the room itself


class Origin(StrEnum):
    """Where a value came from (P-4.9), as it is stored: for people, `word`."""

    GENERATED = "generated"
    GIVEN = "given"
    IMPORTED = "imported"

    @property
    def word(self) -> str:
        """The policy's word: what was given came from a human hand. See docs/adr/0191."""
        return "human" if self is Origin.GIVEN else self.value


class Fingerprint(NamedTuple):
    """What a field of a value looks like to its keyed hash; None where it is too weak."""

    field: str
    match: bytes | None
    display: str | None
    chars: int
    classes: str


class Made(NamedTuple):
    """A version that now exists."""

    secret_id: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value to keep, with what must be known about it. `expires_us` since 1970 UTC."""

    plaintext: Plaintext
    expires_us: int
    origin: Origin = Origin.GIVEN
    fingerprints: tuple[Fingerprint, ...] = ()


class OnSecret(Change):
    """A change of what stands at one address."""

    address: Address

    @property
    def environment(self) -> str:
        """The environment of the address."""
        return self.address.environment

    @property
    def path(self) -> str:
        """The path of the address."""
        return self.address.path


@dataclass(frozen=True)
class CreateSecret(OnSecret):
    """Make a secret; with a value, that is its current version 1."""

    address: Address
    type: str
    owner: str
    value: Value | None = None
    store: str = HERE
    description: str = ""
    label: Label = NO_LABEL

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Add the secret, its labels, its first version and the pointer to it.

        Raises:
            ConflictError: `secret-exists`, deleted ones included; `secret-staged`;
                `address-left`.
            InvalidError: `text-invalid`, `owner-missing`, `tag-invalid`, `expiry-past`.
            SealedError: `environment-sealed`.
        """
        old = occupant(to, self.address)
        secret_id = new_id() if old is None else old.id
        not_left(to, self.address, secret_id)
        write(to, old)(
            SECRET,
            SecretRow(
                id=secret_id,
                environment=self.address.environment,
                path=self.address.path,
                type=needed(self.type, "type"),
                owner=needed(self.owner, "owner"),
                store=needed(self.store, "store"),
                state="active",
                frozen=0,
                reason="",
                description=bounded(self.description, "a description"),
                created_us=to.now_us,
                created_by=to.actor,
            ),
        )
        set_label(to, secret_id, self.label)
        n = None
        if self.value is not None:
            n = 1 if old is None else secrets.newest_n(to.db, secret_id) + 1
            keep(
                to,
                self.address,
                Made(secret_id, n),
                self.value,
                type_=self.type,
                state="current",
            )
        write(to, old)(CURRENT, CurrentRow(secret_id, n, to.now_us))
        return Applied(Made(secret_id, n or 0), secret_id, n or 0, "secret", secret_id)


@dataclass(frozen=True)
class AddVersion(OnSecret):
    """Give a secret another value: at once, or pending until it is promoted.

    `after` is the number of the version that must be current, for callers who read before
    they wrote; None does not care, 0 means that there is none.
    """

    address: Address
    value: Value
    pending: bool = False
    after: int | None = None
    verb: Verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Add the version; unless it is pending, make it current.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`, `version-not-current`, `secret-rotated`,
                `value-unchanged`.
            InvalidError: `expiry-past`.
            SealedError: `environment-sealed`.
        """
        held = to.active(self.address)
        if self.after is not None and self.after != (held.current.n or 0):
            raise ConflictError("version-not-current", "another version became current meanwhile")
        if not self.pending and self.value.origin is Origin.GENERATED:
            self._refuse_rotated(to, held)
        n = secrets.newest_n(to.db, held.row.id) + 1
        made = Made(held.row.id, n)
        state = "pending" if self.pending else "current"
        born_us = keep(to, self.address, made, self.value, type_=held.row.type, state=state)
        if not self.pending:
            if self.value.origin is not Origin.GENERATED:
                birth.refuse_same(to, held, self.value.plaintext)
            step_back(to, held)
            point(to, held, n)
            count_from(to, held.row.id, born_us)
        return Applied(made, held.row.id, n, "secret", held.row.id)

    def _refuse_rotated(self, to: Writer, held: Held) -> None:
        """What was made up here is valid nowhere yet; what people write may be what a target has."""
        rule = to.load(RULE, held.row.id)
        if rule is not None and rule.mode != "notify":
            raise ConflictError(
                "secret-rotated",
                "that secret is rotated at a target, which would not know of a value made here",
                fix=f"`strongroom rotate start {self.address}` makes one and sets it there",
            )


def free(to: Writer, address: Address, secret_id: bytes) -> None:
    """That nothing stands at `address`, and that no other secret ever left it.

    Raises:
        ConflictError: `secret-exists`, deleted ones included, and what an aborted batch left;
            `secret-staged`, `address-left`.
    """
    if occupant(to, address) is not None:
        raise ConflictError("secret-exists", "there is a secret at that address already")
    not_left(to, address, secret_id)


def not_left(to: Writer, address: Address, secret_id: bytes) -> None:
    """That no other secret was moved away from `address`.

    Raises:
        ConflictError: `address-left`.
    """
    left = to.load(MOVED, address.environment, address.path)
    if left is not None and left.secret_id != secret_id:
        raise ConflictError(
            "address-left",
            "another secret stood at that address and was moved away; the log knows it there",
            fix="choose another address, or move that secret back",
        )


def occupant(to: Writer, address: Address) -> SecretRow | None:
    """What is left at a free address by a batch that was aborted: a row, or nothing.

    Raises:
        ConflictError: `secret-exists`, deleted ones included; `secret-staged`, an unfinished
            batch holds the address.
    """
    row = secrets.secret_at(to.db, address.environment, address.path)
    if row is None or to.snapshot.seal.check(SECRET, row).reason == FREED:
        return row
    if row.reason.startswith(HELD_BACK):
        raise ConflictError(
            "secret-staged",
            "an unfinished import holds that address",
            fix="`strongroom import list` names it; resume or abort it",
        )
    raise ConflictError("secret-exists", "there is a secret at that address already")


def write(to: Writer, old: SecretRow | None) -> Callable[[Table[R], R], R]:
    """How the rows of a new secret are written: over those that `occupant` found, if any."""
    return to.insert if old is None else to.update


def keep(to: Writer, address: Address, made: Made, value: Value, *, type_: str, state: str) -> int:
    """Seal a value and add it as a version. When its secrets were first written there (µs).

    What an earlier version held lives no longer for being written once more.

    Raises:
        InvalidError: `expiry-past`; `value-reused`, it stands where it may not stand too.
        LimitError: `reuse-limited`.
        SealedError: `environment-sealed`.
    """
    if value.expires_us <= to.now_us:
        raise InvalidError("expiry-past", "a version expires in the future")
    marks = [f.match for f in value.fingerprints if f.match is not None]
    if marks and value.origin is not Origin.GENERATED:
        attempts.allow(to, attempts.Kind.REUSE)
    reuse.refuse(to, Newcomer(made.secret_id, address.environment, type_), marks)
    new = birth.marks((one.field, one.match) for one in value.fingerprints)
    again = made.version > 1
    first = birth.first(to.db, to.snapshot.seal, made.secret_id, new) if again else None
    ends_us = value.expires_us if first is None else min(value.expires_us, first.expires_us)
    kek = to.kek(address.environment)
    binding = to.binding(address, made.secret_id, made.version)
    sealed = envelope.seal(value.plaintext.reveal(), binding, kek)
    to.insert(
        VERSION,
        VersionRow(
            secret_id=made.secret_id,
            n=made.version,
            state=state,
            compromised=0,
            deleted_us=None,
            type=type_,
            origin=value.origin.value,
            kek_id=kek.id,
            wrapped=sealed.wrapped,
            sealed=sealed.blob,
            created_us=to.now_us,
            created_by=to.actor,
            expires_us=ends_us,
            changed_us=to.now_us,
        ),
    )
    for fingerprint in value.fingerprints:
        work.keep_fingerprint(to.db, FingerprintRow._make((*made, *fingerprint)))
    return to.now_us if first is None else birth.born_us(to.db, to.snapshot.seal, first)


def step_back(to: Writer, held: Held) -> None:
    """The current version, if there is one, becomes a previous one."""
    if held.current.n is not None:
        row = to.version(held, held.current.n)
        if row.state == "current":
            to.set_version(row, state="previous")


def point(to: Writer, held: Held, n: int | None) -> None:
    """Make `n` the current version."""
    to.update(CURRENT, CurrentRow(held.row.id, n, to.now_us))


def count_from(to: Writer, secret_id: bytes, born_us: int) -> None:
    """The next rotation is counted from the birth of the value that is current now (P-5.13).

    A day that was planned for the value before it is over with it.
    """
    schedule = to.load(SCHEDULE, secret_id)
    if schedule is not None:
        next_us = None if schedule.every_us is None else born_us + schedule.every_us
        if next_us != schedule.next_us:
            to.update(SCHEDULE, schedule._replace(next_us=next_us))


def needed(text: str, what: str) -> str:
    """`text`, which a secret must have.

    Raises:
        InvalidError: `owner-missing`, `type-missing`, `store-missing`, `text-invalid`.
    """
    if not text:
        raise InvalidError(f"{what}-missing", f"a secret has a {what}")
    return bounded(text, f"a secret's {what}", chars_max=128)
