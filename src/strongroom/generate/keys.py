"""Keys that are random bytes, and key pairs."""

import base64
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ed25519 as _ed25519
from cryptography.hazmat.primitives.asymmetric import rsa as _rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.generate.value import Generated

BITS_MAX: Final = 4096
DATA_KEY_BITS: Final = (256, 512)
# Size of the modulus and the strength that it leaves (NIST SP 800-57 part 1, table 2).
# 2048 is what a policy may accept; 112 bits are not what one starts with today (C-19).
RSA_STRENGTH: Final = {3072: 128.0, 4096: 128.0}


def jwt(bits: int = 256) -> Generated:
    """A signing key for HMAC tokens: hexadecimal, two characters a byte.

    Libraries take the text itself as the key, and 64 characters are long enough for HS512.

    Raises:
        InvalidError: `key-bits`.
    """
    if not 8 <= bits <= BITS_MAX or bits % 8:
        raise InvalidError("key-bits", f"a key has a multiple of 8 bits, at most {BITS_MAX}")
    return Generated(draw.octets(bits // 8).hex(), bits, f"hexadecimal, {bits // 8} bytes")


def data_key(bits: int = 256) -> Generated:
    """A key for encrypting data: base64url with padding, as Fernet and most tools read it.

    Raises:
        InvalidError: `key-bits`.
    """
    if bits not in DATA_KEY_BITS:
        raise InvalidError(
            "key-bits",
            f"a data key has {' or '.join(map(str, DATA_KEY_BITS))} bits, not {bits}",
            fix="256 is for AES-256-GCM and ChaCha20-Poly1305, 512 for AES-256-SIV and XTS",
        )
    text = base64.urlsafe_b64encode(draw.octets(bits // 8)).decode()
    return Generated(text, bits, f"base64url, {bits // 8} bytes")


def ed25519() -> Generated:
    """An Ed25519 pair: PKCS #8 and SubjectPublicKeyInfo, both PEM."""
    return _pair(_ed25519.Ed25519PrivateKey.from_private_bytes(draw.octets(32)), 128.0, "Ed25519")


def rsa(modulus_bits: int = 3072) -> Generated:
    """An RSA pair: PKCS #8 and SubjectPublicKeyInfo, both PEM.

    The primes come from OpenSSL's generator, which the operating system seeds: the one
    value here that `draw` does not draw.

    Raises:
        InvalidError: `key-bits`.
    """
    if modulus_bits not in RSA_STRENGTH:
        raise InvalidError(
            "key-bits",
            f"RSA pairs are made with {' or '.join(map(str, RSA_STRENGTH))} bits, not {modulus_bits}",
            fix="an Ed25519 pair is smaller, faster and as strong as RSA-3072",
        )
    key = _rsa.generate_private_key(public_exponent=65537, key_size=modulus_bits)
    return _pair(key, RSA_STRENGTH[modulus_bits], f"RSA-{modulus_bits}")


def rsa_bits(bits: int) -> int:
    """The size of a key that follows one of `bits`: never smaller, of those that are made."""
    return next((size for size in sorted(RSA_STRENGTH) if size >= bits), max(RSA_STRENGTH))


def _pair(
    key: _ed25519.Ed25519PrivateKey | _rsa.RSAPrivateKey, bits: float, name: str
) -> Generated:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Generated(private.rstrip("\n"), bits, f"{name}, PEM", public.decode().rstrip("\n"))
