"""Reads that are asked again when a busy machine dropped a value as late.

Each try is decided anew and recorded for itself: what was revoked meanwhile is refused.
"""

from collections.abc import Sequence
from typing import Final

from strongroom.gate.gate import Answer, Gate
from strongroom.gate.operation import Caller, GateError, ReadRequest

TRIES: Final = 5


def read(
    gate: Gate, caller: Caller, requests: Sequence[ReadRequest], reason: str = ""
) -> list[Answer]:
    """An answer for each request, in their order.

    Raises:
        GateError: `gate-late`, each time; and as `Gate.read`.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return gate.read(caller, requests, reason)
        except GateError as error:
            if error.code != "gate-late" or not left:
                raise
    raise AssertionError
