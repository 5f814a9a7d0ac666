"""The formats a second time, from their pages, sharing no code with the kernel.

Slow and literal on purpose: keys by `hmac` and CMAC from their RFCs, frames by `struct`.
"""

import hashlib
import hmac
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def framed(label: str, *parts: bytes) -> bytes:
    out = struct.pack(">B", len(label)) + label.encode()
    for part in parts:
        out += struct.pack(">I", len(part)) + part
    return out


def xaes_key(key: bytes, nonce: bytes) -> bytes:
    """NIST SP 800-108r1 in counter mode with CMAC, label `X`."""
    derived = b""
    for counter in (1, 2):
        mac = CMAC(AES(key))
        mac.update(struct.pack(">HBB", counter, ord("X"), 0) + nonce[:12])
        derived += mac.finalize()
    return derived


def xaes_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    return AESGCM(xaes_key(key, nonce)).encrypt(nonce[12:], plaintext, aad)


def xaes_open(key: bytes, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    return AESGCM(xaes_key(key, nonce)).decrypt(nonce[12:], ciphertext, aad)


def hkdf(key: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with SHA-256 and no salt."""
    prk = hmac.new(bytes(32), key, hashlib.sha256).digest()
    out, block, counter = b"", b"", 0
    while len(out) < size:
        counter += 1
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
    return out[:size]


def room_key(key: bytes, room_id: bytes, purpose: str) -> bytes:
    return hkdf(key, framed("strongroom/room-key/v1", room_id, purpose.encode()), 32)


def wrap_aad(header: bytes, place: dict[str, Any]) -> bytes:
    return framed(
        "strongroom/wrap/v1",
        header,
        bytes.fromhex(place["room_id"]),
        place["environment"].encode(),
        place["path"].encode(),
        bytes.fromhex(place["secret_id"]),
        struct.pack(">Q", place["version"]),
    )


def value_aad(header: bytes, place: dict[str, Any]) -> bytes:
    return framed(
        "strongroom/value/v1",
        header,
        bytes.fromhex(place["room_id"]),
        bytes.fromhex(place["secret_id"]),
        struct.pack(">Q", place["version"]),
    )


def unwrap(wrapped: bytes, kek: bytes, place: dict[str, Any]) -> bytes:
    return xaes_open(kek, wrapped[25:49], wrapped[49:], wrap_aad(wrapped[:25], place))


def open_value(blob: bytes, wrapped: bytes, kek: bytes, place: dict[str, Any]) -> bytes:
    data_key = unwrap(wrapped, kek, place)
    return AESGCM(data_key).decrypt(blob[9:21], blob[21:], value_aad(blob[:9], place))


def open_slot(slot: bytes, room_id: bytes, credential: dict[str, Any]) -> bytes:
    kind, slot_id, at, parts = slot[1:2], slot[2:18], 18, []
    for _ in range(3):
        (size,) = struct.unpack(">H", slot[at : at + 2])
        parts.append(slot[at + 2 : at + 2 + size])
        at += 2 + size
    name, params, blob = parts
    if "passphrase" in credential:
        memory, passes, lanes = struct.unpack(">IBB", params[1:7])
        stretch = Argon2id(
            salt=params[7:], length=32, iterations=passes, lanes=lanes, memory_cost=memory
        )
        root = stretch.derive(credential["passphrase"].encode())
    elif "sharing" in credential:
        root = bytes.fromhex(credential["sharing"]["rows"][0])
    elif "shares" in credential:
        found = [share_parts(text) for text in credential["shares"]]
        root = lagrange([(share["index"], share["secret"]) for share in found[: params[0]]])
    elif kind == b"\x07":
        root = holder_root(params, room_id, credential)
    elif kind == b"\x08":
        own = {name: bytes.fromhex(text) for name, text in credential["own"].items()}
        root = hkdf(own["secret"], framed("strongroom/holder-own/v1", room_id, own["id"]), 32)
    elif "keyfile" in credential:
        root = bytes.fromhex(credential["keyfile"].split(":")[4])
    else:
        root = recovery_secret(credential["recovery"])
    both = hkdf(root, framed("strongroom/slot-key/v1", room_id, slot_id, kind, name), 64)
    assert both[32:] == blob[1:33]
    aad = framed("strongroom/slot/v1", blob[:33], room_id, slot_id, kind, name, params)
    return xaes_open(both[:32], blob[33:57], blob[57:], aad)


def holder_root(params: bytes, room_id: bytes, credential: dict[str, Any]) -> bytes:
    """From either end: whoever opens has the holder's private half, the maker the ephemeral."""
    holder_id, ephemeral, public = params[:16], params[16:48], params[48:80]
    mine, theirs = (
        (credential["holder"]["secret"], ephemeral)
        if "holder" in credential
        else (credential["to"]["ephemeral"], public)
    )
    shared = X25519PrivateKey.from_private_bytes(bytes.fromhex(mine)).exchange(
        X25519PublicKey.from_public_bytes(theirs)
    )
    label = "strongroom/holder-shared/v1"
    return hkdf(shared, framed(label, room_id, holder_id, ephemeral, public), 32)


def holder_tag(given: dict[str, Any]) -> bytes:
    named = ("room_id", "secret", "anchor", "holder_id", "public")
    room_id, key, anchor, holder_id, public = (bytes.fromhex(given[name]) for name in named)
    label = "strongroom/holder-tag/v1"
    mac_key = hkdf(key + anchor, framed(label, room_id, given["key_name"].encode()), 32)
    return hmac.new(mac_key, framed(label, holder_id, public), hashlib.sha256).digest()


def share_parts(text: str) -> dict[str, Any]:
    """A share as it is printed, its checks left out."""
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bits = "".join(f"{digits.index(c):05b}" for group in text.split("-") for c in group[:7])
    sizes = {"version": 5, "threshold": 5, "index": 5, "room": 30, "set": 30, "secret": 256}
    parts: dict[str, Any] = {}
    for name, size in sizes.items():
        parts[name], bits = int(bits[:size], 2), bits[size:]
    return parts | {"secret": parts["secret"].to_bytes(32, "big"), "checksum": int(bits, 2)}


EXP = [1]
while len(EXP) < 255:
    double = EXP[-1] << 1
    EXP.append(EXP[-1] ^ (double ^ 0x11B if double > 255 else double))  # times 3, a generator
LOG = {value: power for power, value in enumerate(EXP)}


def gf(one: int, two: int) -> int:
    return EXP[(LOG[one] + LOG[two]) % 255] if one and two else 0


def lagrange(parts: list[tuple[int, bytes]]) -> bytes:
    total = [0] * len(parts[0][1])
    for x, part in parts:
        weight = 1
        for other, _ in parts:
            if other != x:
                weight = gf(weight, gf(other, EXP[-LOG[other ^ x] % 255]))
        total = [t ^ gf(weight, byte) for t, byte in zip(total, part, strict=True)]
    return bytes(total)


def recovery_secret(text: str) -> bytes:
    bits = ""
    for group in text.split("-"):
        for char in group[:7]:
            bits += f"{'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.index(char):05b}"
    return int(bits, 2).to_bytes(35, "big")[1:33]


def row_mac(given: dict[str, Any]) -> bytes:
    out = b"\x11strongroom/row/v1"
    out += bytes([len(given["table"])]) + given["table"].encode()
    out += struct.pack(">Q", given["change_seq"]) + bytes([len(given["primary_key"])])
    for cell in given["primary_key"]:
        out += _cell(cell)
    out += bytes([len(given["content"])])
    for name in sorted(given["content"], key=str.encode):
        out += bytes([len(name)]) + name.encode() + _cell(given["content"][name])
    return hmac.new(bytes.fromhex(given["key"]), out, hashlib.sha256).digest()


def _cell(cell: dict[str, str] | None) -> bytes:
    match cell:
        case {"int": number}:
            return b"\x01" + struct.pack(">q", int(number))
        case {"text": text}:
            return b"\x02" + struct.pack(">I", len(text.encode())) + text.encode()
        case {"bytes": data}:
            return b"\x03" + struct.pack(">I", len(data) // 2) + bytes.fromhex(data)
    return b"\x00"


def fingerprint(key: bytes, value: bytes) -> bytes:
    framed_value = framed("strongroom/fingerprint/v1", value)
    return hmac.new(key, framed_value, hashlib.sha256).digest()
