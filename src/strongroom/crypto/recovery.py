"""A recovery code: 256 bits on paper, typed back by a person in a bad hour.

Eight groups of eight characters of Crockford's base32; the last of each group checks it and
its place, so that a mistyped group is named and groups in the wrong order are noticed.
Format: docs/spec/seal-slots.md, section 8.
"""

import hashlib
import secrets
from typing import ClassVar, Final, Self

from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError
from strongroom.model.plaintext import Hidden

GROUPS: Final = 8
GROUP_CHARS: Final = 8
CODE_CHARS: Final = GROUPS * GROUP_CHARS
TEXT_CHARS_MAX: Final = 512
_CODE_V1: Final = 1
_CHECKSUM_BYTES: Final = 2
_LABEL: Final = b"strongroom/recovery-code/v1"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ: Final = (
    {char: value for value, char in enumerate(_ALPHABET)}
    | {char.lower(): value for value, char in enumerate(_ALPHABET)}
    | dict.fromkeys("Oo", 0)
    | dict.fromkeys("IiLl", 1)
)
_SEPARATORS: Final = frozenset("-‐‑‒–—−_.,:")
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, whose root has order 31


class RecoveryCode(Hidden):
    """The 32 bytes behind a code.

    Raises:
        ValueError: not 32 bytes.
    """

    __slots__ = ("secret",)
    kind: ClassVar[Kind] = Kind.RECOVERY
    secret: bytes

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a recovery code is {KEY_BYTES} bytes")
        self._fix(secret=secret)

    @classmethod
    def new(cls) -> Self:
        """Draw a code."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as a person types it: any case, O for 0, I or L for 1, any spacing.

        Raises:
            InvalidError: `recovery-character`, `recovery-length`, `recovery-group` (each
                names the group where it can), `recovery-version` or `recovery-checksum`.
                None repeats what was typed.
        """
        values = _values(text)
        data = []
        for number in range(GROUPS):
            *group, check = values[number * GROUP_CHARS : (number + 1) * GROUP_CHARS]
            if _check(group, number) != check:
                raise InvalidError(
                    "recovery-group",
                    f"group {number + 1} of {GROUPS} is mistyped or not in its place",
                )
            data += group
        code = _pack(data)
        if code[0] != _CODE_V1:
            raise InvalidError("recovery-version", "that code is of a newer release")
        secret = code[1 : 1 + KEY_BYTES]
        if _checksum(secret) != code[1 + KEY_BYTES :]:
            raise InvalidError("recovery-checksum", "more than one group of that code is mistyped")
        return cls(secret)

    def reveal(self) -> str:
        """The code as it is printed: eight groups with dashes, 71 characters."""
        values = _unpack(bytes((_CODE_V1,)) + self.secret + _checksum(self.secret))
        size = GROUP_CHARS - 1
        groups = [values[size * number : size * (number + 1)] for number in range(GROUPS)]
        checked = [[*group, _check(group, number)] for number, group in enumerate(groups)]
        return "-".join("".join(_ALPHABET[value] for value in group) for group in checked)

    def params(self) -> bytes:
        """Nothing: a code is long enough to need neither salt nor stretching."""
        return b""

    def root(self, room_id: bytes, params: bytes) -> bytes:  # noqa: ARG002 - the slot's keys hold both
        """The 32 bytes that a slot's keys come from."""
        return self.secret


def _values(text: str) -> list[int]:
    if len(text) > TEXT_CHARS_MAX:
        raise InvalidError("recovery-length", f"a code has {CODE_CHARS} characters")
    spaced = "".join(" " if char in _SEPARATORS else char for char in text)
    groups = spaced.split()
    values: list[int] = []
    for char in "".join(groups):
        if char not in _READ:
            number = len(values) // GROUP_CHARS + 1
            raise InvalidError(
                "recovery-character", f"group {number} has a character that no code has"
            )
        values.append(_READ[char])
    if len(values) != CODE_CHARS:
        sizes = [number for number, group in enumerate(groups, 1) if len(group) != GROUP_CHARS]
        where = f"; look at group {sizes[0]}" if len(groups) == GROUPS and sizes else ""
        raise InvalidError(
            "recovery-length", f"a code has {CODE_CHARS} characters, that {len(values)}{where}"
        )
    return values


def _check(group: list[int], number: int) -> int:
    """Horner's rule over GF(32): finds each wrong character and each swap of neighbours."""
    total = 0
    for value in group:
        total = (total ^ value) << 1
        total = total ^ _POLYNOMIAL if total > 31 else total
    # The place of the group: two groups exchanged are both wrong.
    return total ^ (number + 1)


def _checksum(secret: bytes) -> bytes:
    return hashlib.sha256(_LABEL + secret).digest()[:_CHECKSUM_BYTES]


def _pack(values: list[int]) -> bytes:
    number = 0
    for value in values:
        number = number << 5 | value
    return number.to_bytes(len(values) * 5 // 8, "big")


def _unpack(data: bytes) -> list[int]:
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    return [number >> 5 * (count - 1 - place) & 31 for place in range(count)]
