"""Tests for strongroom.audit.note."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import SIGNER, STRANGER

from strongroom.audit.note import NOTE_BYTES_MAX, VerifierKey, is_name, sign, text_of
from strongroom.errors import AuditBrokenError, InvalidError

NAME = "strongroom/0011"
KEY = VerifierKey(NAME, SIGNER.public_key().public_bytes_raw())
# The key and note that the Go implementation of signed notes uses as its example.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50).map(lambda t: t + "\n")


def code_of(note: str, key: VerifierKey = KEY) -> str:
    with pytest.raises(AuditBrokenError) as broken:
        text_of(note, key)
    return broken.value.code


def line(name: str, raw: bytes) -> str:
    return f"— {name} {base64.b64encode(raw).decode()}\n"


def test_a_note_of_another_implementation_verifies() -> None:
    key = VerifierKey.parse(GO_KEY)

    assert GO_KEY == str(key)
    assert "c74f20a3" == key.id.hex()
    assert GO_TEXT == text_of(f"{GO_TEXT}\n{GO_LINE}", key)


@given(TEXTS, st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_opened(text: str, seed: bytes) -> None:
    signer = Ed25519PrivateKey.from_private_bytes(seed)
    key = VerifierKey(NAME, signer.public_key().public_bytes_raw())

    assert text == text_of(sign(text, NAME, signer), key)
    assert key == VerifierKey.parse(str(key))


def test_a_text_may_have_empty_lines() -> None:
    """The last empty line ends the text, not the first one."""
    text = "one\n\n— not a signature\n\ntwo\n"

    assert text == text_of(sign(text, NAME, SIGNER), KEY)


@given(st.data())
def test_a_changed_character_never_verifies(data: st.DataObject) -> None:
    note = sign("of one text\n", NAME, SIGNER)
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != note[at]))
    with pytest.raises(AuditBrokenError):
        text_of(note[:at] + other + note[at + 1 :], KEY)


def test_signatures_of_strangers_are_ignored() -> None:
    """A witness, a key of our name with another id, and our id under another name."""
    note = sign("text\n", NAME, SIGNER)
    mine = base64.b64decode(note.splitlines()[-1].rpartition(" ")[2])
    others = (
        line("witness/1", bytes(68)) + line(NAME, bytes(68)) + line("x/y", mine[:4] + bytes(64))
    )

    assert "text\n" == text_of(note + others, KEY)


def test_a_note_of_strangers_only_is_foreign() -> None:
    assert "note-foreign" == code_of(sign("text\n", NAME, STRANGER))
    assert "note-foreign" == code_of(sign("text\n", "another/log", SIGNER))


def test_each_signature_under_the_key_must_hold() -> None:
    note = sign("text\n", NAME, SIGNER)

    assert "note-forged" == code_of(note.replace("text", "Text"))
    assert "note-forged" == code_of(note + line(NAME, KEY.id + bytes(64)))
    assert "note-forged" == code_of("text\n\n" + line(NAME, KEY.id + b"short"))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n\n",
        "text\n\n" + line(NAME, bytes(68))[:-1],
        "text\n\n" + line(NAME, bytes(68))[2:],
        "text\n\n" + line(NAME, bytes(68)).replace("—", "-"),
        "text\n\n" + line(NAME, bytes(4)),
        "text\n\n" + line("", bytes(68)),
        "text\n\n" + line("a+b", bytes(68)),
        "text\n\n" + line("a\u2003b", bytes(68)),
        "text\n\n— name notbase64\n",
        "text\n\n— name ÄÄÄÄÄÄÄÄ\n",
        "text\n\n— name AAAAAAAAAAB=\n",  # stray bits: a second spelling
        "text\n\n" + line(NAME, bytes(68)).replace(" ", "  "),
        "te\rxt\n\n" + line(NAME, bytes(68)),
        "te\x00xt\n\n" + line(NAME, bytes(68)),
        "te\ud800xt\n\n" + line(NAME, bytes(68)),
        "text\n\n" + line(NAME, bytes(68)) * 33,
        "x" * NOTE_BYTES_MAX + "\n\n" + line(NAME, bytes(68)),
    ],
)
def test_what_is_not_a_note_is_malformed(note: str) -> None:
    assert "note-malformed" == code_of(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        GO_KEY + "+",
        GO_KEY + "x",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("Peter", "Petra"),
        GO_KEY.replace("+AR", "+BR"),
        GO_KEY.replace("+ARpc", "+AR"),
        " " + GO_KEY,
        GO_KEY + "\n",
    ],
)
def test_what_is_not_a_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        VerifierKey.parse(text)

    assert "vkey-invalid" == refused.value.code


@pytest.mark.parametrize(
    ("text", "name"),
    [("no newline", NAME), ("cr\r\n", NAME), ("\ud800\n", NAME), ("x\n", "a b"), ("x\n", "")],
)
def test_what_could_not_be_opened_is_not_signed(text: str, name: str) -> None:
    with pytest.raises(ValueError, match="clean"):
        sign(text, name, SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\n", "\u200b", "x" * 257])
def test_names_that_nobody_has(name: str) -> None:
    assert not is_name(name)
