"""Tests for strongroom.scan.engine.entropy."""

import pytest

from strongroom.scan.engine.entropy import entropy


@pytest.mark.parametrize(
    ("text", "bits"), [(b"", 0.0), (b"aaaa", 0.0), (b"abab", 1.0), (b"abcd", 2.0), (b"aabc", 1.5)]
)
def test_bits_of_an_octet(text: bytes, bits: float) -> None:
    assert entropy(text) == pytest.approx(bits)
