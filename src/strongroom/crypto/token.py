"""Bearer tokens: random, tagged so that a forged one costs no query, stored only as an HMAC.

    srt_<kind>_<43 base62 characters: 256 random bits>_<16 hex characters: the tag>

The shape is one regular expression, so that scanners find a leaked token. The tag only
saves work: a token is accepted when its lookup hash is in a row that says so. Format:
docs/spec/tokens.md.
"""

import hmac
import re
import secrets
from typing import Final, NamedTuple

from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import UnauthenticatedError
from strongroom.model.plaintext import Plaintext

KIND: Final = r"[a-z][a-z0-9]{0,15}"
BODY_BYTES: Final = 32
BODY_CHARS: Final = 43
TAG_BYTES: Final = 8
LOOKUP_BYTES: Final = 32
TOKEN_CHARS_MAX: Final = len("srt_") + 16 + 1 + BODY_CHARS + 1 + 2 * TAG_BYTES
TOKEN_PATTERN: Final = rf"srt_{KIND}_[0-9A-Za-z]{{{BODY_CHARS}}}_[0-9a-f]{{{2 * TAG_BYTES}}}"

_KIND: Final = re.compile(KIND)
_TOKEN: Final = re.compile(TOKEN_PATTERN)
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Minted(NamedTuple):
    """A new token, shown once, and the 32 bytes under which it is stored."""

    token: Plaintext
    lookup: bytes


def mint(keys: RoomKeys, kind: str) -> Minted:
    """Draw a token; its text is `minted.token.reveal()`, ASCII.

    Raises:
        ValueError: the kind is not a letter and up to 15 of a-z0-9.
    """
    return _mint_with(keys, kind, secrets.token_bytes(BODY_BYTES))


def parse(keys: RoomKeys, text: str) -> bytes:
    """The 32-byte lookup hash of a token that this room may have minted.

    Raises:
        UnauthenticatedError: `token-malformed`, not of the shape above; `token-forged`,
            its tag is not this room's. Neither repeats any of the text.
    """
    if len(text) > TOKEN_CHARS_MAX or not _TOKEN.fullmatch(text):
        raise UnauthenticatedError("token-malformed", "that is not a token of a room")
    token = text.encode()
    body, tag = token[: -2 * TAG_BYTES - 1], token[-2 * TAG_BYTES :]
    if not hmac.compare_digest(_tag(keys, body), tag):
        raise UnauthenticatedError("token-forged", "that token is not of this room")
    return _lookup(keys, token)


def _mint_with(keys: RoomKeys, kind: str, body: bytes) -> Minted:
    """`mint` with its randomness as an argument: for test vectors, and for nothing else."""
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind of token is a letter and up to 15 of a-z0-9")
    start = f"srt_{kind}_{_base62(body)}".encode()
    token = start + b"_" + _tag(keys, start)
    return Minted(Plaintext(token), _lookup(keys, token))


def _tag(keys: RoomKeys, start: bytes) -> bytes:
    return hmac.digest(keys.token_tag, start, "sha256")[:TAG_BYTES].hex().encode()


def _lookup(keys: RoomKeys, token: bytes) -> bytes:
    return hmac.digest(keys.token_lookup, token, "sha256")


def _base62(data: bytes) -> str:
    number, digits = int.from_bytes(data, "big"), []
    for _ in range(BODY_CHARS):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
