"""What a secret of a known structure must look like inside, beyond its alphabet.

Each function takes the secret as it stands and answers WELL_FORMED, MALFORMED or UNKNOWN
(nothing speaks for it or against it). They never raise and never keep a part of it.
"""

import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from strongroom.scan.engine.marvin import AZURE_SEEDS, marvin32
from strongroom.scan.model import Validity

WELL: Final = Validity.WELL_FORMED
BAD: Final = Validity.MALFORMED
UNKNOWN: Final = Validity.UNKNOWN

_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_URL: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^\s/?#]+)@([^\s/?#@]+)")
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.,:%-]+)")
_UUID: Final = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PEM: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----(.*?)(?:-----END|\Z)", re.DOTALL
)
# What joins the lines of a string; a `+` alone is base64.
_PEM_NOISE: Final = re.compile(rb"[\"']\s*\+\s*[\"']?|\s\+\s|\\[rnt]|[\s\"',\\]|<br ?/?>|&#1[03];")
_PEM_HEADER: Final = re.compile(rb"(?:\\n|^)[A-Za-z-]+: [^\n\\]*", re.MULTILINE)
_DER_MIN: Final = 16
_AWS_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SAS_PART: Final = re.compile(rb"(?:^|[?&;])(s[a-z]{1,3})=", re.IGNORECASE)
_SERVICE_ACCOUNT_KEYS: Final = ("private_key", "client_email", "private_key_id")


def unbase64(text: bytes) -> bytes | None:
    """The octets of standard or URL-safe base64, padded or not; None when it is none."""
    plain = text.translate(_URL_SAFE).rstrip(b"=")
    if len(plain) % 4 == 1:
        return None
    try:
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except (binascii.Error, ValueError):
        return None


def _json(text: bytes | None) -> Any:
    import json  # noqa: PLC0415 - the hook starts without it

    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is(found: object) -> Validity:
    return WELL if found else BAD


def jwt(secret: bytes) -> Validity:
    """Three parts: a header that names its algorithm, claims, a signature (RFC 7519, 7516)."""
    parts = secret.split(b".")
    if len(parts) not in {3, 5}:
        return BAD
    header = _json(unbase64(parts[0]))
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        return BAD
    if len(parts) == 5:
        return _is("enc" in header)
    if header["alg"].lower() == "none":
        return BAD  # unsigned: whoever reads it could have written it
    return _is(isinstance(_json(unbase64(parts[1])), dict) and unbase64(parts[2]))


