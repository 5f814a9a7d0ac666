"""JSON Web Keys (RFC 7517): how large the key inside is."""

import base64
import binascii
import json
from typing import Any, Final

from strongroom.generate.algorithms import Algorithm, curve_of, rsa_of

_CURVES: Final = {"P-192": 192, "P-224": 224, "P-256": 256, "P-384": 384, "P-521": 521}
_CURVES_K: Final = {"secp256k1": 256}
_OKP: Final = {"Ed25519": 128, "X25519": 128, "Ed448": 224, "X448": 224}


def parse(text: str) -> list[dict[str, Any]]:
    """The keys of a JWK or JWK set; empty when `text` is neither."""
    if not text.startswith("{"):
        return []
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    keys = document.get("keys", [document])
    if not isinstance(keys, list):
        return []
    return [key for key in keys if isinstance(key, dict) and isinstance(key.get("kty"), str)]


def inspect(key: dict[str, Any]) -> Algorithm:
    """The algorithm of an asymmetric JWK."""
    match key:
        case {"kty": "RSA", "n": str(modulus)}:
            number = int.from_bytes(octets(modulus) or b"", "big")
            return rsa_of(number.bit_length())
        case {"kty": "EC", "crv": str(curve)} if curve in _CURVES | _CURVES_K:
            return curve_of(curve, (_CURVES | _CURVES_K)[curve])
        case {"kty": "OKP", "crv": str(curve)} if curve in _OKP:
            return Algorithm(curve, _OKP[curve])
        case _:
            return Algorithm("a key of an unknown algorithm", None, "it was not measured")


def octets(text: str) -> bytes | None:
    """base64url without padding, or None."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
