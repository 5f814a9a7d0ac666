"""The checksums that providers put into their tokens, and tokens with structure inside."""

import base64
import hashlib
import hmac
import json
import zlib

from benchmarks.scan.corpus.draw import BASE62, Draw

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_AZURE_STORAGE = 0x44656661756C7430  # the public seed of Microsoft's security-utilities
_WORD = 0xFFFFFFFF


def in_base(number: int, alphabet: str, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        digits = alphabet[digit] + digits
    return digits.rjust(width, alphabet[0])


def github(draw: Draw, prefix: str) -> str:
    """30 characters and their CRC-32 in base 62, as GitHub and npm write them since 2021."""
    body = draw.text(BASE62, 30)
    return f"{prefix}{body}{in_base(zlib.crc32(body.encode()), BASE62, 6)}"


def wrong_github(draw: Draw, prefix: str) -> str:
    """As `github`, with a checksum that is another number's."""
    body = draw.text(BASE62, 30)
    wrong = zlib.crc32(body.encode()) ^ draw.between(1, 2**32 - 1)
    return f"{prefix}{body}{in_base(wrong, BASE62, 6)}"


def gitlab_routable(draw: Draw) -> str:
    """GitLab's routable form: payload, its length in base 36, CRC-32 in base 36."""
    routing = f"o:{draw.between(1, 9)}\nu:{in_base(draw.below(10**8), _BASE36, 1)}".encode()
    payload = base64.urlsafe_b64encode(routing + draw.take(16) + bytes([len(routing)]))
    text = payload.decode().rstrip("=")
    head = f"glpat-{text}.{in_base(len(text), _BASE36, 2)}"
    return head + in_base(zlib.crc32(head.encode()), _BASE36, 7)


def atlassian(draw: Draw) -> str:
    body = f"ATATT3xFfGF0{draw.b64url(128)}="
    return f"{body}{zlib.crc32(body.encode()):08X}"


def bitbucket(draw: Draw) -> str:
    body = f"ATBB{draw.text(BASE62, 24)}"
    return f"{body}{zlib.crc32(body.encode()):08X}"


def grafana(draw: Draw) -> str:
    body = f"glsa_{draw.text(BASE62, 32)}"
    return f"{body}_{zlib.crc32(body.encode()).to_bytes(4, 'little').hex()}"


def grafana_cloud(draw: Draw) -> str:
    claims = {
        "o": str(draw.between(10**5, 10**6)),
        "n": f"stack-{draw.between(10**5, 10**6)}-write",
        "k": draw.text(BASE62, 24),
        "m": {"r": draw.pick(["us", "eu", "prod-eu-west-2"])},
    }
    return "glc_" + base64.b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode()


def pypi(draw: Draw) -> str:
    """A macaroon of version 2: location, identifier, one restriction, signature."""
    identifier = draw.uuid().encode()
    caveat = f'[1,["{draw.uuid()}"]]'.encode()
    host = b"pypi" + b".org"
    binary = b"\x02\x01" + bytes([len(host)]) + host + b"\x02" + bytes([len(identifier)])
    binary += identifier + b"\0\x02" + bytes([len(caveat)]) + caveat + b"\0\0\x06\x20"
    return "pypi-" + base64.urlsafe_b64encode(binary + draw.take(32)).decode().rstrip("=")


def marvin(data: bytes, seed: int) -> int:
    """Marvin32 (both halves folded), which Azure's keys end with; `data` is whole words."""
    low, high = seed & _WORD, seed >> 32

    def rotate(number: int, by: int) -> int:
        return (number << by | number >> 32 - by) & _WORD

    words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
    for word in (*words, 0x80, 0):
        low = (low + word) & _WORD
        high ^= low
        low = (rotate(low, 20) + high) & _WORD
        high = rotate(high, 9) ^ low
        low = (rotate(low, 27) + high) & _WORD
        high = rotate(high, 19)
    return low ^ high


def azure_storage(draw: Draw) -> str:
    """64 bytes whose base64 has the mark of storage accounts and Marvin's checksum at its end."""
    marked = base64.b64decode(draw.b64(57) + "+ASt")
    check = marvin(marked, _AZURE_STORAGE).to_bytes(4, "little")
    return base64.b64encode(marked + check).decode()


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    return check


def age(draw: Draw) -> str:
    """An age identity: 32 bytes in Bech32."""
    part = "age-secret-key-"
    number = int.from_bytes(draw.take(32), "big") << 4
    data = [number >> 5 * at & 31 for at in range(51, -1, -1)]
    expanded = [ord(c) >> 5 for c in part] + [0] + [ord(c) & 31 for c in part]
    check = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{part}1{''.join(_BECH32[value] for value in data)}".upper()


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signed(header: dict[str, object], claims: dict[str, object], key: bytes) -> str:
    parts = [_b64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    body = ".".join(parts)
    return f"{body}.{_b64url(hmac.new(key, body.encode(), hashlib.sha256).digest())}"


def jwt(draw: Draw, claims: dict[str, object]) -> str:
    """A token that is really signed: HS256 with a drawn key, or a random signature as RS256."""
    if draw.chance(60):
        return _signed({"alg": "HS256", "typ": "JWT"}, claims, draw.take(32))
    header: dict[str, object] = {"alg": "RS256", "typ": "JWT", "kid": draw.hex(16)}
    return _signed(header, claims, b"").rpartition(".")[0] + "." + _b64url(draw.take(256))


def jwt_of_the_documentation() -> str:
    """The token that jwt.io shows to everybody, signed with the key that it shows beside it."""
    claims: dict[str, object] = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
    return _signed({"alg": "HS256", "typ": "JWT"}, claims, b"your-256-bit-secret")
