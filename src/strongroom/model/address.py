"""The address of a secret: `environment/path`. One spelling, compared exactly.

Names are rejected rather than normalised: two spellings of one name are two decisions of
the access rules, and that is how access rules are bypassed.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from strongroom.errors import InvalidError

SEGMENT_CHARS_MAX: Final = 128
SEGMENTS_MAX: Final = 8
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a secret stands, e.g. `production/customer-api/SECRET_KEY`."""

    environment: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `environment/path`.

        Raises:
            InvalidError: `address-invalid`; the message says which rule the text breaks
                and never repeats it, since people paste values in the wrong place.
        """
        segments = text.split("/")
        if len(segments) < 2:
            raise _invalid("it needs an environment and a path")
        if len(segments) > SEGMENTS_MAX + 1:
            raise _invalid(f"its path has more than {SEGMENTS_MAX} segments")
        for number, segment in enumerate(segments, start=1):
            if not _SEGMENT.fullmatch(segment) or segment in {".", ".."}:
                raise _invalid(f"segment {number} is not 1 to {SEGMENT_CHARS_MAX} of A-Za-z0-9._-")
        return cls(segments[0], "/".join(segments[1:]))

    @property
    def name(self) -> str:
        """The last segment: what an application calls the secret."""
        return self.path.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.environment}/{self.path}"


def is_path(path: str) -> bool:
    """Whether this can be the path of a secret."""
    try:
        Address.parse(f"x/{path}")
    except InvalidError:
        return False
    return True


def _invalid(why: str) -> InvalidError:
    return InvalidError(
        "address-invalid",
        f"not an address: {why}",
        fix="write it as environment/path, e.g. production/customer-api/SECRET_KEY",
    )
