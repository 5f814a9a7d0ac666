"""How strong a value has to be, in a number and the clause that says it."""

from enum import StrEnum
from typing import NamedTuple


class Unit(StrEnum):
    """What is counted."""

    BITS = "bits"  # of strength, as they are estimated
    CHARACTERS = "characters"


class Floor(NamedTuple):
    """At least so many `unit`, says `clause`."""

    unit: Unit
    least: int
    clause: str

    def shortfall(self, bits: float, characters: int) -> str | None:
        """What a value of this strength lacks, or None; numbers only."""
        found = bits if self.unit is Unit.BITS else characters
        return None if found >= self.least else f"has {found:g} {self.unit}, {self.least} required"
