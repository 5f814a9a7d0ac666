"""Tests for strongroom.scan.engine.checksums."""

import base64
import hashlib
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import api_key
from strongroom.scan.engine.checksums import CHECKSUMS, base62_crc32, digits

BODY = b"Zk7Qm2Xv9Lw4Tn6Rb8Hc3Jd5Fg1Ps0"  # made up
BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"


def base58(raw: bytes) -> bytes:
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return b"1" * zeros + digits(int.from_bytes(raw, "big"), alphabet, 0)


def stellar() -> bytes:
    raw = b"\x90" + bytes(range(32))
    crc = 0
    for octet in raw:  # CRC-16/XMODEM by its definition
        crc ^= octet << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return base64.b32encode(raw + crc.to_bytes(2, "little"))


def gitlab(version: bytes) -> bytes:
    payload = b"bzoxCnU6Mgp" + BODY
    head = b"glpat-" + payload + version + digits(len(payload), BASE36, 2)
    return head + digits(zlib.crc32(head), BASE36, 7)


def grafana() -> bytes:
    head = b"glsa_" + BODY + b"Xy"
    return head + b"_" + zlib.crc32(head).to_bytes(4, "little").hex().encode()


def hexed(head: bytes, body: bytes, *, of_head: bool) -> bytes:
    return head + body + b"%08x" % zlib.crc32(head + body if of_head else body)


GOOD: list[tuple[str, Callable[[], bytes]]] = [
    ("github", lambda: b"ghp_" + BODY + base62_crc32(BODY)),
    ("npm", lambda: b"npm_" + BODY + base62_crc32(BODY)),
    ("vercel", lambda: b"vcp_" + BODY + BODY[:20] + base62_crc32(BODY + BODY[:20])),
    ("grafana", grafana),
    ("gitlab", lambda: gitlab(b".01.")),
    ("gitlab", lambda: gitlab(b".")),
    ("atlassian", lambda: hexed(b"ATATT3xFfGF0", BODY + b"=", of_head=True)),
    ("cloudflare", lambda: hexed(b"cfut_", BODY + BODY[:10], of_head=False)),
    ("base58check", lambda: base58(b"\x80" + bytes(range(32)))),
    ("stellar", stellar),
    ("strongroom", lambda: api_key.build("acme", "live", bytes(range(32))).encode()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), GOOD)
def test_a_token_with_its_checksum_holds_and_any_change_breaks_it(
    name: str, make: Callable[[], bytes]
) -> None:
    token = make()
    check = CHECKSUMS[name]
    assert check(token)
    middle = len(token) // 2
    changed = b"B" if token[middle : middle + 1] == b"A" else b"A"
    assert not check(token[:middle] + changed + token[middle + 1 :])
    assert not check(token[:-1])


def test_bech32_knows_the_standards_own_examples() -> None:
    """BIP 173's valid and invalid strings."""
    check = CHECKSUMS["bech32"]
    assert check(b"A12UEL5L")
    assert check(b"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")
    assert not check(b"A1G7SGD8")
    assert not check(b"a12UEL5L")


def test_an_equals_sign_escaped_for_a_url_is_still_one() -> None:
    token = hexed(b"ATATT3xFfGF0", BODY + b"=", of_head=True)
    assert CHECKSUMS["atlassian"](token.replace(b"=", b"%3D"))


@pytest.mark.parametrize("name", CHECKSUMS)
@given(noise=st.binary(max_size=80))
def test_noise_is_no_token_and_no_crash(name: str, noise: bytes) -> None:
    assert not CHECKSUMS[name](noise)
