"""Every deliberate failure, arranged by whose fault it is.

    StrongroomError
    ├── RequestError           the caller
    │   ├── UsageError             the command line is wrong
    │   ├── InvalidError           a document, name or value that cannot be used
    │   ├── DeniedError            the policy says no
    │   ├── UnauthenticatedError   we do not know who asks
    │   ├── NotFoundError
    │   ├── ConflictError          somebody else was first
    │   └── LimitError             too large, too many, too often
    ├── MachineError           the machine: no permission, disk full, a tool missing
    │   ├── CommandUnusableError   a command that was to be run cannot be
    │   └── CommandMissingError    there is no such command
    ├── UpstreamError          a third party; `retryable` says whether to try again
    ├── SealedError            the operator must act
    ├── ConfigError            the configuration cannot be used; starting would be wrong
    └── IntegrityError         stop and call a person
        ├── TamperedError
        └── AuditBrokenError

`code` is a stable kebab-case string for machines, the message is for people, `fix` is
the next step. Nobody matches on the message. No error ever holds a secret, a token or
the body of a response. Misuse by our own code is `AssertionError` or `ValueError`.
"""

from typing import ClassVar


class StrongroomError(Exception):
    """The root; never raised itself."""

    exit: ClassVar[int] = 70

    def __init__(self, code: str, message: str, *, fix: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix


class RequestError(StrongroomError):
    """The caller asked for something that cannot be done."""

    exit = 2


class UsageError(RequestError):
    """The command line is wrong."""

    exit = 2


class InvalidError(RequestError):
    """A document, name or value that cannot be used as it is."""

    exit = 3


class DeniedError(RequestError):
    """The policy says no."""

    exit = 4


class UnauthenticatedError(RequestError):
    """We do not know who is asking."""

    exit = 4


class NotFoundError(RequestError):
    """There is nothing of that name."""

    exit = 5


class ConflictError(RequestError):
    """Somebody else was first, or it exists already."""

    exit = 6


class LimitError(RequestError):
    """Too large, too many or too often."""

    exit = 7


class MachineError(StrongroomError):
    """The machine refused: no permission, a full disk, a missing tool."""

    exit = 8


class CommandUnusableError(MachineError):
    """A command that was to be run is there and cannot be; the number is the shells'."""

    exit = 126


class CommandMissingError(MachineError):
    """There is no such command; the number is the shells'."""

    exit = 127


class UpstreamError(StrongroomError):
    """A third party failed."""

    exit = 9

    def __init__(
        self, code: str, message: str, *, fix: str | None = None, retryable: bool = False
    ) -> None:
        super().__init__(code, message, fix=fix)
        self.retryable = retryable


class SealedError(StrongroomError):
    """The room is sealed; an operator must open it."""

    exit = 10


class IntegrityError(StrongroomError):
    """What was stored is not what was written; stop and call a person."""

    exit = 11


class TamperedError(IntegrityError):
    """A row or blob does not carry the authentication that it must."""


class AuditBrokenError(IntegrityError):
    """The audit log does not follow from itself."""


class ConfigError(StrongroomError):
    """The configuration cannot be used; starting with it would be wrong."""

    exit = 78
