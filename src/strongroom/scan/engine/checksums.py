"""Checksums that issuers put into their tokens: what proves a find, and refutes a look-alike.

Each function takes the whole token as it stands, prefix included, and says whether its
checksum holds; anything that is no such token at all is False. They never raise. Sources
are the issuers' own publications or their published code, named at each.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Final

_BASE62: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36: Final = b"0123456789abcdefghijklmnopqrstuvwxyz"
_BASE58: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_ESCAPED_EQUALS: Final = re.compile(rb"%3[Dd]|\\=")


def digits(number: int, alphabet: bytes, width: int) -> bytes:
    """`number` in the base of the alphabet, padded on the left to `width`."""
    out = bytearray()
    while number:
        number, digit = divmod(number, len(alphabet))
        out.append(alphabet[digit])
    out.reverse()
    return bytes(out).rjust(width, alphabet[:1])


def base62_crc32(body: bytes) -> bytes:
    """CRC-32 (IEEE 802.3) as 6 base-62 digits, as GitHub, npm and Vercel write it."""
    return digits(zlib.crc32(body), _BASE62, 6)


def github(token: bytes) -> bool:
    """`ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_`, `npm_`: 30 characters, then their checksum.

    Source: GitHub's post on its token formats (2021), and npm's of the same year.
    """
    _, _, body = token.partition(b"_")
    return len(body) == 36 and base62_crc32(body[:-6]) == body[-6:]


def vercel(token: bytes) -> bool:
    """`vcp_`, `vci_`, `vca_`, `vcr_`, `vck_`: 50 characters, then their checksum."""
    _, _, body = token.partition(b"_")
    return len(body) == 56 and base62_crc32(body[:-6]) == body[-6:]


def strongroom(token: bytes) -> bool:
    """Our own API keys (docs/spec/api-key.md): the checksum is of all before the last `_`."""
    head, _, found = token.rpartition(b"_")
    return head.count(b"_") >= 2 and base62_crc32(head) == found


def grafana(token: bytes) -> bool:
    """`glsa_`, 32 characters, `_`, CRC-32 of all before as 8 hex digits, lowest octet first.

    Source: Grafana's `satokengen`.
    """
    head, _, found = token.rpartition(b"_")
    return (
        head.startswith(b"glsa_")
        and zlib.crc32(head).to_bytes(4, "little").hex().encode() == found.lower()
    )


def atlassian(token: bytes) -> bool:
    """`ATATT3…=`, `ATCTT3…=`, `ATBB…`: 8 hex digits of CRC-32 of all before them."""
    plain = _ESCAPED_EQUALS.sub(b"=", token)
    return plain.startswith(b"AT") and _hex_crc32(plain[:-8], plain[-8:])


def cloudflare(token: bytes) -> bool:
    """`cfk_`, `cfat_`, `cfut_`: 40 characters, then 8 hex digits of their CRC-32."""
    _, _, body = token.partition(b"_")
    return token.startswith(b"cf") and _hex_crc32(body[:-8], body[-8:])


def _hex_crc32(body: bytes, found: bytes) -> bool:
    return len(found) == 8 and b"%08x" % zlib.crc32(body) == found.lower()


def gitlab(token: bytes) -> bool:
    """A routable token: `glpat-PAYLOAD.VVLLCCCCCCC` or `glpat-PAYLOAD.VV.LLCCCCCCC`.

    V is the version, L the payload's length and C the CRC-32 of all before, in base 36.
    Source: GitLab's `routable_token.rb`.
    """
    head, found = token[:-7], token[-7:]
    prefix, _, rest = head.partition(b"-")
    payload = rest.partition(b".")[0]
    return (
        bool(prefix and payload)
        and len(found) == 7
        and digits(zlib.crc32(head), _BASE36, 7) == found
        and digits(len(payload), _BASE36, 2) == head[-2:]
    )


def bech32(token: bytes) -> bool:
    """BIP 173, as in `AGE-SECRET-KEY-1…` and `nsec1…`; one case throughout."""
    if token.lower() != token and token.upper() != token:
        return False
    head, _, data = token.lower().rpartition(b"1")
    values = [_BECH32.find(c) for c in data]
    if not head or len(values) < 6 or -1 in values:
        return False
    check = 1
    for value in (*(c >> 5 for c in head), 0, *(c & 31 for c in head), *values):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_BECH32_GENERATOR):
            check ^= generator if top >> i & 1 else 0
    return check == 1


def base58check(token: bytes) -> bool:
    """Bitcoin's keys (`5…`, `K…`, `L…`, `xprv…`): the last four octets are a double SHA-256."""
    if not 20 <= len(token) <= 128:
        return False
    number = 0
    for letter in token:
        digit = _BASE58.find(letter)
        if digit < 0:
            return False
        number = number * 58 + digit
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    raw = bytes(len(token) - len(token.lstrip(b"1"))) + raw
    again = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return len(raw) > 4 and again[:4] == raw[-4:]


def stellar(token: bytes) -> bool:
    """A Stellar seed, `S` and 55 of base 32: CRC-16 (XMODEM) at its end. Source: SEP-23."""
    import base64  # noqa: PLC0415 - the hook starts without it
    import binascii  # noqa: PLC0415

    try:
        raw = base64.b32decode(token)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 35 and binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


CHECKSUMS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "atlassian": atlassian,
    "base58check": base58check,
    "bech32": bech32,
    "cloudflare": cloudflare,
    "github": github,
    "gitlab": gitlab,
    "grafana": grafana,
    "npm": github,
    "stellar": stellar,
    "strongroom": strongroom,
    "vercel": vercel,
}
