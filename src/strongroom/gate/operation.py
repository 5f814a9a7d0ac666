"""What goes through the gate, and what comes out: values that cross it, and its errors."""

from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

from strongroom.errors import DeniedError, MachineError, StrongroomError
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb

T = TypeVar("T")


class Caller(NamedTuple):
    """Who asks, as `identity` established it, and from where.

    `principal` and `token` are ids of 16 bytes; `token` is None where no token was used.
    `approvals` are ids of principals who agreed to this very request.
    """

    principal: bytes
    token: bytes | None = None
    source: str | None = None
    agent: str = ""
    approvals: frozenset[bytes] = frozenset()


class ReadRequest(NamedTuple):
    """A value: the current version, or one by its number (from 1).

    `kind` is what the entry of the log calls it, for reads that are to be told from others.
    """

    address: Address
    version: int | None = None
    verb: Verb = Verb.READ
    kind: str = ""


class Delivered(NamedTuple):
    """A value whose record is durable.

    `change_seq` is its place in the order. `release_by_ns` is on the clock that the room
    was given: a door that has not handed the value to its socket by then drops it.
    """

    address: Address
    secret_id: bytes
    version: int
    type: str
    value: Plaintext
    created_us: int
    expires_us: int
    change_seq: int
    release_by_ns: int


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A change or a look that happened and is recorded. `release_by_ns` as in `Delivered`."""

    result: T
    change_seq: int
    release_by_ns: int = 0


_FIX: Final = {
    "version-compromised": "somebody else knows it: `strongroom rotate start ADDRESS --emergency`",
    "version-pending": "it is not valid yet: `strongroom rotate status ADDRESS` says how far it is",
    "version-retired": "it was ended at its target; `strongroom secret history ADDRESS` shows what counts",
}


class Refused(NamedTuple):
    """No, and why. `code` is stable; `rule` names a denying grant where there is one.

    `missing_approvals` is above 0 when more people's agreement would make it a yes.
    `recorded` is False when too many refusals made it one of a count.
    """

    code: str
    change_seq: int
    rule: str | None = None
    missing_approvals: int = 0
    recorded: bool = True

    def error(self) -> DeniedError:
        """As an error, for doors that answer one request with one."""
        fix = _FIX.get(self.code)
        if self.missing_approvals:
            fix = f"ask {self.missing_approvals} more to approve it"
        return DeniedError(self.code, f"refused: {self.code}", fix=fix)


class Failed(NamedTuple):
    """Allowed, recorded, and not possible: `error` says why."""

    error: StrongroomError
    change_seq: int


class GateError(MachineError):
    """The gate could not do it, and nothing was handed out. Try again if `retryable`."""

    retryable = True


def late() -> GateError:
    """The record is durable, the value is dropped: too much time passed."""
    return GateError("gate-late", "the value took too long to hand over and was dropped")


def unrecorded(cause: StrongroomError) -> GateError:
    """The log could not be written, so nothing is handed out."""
    error = GateError("gate-unrecorded", f"nothing can be recorded: {cause.message}", fix=cause.fix)
    error.retryable = bool(getattr(cause, "retryable", False))
    return error


def full() -> GateError:
    """The reserve does not stand in full: only what contains an incident is let through."""
    error = GateError(
        "gate-full",
        "the disk is full, or the reserve cannot be written; only revoke, freeze, kill and seal"
        " are let through",
        fix="free some space on the disk of the room's folder; its file `reserve` must be writable",
    )
    error.retryable = False
    return error


def closed() -> GateError:
    """The gate is shut for good in this process."""
    error = GateError("gate-closed", "the room is sealed in this process")
    error.retryable = False
    return error
