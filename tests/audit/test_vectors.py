"""Every vector holds, for the kernel and for the definition written down a second time."""

import base64
import hashlib
import hmac
import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.audit import reference

from strongroom.audit.problem import Kind

ROOT = Path(__file__).parent.parent.parent
FILES = (
    "audit-leaf",
    "audit-log",
    "audit-tree",
    "checkpoint",
    "audit-proof",
    "audit-export",
    "audit-segment",
)
Vector = dict[str, Any]


def load(name: str) -> list[Vector]:
    vectors: list[Vector] = json.loads((ROOT / "vectors" / f"{name}.json").read_text("utf-8"))
    return vectors


ALL = [pytest.param(v, id=f"{name}: {v['comment']}") for name in FILES for v in load(name)]


def of(operation: str) -> list[Vector]:
    """Inputs and outputs of what succeeds."""
    return [
        {**v["input"], **v["expect"]}
        for name in FILES
        for v in load(name)
        if v["input"]["op"] == operation and "error" not in v["expect"]
    ]


@pytest.fixture(scope="module")
def scripts() -> dict[str, ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        names = (
            "audit_operations", "vectors_audit", "vectors_audit_log", "vectors_audit_proof", "vectors_audit_segment",
        )  # fmt: skip
        return {name: importlib.import_module(name) for name in names}


@pytest.mark.parametrize("vector", ALL)
def test_the_kernel_does_what_the_vector_says(
    vector: Vector, scripts: dict[str, ModuleType]
) -> None:
    assert vector["expect"] == scripts["audit_operations"].perform(vector["input"])


def test_the_files_are_what_the_builders_write(scripts: dict[str, ModuleType]) -> None:
    """`make vectors` was run after the last change."""
    built: Vector = {}
    for name in (
        "vectors_audit",
        "vectors_audit_log",
        "vectors_audit_proof",
        "vectors_audit_segment",
    ):
        built |= scripts[name].build()

    assert {name: load(name) for name in FILES} == built


def test_no_operation_is_without_a_vector(scripts: dict[str, ModuleType]) -> None:
    used = {v["input"]["op"] for name in FILES for v in load(name)}

    assert set(scripts["audit_operations"].OPERATIONS) == used


def test_every_refusal_has_a_vector() -> None:
    codes = {v["expect"].get("error") for name in FILES for v in load(name)}

    assert codes == {
        None,
        "leaf-format", "leaf-length", "leaf-field", "detail-format", "inclusion-proof",
        "consistency-proof", "note-malformed", "note-foreign", "note-forged",
        "checkpoint-malformed", "vkey-invalid", "proof-malformed", "proof-detail", "segment-damaged",
    }  # fmt: skip


def test_every_damage_that_fits_into_six_entries_has_a_vector() -> None:
    """Nodes begin at 256 leaves; changes and times that go back take the log's own key."""
    kinds = {Kind(kind) for v in load("audit-log") for kind, _, _ in v["expect"]["problems"]}

    assert set(Kind) - kinds == {
        Kind.NODE_EDITED, Kind.NODE_MISSING, Kind.CHANGE_ORDER, Kind.TIME_ORDER, Kind.TIME_AHEAD,
    }  # fmt: skip


def test_leaves_read_by_position() -> None:
    """From the table of the page alone."""
    widths = [("format", 1), ("outcome", 1), ("changes", 4), ("seq", 8), ("change_seq", 8),
              ("at_us", 8), ("lane", 16), ("principal", 16), ("secret", 16), ("policy", 8),
              ("detail", 32), ("version", 4)]  # fmt: skip
    for given in of("leaf-encode"):
        raw, one = bytes.fromhex(given["leaf"]), given["entry"]
        found: Vector = {}
        for name, width in widths:
            found[name], raw = raw[:width], raw[width:]
        for name in ("object_id", "verb", "reason", "environment", "object_kind"):
            found[name], raw = raw[1 : 1 + raw[0]], raw[1 + raw[0] :]
        # The object id's length stands before it, like those of the texts.
        assert raw == b""
        assert found.pop("format") == b"\x01"
        assert ["granted", "refused", "failed"][found.pop("outcome")[0] - 1] == one["outcome"]
        for name, value in found.items():
            numeric = isinstance(one[name], int)
            textual = name in {"verb", "reason", "environment", "object_kind"}
            read = int.from_bytes(value) if numeric else value.decode() if textual else value.hex()
            assert read == one[name]


def leaves(given: Vector) -> list[bytes]:
    if "leaves" in given:
        return [bytes.fromhex(leaf) for leaf in given["leaves"]]
    return [number.to_bytes(4, "big") for number in range(given["count"])]


def test_the_tree_by_its_definition() -> None:
    for given in of("tree-root"):
        assert given["root"] == reference.tree_hash(leaves(given)).hex()
    for given in of("tree-inclusion"):
        path = reference.path(given["index"], leaves(given))
        assert given["proof"] == [step.hex() for step in path]
    for given in of("tree-consistency"):
        path = reference.consistency(given["first"], leaves(given))
        assert given["proof"] == [step.hex() for step in path]
    for given in of("tree-nodes"):
        for level, at, found in given["nodes"]:
            part = leaves(given)[at << level : (at + 1) << level]
            assert found == reference.tree_hash(part).hex()
        assert len(given["nodes"]) == sum(given["count"] >> level for level in range(8, 20))


def test_checkpoints_by_hand() -> None:
    for given in of("checkpoint-sign"):
        name, hint, encoded = given["vkey"].split("+", 2)
        public = base64.b64decode(encoded)[1:]
        body, _, line = given["note"].rpartition("\n\n")
        raw = base64.b64decode(line.rpartition(" ")[2])
        expected = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]

        assert hint == expected.hex() == raw[:4].hex()
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], body.encode() + b"\n")
        assert body.split("\n")[:2] == [given["origin"], str(given["size"])]
        assert base64.b64decode(body.split("\n")[2]).hex() == given["root"]


