"""PEM texts (RFC 7468): which blocks are in one, wherever they came through.

People keep several blocks in one value, and values that went through an environment variable
or a Kubernetes manifest: with escapes for line ends, or in base64 once more.
"""

import base64
import binascii
import re
from typing import Final, NamedTuple

BLOCKS_MAX: Final = 64
_BEGIN: Final = "-----BEGIN "
_WRAPPED: Final = base64.b64encode(_BEGIN.encode())[:12].decode()
_BLOCK: Final = re.compile(
    r"-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,62})-----(.*?)-----END \1-----", re.DOTALL
)
_SYMMETRIC: Final = re.compile(r"(?:.* )?(?:HMAC|SECRET|SYMMETRIC|SHARED|AES|MAC) KEY")
# Beside a key: they hold none, and the key says its own curve.
_PARAMETERS: Final = frozenset({"EC PARAMETERS", "X509 CRL"})


class Block(NamedTuple):
    """One block: its label, and all of it as a text of its own."""

    label: str
    text: str

    @property
    def symmetric(self) -> bytes | None:
        """The key inside, of a block whose label says that it is one of plain bytes."""
        if not _SYMMETRIC.fullmatch(self.label):
            return None
        try:
            return base64.b64decode("".join(self.text.split("-----")[2].split()), validate=True)
        except (binascii.Error, ValueError):
            return b""


def unwrapped(value: str) -> str | None:
    """The PEM text in `value`, or None when there is none."""
    if _WRAPPED in value[:256]:
        try:
            value = base64.b64decode("".join(value.split()), validate=True).decode()
        except (binascii.Error, ValueError):
            return None
    if _BEGIN not in value:
        return None
    return value.replace("\\r", "").replace("\\n", "\n")


def blocks(text: str) -> list[Block]:
    """The blocks of a PEM text that may hold a key; more than `BLOCKS_MAX` are cut to one more."""
    found: list[Block] = []
    for match in _BLOCK.finditer(text):
        if match[1] not in _PARAMETERS:
            found.append(Block(match[1], match[0] + "\n"))
        if len(found) > BLOCKS_MAX:
            break
    return found
