"""Reads that are asked again when a busy machine dropped a value as late.

Each try is decided anew and recorded for itself: what was revoked meanwhile is refused.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from strongroom.gate.gate import Answer, Gate
from strongroom.gate.operation import Caller, GateError, ReadRequest

TRIES: Final = 5
T = TypeVar("T")


def read(
    gate: Gate, caller: Caller, requests: Sequence[ReadRequest], reason: str = ""
) -> list[Answer]:
    """An answer for each request, in their order.

    Raises:
        GateError: `gate-late`, each time; and as `Gate.read`.
    """
    return again(lambda: gate.read(caller, requests, reason))


def again(work: Callable[[], T]) -> T:
    """What `work` reads, for this process itself: no socket is waited for.

    Raises:
        GateError: `gate-late`, each time; and as `work`.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return work()
        except GateError as error:
            if error.code != "gate-late" or not left:
                raise
    raise AssertionError
