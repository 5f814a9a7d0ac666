"""Shares: a value set aside for one other person, and taken by him once (P-8.10).

A share stands in for the rule that its taker lacks, and for nothing more: what is denied to him, a
freeze, a compromise and a rotation meanwhile stop it. It is consumed in the commit that records
it, and only then is the value handed over.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from strongroom.crypto import share as crypto
from strongroom.crypto.keyring import new_id
from strongroom.crypto.share import Place, ShareCode
from strongroom.db.tables import people, shares
from strongroom.db.tables.people import PRINCIPAL
from strongroom.db.tables.secrets import SECRET
from strongroom.db.tables.shares import SHARE, ShareRow
from strongroom.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from strongroom.gate import attempts
from strongroom.gate.attempts import Kind
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.writer import Applied, Change, Writer, sealed
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb

MINUTE_US: Final = 60_000_000
LIFE_US_MAX: Final = 7 * 24 * 60 * MINUTE_US
SWEEP_MAX: Final = 200
LIST_MAX: Final = 1_000
# What a share stands in for: nobody said yes. Whoever said no is not overruled.
UNSAID: Final = frozenset(
    {"no-rule", "reason-required", "source-not-allowed", "uses-exhausted", "approval-needed"}
)


class Opened(NamedTuple):
    """What was shared, now taken."""

    address: Address
    version: int
    field: str
    value: Plaintext
    by: str  # who shared it


class Shared(NamedTuple):
    """A share, for people; never its code or value."""

    id: bytes
    address: Address
    version: int
    field: str
    state: str
    by: str
    recipient: str | None
    created_us: int
    expires_us: int
    ended_us: int | None


@dataclass(frozen=True)
class CreateShare(OnSecret):
    """Set a value aside for who has `code`; `recipient` is a name, None for anybody."""

    address: Address
    version: int
    field: str
    value: Plaintext
    code: ShareCode
    life_us: int
    recipient: str | None = None

    verb = Verb.SHARE

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """To read it: else one could share with oneself what one may not read."""
        return ((Verb.READ, self.address),)

    def apply(self, to: Writer) -> Applied:
        """Seal the value under the code and the environment's key; the result is the share's id.

        Raises:
            NotFoundError: `secret-unknown`, `principal-unknown`.
            ConflictError: `secret-deleted`, `version-not-current`, `share-self`.
            InvalidError: `share-life`.
            SealedError: `environment-sealed`.
        """
        if not MINUTE_US <= self.life_us <= LIFE_US_MAX:
            raise InvalidError("share-life", "a share lives for 1 minute to 7 days")
        held = to.active(self.address)
        _still(to, self.address, self.version)
        recipient = _named(to, self.recipient)
        if recipient == to.actor:
            raise ConflictError("share-self", "a share is for somebody else")
        kek = to.kek(self.address.environment)
        row = ShareRow(
            id=new_id(),
            lookup=crypto.lookup(to.room.keys, to.room.instance_id, self.code),
            secret_id=held.row.id,
            n=self.version,
            field=self.field,
            kek_id=kek.id,
            sealed=b"",
            recipient=recipient,
            state="open",
            created_us=to.now_us,
            created_by=to.actor,
            expires_us=to.now_us + self.life_us,
        )
        blob = crypto.seal(_place(to, row), self.code, kek, self.value.reveal())
        to.insert(SHARE, row._replace(sealed=blob))
        return Applied(row.id, held.row.id, self.version, "share", row.id, self._detail())

    def _detail(self) -> dict[str, str]:
        named = {"recipient": self.recipient, "field": self.field}
        return {name: text for name, text in named.items() if text}


@dataclass(frozen=True)
class OpenShare(OnSecret):
    """Take what was shared. Whoever has the code needs no rule, and must not be denied."""

    address: Address
    share_id: bytes
    code: ShareCode

    verb = Verb.READ
    excuses = UNSAID
    delivers = True

    def apply(self, to: Writer) -> Applied:
        """Take the value, and erase it from the share.

        Raises:
            LimitError: `share-limited`.
            DeniedError: `share-other-person`, `version-compromised`.
            ConflictError: `share-taken`, `share-revoked`, `share-expired`, `share-rotated`.
            SealedError: `environment-sealed`. TamperedError: the share was changed.
        """
        attempts.allow(to, Kind.SHARE)
        row = to.load(SHARE, self.share_id)
        if row is None:
            raise unknown()
        if row.recipient not in {None, to.actor}:
            raise DeniedError("share-other-person", "that is shared with somebody else")
        if _is_disabled(to, row.created_by):
            raise ConflictError(
                "share-revoked",
                "whoever shared it may do nothing any more",
                fix="ask somebody else for it",
            )
        _open(row, to.now_us)
        address = _address(to, row)
        if address != self.address:
            raise unknown()  # it was moved between the look and the lock
        _still(to, address, row.n)
        kek = to.room.kek(to.db, row.kek_id)
        if kek is None:
            raise sealed(address.environment)
        value = crypto.open(_place(to, row), self.code, kek, row.sealed)
        _end(to, row, "taken")
        opened = Opened(address, row.n, row.field, Plaintext(value), _name(to, row.created_by))
        detail = {"by": opened.by, **({"field": row.field} if row.field else {})}
        return Applied(opened, row.secret_id, row.n, "share", row.id, detail)


@dataclass(frozen=True)
class RejectShare(Change):
    """Say that somebody came with a code that opens nothing. It never succeeds."""

    verb = Verb.SHARE
    excuses = frozenset({"target-missing"})  # there is none: nobody knows what the code was for

    def apply(self, to: Writer) -> Applied:
        """Refuse.

        Raises:
            DeniedError: `principal-disabled`. LimitError: `share-limited`.
            NotFoundError: `share-unknown`.
        """
        if _is_disabled(to, to.actor):
            raise DeniedError("principal-disabled", "refused: principal disabled")
        attempts.allow(to, Kind.SHARE)
        raise unknown()


@dataclass(frozen=True)
class RevokeShare(OnSecret):
    """Take a share back: one's own, or as somebody who may contain."""

    address: Address
    share_id: bytes
    own: bool = False

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    @property
    def excuses(self) -> frozenset[str]:  # type: ignore[override]
        """Nobody is kept from taking back what he gave out."""
        return UNSAID | {"denied-by-grant"} if self.own else frozenset()

    def apply(self, to: Writer) -> Applied:
        """Erase the value from the share. Again is no error.

        Raises:
            NotFoundError: `share-unknown`. ConflictError: `share-taken`, `share-expired`.
        """
        row = to.load(SHARE, self.share_id)
        if row is None or (self.own and row.created_by != to.actor):
            raise unknown()
        if row.state != "revoked":
            _open(row, to.now_us)
            _end(to, row, "revoked")
        return Applied(None, row.secret_id, row.n, "share", row.id)


