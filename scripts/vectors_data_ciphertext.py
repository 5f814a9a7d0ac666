"""Vectors of ciphertexts of application data: docs/spec/data-ciphertext.md.

The product draws a nonce for each text, so these are put together here, by the specification and
not by the product. Keys and nonces are digests of a label.
"""

import base64
import hashlib
import hmac
import struct
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OWN: Final = "scripts/vectors_data_ciphertext.py"
KEY: Final = hashlib.shake_128(b"strongroom vector data key").digest(32)
SEED: Final = hashlib.shake_128(b"strongroom vector data signer").digest(32)
NONCE: Final = hashlib.shake_128(b"strongroom vector data nonce").digest(12)

Json = dict[str, Any]


def build() -> dict[str, list[Json]]:
    """The one file that this module writes."""
    return {"data-ciphertext": [*_opened(), *_verified(), *_refused()]}


def _opened() -> list[Json]:
    cases = {
        "a field": (1, 7, b"ada@example.com", "customers.email:42"),
        "nothing, of no version and no context": (1, 0, b"", ""),
        "bytes that are no text": (1, 1, bytes(range(256)), "blob"),
        "a context beyond ASCII": (1, 2, b"x", "Kunden.Straße:1"),
        "a data key": (2, 3, hashlib.sha256(b"wrapped").digest(), "backup:2026"),
    }
    return [
        _case(
            comment,
            {"op": "decrypt", "key": KEY.hex(), "context": context,
             "text": sealed(purpose, version, data, context)},
            {"data": data.hex(), "version": version, "key_id": key_id().hex()},
        )
        for comment, (purpose, version, data, context) in cases.items()
    ]  # fmt: skip


def _verified() -> list[Json]:
    signer = ed25519.Ed25519PrivateKey.from_private_bytes(SEED)
    der = signer.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = struct.pack(">BI", 4, 5) + hashlib.sha256(der).digest()[:8]
    message, context = b"paid: 12.50", "invoice:9"
    text = spelled(head + signer.sign(bound(head, context) + message))
    given = {"op": "verify", "seed": SEED.hex(), "context": context, "text": text}
    return [
        _case("a signature", {**given, "message": message.hex()}, {"version": 5}),
        _case(
            "a signature over another message",
            {**given, "message": b"paid: 1250".hex()},
            {"refused": "ciphertext-refused"},
        ),
    ]


def _refused() -> list[Json]:
    good = sealed(1, 7, b"ada@example.com", "customers.email:42")
    raw = base64.urlsafe_b64decode(good[5:] + "=" * (-len(good[5:]) % 4))
    cases = {
        "another context": (good, "customers.email:43", "ciphertext-refused"),
        "no context": (good, "", "ciphertext-refused"),
        "another version in its head": (
            spelled(raw[:1] + struct.pack(">I", 8) + raw[5:]), "customers.email:42", "ciphertext-refused",
        ),
        "data as a data key": (
            spelled(b"\x02" + sealed_bytes(1, 7, bytes(32), "")[1:]), "", "ciphertext-refused",
        ),
        "one bit of the data": (
            spelled(raw[:-1] + bytes((raw[-1] ^ 1,))), "customers.email:42", "ciphertext-refused",
        ),
        "another key": (spelled(raw[:5] + bytes(8) + raw[13:]), "", "ciphertext-key-unknown"),
        "an unknown purpose": (spelled(b"\x05" + raw[1:]), "", "ciphertext-malformed"),
        "a purpose of another algorithm": (
            spelled(b"\x03" + raw[1:13] + bytes(256)), "", "data-key-unfit",
        ),
        "too short for a tag": (spelled(raw[:40]), "", "ciphertext-malformed"),
        "another prefix": ("srd2." + good[5:], "", "ciphertext-malformed"),
        "padding": (good + "=", "", "ciphertext-malformed"),
        "the other alphabet": ("srd1.++++" + good[9:], "", "ciphertext-malformed"),
        "a line's end behind it": (f"{good}\n", "", "ciphertext-malformed"),
        "a second spelling of its last character": (respelled(good), "", "ciphertext-malformed"),
        "nothing": ("", "", "ciphertext-malformed"),
    }  # fmt: skip
    return [
        _case(
            comment,
            {"op": "decrypt", "key": KEY.hex(), "context": context, "text": text},
            {"refused": code},
        )
        for comment, (text, context, code) in cases.items()
    ]


def key_id() -> bytes:
    """Of the AES key."""
    return hmac.digest(KEY, b"strongroom data key id v1", "sha256")[:8]


def bound(head: bytes, context: str) -> bytes:
    """What is authenticated beside the data."""
    octets = context.encode()
    return b"strongroom data v1\0" + head + struct.pack(">I", len(octets)) + octets


def sealed_bytes(purpose: int, version: int, data: bytes, context: str) -> bytes:
    """A ciphertext under the AES key."""
    head = struct.pack(">BI", purpose, version) + key_id()
    return head + NONCE + AESGCM(KEY).encrypt(NONCE, data, bound(head, context))


def sealed(purpose: int, version: int, data: bytes, context: str) -> str:
    """The same as text."""
    return spelled(sealed_bytes(purpose, version, data, context))


def spelled(data: bytes) -> str:
    """Bytes as a text."""
    return "srd1." + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def respelled(text: str) -> str:
    """The same bytes with one of the bits set that decoding drops."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text[5:]) % 4
    return text[:-1] + letters[letters.index(text[-1]) | 1]


def _case(comment: str, given: Json, expect: Json) -> Json:
    return {"source": OWN, "comment": comment, "input": given, "expect": expect}
