"""Parts of a composite that stand in other secrets of the same environment.

Whoever reads the composite reads them: each is allowed and recorded for him like any other read.
So a composite opens nothing to anybody, and a part turns without the composite being written.
"""

from collections.abc import Iterable
from typing import NamedTuple

from strongroom.errors import InvalidError, StrongroomError
from strongroom.gate import reading
from strongroom.gate.operation import Failed, ReadRequest, Refused
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops.local import Local, delivered, done, refusal
from strongroom.secret.template import Data, Reference
from strongroom.secret.value import Value


class Part(NamedTuple):
    """A part as it was delivered, and which version of which secret it is."""

    data: Data
    address: Address
    version: int


def read(
    room: Local, environment: str, wanted: Iterable[Reference], verb: Verb, reason: str
) -> dict[Reference, Part]:
    """The current value of each part, for this caller.

    Raises:
        DeniedError, NotFoundError: as for a read; the fix names the part.
        InvalidError: `reference-nested`, `field-unknown`, `field-needed`.
    """
    named = sorted(wanted, key=str)
    asked = [ReadRequest(Address(environment, one.path), None, verb) for one in named]
    answers = reading.read(room.gate, room.caller, asked, reason)
    parts: dict[Reference, Part] = {}
    for one, request, answer in zip(named, asked, answers, strict=True):
        if isinstance(answer, Refused | Failed):
            raise _of_part(request.address, answer)
        found = delivered(answer)
        data = _field(Value.decode(found.value), one, request.address)
        parts[one] = Part(data, request.address, found.version)
    return parts


def check(room: Local, address: Address, wanted: Iterable[Reference]) -> None:
    """That the parts of a value for `address` are there and that the caller may see them.

    Raises:
        DeniedError, NotFoundError: as for a look at each. InvalidError: `template-cycle`.
    """
    # Here, since a read needs no looks, and they take longer to import.
    from strongroom.gate.views import ShowSecret  # noqa: PLC0415

    for path in sorted({one.path for one in wanted}):
        if path == address.path:
            raise InvalidError("template-cycle", "a template names its own secret")
        done(room.gate.look(room.caller, ShowSecret(Address(address.environment, path))))


def _of_part(address: Address, answer: Refused | Failed) -> StrongroomError:
    error = refusal(answer) if isinstance(answer, Refused) else answer.error
    error.fix = f"the value is put together from {address}, which was read for you too"
    return error


def _field(value: Value, wanted: Reference, address: Address) -> Data:
    field = value.only if wanted.field is None else value.fields.get(wanted.field)
    fix = f"name a field of {address} in the template: {{@path#field}}"
    if field is None and wanted.field is None:
        raise InvalidError("field-needed", "a part of the value has several fields", fix=fix)
    if field is None:
        raise InvalidError(
            "field-unknown", "a part of the value has no field of that name", fix=fix
        )
    if field.template is not None and value.references(wanted.field):
        raise InvalidError(
            "reference-nested",
            "a part is put together from other secrets itself",
            fix="name those in the template",
        )
    return field.data
