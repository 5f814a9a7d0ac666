"""Keys of JSON Web Tokens: what the text of a secret is, and the only algorithm that goes with it.

Text signs by HMAC-SHA256 and is taken as it stands, as most libraries do; a private key in PEM form signs
by Ed25519 or RSA, and a public one checks only. A token never chooses.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from strongroom.errors import ConfigError
from strongroom.generate.strength import measure

HMAC_BITS_MIN: Final = 256
HMAC_OCTETS_MIN: Final = 32
RSA_BITS_MIN: Final = 2048
RSA_BITS_MAX: Final = 8192
# A key's id names it to everybody who sees a token: a one-way function of a key of 256 bits tells nothing.
_ID: Final = b"strongroom jwt key id v1"
_ID_OCTETS: Final = 12

Algorithm = Literal["HS256", "EdDSA", "RS256"]
_Public = ed25519.Ed25519PublicKey | rsa.RSAPublicKey
_Private = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Key:
    """`public` is its JWK, and None for HMAC. One that only checks has no `private`."""

    id: str
    algorithm: Algorithm
    public: dict[str, str] | None
    _verifier: "bytes | _Public" = field(repr=False)
    _signer: "bytes | _Private | None" = field(repr=False)

    @property
    def signs(self) -> bool:
        """Whether it can sign, and does not only check."""
        return self._signer is not None

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`.

        Raises:
            ConfigError: `jwt-key-public`.
        """
        match self._signer:
            case bytes():
                return hmac.digest(self._signer, data, "sha256")
            case ed25519.Ed25519PrivateKey():
                return self._signer.sign(data)
            case rsa.RSAPrivateKey():
                return self._signer.sign(data, padding.PKCS1v15(), SHA256())
            case _:
                raise ConfigError("jwt-key-public", "a public key cannot sign")

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `data`."""
        try:
            match self._verifier:
                case bytes():
                    expected = hmac.digest(self._verifier, data, "sha256")
                    return hmac.compare_digest(expected, signature)
                case ed25519.Ed25519PublicKey():
                    self._verifier.verify(signature, data)
                case _:
                    self._verifier.verify(signature, data, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def read(text: str, label: str = "the value") -> Key:
    """The key that `text` is; errors call it `label`.

    Raises:
        ConfigError: `jwt-key-unusable`, `jwt-key-weak` (P-4.1); nothing of the text is repeated.
    """
    if "-----BEGIN " not in text:
        return _symmetric(text, label)
    private: Any = None
    public: Any = None
    try:
        data = text.encode("ascii")
        if "PRIVATE KEY-----" in text:
            private = serialization.load_pem_private_key(data, None)
            public = private.public_key()
        else:
            public = serialization.load_pem_public_key(data)
    except Exception:  # noqa: BLE001, S110 - it may repeat the text, and as a context it would be kept
        pass
    match public:
        case ed25519.Ed25519PublicKey():
            jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode(public.public_bytes_raw())}
            return _asymmetric("EdDSA", jwk, public, private)
        case rsa.RSAPublicKey():
            if not RSA_BITS_MIN <= public.key_size <= RSA_BITS_MAX:
                raise _weak(label, f"an RSA key has {RSA_BITS_MIN} to {RSA_BITS_MAX} bits")
            numbers = public.public_numbers()
            jwk = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
            return _asymmetric("RS256", jwk, public, private)
    raise _unusable(label)


def published(jwk: Mapping[str, Any]) -> Key | None:
    """The key that a member of a JWK set is, by its own id; None where it is none that checks here.

    Its id is the one that it was published with, or its thumbprint (RFC 7638).
    """
    text = {name: value for name, value in jwk.items() if isinstance(value, str)}
    key = None
    with suppress(Exception):  # what is garbled is no key, and an error would hold it
        match text.get("kty"), text.get("crv"):
            case "OKP", "Ed25519":
                public = ed25519.Ed25519PublicKey.from_public_bytes(_decoded(text["x"]))
                key = read(_pem(public))
            case "RSA", None:
                numbers = [int.from_bytes(_decoded(text[name]), "big") for name in ("e", "n")]
                if numbers[1].bit_length() <= RSA_BITS_MAX:
                    key = read(_pem(rsa.RSAPublicNumbers(*numbers).public_key()))
    if (
        key is None
        or text.get("alg", key.algorithm) != key.algorithm
        or text.get("use", "sig") != "sig"
    ):
        return None
    assert key.public is not None
    id_ = text.get("kid") or key.id
    return replace(key, id=id_, public={**key.public, "kid": id_})


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _symmetric(text: str, label: str) -> Key:
    data = b""
    with suppress(UnicodeEncodeError):  # its error would hold the text
        data = text.encode("utf-8")
    if bool(data) != bool(text):
        raise _unusable(label)
    if len(data) < HMAC_OCTETS_MIN or (measure(text).bits or 0) < HMAC_BITS_MIN:
        raise _weak(label, f"a key for HS256 has {HMAC_BITS_MIN} bits")
    return Key(encode(hmac.digest(data, _ID, "sha256")[:_ID_OCTETS]), "HS256", None, data, data)


def _asymmetric(
    algorithm: Algorithm, jwk: dict[str, str], public: "_Public", private: "_Private | None"
) -> Key:
    # RFC 7638: required members only, in lexicographic order.
    text = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    identity = encode(hashlib.sha256(text.encode("ascii")).digest())
    shown = {**jwk, "kid": identity, "alg": algorithm, "use": "sig"}
    return Key(identity, algorithm, shown, public, private)


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _pem(public: _Public) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, kind).decode("ascii")


def _number(value: int) -> str:
    return encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _unusable(label: str) -> ConfigError:
    return ConfigError(
        "jwt-key-unusable",
        f"{label} cannot sign or check tokens",
        fix="use random text, or an Ed25519 or RSA key in PEM form without a passphrase",
    )


def _weak(label: str, rule: str) -> ConfigError:
    return ConfigError(
        "jwt-key-weak",
        f"{label} is too weak to sign tokens: {rule} (P-4.1)",
        fix="generate one: strongroom generate jwt",
    )
