"""What recognises a leaked secret again without holding it (docs/spec/scan-fingerprints.md)."""

import re
from typing import Final

from strongroom.errors import ConfigError

HEX_CHARS: Final = 32  # 128 bits
KEY_OCTETS_MIN: Final = 16
KEY_OCTETS_MAX: Final = 4096
COMMON_KEY: Final = b"strongroom scan fingerprint, the key that everybody knows"
_DOMAIN: Final = b"strongroom/scan-fingerprint/v1\0"
_PEM: Final = b"-----BEGIN "
_FOLDS: Final = re.compile(rb"\\[rnt]|\s+")


def of(key: bytes, rule: str, secret: bytes) -> str:
    """32 hex characters that depend on the key, the rule's id and the secret alone."""
    import hmac  # noqa: PLC0415 - most scans find nothing, and it takes longer to load than they

    name = rule.encode()
    said = _DOMAIN + len(name).to_bytes(4, "big") + name + canonical(secret)
    return hmac.digest(key, said, "sha256").hex()[:HEX_CHARS]


def canonical(secret: bytes) -> bytes:
    """The secret as it is compared: a PEM block is the same one however its lines are folded."""
    return _FOLDS.sub(b"", secret) if secret.startswith(_PEM) else secret


def key_of(text: bytes) -> bytes:
    """The key in a key file or a variable, without white space around it.

    Raises:
        ConfigError: `scan-key-invalid`.
    """
    key = text.strip()
    if not KEY_OCTETS_MIN <= len(key) <= KEY_OCTETS_MAX:
        raise ConfigError(
            "scan-key-invalid",
            f"the key of fingerprints needs {KEY_OCTETS_MIN} to {KEY_OCTETS_MAX} octets",
            fix="make one with `strongroom generate`, and keep it with the repository's secrets",
        )
    return key
