"""Vectors of the scanner's fingerprints (docs/spec/scan-fingerprints.md)."""

from typing import Any, Final

from strongroom.scan.findings import fingerprint

OWN: Final = "written for docs/spec/scan-fingerprints.md"
_KEY: Final = b"a key that only this test has"
_PEM: Final = b"-----BEGIN FAKE KEY-----\nZmFrZSBmYWtl\nIGZha2U=\n-----END FAKE KEY-----"


def build() -> dict[str, list[dict[str, Any]]]:
    """The vectors by file."""
    folded = _PEM.replace(b"\n", b"\\n")
    return {
        "scan-fingerprints": [
            _vector("the key that everybody has", fingerprint.COMMON_KEY, "acme-token", b"fake-1"),
            _vector("a key of one's own", _KEY, "acme-token", b"fake-1"),
            _vector("another rule", _KEY, "acme-key", b"fake-1"),
            _vector("another secret", _KEY, "acme-token", b"fake-2"),
            _vector("the name's end is no part of the secret", _KEY, "acme-tokenf", b"ake-1"),
            _vector("octets that are no text", _KEY, "acme-token", b"\xff\x00fake"),
            _vector("a PEM block", _KEY, "pem-private-key", _PEM),
            _vector("the same on one line", _KEY, "pem-private-key", folded),
        ]
    }


def _vector(comment: str, key: bytes, rule: str, secret: bytes) -> dict[str, Any]:
    return {
        "source": OWN,
        "comment": comment,
        "input": {"key": key.hex(), "rule": rule, "secret": secret.hex()},
        "expect": {"fingerprint": fingerprint.of(key, rule, secret)},
    }
