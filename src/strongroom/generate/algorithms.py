"""Which algorithm and size a stored key has, and whether the policy accepts it (P-1.13).

Sizes are judged by the strength that the best known attack leaves, in bits (NIST SP
800-57 part 1, table 2). Nothing of the key is kept.
"""

import warnings
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
)

STRENGTH_MIN: Final = 112  # what RSA-2048 has: the least that P-1.13 accepts
STRENGTH_GOOD: Final = 128
_RSA_STRENGTH: Final = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))
_OTHERS: Final = (
    (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey, "Ed25519", 128),
    (x25519.X25519PrivateKey, x25519.X25519PublicKey, "X25519", 128),
    (ed448.Ed448PrivateKey, ed448.Ed448PublicKey, "Ed448", 224),
    (x448.X448PrivateKey, x448.X448PublicKey, "X448", 224),
)


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An asymmetric key: its name with its size, and the bits of strength that it has.

    `strength` is None when the key could not be looked at; that is no pass.
    """

    name: str
    strength: int | None
    note: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether P-1.13 accepts it."""
        return self.strength is not None and self.strength >= STRENGTH_MIN


def inspect_pem(text: str) -> Algorithm:
    """The algorithm of the first private key, public key or certificate in a PEM text."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        with warnings.catch_warnings():
            # Odd old certificates and keys are what one measures; they are judged below.
            warnings.simplefilter("ignore")
            return _named(_load(data))
    except TypeError:
        return Algorithm("an encrypted key", None, "decrypt it first: it was not measured")
    except (ValueError, UnsupportedAlgorithm):
        return Algorithm("a key that cannot be read", None, "it was not measured")


def rsa_of(modulus_bits: int) -> Algorithm:
    """An RSA key with a modulus of that many bits."""
    strength = next((bits for size, bits in _RSA_STRENGTH if modulus_bits >= size), 0)
    return _judged(f"RSA-{modulus_bits}", strength)


def curve_of(name: str, bits: int) -> Algorithm:
    """A key on an elliptic curve over a field of that many bits."""
    return _judged(f"EC {name}", bits // 2)


def _load(data: bytes) -> object:
    if b"OPENSSH PRIVATE KEY" in data:
        return load_ssh_private_key(data, password=None)
    if b"PRIVATE KEY" in data:
        # Not checked for consistency: slow for large keys, and only the size is asked.
        return load_pem_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    if b"BEGIN CERTIFICATE" in data:
        return x509.load_pem_x509_certificate(data).public_key()
    return load_pem_public_key(data)


def _named(key: object) -> Algorithm:
    match key:
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            return rsa_of(key.key_size)
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            return curve_of(key.curve.name, key.curve.key_size)
        case dsa.DSAPrivateKey() | dsa.DSAPublicKey():
            return Algorithm(f"DSA-{key.key_size}", 0, "DSA is not among the strong algorithms")
        case _:
            for private, public, name, strength in _OTHERS:
                if isinstance(key, private | public):
                    return Algorithm(name, strength)
            return Algorithm("a key of an unknown algorithm", None, "it was not measured")


def _judged(name: str, strength: int) -> Algorithm:
    note = None
    if STRENGTH_MIN <= strength < STRENGTH_GOOD:
        note = f"{name} has {strength} bits of strength: accepted, not for use after 2030"
    return Algorithm(name, strength, note)
