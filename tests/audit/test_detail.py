"""Tests for strongroom.audit.detail."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.detail import BLOB_BYTES_MAX, TEXT_CHARS_MAX, clip, decode, digest, encode
from strongroom.errors import AuditBrokenError

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
TEXTS = st.text(max_size=40)


def test_known_answer() -> None:
    """Keys are sorted, nothing is spaced, text is UTF-8."""
    blob = encode({"name": 'Zoë "Z"', "agent": "cli/1"})
    expected = "100819890a9636048c12fbd7e58544911205b5c2232ef95486c0a092a86a4385"

    assert '{"agent":"cli/1","name":"Zoë \\"Z\\""}'.encode() == blob
    assert expected == digest(bytes(range(16)), blob).hex()


@given(st.dictionaries(KEYS, TEXTS, max_size=8))
def test_what_is_encoded_is_decoded(detail: dict[str, str]) -> None:
    blob = encode(detail)

    assert {key: clip(text) for key, text in detail.items()} == decode(blob)
    assert json.dumps(decode(blob), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == (
        blob.decode()
    )


@given(st.text())
def test_a_clipped_text_is_bounded_and_cannot_drive_a_terminal(text: str) -> None:
    clipped = clip(text)

    assert len(clipped) <= TEXT_CHARS_MAX
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in clipped)
    assert clipped == clip(clipped)
    clipped.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("naïve", "naïve"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\nb", "a\ufffdb"),
        ("lone \ud800", "lone \ufffd"),
        ("turned \u202e round", "turned \ufffd round"),
        ("x" * 513, "x" * 511 + "…"),
    ],
)
def test_clip(text: str, expected: str) -> None:
    assert expected == clip(text)


@pytest.mark.parametrize("key", ["", "Name", "a b", "a\n", "k" * 33, "1a"])
def test_a_key_is_a_word_of_ours(key: str) -> None:
    with pytest.raises(ValueError, match="snake_case"):
        encode({key: "x"})


def test_a_detail_is_bounded() -> None:
    with pytest.raises(ValueError, match="8192"):
        encode({f"key{number}": "x" * 500 for number in range(17)})
    with pytest.raises(AuditBrokenError):
        decode(b'{"a":"' + b"x" * BLOB_BYTES_MAX + b'"}')


@pytest.mark.parametrize(
    "blob", [b"", b"{", b"[]", b'{"a":1}', b'{"a":null}', b'{"a":"\xff"}', b'"text"', b"{}x"]
)
def test_what_is_not_a_detail_is_refused_and_not_repeated(blob: bytes) -> None:
    with pytest.raises(AuditBrokenError) as broken:
        decode(blob)

    assert "detail-format" == broken.value.code
    assert broken.value.__cause__ is None


@pytest.mark.parametrize("size", [0, 15, 17])
def test_a_salt_has_one_length(size: int) -> None:
    """Otherwise a byte could move from salt to blob under the same digest."""
    with pytest.raises(ValueError, match="16 bytes"):
        digest(bytes(size), b"{}")


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_one_text_under_two_salts_has_two_digests(first: bytes, second: bytes) -> None:
    """Who knows a name cannot look for it among erased details."""
    assert (first == second) == (digest(first, b"{}") == digest(second, b"{}"))
