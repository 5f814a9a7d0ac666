"""Which algorithm and size a stored key has, and whether the policy accepts it (P-1.13).

Sizes are judged by the strength that the best known attack leaves, in bits (NIST SP
800-57 part 1, table 2). Nothing of the key is kept.
"""

import base64
import warnings
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_public_key,
)

from strongroom.generate import pem

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


_NOT_MEASURED: Final = "it was not measured"
_SSH_MAGIC: Final = b"openssh-key-v1\x00"
_UNREADABLE: Final = Algorithm("a key that cannot be read", None, _NOT_MEASURED)
_ENCRYPTED: Final = Algorithm(
    "an encrypted key", None, "it was not measured: decrypt it first, the room encrypts it"
)


def inspect_pem(text: str) -> list[Algorithm]:
    """The algorithm of each private key, public key, certificate and request in a PEM text.

    Never empty: a text without one is a key that cannot be read.
    """
    found = pem.blocks(text)
    if len(found) > pem.BLOCKS_MAX:
        return [Algorithm("more keys than are looked at", None, _NOT_MEASURED)]
    if not found:
        return [_UNREADABLE]
    return [_inspect(block) for block in found if block.symmetric is None]


def inspect_der(data: bytes) -> Algorithm | None:
    """The algorithm of a key or certificate in DER, or None when it is none of these."""
    if data[:1] != b"\x30":
        return None
    for load in (_der_private, load_der_public_key, _der_certificate):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _named(load(data))
        except TypeError:
            return _ENCRYPTED
        except (ValueError, UnsupportedAlgorithm):
            continue
    return None


def rsa_of(modulus_bits: int) -> Algorithm:
    """An RSA key with a modulus of that many bits."""
    strength = next((bits for size, bits in _RSA_STRENGTH if modulus_bits >= size), 0)
    return _judged(f"RSA-{modulus_bits}", strength)


def curve_of(name: str, bits: int) -> Algorithm:
    """A key on an elliptic curve over a field of that many bits."""
    return _judged(f"EC {name}", bits // 2)


def _inspect(block: pem.Block) -> Algorithm:
    data = block.text.encode("utf-8", "surrogatepass")
    try:
        with warnings.catch_warnings():
            # Odd old certificates and keys are what one measures; they are judged below.
            warnings.simplefilter("ignore")
            return _named(_load(block.label, data))
    except TypeError:
        return _ENCRYPTED
    except (ValueError, UnsupportedAlgorithm):
        return _UNREADABLE


def _load(label: str, data: bytes) -> object:
    if label == "OPENSSH PRIVATE KEY":
        # The public half stands before the encrypted part, and is as large.
        return load_ssh_public_key(_ssh_public(data))
    if label.endswith("PRIVATE KEY"):
        # Not checked for consistency: slow for large keys, and only the size is asked.
        return load_pem_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    if label.endswith("CERTIFICATE REQUEST"):
        return x509.load_pem_x509_csr(data).public_key()
    if label.endswith("CERTIFICATE"):
        return x509.load_pem_x509_certificate(data).public_key()
    return load_pem_public_key(data)


def _ssh_public(data: bytes) -> bytes:
    """The public key in an OpenSSH private key file, as a line (PROTOCOL.key of OpenSSH)."""
    body = base64.b64decode(b"".join(data.split(b"-----")[2].split()))
    if not body.startswith(_SSH_MAGIC):
        raise ValueError
    at = len(_SSH_MAGIC)
    for _ in range(3):  # cipher, key derivation, its options
        _, at = _ssh_string(body, at)
    key, _ = _ssh_string(body, at + 4)
    kind, _ = _ssh_string(key, 0)
    return kind + b" " + base64.b64encode(key)


def _ssh_string(data: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[at : at + 4], "big")
    found = data[at + 4 : at + 4 + size]
    if len(found) != size:
        raise ValueError
    return found, at + 4 + size


def _der_certificate(data: bytes) -> object:
    return x509.load_der_x509_certificate(data).public_key()


def _der_private(data: bytes) -> object:
    return load_der_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)


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
            return Algorithm("a key of an unknown algorithm", None, _NOT_MEASURED)


def _judged(name: str, strength: int) -> Algorithm:
    note = None
    if STRENGTH_MIN <= strength < STRENGTH_GOOD:
        note = f"{name} has {strength} bits of strength: accepted, not for use after 2030"
    return Algorithm(name, strength, note)
