"""What is written is read back by the importer, whatever it holds."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.errors import StrongroomError
from strongroom.model.address import Address
from strongroom.secret.exporting import formats as exports
from strongroom.secret.exporting.formats import Record
from strongroom.secret.importing import formats as imports
from strongroom.secret.value import Field, Value

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FIELD = st.builds(Field, TEXT | st.binary(max_size=20), st.booleans())
VALUE = st.builds(Value.single, TEXT) | st.builds(
    Value, st.dictionaries(st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True), FIELD, min_size=1)
)
RECORD = st.builds(
    Record,
    st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True).map(lambda n: Address("production", n)),
    VALUE,
    st.just("api-key"),
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9),
    st.just("for tests"),
)


def read(records: Sequence[Record], format_id: str) -> list[tuple[object, ...]]:
    found = imports.read(exports.write(records, format_id), format_id)
    assert not found.problems, found.problems
    return [(r.name, r.value, r.type, r.owner, r.description) for r in found.rows]


@settings(deadline=None, max_examples=150)
@given(st.lists(RECORD, max_size=4), st.sampled_from(["json", "csv", "yaml"]))
def test_everything_comes_back(records: list[Record], format_id: str) -> None:
    assert [(str(r.address), r.value, r.type, r.owner, r.description) for r in records] == read(
        records, format_id
    )


@pytest.mark.parametrize("format_id", ["json", "csv", "yaml"])
def test_a_composite_comes_back_as_its_template(format_id: str) -> None:
    fields = {"user": Field("app", secret=False), "password": Field("plainly fake")}
    value = Value(fields).composed({"url": "db://{user}:{password}@h", "other": "{@a/B}"})
    record = Record(Address("production", "K"), value, "t", "o")
    ((_, read_back, *_),) = read([record], format_id)

    assert value == read_back


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), TEXT, max_size=4))
def test_a_file_of_names_and_texts_comes_back(pairs: dict[str, str]) -> None:
    pairs = {name: text.replace("\0", "") for name, text in pairs.items()}
    records = [
        Record(Address("production", f"api/{name}"), Value.single(text), "t", "o")
        for name, text in pairs.items()
    ]
    found = imports.read(exports.write(records, "env"), "env")

    texts = {r.name: r.value.only.data for r in found.rows if r.value and r.value.only}
    # One kind of line's end is what a .env file has.
    assert {n: t.replace("\r\n", "\n") for n, t in pairs.items()} == {
        n: str(t).replace("\r\n", "\n") for n, t in texts.items()
    }


@pytest.mark.parametrize(
    "records",
    [
        [Record(Address("a", "K"), Value({"user": Field("u")}), "t", "o")],
        [Record(Address("a", "K"), Value.single(b"\xff"), "t", "o")],
        [Record(Address("a", "K"), Value.single("a\0"), "t", "o")],
        [Record(Address("a", "1K"), Value.single("a"), "t", "o")],
        [
            Record(Address("a", "x/K"), Value.single("a"), "t", "o"),
            Record(Address("a", "y/K"), Value.single("b"), "t", "o"),
        ],
    ],
)
def test_what_a_file_of_names_cannot_hold_is_refused(records: list[Record]) -> None:
    with pytest.raises(StrongroomError) as error:
        exports.write(records, "env")

    assert "export-not-env" == error.value.code


def test_an_unknown_format() -> None:
    with pytest.raises(StrongroomError, match="format"):
        exports.write([], "xlsx")


def test_a_record_does_not_show_its_value() -> None:
    assert "hidden" not in repr(Record(Address("a", "K"), Value.single("hidden"), "t", "o"))
