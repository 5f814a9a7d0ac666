"""Tests for strongroom.secret.editing: what is not touched comes back as it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError
from strongroom.secret.editing import as_sheet, from_sheet
from strongroom.secret.value import Field, Value

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NAME = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@given(TEXT.filter(lambda text: text.strip() != ""))
def test_a_single_value_comes_back(text: str) -> None:
    value = Value.single(text)

    assert value == from_sheet(as_sheet(value).text, value)


@given(st.dictionaries(NAME, st.builds(Field, TEXT, st.booleans()), min_size=2))
def test_fields_come_back_as_secret_as_they_were(fields: dict[str, Field]) -> None:
    value = Value(fields)

    assert value == from_sheet(as_sheet(value).text, value)


def test_one_lines_end_is_the_editors_and_the_rest_is_the_values() -> None:
    old = Value.single("a\n")
    assert b"a\n\n" == as_sheet(old).text
    assert Value.single("b") == from_sheet(b"b", old) == from_sheet(b"b\n", old)
    assert Value.single("b\n") == from_sheet(b"b\n\n", old)


def test_fields_are_added_and_taken_away() -> None:
    old = Value({"host": Field("a", secret=True), "password": Field("b")})
    new = json.dumps({"host": "c", "port": 5432}).encode()

    assert Value({"host": Field("c"), "port": Field("5432", secret=False)}) == from_sheet(new, old)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "edit-empty"),
        (b" \n", "edit-empty"),
        (b"\xff\n", "value-not-text"),
    ],
)
def test_what_is_no_value_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as error:
        from_sheet(data, Value.single("a"))
    assert code == error.value.code


def test_fields_that_are_no_json_are_refused_and_not_repeated() -> None:
    old = Value({"a": Field("b"), "c": Field("d")})
    with pytest.raises(InvalidError) as error:
        from_sheet(b'{"fake": value', old)
    assert "fake" not in error.value.message


def test_bytes_are_not_edited() -> None:
    with pytest.raises(InvalidError) as error:
        as_sheet(Value.single(b"\xff"))
    assert "value-not-editable" == error.value.code


def test_a_composite_is_edited_as_its_template_and_stays_one() -> None:
    old = Value({"password": Field("a/b"), "host": Field("h", secret=False)}).composed(
        {"url": "redis://:{password}@{host}"}
    )
    sheet = as_sheet(old)
    assert b"{password}" in sheet.text
    assert old == from_sheet(sheet.text, old)
    changed = from_sheet(sheet.text.replace(b"redis:", b"rediss:"), old)

    assert "rediss://:a%2Fb@h" == changed.fields["url"].data
    assert ["url"] == changed.derived


def test_a_composite_alone_is_edited_as_its_template() -> None:
    old = Value({}).composed({"value": "x:{@a/b}"})

    assert b"x:{@a/b}\n" == as_sheet(old).text
    assert {"value": "y:{@a/b}"} == from_sheet(b"y:{@a/b}\n", old).templates
