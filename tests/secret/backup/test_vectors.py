"""Every vector holds, for the program and for a reader that shares no code with it."""

import hashlib
import hmac
import importlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOT = Path(__file__).parents[3]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "vectors" / "backup.json").read_text("utf-8"))
CASES = [pytest.param(vector, id=vector["comment"]) for vector in VECTORS]


def frame(label: bytes, *parts: bytes) -> bytes:
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return bytes((len(label),)) + label + framed


def by_the_page(given: dict[str, str]) -> bytes | None:
    """The database, as docs/spec/backup.md says; None for whatever it refuses."""
    data, room = bytes.fromhex(given["file"]), bytes.fromhex(given["room_id"])
    if data[:19] != b"strongroom-backup\n\x01":
        return None
    end = 23 + int.from_bytes(data[19:23], "big")
    if hashlib.sha256(data[:end]).digest() != data[end : end + 32]:
        return None
    said = json.loads(data[23:end])
    backup = b64decode(said["backup_id"])

    def key(part: str) -> bytes:
        info = frame(b"strongroom/room-key/v1", room, f"backup/{backup.hex()}/{part}".encode())
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
        return hkdf.derive(bytes.fromhex(given["room_key"]))

    mac = hmac.digest(key("manifest"), data[: end + 32], "sha256")
    body = data[end + 64 :]
    if mac != data[end + 32 : end + 64] or hashlib.sha256(body).hexdigest() != said["body_sha256"]:
        return None
    size, out = said["chunk_bytes"] + 16, b""
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    for index, chunk in enumerate(chunks):
        nonce = index.to_bytes(11, "big") + bytes((index == len(chunks) - 1,))
        aad = frame(b"strongroom/backup-chunk/v1", room, backup)
        out += AESGCM(key("body")).decrypt(nonce, chunk, aad)
    return out if len(out) == said["database_bytes"] else None


@pytest.mark.parametrize("vector", CASES)
def test_the_page_says_the_same(vector: dict[str, Any]) -> None:
    expected = vector["expect"].get("database")

    assert by_the_page(vector["input"]) == (bytes.fromhex(expected) if expected else None)


@pytest.mark.parametrize("vector", CASES)
def test_the_program_does_what_the_vector_says(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = importlib.import_module("vectors_backup")

    assert script.perform(bytes.fromhex(vector["input"]["file"])) == vector["expect"]
