"""A room that is opened in this process, as operations see it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from strongroom.crypto.keyring import RoomKeys
from strongroom.crypto.ring import Ring
from strongroom.errors import NotFoundError, RequestError
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, Delivered, Done, Failed, Refused
from strongroom.model.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Local:
    """What operations on a room work with. `caller` is who runs this process."""

    gate: Gate
    keys: RoomKeys
    ring: Ring
    instance_id: bytes
    log_public: bytes | None  # the public half of the log key, where this process holds it
    policy: Policy
    caller: Caller
    user: str
    folder: Path
    now_us: Callable[[], int]


def done(answer: Done[T] | Refused | Failed) -> T:
    """The result of a change or a look.

    Raises:
        DeniedError: it was refused; the code says why.
        StrongroomError: it was allowed and could not be done.
    """
    if isinstance(answer, Refused):
        raise refusal(answer)
    if isinstance(answer, Failed):
        raise answer.error
    return answer.result


def delivered(answer: Delivered | Refused | Failed) -> Delivered:
    """The delivery of a read; raises as `done`."""
    if isinstance(answer, Refused):
        raise refusal(answer)
    if isinstance(answer, Failed):
        raise answer.error
    return answer


def refusal(answer: Refused) -> RequestError:
    """A refusal as an error that says how to learn more.

    That there is no such secret is only ever said to who may know, so it is no denial.
    """
    if answer.code == "secret-unknown":
        return NotFoundError(
            "secret-unknown",
            "there is no secret at that address",
            fix="`strongroom secret list` shows those that there are",
        )
    error = answer.error()
    error.message = f"refused: {answer.code.replace('-', ' ')}"
    error.fix = error.fix or "`strongroom access why VERB ADDRESS` shows every rule considered"
    return error