def pem(secret: bytes) -> Validity:
    """A private key in PEM or OpenPGP armour, on one line or many: base64 of its kind of data."""
    found = _PEM.search(secret)
    if found is None:
        return BAD
    label, inner = found[1], found[2]
    body = _PEM_NOISE.sub(b"", _PEM_HEADER.sub(b"", inner))
    if b"BLOCK" in label:
        return WELL if len(body) > 100 else UNKNOWN
    body = body.partition(b"-----")[0]
    raw = unbase64(body[: len(body) // 4 * 4] if len(body) % 4 == 1 else body)
    if raw is None or len(raw) < _DER_MIN:
        return BAD
    if label.startswith(b"OPENSSH"):
        return _is(raw.startswith(b"openssh-key-v1\0"))
    if label.startswith(b"ENCRYPTED") or b"Proc-Type" not in inner:
        return _is(raw[0] == 0x30)  # a sequence, in DER
    return UNKNOWN  # encrypted inside


def putty(secret: bytes) -> Validity:
    """A PuTTY key file, with its private lines."""
    return _is(b"Private-Lines:" in secret and b"PuTTY-User-Key-File-" in secret)


def dsn(secret: bytes) -> Validity:
    """A URL with a password and a host in it."""
    found = _URL.search(secret)
    if found is None:
        return UNKNOWN if b"=" in secret else BAD
    user, colon, password = found[1].partition(b":")
    del user
    return _is(colon and password and _HOST.fullmatch(found[2]))


def service_account(secret: bytes) -> Validity:
    """Google's service-account JSON with its key."""
    found = _json(secret)
    if not isinstance(found, dict):
        return UNKNOWN
    return _is(all(isinstance(found.get(k), str) for k in _SERVICE_ACCOUNT_KEYS))


def macaroon(secret: bytes) -> Validity:
    """PyPI's: `pypi-`, then a macaroon of version 2 with its place, base64. Source: PyPI's help."""
    raw = unbase64(secret.partition(b"-")[2])
    return _is(raw is not None and raw[:2] == b"\x02\x01" and b"pypi.org" in raw[:24])


def aws_key_id(secret: bytes) -> Validity:
    """An AWS access key id: base 32, with the account's number in its first octets."""
    body = secret[4:]
    number = 0
    for letter in body:
        digit = _AWS_ALPHABET.find(letter)
        if digit < 0:
            return BAD
        number = number << 5 | digit
    if len(body) != 16:
        return BAD
    account = number >> (80 - 48) & 0x7FFFFFFFFF80
    return WELL if account >> 7 < 10**12 else UNKNOWN


def sentry(secret: bytes) -> Validity:
    """`sntrys_`, base64 of JSON that names its server, `_`, the secret."""
    head, _, tail = secret.partition(b"_")[2].rpartition(b"_")
    found = _json(unbase64(head))
    return _is(isinstance(found, dict) and "iat" in found and tail)


def azure_sas(secret: bytes) -> Validity:
    """A shared access signature: signed version, expiry and a signature of 32 octets."""
    names = {name.lower() for name in _SAS_PART.findall(secret)}
    return _is(b"sig" in names and names & {b"se", b"si"} and names & {b"sv", b"sr", b"skn"})


def azure_key(secret: bytes) -> Validity:
    """A key that carries its service's sign and a Marvin checksum at its end.

    Source: Microsoft's `security-utilities`. Issuers use seeds that are not published, so
    a checksum that no known seed explains says nothing.
    """
    raw = unbase64(secret)
    sign = secret.rstrip(b"=")[-10:-6]
    if raw is None or len(raw) < 24:
        return BAD
    found = int.from_bytes(raw[-4:], "little")
    seeds = AZURE_SEEDS.get(sign.decode("ascii", "replace"), ())
    return WELL if any(marvin32(raw[:-4], seed) == found for seed in seeds) else UNKNOWN


def grafana_cloud(secret: bytes) -> Validity:
    """`glc_`, or an old API key as it stands: base64 of JSON with the key in it."""
    found = _json(unbase64(secret.removeprefix(b"glc_")))
    return _is(isinstance(found, dict) and "n" in found and "k" in found)


def onepassword(secret: bytes) -> Validity:
    """A service account of 1Password: `ops_`, base64 of JSON with its secret key."""
    found = _json(unbase64(secret.removeprefix(b"ops_")))
    return _is(isinstance(found, dict) and {"secretKey", "signInAddress"} & found.keys())


def mapbox(secret: bytes) -> Validity:
    """`sk.` or `pk.`, base64 of JSON with the user's name, `.`, the signature."""
    parts = secret.split(b".")
    found = _json(unbase64(parts[1])) if len(parts) == 3 else None
    return _is(isinstance(found, dict) and "u" in found)


def jfrog_reference(secret: bytes) -> Validity:
    """A reference token: base64 of `reftkn:01:`, expiry, `:`, the token."""
    return _is(re.match(rb"reftkn:\d+:\d+:[\w/+-]+", unbase64(secret) or b""))


def atlassian_pat(secret: bytes) -> Validity:
    """A data-centre token: base64 of a number, `:`, random octets."""
    raw = unbase64(secret.removeprefix(b"BBDC-")) or b""
    number, colon, rest = raw.partition(b":")
    return _is(colon and number.isdigit() and len(number) <= 20 and len(rest) >= 12)


def discord(secret: bytes) -> Validity:
    """A bot's token begins with base64 of the bot's number, 17 to 20 digits."""
    raw = unbase64(secret.partition(b".")[0]) or b""
    return _is(raw.isdigit() and 17 <= len(raw) <= 20)


def basic_auth(secret: bytes) -> Validity:
    """Base64 of `user:password`, as in HTTP's header and in Docker's configuration."""
    raw = unbase64(secret)
    if raw is None:
        return BAD
    user, colon, password = raw.partition(b":")
    del user
    printable = all(32 <= c != 127 for c in raw)
    return _is(colon and password and printable)


def vault(secret: bytes) -> Validity:
    """Vault's service and batch tokens: `hvs.` or `hvb.`, base64 of at least 18 octets."""
    return _is(len(unbase64(secret.partition(b".")[2]) or b"") >= 18)


def uuid(secret: bytes) -> Validity:
    """A UUID, and no special one such as all zeros."""
    return _is(_UUID.fullmatch(secret) and len(set(secret)) > 6)


def base64_of(*lengths: int) -> Callable[[bytes], Validity]:
    """Base64 of exactly so many octets, one of `lengths`."""

    def check(secret: bytes) -> Validity:
        raw = unbase64(secret)
        return _is(raw is not None and len(raw) in lengths)

    return check


STRUCTURES: Final[Mapping[str, Callable[[bytes], Validity]]] = {
    "atlassian-pat": atlassian_pat,
    "aws-key-id": aws_key_id,
    "azure-key": azure_key,
    "azure-sas": azure_sas,
    "base64-16": base64_of(16),
    "base64-24": base64_of(24),
    "base64-32": base64_of(32),
    "base64-48": base64_of(48),
    "base64-64": base64_of(64),
    "basic-auth": basic_auth,
    "discord": discord,
    "dsn": dsn,
    "grafana-cloud": grafana_cloud,
    "jfrog-reference": jfrog_reference,
    "jwt": jwt,
    "mapbox": mapbox,
    "onepassword": onepassword,
    "pem": pem,
    "putty": putty,
    "pypi-macaroon": macaroon,
    "sentry": sentry,
    "service-account": service_account,
    "uuid": uuid,
    "vault": vault,
}
