"""Tests for strongroom.crypto.aead."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto import reference

from strongroom.crypto import aead

KEY, NONCE, GCM_NONCE = bytes(range(32)), bytes(range(24)), bytes(range(12))


def test_accumulated_published_vector() -> None:
    """C2SP XAES-256-GCM, 10,000 messages from SHAKE-128 of nothing, hashed by SHAKE-128."""
    size = 10_000 * (32 + 24 + 2 + 2 * 255)
    stream = memoryview(hashlib.shake_128(b"").digest(size))
    at = 0

    def read(count: int) -> bytes:
        nonlocal at
        at += count
        return bytes(stream[at - count : at])

    seen = hashlib.shake_128()
    for _ in range(10_000):
        key, nonce = read(32), read(24)
        plaintext = read(read(1)[0])
        aad = read(read(1)[0])
        cipher = aead.Xaes256Gcm(key)
        sealed = cipher.encrypt(nonce, plaintext, aad)
        seen.update(sealed)
        assert plaintext == cipher.decrypt(nonce, sealed, aad)
    expected = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
    assert expected == seen.hexdigest(32)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=24, max_size=24))
def test_xaes_agrees_with_the_kdf_that_it_is_made_of(key: bytes, nonce: bytes) -> None:
    assert reference.xaes_seal(key, nonce, b"x", b"y") == aead.Xaes256Gcm(key).encrypt(
        nonce, b"x", b"y"
    )


@settings(max_examples=60)
@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    cipher = aead.Xaes256Gcm(KEY)
    parts = [NONCE, cipher.encrypt(NONCE, b"value", b"place"), b"place"]
    which = data.draw(st.integers(0, 2))
    at = data.draw(st.integers(0, 8 * len(parts[which]) - 1))
    changed = bytearray(parts[which])
    changed[at // 8] ^= 1 << at % 8
    parts[which] = bytes(changed)

    with pytest.raises(aead.InvalidTag):
        cipher.decrypt(*parts)


def test_gcm_takes_only_its_sizes() -> None:
    """The library alone would take a 16-byte key and be AES-128."""
    for key, nonce in ((KEY[:16], GCM_NONCE), (KEY, NONCE), (KEY, GCM_NONCE[:11])):
        with pytest.raises(ValueError, match="takes 32 and 12"):
            aead.gcm_encrypt(key, nonce, b"", b"")
        with pytest.raises(ValueError, match="takes 32 and 12"):
            aead.gcm_decrypt(key, nonce, bytes(16), b"")
    sealed = aead.gcm_encrypt(KEY, GCM_NONCE, b"value", b"place")
    assert b"value" == aead.gcm_decrypt(KEY, GCM_NONCE, sealed, b"place")


def test_xaes_takes_only_its_sizes() -> None:
    with pytest.raises(ValueError, match="key is 32"):
        aead.Xaes256Gcm(KEY[:16])
    for nonce in (NONCE[:12], NONCE + b"\0"):
        with pytest.raises(ValueError, match="nonce is 24"):
            aead.Xaes256Gcm(KEY).encrypt(nonce, b"", b"")


def test_one_cipher_serves_many_threads() -> None:
    """The block cipher's context is shared, so each derivation must be whole."""
    cipher = aead.Xaes256Gcm(KEY)
    nonces = [number.to_bytes(24, "big") for number in range(2000)]
    expected = [reference.xaes_seal(KEY, nonce, b"v", b"") for nonce in nonces]

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda nonce: cipher.encrypt(nonce, b"v", b""), nonces))
    assert expected == sealed
    assert all(before != after for before, after in pairwise(sealed))


def test_the_cipher_hides_its_key() -> None:
    assert "<Xaes256Gcm hidden>" == repr(aead.Xaes256Gcm(KEY))
