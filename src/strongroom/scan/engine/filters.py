"""What a value that a generic rule found really is: mostly nothing secret."""

from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.scan.model import Confidence

NAME_GROUP: Final = "name"


class Why(StrEnum):
    """Why a value is no secret."""

    REPEATED = "repeated"


class Judgement(NamedTuple):
    """`why` it is none, or how sure one can be at most."""

    why: Why | None
    at_most: Confidence = Confidence.CERTAIN


def judge(secret: bytes, name: bytes, around: tuple[bytes, bytes]) -> Judgement:
    """`name` is what it is assigned to, where the rule knows; `around` the rest of its line."""
    del name, around
    return Judgement(Why.REPEATED if len(set(secret)) < 4 else None)


def around(data: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """What stands on the line before and behind."""
    low = data.rfind(b"\n", max(0, start - 512), start) + 1
    low = low or max(0, start - 512)
    high = data.find(b"\n", end, end + 512)
    return data[low:start], data[end : high if high >= 0 else end + 512]