def test_a_segment_by_its_page() -> None:
    """The file is built a second time, from docs/spec/audit-segment.md alone."""
    for given in of("segment-write"):
        row = {name: bytes.fromhex(raw) for name, raw in given["row"].items()}
        tile = b""
        for seq in range(1, 257):
            tile += (
                row["lane"]
                + seq.to_bytes(8, "big")
                + len(row["leaf"]).to_bytes(2, "big")
                + row["leaf"]
            )
            kept = b"\x01" + row["salt"] + len(row["blob"]).to_bytes(2, "big") + row["blob"]
            tile += b"\x00" if seq % 2 else kept
        header = given["header"].encode()
        label = b"strongroom/segment/v1"
        aad = bytes([len(label)]) + label + len(header).to_bytes(4, "big") + header
        key = hkdf(given["room_key"], given["room_id"], f"segment/{given['salt']}")
        count = (given["until"] - given["first"]) // 256
        file = header + b"\n"
        for number in range(count):
            nonce = int(number == count - 1).to_bytes(4, "big") + number.to_bytes(8, "big")
            sealed = AESGCM(key).encrypt(nonce, tile, aad)
            file += len(sealed).to_bytes(4, "big") + sealed

        assert key.hex() == given["key"]
        assert hashlib.sha256(tile).hexdigest() == given["tile_sha256"]
        assert len(file) == given["file_bytes"]
        assert hashlib.sha256(file).hexdigest() == given["file_sha256"]


def hkdf(room_key: str, room_id: str, purpose: str) -> bytes:
    """HKDF-SHA256 without a salt; 32 bytes are one block."""
    label, info = b"strongroom/room-key/v1", b""
    for part in (bytes.fromhex(room_id), purpose.encode()):
        info += len(part).to_bytes(4, "big") + part
    prk = hmac.digest(bytes(32), bytes.fromhex(room_key), "sha256")
    return hmac.digest(prk, bytes([len(label)]) + label + info + b"\x01", "sha256")
