"""Operations on shares: one value, for one other person, once (P-8.10)."""

from dataclasses import dataclass, field
from typing import Final

from strongroom.crypto import share as crypto
from strongroom.crypto.share import ShareCode
from strongroom.db.tables import shares
from strongroom.db.tables.secrets import SECRET
from strongroom.db.tables.shares import ShareRow
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate import reading
from strongroom.gate.changes import share as changes
from strongroom.gate.changes.share import (
    CreateShare,
    ExpireShares,
    ListShares,
    Opened,
    OpenShare,
    RejectShare,
    RevokeShare,
    Shared,
)
from strongroom.gate.desk import Desk
from strongroom.gate.operation import ReadRequest
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb
from strongroom.ops.local import Local, delivered, done
from strongroom.secret.value import Value

HOUR_US: Final = 3_600_000_000
ID_CHARS_MIN: Final = 4


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """What to share, with whom (a principal's name, None for anybody), and for how long (µs)."""

    address: Address
    field: str | None = None
    recipient: str | None = None
    life_us: int = HOUR_US
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Created:
    """A share that was made. Its code is shown once and kept nowhere."""

    id: str
    address: str
    version: int
    expires_us: int
    code: ShareCode = field(repr=False)


def create(room: Local, request: ShareRequest) -> Created:
    """Set the current value aside for somebody else.

    It is read with the verb `share` and then sealed, both recorded.

    Raises:
        DeniedError: the reason's code. NotFoundError: `secret-unknown`, `principal-unknown`, ….
        InvalidError: `field-unknown`, `field-needed`, `share-life`, `share-composite`.
        ConflictError: `version-not-current`, `share-self`, ….
    """
    sweep(room)
    asked = ReadRequest(request.address, None, Verb.SHARE)
    (answer,) = reading.read(room.gate, room.caller, [asked], request.reason)
    found = delivered(answer)
    value = Value.decode(found.value)
    if value.references(request.field):
        # Nobody could say later whether its taker may have the parts, or whether they still hold.
        raise InvalidError(
            "share-composite",
            "that is put together from other secrets",
            fix="share the part that is needed",
        )
    chosen = value.only if request.field is None else value.fields.get(request.field)
    if chosen is None and request.field is None:
        raise InvalidError(
            "field-needed",
            f"the value has several fields: {', '.join(sorted(value.fields))}",
            fix="choose one with --field",
        )
    if chosen is None:
        raise InvalidError("field-unknown", "the value has no field of that name")
    code = ShareCode.new()
    change = CreateShare(
        request.address, found.version, request.field or "", Plaintext(chosen.bytes), code,
        request.life_us, request.recipient,
    )  # fmt: skip
    made = done(room.gate.change(room.caller, change, request.reason))
    assert isinstance(made, bytes)
    expires_us = room.now_us() + request.life_us
    return Created(made.hex(), str(request.address), found.version, expires_us, code)


def open_(room: Local, code: ShareCode, reason: str = "") -> Opened:
    """Take what was shared under a code. It is consumed and recorded before it is handed over.

    Raises:
        NotFoundError: `share-unknown`. LimitError: `share-limited`.
        DeniedError: `share-other-person`, `version-compromised`, or what denies the read.
        ConflictError: `share-taken`, `share-revoked`, `share-expired`, `share-rotated`.
        GateError: `gate-late`; it took too long and was dropped, and the share is consumed.
    """
    sweep(room)
    lookup = crypto.lookup(room.keys, room.instance_id, code)
    found = room.gate.consult(lambda desk: _found(desk, lookup))
    change = RejectShare() if found is None else OpenShare(found[1], found[0], code)
    opened = done(room.gate.change(room.caller, change, reason))
    assert isinstance(opened, Opened)
    return opened


def mine(room: Local) -> list[Shared]:
    """The shares that this caller made, newest first. Not recorded: he knows them."""
    sweep(room)
    who = room.caller.principal
    return room.gate.consult(
        lambda desk: [
            changes.shown(desk, row) for row in shares.of_creator(desk.db, who, changes.LIST_MAX)
        ]
    )


def everybodys(room: Local) -> list[Shared]:
    """Everybody's, newest first.

    Raises:
        DeniedError: the caller may not read the log.
    """
    sweep(room)
    found = done(room.gate.look(room.caller, ListShares()))
    assert isinstance(found, list)
    return found


def revoke(room: Local, id_start: str, reason: str = "") -> Shared:
    """Take back the share whose id begins so: one's own, or as somebody who may contain.

    Raises:
        NotFoundError: `share-unknown`. InvalidError: `share-ambiguous`.
        DeniedError: it is somebody else's, and the caller may not contain.
        ConflictError: `share-taken`, `share-expired`.
    """
    found = room.gate.consult(lambda desk: _beginning(desk, id_start.lower()))
    own = [row for row in found if row.created_by == room.caller.principal]
    rows = own or found
    if not rows:
        raise changes.unknown()
    if len(rows) > 1:
        raise InvalidError("share-ambiguous", "several shares begin so", fix="write more of the id")
    shown = room.gate.consult(lambda desk: changes.shown(desk, rows[0]))
    done(room.gate.change(room.caller, RevokeShare(shown.address, shown.id, bool(own)), reason))
    return shown


def sweep(room: Local) -> int:
    """Erase what nobody took in time; how many shares that were."""
    if not room.gate.consult(lambda desk: shares.over(desk.db, desk.db.clock_us(), 1)):
        return 0
    erased = done(room.gate.change(room.caller, ExpireShares()))
    assert isinstance(erased, int)
    return erased


def _found(desk: Desk, lookup: bytes) -> tuple[bytes, Address] | None:
    row = shares.by_lookup(desk.db, lookup)
    secret_row = None if row is None else SECRET.get(desk.db, row.secret_id)
    if row is None or secret_row is None:
        return None
    return row.id, Address(secret_row.environment, secret_row.path)


def _beginning(desk: Desk, start: str) -> list[ShareRow]:
    if len(start) < ID_CHARS_MIN:
        raise NotFoundError(
            "share-unknown", f"an id is written with {ID_CHARS_MIN} characters or more"
        )
    rows = shares.newest(desk.db, changes.LIST_MAX)
    return [row for row in rows if row.id.hex().startswith(start)]
