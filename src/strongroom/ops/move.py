"""Operations that give a secret another address, or its value a second one."""

from strongroom.errors import InvalidError
from strongroom.gate import reading
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.reject import RejectWrite
from strongroom.gate.changes.secret import Origin
from strongroom.gate.operation import ReadRequest
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.local import Local, delivered, done
from strongroom.ops.secret import WriteRequest, Written
from strongroom.secret.terms import DAY_US, Terms, find_type, longest_days
from strongroom.secret.value import Value


def move(room: Local, here: Address, there: Address, reason: str = "") -> None:
    """Give a secret another path in its environment; all that it is goes with it.

    Needs `read` and `write` here and `write` there, and is recorded at both. No other secret
    can stand at the old address again.

    Raises:
        InvalidError: `environment-unknown`, `move-across` (P-4.3), `move-nowhere`.
        ConflictError: `secret-exists`, `secret-deleted`, `address-left`.
    """
    for place in (here, there):
        secret.environment(room, place.environment)
    done(room.gate.change(room.caller, MoveSecret(here, there), reason))


def copy(room: Local, here: Address, there: Address, reason: str = "") -> Written:
    """Keep the current value of a secret at a second address of its environment.

    It is read here and written there, each allowed and recorded as always; the policy decides
    about it as about any value that is written. It ends when the original does.

    Raises as `secret.write`, and:
        InvalidError: `copy-across`, P-4.3; recorded.
    """
    for place in (here, there):
        secret.environment(room, place.environment)
    if here.environment != there.environment:
        refused = InvalidError(
            "copy-across",
            "a value stays in its environment (P-4.3)",
            fix=f"let one be generated there: strongroom secret generate {there}",
        )
        done(room.gate.change(room.caller, RejectWrite(there, refused), reason))
    shown = secret.show(room, here)
    (answer,) = reading.read(room.gate, room.caller, [ReadRequest(here, shown.current)], reason)
    found = delivered(answer)
    known = find_type(room.policy, found.type)
    ends_us = min(found.expires_us, room.now_us() + longest_days(known) * DAY_US)
    origin = next(Origin(v.origin) for v in shown.versions if v.n == found.version)
    request = WriteRequest(
        there, Value.decode(found.value), known.id, shown.secret.owner,
        description=shown.secret.description, reason=reason, label=shown.label,
    )  # fmt: skip
    return secret.keep(room, request, Terms(known, ends_us), origin)
