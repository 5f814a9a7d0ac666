"""The room's own record sets as a target: what the rotator `apikey` works on."""

from strongroom.errors import ConflictError, StrongroomError, UnauthenticatedError
from strongroom.gate.operation import GateError
from strongroom.model.address import Address
from strongroom.ops import api_keys
from strongroom.ops.api_keys import KeySetRequest
from strongroom.ops.local import Local
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.apikey import ApiKeyRotator
from strongroom.rotation.rotators.interface import (
    Job,
    Rotator,
    TargetFullError,
    TargetUnreachableError,
)

REASON = "rotation"


class RoomClients:
    """Clients as the record sets of a room have them."""

    def __init__(self, room: Local) -> None:
        self._room = room

    def whose(self, job: Job, key: str) -> str | None:
        """As `Clients`."""
        try:
            return api_keys.verify(self._room, _request(job), key).client
        except UnauthenticatedError:
            return None
        except GateError:
            raise _away() from None

    def add(self, job: Job, key: str, like: str | None) -> None:
        """As `Clients`."""
        try:
            api_keys.add(self._room, _request(job), job.option("client"), key, like)
        except ConflictError as error:
            if error.code != "api-keys-two":
                raise
            raise TargetFullError("target-full", error.message, fix=error.fix) from None
        except GateError:
            raise _away() from None

    def end(self, job: Job, key: str) -> None:
        """As `Clients`."""
        try:
            api_keys.end(self._room, _request(job), key)
        except GateError:
            raise _away() from None


def find(room: Local, kind: str) -> Rotator:
    """The rotator of that name; the one that needs the room is given it.

    Raises:
        As `registry.find`.
    """
    if kind == ApiKeyRotator.kind:
        return ApiKeyRotator(RoomClients(room))
    return registry.find(kind)


def _request(job: Job) -> KeySetRequest:
    pepper = job.option("pepper")
    return KeySetRequest(
        Address.parse(job.option("records")), Address.parse(pepper) if pepper else None,
        brand=job.option("brand") or None, reason=REASON,
    )  # fmt: skip


def _away() -> StrongroomError:
    return TargetUnreachableError("target-unreachable", "the record set could not be read now")
