"""Groups of eight characters that a person copies from paper: codes and shares.

Crockford's base32; the last character of each group checks it and its place, so that a
mistyped group is named and groups in the wrong order are noticed.
Format: docs/spec/seal-slots.md, section 8.
"""

from typing import Final

GROUP_CHARS: Final = 8
DATA_CHARS: Final = GROUP_CHARS - 1  # of a group; the last is its check
BITS_A_CHAR: Final = 5
TEXT_CHARS_MAX: Final = 512
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ: Final = (
    {char: value for value, char in enumerate(_ALPHABET)}
    | {char.lower(): value for value, char in enumerate(_ALPHABET)}
    | dict.fromkeys("Oo", 0)
    | dict.fromkeys("IiLl", 1)
)
_SEPARATORS: Final = frozenset("-‐‑‒–—−_.,:")
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, whose root has order 31


class CharacterError(ValueError):
    """A character that no code has. Its text never repeats what was typed."""


class LengthError(ValueError):
    """Too many or too few characters."""


class GroupError(ValueError):
    """A group that is mistyped or not in its place."""


def write(number: int, groups: int) -> str:
    """`number`, of 35 bits for each of `groups`, as groups with dashes between them."""
    count = groups * DATA_CHARS
    values = [number >> BITS_A_CHAR * (count - 1 - place) & 31 for place in range(count)]
    split = [values[DATA_CHARS * n : DATA_CHARS * (n + 1)] for n in range(groups)]
    checked = [[*group, check(group, n)] for n, group in enumerate(split)]
    return "-".join("".join(_ALPHABET[value] for value in group) for group in checked)


def read(text: str, groups: int) -> int:
    """The number that `text` says, as a person types it: any case and spacing, O for 0, I for 1.

    Raises:
        CharacterError, LengthError, GroupError: each names the group where it can.
    """
    values = _values(text, groups)
    number = 0
    for n in range(groups):
        *group, last = values[n * GROUP_CHARS : (n + 1) * GROUP_CHARS]
        if check(group, n) != last:
            raise GroupError(f"group {n + 1} of {groups} is mistyped or not in its place")
        for value in group:
            number = number << BITS_A_CHAR | value
    return number


def check(group: list[int], number: int) -> int:
    """Horner's rule over GF(32): finds each wrong character and each swap of neighbours."""
    total = 0
    for value in group:
        total = (total ^ value) << 1
        total = total ^ _POLYNOMIAL if total > 31 else total
    # The place of the group: two groups exchanged are both wrong.
    return total ^ (number + 1)


def _values(text: str, groups: int) -> list[int]:
    chars = groups * GROUP_CHARS
    if len(text) > TEXT_CHARS_MAX:
        raise LengthError(f"{chars} characters")
    spaced = "".join(" " if char in _SEPARATORS else char for char in text)
    typed = spaced.split()
    values: list[int] = []
    for char in "".join(typed):
        if char not in _READ:
            number = len(values) // GROUP_CHARS + 1
            raise CharacterError(f"group {number} has a character that no code has")
        values.append(_READ[char])
    if len(values) != chars:
        sizes = [number for number, group in enumerate(typed, 1) if len(group) != GROUP_CHARS]
        where = f"; look at group {sizes[0]}" if len(typed) == groups and sizes else ""
        raise LengthError(f"{chars} characters, that {len(values)}{where}")
    return values