@dataclass(frozen=True)
class ExpireShares(Change):
    """Erase what nobody took in time. It takes away what nobody may have any more."""

    verb = Verb.CONTAIN
    excuses = UNSAID | {"denied-by-grant"}

    def apply(self, to: Writer) -> Applied:
        """Erase up to 200; the result is how many they were."""
        rows = shares.over(to.db, to.now_us, SWEEP_MAX)
        for row in rows:
            _end(to, to.snapshot.seal.check(SHARE, row), "expired")
        return Applied(len(rows), kind="share", detail={"erased": str(len(rows))})


@dataclass(frozen=True)
class ListShares(View):
    """Everybody's shares, newest first."""

    limit: int = LIST_MAX

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[Shared]:
        """At most `limit` of them."""
        rows = shares.newest(desk.db, min(self.limit, LIST_MAX))
        return [shown(desk, row) for row in rows]


def shown(desk: Desk, row: ShareRow) -> Shared:
    """A share as people see it."""
    seal = desk.snapshot.seal
    seal.check(SHARE, row)
    secret = SECRET.get(desk.db, row.secret_id)
    if secret is None:
        raise unknown()
    seal.check(SECRET, secret)

    def name(id_: bytes) -> str:
        person = desk.snapshot.person(desk.db, id_)
        return id_.hex() if person is None else person.principal.name

    state = "expired" if row.state == "open" and row.expires_us <= desk.db.clock_us() else row.state
    return Shared(
        row.id, Address(secret.environment, secret.path), row.n, row.field, state,
        name(row.created_by), name(row.recipient) if row.recipient else None,
        row.created_us, row.expires_us, row.ended_us,
    )  # fmt: skip


