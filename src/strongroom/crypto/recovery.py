"""A recovery code: 256 bits on paper, typed back by a person in a bad hour.

Eight groups of eight characters (`strongroom.crypto.groups`), so that a mistyped one is named.
Format: docs/spec/seal-slots.md, section 8.
"""

import hashlib
import secrets
from typing import ClassVar, Final, Self

from strongroom.crypto import groups
from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError
from strongroom.model.plaintext import Hidden

GROUPS: Final = 8
_CODE_V1: Final = 1
_CHECKSUM_BYTES: Final = 2
_LABEL: Final = b"strongroom/recovery-code/v1"


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
        try:
            number = groups.read(text, GROUPS)
        except groups.CharacterError as error:
            raise InvalidError("recovery-character", f"{error}") from None
        except groups.LengthError as error:
            raise InvalidError("recovery-length", f"a code has {error}") from None
        except groups.GroupError as error:
            raise InvalidError("recovery-group", f"{error}") from None
        code = number.to_bytes(1 + KEY_BYTES + _CHECKSUM_BYTES, "big")
        if code[0] != _CODE_V1:
            raise InvalidError("recovery-version", "that code is of a newer release")
        secret = code[1 : 1 + KEY_BYTES]
        if _checksum(secret) != code[1 + KEY_BYTES :]:
            raise InvalidError("recovery-checksum", "more than one group of that code is mistyped")
        return cls(secret)

    def reveal(self) -> str:
        """The code as it is printed: eight groups with dashes, 71 characters."""
        data = bytes((_CODE_V1,)) + self.secret + _checksum(self.secret)
        return groups.write(int.from_bytes(data, "big"), GROUPS)

    def params(self) -> bytes:
        """Nothing: a code is long enough to need neither salt nor stretching."""
        return b""

    def root(self, room_id: bytes, params: bytes) -> bytes:  # noqa: ARG002 - the slot's keys hold both
        """The 32 bytes that a slot's keys come from."""
        return self.secret


def _checksum(secret: bytes) -> bytes:
    return hashlib.sha256(_LABEL + secret).digest()[:_CHECKSUM_BYTES]
