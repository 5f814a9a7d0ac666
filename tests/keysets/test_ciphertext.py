"""Ciphertexts of application data, and their vectors; nothing hostile opens or is repeated."""

import json
import struct
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError, LimitError, NotFoundError, StrongroomError
from strongroom.generate import draw
from strongroom.generate import keys as made
from strongroom.keysets import ciphertext, data_keys
from strongroom.keysets.ciphertext import Purpose
from strongroom.keysets.data_keys import DataKey

VECTORS = Path(__file__).parents[2] / "vectors" / "data-ciphertext.json"


def vectors(op: str) -> list[Any]:
    loaded = json.loads(VECTORS.read_text("utf-8"))
    return [pytest.param(v, id=v["comment"]) for v in loaded if v["input"]["op"] == op]


def _pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()


@pytest.fixture(scope="module")
def aes() -> DataKey:
    return data_keys.read(made.data_key().value, 7)


@pytest.fixture(scope="module")
def wrapper() -> DataKey:
    return data_keys.read(_pem(rsa.generate_private_key(65537, 2048)), 2)


@pytest.fixture(scope="module")
def signer() -> DataKey:
    return data_keys.read(made.ed25519().value, 1)


@pytest.mark.parametrize("vector", vectors("decrypt"))
def test_the_vectors_of_data_hold(vector: dict[str, Any]) -> None:
    given_, expect = vector["input"], vector["expect"]
    key = data_keys.read(given_["key"])
    if "refused" in expect:
        with pytest.raises(StrongroomError) as caught:
            ciphertext.decrypt([key], given_["text"], given_["context"])
        assert expect["refused"] == caught.value.code
        return
    found = ciphertext.decrypt([key], given_["text"], given_["context"])
    parsed = ciphertext.parse(given_["text"])
    assert expect["data"] == found.hex()
    assert (expect["version"], expect["key_id"]) == (parsed.version, parsed.key_id.hex())


@pytest.mark.parametrize("vector", vectors("verify"))
def test_the_vectors_of_signatures_hold(vector: dict[str, Any]) -> None:
    given_, expect = vector["input"], vector["expect"]
    pem = _pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(given_["seed"])))
    key = data_keys.read(pem, 5)
    message = bytes.fromhex(given_["message"])
    if "refused" in expect:
        with pytest.raises(InvalidError, match="another context"):
            ciphertext.verify([key], given_["text"], message, given_["context"])
        return
    # Ed25519 draws nothing, so that the text is the same one.
    assert given_["text"] == ciphertext.sign(key, message, given_["context"])
    assert key is ciphertext.verify([key], given_["text"], message, given_["context"])


@given(data=st.binary(max_size=300), context=st.text(st.characters(codec="utf-8"), max_size=60))
def test_what_goes_in_comes_out(data: bytes, context: str) -> None:
    key = data_keys.read("11" * 32, 9)
    text = ciphertext.encrypt(key, data, context)
    assert data == ciphertext.decrypt([key], text, context)
    assert ciphertext.parse(text).version == 9


def test_no_two_texts_of_the_same_are_equal(aes: DataKey) -> None:
    assert ciphertext.encrypt(aes, b"x") != ciphertext.encrypt(aes, b"x")


def test_an_old_key_is_found_by_its_id_whatever_the_version_says(aes: DataKey) -> None:
    text = ciphertext.encrypt(aes, b"x")
    renumbered = DataKey(99, aes.id, aes.algorithm, aes.secret)
    other = data_keys.read(made.data_key().value, 7)
    assert b"x" == ciphertext.decrypt([other, renumbered], text)
    with pytest.raises(NotFoundError) as caught:
        ciphertext.decrypt([other], text)
    assert caught.value.code == "ciphertext-key-unknown"


def test_rsa_wraps_by_the_specification(wrapper: DataKey) -> None:
    data_key = draw.octets(32)
    text = ciphertext.wrap(wrapper, data_key, "backup")
    assert data_key == ciphertext.decrypt([wrapper], text, "backup")
    parsed = ciphertext.parse(text)
    head = struct.pack(">BI", 3, 2) + wrapper.id
    label = b"strongroom data v1\0" + head + struct.pack(">I", 6) + b"backup"
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
    assert isinstance(wrapper.secret, rsa.RSAPrivateKey)
    assert data_key == wrapper.secret.decrypt(parsed.body, oaep)
    with pytest.raises(InvalidError) as caught:
        ciphertext.decrypt([wrapper], text, "another")
    assert caught.value.code == "ciphertext-refused"


def test_a_wrapped_key_is_no_data_and_the_other_way_round(aes: DataKey) -> None:
    wrapped = ciphertext.wrap(aes, bytes(32))
    assert Purpose.WRAPPED is ciphertext.parse(wrapped).purpose
    assert bytes(32) == ciphertext.decrypt([aes], wrapped)
    with pytest.raises(ValueError, match="32 bytes"):
        ciphertext.wrap(aes, bytes(16))


def test_each_key_is_for_one_thing(aes: DataKey, wrapper: DataKey, signer: DataKey) -> None:
    signature = ciphertext.sign(signer, b"m", "c")
    assert signer is ciphertext.verify([signer], signature, b"m", "c")
    for unfit in (
        partial(ciphertext.encrypt, wrapper, b"x"),
        partial(ciphertext.encrypt, signer, b"x"),
        partial(ciphertext.wrap, signer, bytes(32)),
        partial(ciphertext.sign, aes, b"x"),
        partial(ciphertext.sign, wrapper, b"x"),
    ):
        with pytest.raises(InvalidError) as caught:
            unfit()
        assert caught.value.code == "data-key-unfit"
    with pytest.raises(InvalidError, match="is a signature"):
        ciphertext.decrypt([signer], signature, "c")
    with pytest.raises(InvalidError, match="is no signature"):
        ciphertext.verify([aes], ciphertext.encrypt(aes, b"x"), b"x")


@pytest.mark.parametrize("context", ["x" * 4097, "half \ud800"], ids=["long", "surrogate"])
def test_a_context_that_cannot_be_is_refused(aes: DataKey, context: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ciphertext.encrypt(aes, b"x", context)
    assert (caught.value.code, caught.value.__context__) == ("context-invalid", None)


def test_data_is_bounded(aes: DataKey) -> None:
    most = bytes(ciphertext.DATA_OCTETS_MAX)
    assert most == ciphertext.decrypt([aes], ciphertext.encrypt(aes, most))
    with pytest.raises(LimitError) as caught:
        ciphertext.encrypt(aes, most + b"x")
    assert caught.value.code == "data-too-large"
    with pytest.raises(InvalidError):
        ciphertext.parse("srd1." + "A" * 1_400_000)


@given(text=st.text(max_size=80).map(lambda t: f"srd1.{t}"))
def test_nonsense_is_refused_without_a_trace(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ciphertext.parse(text)
    assert caught.value.code == "ciphertext-malformed"
    assert caught.value.__context__ is None


def test_what_is_refused_leaves_no_cause(aes: DataKey) -> None:
    text = ciphertext.encrypt(aes, b"x", "a")
    with pytest.raises(InvalidError) as caught:
        ciphertext.decrypt([aes], text, "b")
    assert (caught.value.code, caught.value.__context__) == ("ciphertext-refused", None)
