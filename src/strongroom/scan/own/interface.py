"""What the engine asks for the room's own values."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol


class OwnValue(NamedTuple):
    """One field of one stored version: `production/shop/API_KEY@v3`, `…@v3#password`."""

    name: str
    retired: bool  # it was no longer in use when the set was made


class Sighting(NamedTuple):
    """Where in the data one of them stands: octets from `start` to before `end`."""

    start: int
    end: int
    value: OwnValue


class OwnValues(Protocol):
    """Known values that are looked for without having them."""

    def find(self, data: bytes) -> Iterator[Sighting]:
        """Every place in `data` where one stands raw, in no order."""
        ...
