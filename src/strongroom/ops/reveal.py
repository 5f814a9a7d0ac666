"""The value of a rotation that is not current yet, for a person who sets it at the target by hand."""

from typing import Final

from strongroom.errors import ConflictError, NotFoundError
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import rotate, secret
from strongroom.ops.local import Local
from strongroom.ops.secret import Read
from strongroom.rotation.machine import ENDED, State

KIND: Final = "reveal"


def reveal(room: Local, address: Address, *, field: str | None = None, reason: str = "") -> Read:
    """The pending value; it returns only after its record is durable, which tells it from other reads.

    Who may rotate the secret may see it: nobody else has any use for it yet.

    Raises:
        NotFoundError: `secret-unknown`, `rotation-none`, `pending-none`.
        ConflictError: `pending-promoted`, it is current. DeniedError: the reason's code.
        InvalidError: as for `secret.read`.
    """
    seen = rotate.look(room, address)
    row = seen.runs[0] if seen.runs else None
    if row is None or State(row.state) in ENDED:
        raise rotate.none_goes_on()
    if row.promoted_us:
        raise ConflictError(
            "pending-promoted",
            "the new value is current already",
            fix="`strongroom secret get` prints it",
        )
    if row.new_n is None:
        raise NotFoundError(
            "pending-none",
            "that rotation has made no value yet",
            fix="`strongroom rotate status` says what it waits for",
        )
    return secret.read(
        room, address, version=row.new_n, field=field, verb=Verb.ROTATE, reason=reason, kind=KIND
    )
