"""Makers of tokens for examples, so that no text that looks like a secret is ever written down."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from strongroom.scan.engine.checksums import base62_crc32, digits
from strongroom.scan.ruleset.draw import ALPHABETS, LOWER, Draw

Maker = Callable[[Draw, list[str]], str]
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What DER and OpenSSH begin with; what follows them here is drawn.
_HEADS: Final = {"OPENSSH PRIVATE KEY": b"openssh-key-v1\0\0\0\0\x04none"}
_SEQUENCE: Final = b"\x30\x82\x04\xa3\x02\x01\x00"
_LINE: Final = 64


def plain(octets: bytes) -> str:
    """Base64."""
    return base64.b64encode(octets).decode()


def url_safe(octets: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def compact(value: object) -> bytes:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def _of(alphabet: str) -> Maker:
    return lambda draw, words: draw.chars(alphabet, int(words[0]))


def _github(draw: Draw, words: list[str]) -> str:
    body = draw.chars(ALPHABETS["base62"], int(words[1]) if len(words) > 1 else 30)
    return words[0] + body + base62_crc32(body.encode()).decode()


def _grafana(draw: Draw, _words: list[str]) -> str:
    head = "glsa_" + draw.chars(ALPHABETS["base62"], 32)
    return f"{head}_{zlib.crc32(head.encode()).to_bytes(4, 'little').hex()}"


def _atlassian(draw: Draw, words: list[str]) -> str:
    head = words[0] + draw.chars(ALPHABETS["base62"], int(words[1]))
    head += "=" if words[0].endswith("3xFfGF0") else ""
    return f"{head}{zlib.crc32(head.encode()):08X}"


def _cloudflare(draw: Draw, words: list[str]) -> str:
    body = draw.chars(ALPHABETS["base62"], 40)
    return f"{words[0]}{body}{zlib.crc32(body.encode()):08x}"


def _gitlab(draw: Draw, words: list[str]) -> str:
    payload = url_safe(draw.octets(int(words[1]) if len(words) > 1 else 36))
    length = digits(len(payload), ALPHABETS["lower"].encode(), 2).decode()
    head = f"{words[0]}{payload}.01.{length}"
    return head + digits(zlib.crc32(head.encode()), ALPHABETS["lower"].encode(), 7).decode()


def _strongroom(draw: Draw, words: list[str]) -> str:
    head = f"{words[0]}_{draw.chars(ALPHABETS['base62'], 43)}"
    return f"{head}_{base62_crc32(head.encode()).decode()}"


def _bech32(draw: Draw, words: list[str]) -> str:
    head = words[0].lower()
    bits = int.from_bytes(draw.octets(int(words[1]))) << (-int(words[1]) * 8 % 5)
    count = -(-int(words[1]) * 8 // 5)
    values = [bits >> 5 * place & 31 for place in reversed(range(count))]
    check = 1
    for value in (*(ord(c) >> 5 for c in head), 0, *(ord(c) & 31 for c in head), *values, *[0] * 6):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATOR):
            check ^= generator if top >> place & 1 else 0
    check ^= 1
    values += [check >> 5 * place & 31 for place in reversed(range(6))]
    text = head + "1" + "".join(_BECH32[value] for value in values)
    return text.upper() if words[0].isupper() else text


def _base58check(draw: Draw, words: list[str]) -> str:
    raw = bytes.fromhex(words[0]) + draw.octets(int(words[1])) + bytes.fromhex("".join(words[2:]))
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    return digits(int.from_bytes(raw), ALPHABETS["base58"].encode(), 1).decode()


def _stellar(draw: Draw, _words: list[str]) -> str:
    raw = b"\x90" + draw.octets(32)
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode()


def _jwt(draw: Draw, _words: list[str]) -> str:
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": draw.chars(ALPHABETS["digits"], 10), "iat": 1760000000}
    return ".".join(
        (*(url_safe(compact(part)) for part in (head, claims)), url_safe(draw.octets(32)))
    )


def _jwt_long(draw: Draw, _words: list[str]) -> str:
    return _jwt(draw, []).rpartition(".")[0] + "." + url_safe(draw.octets(64))


def _jwe(draw: Draw, _words: list[str]) -> str:
    head = url_safe(compact({"alg": "dir", "enc": "A256GCM"}))
    return ".".join((head, "", *(url_safe(draw.octets(count)) for count in (12, 40, 16))))


def _numbers(draw: Draw, words: list[str]) -> str:
    return ", ".join(str(octet) for octet in draw.octets(int(words[0])))


def _words(draw: Draw, words: list[str]) -> str:
    return " ".join(draw.chars(LOWER, 3 + octet % 6) for octet in draw.octets(int(words[0])))


def _pem(draw: Draw, words: list[str]) -> str:
    """The label, and what ends a line: a real newline, or the two characters of an escape."""
    label, *rest = words
    end = rest[0].replace("n", "\\n") if rest else "\n"
    body = plain(_HEADS.get(label, _SEQUENCE) + draw.octets(600))
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    return end.join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"))


def _pgp(draw: Draw, _words: list[str]) -> str:
    label = "PGP PRIVATE KEY BLOCK"
    body = plain(b"\x95\x01" + draw.octets(400))
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    check = "=" + plain(draw.octets(3))
    return "\n".join((f"-----BEGIN {label}-----", "", *lines, check, f"-----END {label}-----"))


def _putty(draw: Draw, _words: list[str]) -> str:
    body = plain(draw.octets(96))
    return "\n".join(
        (
            "PuTTY-User-Key-File-3: ssh-ed25519",
            "Encryption: none",
            "Comment: example",
            "Public-Lines: 1",
            plain(draw.octets(48)),
            "Private-Lines: 2",
            body[:_LINE],
            body[_LINE:],
            f"Private-MAC: {draw.octets(32).hex()}",
        )
    )


def _service_account(draw: Draw, _words: list[str]) -> str:
    return json.dumps({
        "type": "service_account",
        "project_id": "example",
        "private_key_id": draw.octets(20).hex(),
        "private_key": _pem(draw, ["PRIVATE KEY"]) + "\n",
        "client_email": "robot@example.iam.gserviceaccount.com",
    })  # fmt: skip


def _macaroon(draw: Draw, _words: list[str]) -> str:
    location = b"pypi.org"
    raw = b"\x02\x01" + bytes([len(location)]) + location + b"\x02\x24" + draw.octets(120)
    return "pypi-" + url_safe(raw)


def _json64(prefix: str, **said: object) -> Maker:
    """`prefix` and base64 of JSON with a secret in it."""

    def make(draw: Draw, _words: list[str]) -> str:
        drawn = {key: draw.chars(ALPHABETS["base62"], 32) for key, v in said.items() if v is None}
        return prefix + plain(compact({**said, **drawn}))

    return make


def _sentry(draw: Draw, _words: list[str]) -> str:
    said = {"iat": 1760000000.1, "url": "https://sentry.example", "org": "example"}
    return f"sntrys_{plain(compact(said))}_{plain(draw.octets(32)).rstrip('=')}"


def _mapbox(draw: Draw, words: list[str]) -> str:
    said = {"u": "example", "a": draw.chars(ALPHABETS["lower"], 25)}
    return f"{words[0]}.{url_safe(compact(said))}.{url_safe(draw.octets(16))}"


def _discord(draw: Draw, _words: list[str]) -> str:
    number = "7" + draw.chars(ALPHABETS["digits"], 17)
    return f"{url_safe(number.encode())}.{url_safe(draw.octets(4))[:6]}.{url_safe(draw.octets(28))}"


def _basic(draw: Draw, _words: list[str]) -> str:
    return plain(f"deploy:{draw.chars(ALPHABETS['base62'], 20)}".encode())


def _jfrog(draw: Draw, _words: list[str]) -> str:
    return plain(f"reftkn:01:1760000000:{draw.chars(ALPHABETS['base62'], 28)}".encode())


def _atlassian_dc(draw: Draw, words: list[str]) -> str:
    number = draw.chars(ALPHABETS["digits"], 12).encode()
    return "".join(words) + plain(number + b":" + draw.octets(20))


def _aws_key(draw: Draw, words: list[str]) -> str:
    account = int.from_bytes(draw.octets(8)) % 10**12
    first = (1 << 47 | account << 7 | draw.octets(1)[0] & 0x7F).to_bytes(6)
    return words[0] + base64.b32encode(first + draw.octets(4)).decode()


def _uuid(draw: Draw, _words: list[str]) -> str:
    text = draw.octets(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


MAKERS: Final[Mapping[str, Maker]] = {
    **{name: _of(alphabet) for name, alphabet in ALPHABETS.items()},
    "octets64": lambda draw, words: plain(draw.octets(int(words[0]))),
    "octets64url": lambda draw, words: url_safe(draw.octets(int(words[0]))),
    "atlassian": _atlassian,
    "atlassian-dc": _atlassian_dc,
    "aws-key": _aws_key,
    "base58check": _base58check,
    "basic": _basic,
    "bech32": _bech32,
    "cloudflare": _cloudflare,
    "discord": _discord,
    "github": _github,
    "gitlab": _gitlab,
    "grafana": _grafana,
    "grafana-cloud": _json64("glc_", o="1", n="example", k=None, m={"r": "eu"}),
    "grafana-key": _json64("", k=None, n="example", id=1),
    "jfrog-reference": _jfrog,
    "jwt": _jwt,
    "jwe": _jwe,
    "jwt-long": _jwt_long,
    "macaroon": _macaroon,
    "mapbox": _mapbox,
    "numbers": _numbers,
    "onepassword": _json64(
        "ops_", signInAddress="example.1password.com", secretKey=None, srpX=None
    ),
    "pem": _pem,
    "pgp": _pgp,
    "putty": _putty,
    "sentry": _sentry,
    "service-account": _service_account,
    "stellar": _stellar,
    "strongroom": _strongroom,
    "uuid": _uuid,
    "words": _words,
}
