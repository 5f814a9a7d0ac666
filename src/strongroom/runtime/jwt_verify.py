"""Is this token ours, and valid now? Hostile text in, claims or one refusal out.

The header is read strictly before anything is trusted: it may name the algorithm, the type and the key,
and what else it says (`crit`, `b64`, `jku`, `jwk`, `x5u`, `zip` …) is refused, not interpreted.
"""

import base64
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from strongroom.errors import UnauthenticatedError
from strongroom.keysets import strict_json
from strongroom.runtime.jwt_keys import Key

TOKEN_CHARS_MAX: Final = 8192
HEADER_CHARS_MAX: Final = 512
# What may be accepted of tokens without a key id: old ones, from before there were ids.
KEYS_MAX: Final = 8
TYPES: Final = frozenset({"jwt", "at+jwt"})
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Expected:
    """Times are seconds. A token that names an audience is refused by whoever expects none."""

    issuer: str | None
    audience: str | None
    life_s_max: float
    leeway_s: float


@dataclass(frozen=True, slots=True)
class Parsed:
    """A token that was read and not yet believed."""

    algorithm: str
    key_id: str | None
    signed: bytes
    payload: bytes
    signature: bytes


def parse(token: object) -> Parsed:
    """The parts of `token`.

    Raises:
        UnauthenticatedError: `token-malformed`.
    """
    found = None
    if isinstance(token, str) and len(token) <= TOKEN_CHARS_MAX:
        found = _TOKEN.fullmatch(token)
    if found is None or len(found[1]) > HEADER_CHARS_MAX:
        raise UnauthenticatedError(
            "token-malformed", "the token is refused: it is no signed JSON Web Token of usual size"
        )
    header = _object(_decoded(found[1]))
    kind, key_id = header.get("typ", "JWT"), header.get("kid")
    if (
        not set(header) <= {"alg", "typ", "kid"}
        or not isinstance(header.get("alg"), str)
        or not isinstance(kind, str)
        or kind.lower() not in TYPES
        or not isinstance(key_id, str | None)
    ):
        raise UnauthenticatedError(
            "token-malformed", "the token is refused: its header says what is not accepted here"
        )
    return Parsed(
        header["alg"], key_id, found[0].rpartition(".")[0].encode("ascii"),
        _decoded(found[2]), _decoded(found[3]),
    )  # fmt: skip


def candidates(parsed: Parsed, keys: Sequence[Key]) -> list[Key]:
    """The keys that may have signed it: by its id, or all when it names none; of its algorithm."""
    fitting = [key for key in keys if key.algorithm == parsed.algorithm]
    if parsed.key_id is None:
        return fitting[:KEYS_MAX]
    return [key for key in fitting if key.id == parsed.key_id]


def verify(
    parsed: Parsed, keys: Sequence[Key], expected: Expected, *, now: float
) -> dict[str, Any]:
    """The claims of a token that one of `keys` signed and that is valid at `now`, seconds since 1970.

    Raises:
        UnauthenticatedError: `token-key-unknown`, `token-signature`, `token-malformed`,
            `token-expired`, `token-early`, `token-life`, `token-issuer`, `token-audience`.
    """
    tried = candidates(parsed, keys)
    if not tried:
        raise UnauthenticatedError(
            "token-key-unknown", "the token is refused: no key that is accepted signed it"
        )
    if not any(key.verifies(parsed.signed, parsed.signature) for key in tried):
        raise UnauthenticatedError(
            "token-signature", "the token is refused: its signature is wrong"
        )
    claims = _object(parsed.payload)
    _times(claims, expected, now)
    if expected.issuer is not None and claims.get("iss") != expected.issuer:
        raise UnauthenticatedError("token-issuer", "the token is refused: somebody else issued it")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    # RFC 7519, 4.1.3: whoever does not find himself in it must refuse.
    if expected.audience not in audiences:
        raise UnauthenticatedError(
            "token-audience", "the token is refused: it is for somebody else"
        )
    return claims


def _times(claims: Mapping[str, Any], expected: Expected, now: float) -> None:
    until, since = _time(claims, "exp"), _time(claims, "iat")
    starts = _time(claims, "nbf") if "nbf" in claims else since
    if now >= until + expected.leeway_s:
        raise UnauthenticatedError("token-expired", "the token is refused: its time is over")
    if now < max(since, starts) - expected.leeway_s:
        raise UnauthenticatedError("token-early", "the token is refused: it is not valid yet")
    if until - since > expected.life_s_max:
        raise UnauthenticatedError(
            "token-life", "the token is refused: it is valid for longer than is allowed (C-13)"
        )


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise UnauthenticatedError(
            "token-malformed", f"the token is refused: its `{name}` is missing or no time"
        )
    return float(value)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _decoded(text: str) -> bytes:
    data = None
    with suppress(binascii.Error):
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    # One spelling: the last character may hold bits that decoding drops.
    if data is None or base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != text:
        raise UnauthenticatedError(
            "token-malformed", "the token is refused: it is no signed JSON Web Token of usual size"
        )
    return data


def _object(data: bytes) -> dict[str, Any]:
    value = None
    with suppress(ValueError, RecursionError):  # a decoder's error holds the text
        value = strict_json.loads(data.decode("utf-8"))
    if not isinstance(value, dict):
        raise UnauthenticatedError(
            "token-malformed",
            "the token is refused: a part of it is no JSON object with each name once",
        )
    return value
