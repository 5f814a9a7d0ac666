"""Where randomness enters: nothing else in the product draws what must not be guessed.

Every draw is exact: bytes that would favour some outcomes are thrown away, never folded
back with a remainder (P-4.2).
"""

import secrets
from typing import Final

OUTCOMES_MAX: Final = 65_536


def octets(count: int) -> bytes:
    """`count` bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def indices(outcomes: int, count: int) -> list[int]:
    """`count` independent numbers, each uniform in 0 to `outcomes` - 1.

    Raises:
        ValueError: `outcomes` is not 1 to `OUTCOMES_MAX`.
    """
    if not 1 <= outcomes <= OUTCOMES_MAX:
        raise ValueError(f"{outcomes} outcomes, not 1 to {OUTCOMES_MAX}")
    width = 1 if outcomes <= 256 else 2
    space = 256**width
    limit = space - space % outcomes  # the largest multiple: above it, some would be likelier
    drawn: list[int] = []
    while len(drawn) < count:
        raw = octets((count - len(drawn)) * width)
        numbers = (
            raw if width == 1 else [a << 8 | b for a, b in zip(raw[::2], raw[1::2], strict=True)]
        )
        drawn.extend(number % outcomes for number in numbers if number < limit)
    return drawn


def text(alphabet: str, count: int) -> str:
    """`count` characters, each uniform over `alphabet`."""
    return "".join([alphabet[index] for index in indices(len(alphabet), count)])
