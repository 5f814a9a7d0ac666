"""Tests for strongroom.scan.findings.fingerprint."""

import json
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.scan.findings import fingerprint

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "scan-fingerprints.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["comment"])
def test_the_vectors(vector: dict[str, dict[str, str]]) -> None:
    given = vector["input"]
    made = fingerprint.of(
        bytes.fromhex(given["key"]), given["rule"], bytes.fromhex(given["secret"])
    )

    assert vector["expect"]["fingerprint"] == made


def test_every_input_counts() -> None:
    made = {
        fingerprint.of(key, rule, secret)
        for key in (b"k" * 16, b"l" * 16)
        for rule in ("a", "b", "ab")
        for secret in (b"", b"b", b"bb")
    }

    assert 18 == len(made)


@pytest.mark.parametrize("text", [b"", b"short", b" " * 40, b"x" * 5000])
def test_a_poor_key_is_refused(text: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        fingerprint.key_of(text)

    assert "scan-key-invalid" == caught.value.code


def test_a_key_file_ends_with_a_line() -> None:
    assert b"0123456789abcdef" == fingerprint.key_of(b"0123456789abcdef\n")
