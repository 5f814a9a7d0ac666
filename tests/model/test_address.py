"""Addresses: one spelling each, and everything else refused without repeating it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError
from strongroom.model.address import SEGMENTS_MAX, Address

segments = st.text(st.sampled_from("abyzABYZ0189._-"), min_size=1, max_size=128).filter(
    lambda s: s not in {".", ".."}
)


@given(st.lists(segments, min_size=2, max_size=SEGMENTS_MAX + 1))
def test_what_is_read_prints_as_it_was_written(parts: list[str]) -> None:
    address = Address.parse("/".join(parts))

    assert "/".join(parts) == str(address)
    assert (parts[0], parts[-1]) == (address.environment, address.name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "production",
        "/production/KEY",
        "production/",
        "production//KEY",
        "production/../KEY",
        "production/./KEY",
        "production/KEY/",
        "production/a b",
        "production/KEY\n",
        "production/KEY\x00",
        "production/%2e%2e",
        "prоduction/KEY",  # a Cyrillic о
        "production/KEÝ",
        "production/" + "a" * 129,
        "production/" + "a/" * 8 + "a",
        "production/" + "a" * 10_000,
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidError) as error:
        Address.parse(text)

    assert "address-invalid" == error.value.code
    assert len(text) < 3 or text not in error.value.message


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(InvalidError):
        assert text == str(Address.parse(text))


def test_case_is_kept_and_compared() -> None:
    assert Address.parse("production/KEY") != Address.parse("production/key")