def unknown() -> NotFoundError:
    """No share has that code or id. Whether one ever had is not said."""
    return NotFoundError(
        "share-unknown",
        "that opens nothing",
        fix="see that it was typed as it was told; ask for a new one",
    )


def _open(row: ShareRow, now_us: int) -> None:
    match row.state:
        case "taken":
            raise ConflictError(
                "share-taken",
                "that was opened already, and it opens once",
                fix="was it not you, then tell the security team: somebody else has the value",
            )
        case "revoked":
            raise ConflictError("share-revoked", "that was taken back")
        case _ if row.state == "expired" or row.expires_us <= now_us:
            raise ConflictError("share-expired", "that is too late", fix="ask for a new one")


def _still(to: Writer, address: Address, n: int) -> None:
    """That the version is the current one and sound."""
    held = to.active(address)
    version = to.version(held, n)
    if version.compromised:
        raise DeniedError("version-compromised", "refused: version compromised")
    if held.current.n != n or version.deleted_us is not None or version.state == "destroyed":
        raise ConflictError(
            "share-rotated",
            "the secret has another value meanwhile, and the one that was shared is not given out",
            fix="ask for a new one",
        )


def revoke_under(to: Writer, kek_id: bytes) -> int:
    """Revoke the open shares that only this key opens, since it ends; how many they were."""
    rows = shares.under(to.db, kek_id)
    for row in rows:
        _end(to, to.snapshot.seal.check(SHARE, row), "revoked")
    return len(rows)


def revoke_of(to: Writer, secret_id: bytes, n: int) -> None:
    """Revoke the open shares of a version that is destroyed: its value stands in them too."""
    for row in shares.of_version(to.db, secret_id, n):
        _end(to, to.snapshot.seal.check(SHARE, row), "revoked")


def _is_disabled(to: Writer, principal_id: bytes) -> bool:
    person = to.snapshot.person(to.db, principal_id)
    return person is None or person.principal.disabled


def _end(to: Writer, row: ShareRow, state: str) -> None:
    ended = row._replace(state=state, sealed=b"", ended_us=to.now_us, ended_by=to.actor)
    to.update(SHARE, ended)


def _place(to: Writer, row: ShareRow) -> Place:
    return Place(
        to.room.keys.room_id, to.room.instance_id, row.id, row.secret_id, row.n, row.field,
        row.recipient or crypto.NOBODY,
    )  # fmt: skip


def _address(to: Writer, row: ShareRow) -> Address:
    secret = to.load(SECRET, row.secret_id)
    if secret is None:
        raise unknown()
    return Address(secret.environment, secret.path)


def _named(to: Writer, name: str | None) -> bytes | None:
    if name is None:
        return None
    row = people.principal_named(to.db, name)
    if row is None or to.snapshot.seal.check(PRINCIPAL, row).disabled:
        raise NotFoundError("principal-unknown", "the room knows no principal of that name")
    return row.id


def _name(to: Writer, principal_id: bytes) -> str:
    person = to.snapshot.person(to.db, principal_id)
    return principal_id.hex() if person is None else person.principal.name
