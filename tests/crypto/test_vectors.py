"""Every vector holds, for the kernel and for a second implementation of the pages."""

import hmac
import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.crypto import reference

ROOT = Path(__file__).parent.parent.parent
FILES = ("envelope", "fingerprints", "row-mac", "seal-slots", "tokens")
Vector = dict[str, Any]


def load(name: str) -> list[Vector]:
    vectors: list[Vector] = json.loads((ROOT / "vectors" / f"{name}.json").read_text("utf-8"))
    return vectors


ALL = [
    pytest.param(vector, id=f"{name}: {vector['comment']}")
    for name in FILES
    for vector in load(name)
]


def of(*operations: str) -> list[Vector]:
    """The inputs and outputs of the vectors that succeed."""
    chosen = [vector for name in FILES for vector in load(name)]
    return [
        {**vector["input"], **vector["expect"]}
        for vector in chosen
        if vector["input"]["op"] in operations and "error" not in vector["expect"]
    ]


@pytest.fixture(scope="module")
def scripts() -> dict[str, ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        names = ("crypto_operations", "vectors_crypto", "vectors_seal_slots")
        return {name: importlib.import_module(name) for name in names}


@pytest.mark.parametrize("vector", ALL)
def test_the_kernel_does_what_the_vector_says(
    vector: Vector, scripts: dict[str, ModuleType]
) -> None:
    assert vector["expect"] == scripts["crypto_operations"].perform(vector["input"])


def test_the_files_are_what_the_builders_write(scripts: dict[str, ModuleType]) -> None:
    """`make vectors` was run after the last change."""
    built = scripts["vectors_crypto"].build() | scripts["vectors_seal_slots"].build()

    assert {name: load(name) for name in FILES} == built


def test_no_operation_is_without_a_vector(scripts: dict[str, ModuleType]) -> None:
    used = {vector["input"]["op"] for name in FILES for vector in load(name)}

    assert set(scripts["crypto_operations"].OPERATIONS) == used


def test_comments_tell_the_vectors_of_a_file_apart() -> None:
    for name in FILES:
        told = [(v["input"]["op"], v["comment"], v["expect"].get("error")) for v in load(name)]

        assert sorted(set(told), key=str) == sorted(told, key=str)


def octets(text: str) -> bytes:
    unit, _, count = text.partition("*")
    return bytes.fromhex(unit) * int(count or 1)


def test_xaes_agrees_with_cmac() -> None:
    for given in of("xaes-encrypt"):
        sealed = reference.xaes_seal(
            octets(given["key"]),
            octets(given["nonce"]),
            octets(given["plaintext"]),
            octets(given["aad"]),
        )
        assert given["ciphertext"] == sealed.hex()


def test_envelopes_open_by_the_second_implementation() -> None:
    for given in of("envelope-seal", "envelope-open"):
        blob, wrapped = bytes.fromhex(given["blob"]), bytes.fromhex(given["wrapped"])
        kek = bytes.fromhex(given["kek"]["secret"])
        opened = reference.open_value(blob, wrapped, kek, given["binding"])
        assert octets(given["plaintext"]) == opened
    for given in of("envelope-rewrap"):
        before = next(v for v in of("envelope-seal") if v["wrapped"] != given["wrapped"])
        key = bytes.fromhex(given["new_kek"]["secret"])
        opened = reference.unwrap(bytes.fromhex(given["wrapped"]), key, given["new_binding"])
        assert before["data_key"] == opened.hex()


def test_slots_open_by_the_second_implementation() -> None:
    for given in of("slot-create", "slot-open"):
        room_id = bytes.fromhex(given["room_id"])
        if "\u0308" in given["credential"].get("passphrase", ""):
            continue  # the second implementation does not normalise
        opened = reference.open_slot(bytes.fromhex(given["slot"]), room_id, given["credential"])
        assert given["secret"] == opened.hex()


def test_tags_of_holders_agree() -> None:
    for given in of("holder-tag"):
        assert given["tag"] == reference.holder_tag(given).hex()


def test_shares_agree() -> None:
    for given in of("shares-split"):
        found = [reference.share_parts(text) for text in given["shares"]]
        assert {1} == {share["version"] for share in found}
        parts = [(share["index"], share["secret"]) for share in found]
        secret = reference.lagrange(parts[-len(given["rows"]) :])
        assert given["rows"][0] == secret.hex()


def test_keys_are_derived_alike() -> None:
    for given in of("key-derive"):
        keys = (bytes.fromhex(given["room_key"]), bytes.fromhex(given["room_id"]))
        assert given["key"] == reference.room_key(*keys, given["purpose"]).hex()


def test_row_macs_agree() -> None:
    for given in of("row-mac"):
        assert given["mac"] == reference.row_mac(given).hex()


def test_tokens_agree() -> None:
    for given in of("token-mint"):
        room = (bytes.fromhex(given["room_key"]), bytes.fromhex(given["room_id"]))
        start, _, tag = given["token"].rpartition("_")
        tag_key = reference.room_key(*room, "token/tag")
        lookup_key = reference.room_key(*room, "token/lookup")
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        number = 0
        for char in start.rpartition("_")[2]:
            number = number * 62 + digits.index(char)
        assert octets(given["body"]) == number.to_bytes(32, "big")
        assert tag == hmac.new(tag_key, start.encode(), "sha256").hexdigest()[:16]
        whole = hmac.new(lookup_key, given["token"].encode(), "sha256")
        assert given["lookup"] == whole.hexdigest()


def test_fingerprints_agree() -> None:
    uses = {"fingerprint-match": "fingerprint/match", "fingerprint-display": "fingerprint/display"}
    for given in of("fingerprint-match", "fingerprint-display", "fingerprint-export"):
        purpose = uses.get(given["op"]) or f"fingerprint/export/{given['export_id']}"
        room = (bytes.fromhex(given["room_key"]), bytes.fromhex(given["room_id"]))
        made = reference.fingerprint(
            reference.room_key(*room, purpose), bytes.fromhex(given["value"])
        ).hex()
        assert given["fingerprint"] in (made, f"fp:{made[:8]}")
