"""Records of API keys are as docs/spec/api-key-record.md has them, or refused."""

import json
import secrets
from dataclasses import asdict
from typing import Any

import pytest

from strongroom.errors import ConfigError
from strongroom.keysets import api_key_records
from strongroom.keysets.api_key_records import Record, RecordSet

RECORD = Record(
    "ab" + secrets.token_hex(15), secrets.token_hex(32), "ada", ("read",), 1_800_000_060.0
)


def text(**change: Any) -> str:
    return json.dumps([{**asdict(RECORD), **change}])


def test_a_set_finds_each_by_its_id() -> None:
    other = Record(secrets.token_hex(16), secrets.token_hex(32), "bob")
    found = RecordSet(json.dumps([asdict(RECORD), asdict(other)]))
    assert (found.find(RECORD.id), found.find(other.id)) == (RECORD, other)
    assert found.find(secrets.token_hex(16)) is None
    least: dict[str, Any] = {"id": RECORD.id, "digest": RECORD.digest, "who": "ada"}
    assert RecordSet(json.dumps([least])).find(RECORD.id) == Record(**least)


def test_a_digest_is_not_shown() -> None:
    assert RECORD.digest not in repr(RECORD)


@pytest.mark.parametrize(
    "whole",
    [
        "", "{}", "[1]", "[{}]", "null", "[" * 9000, json.dumps([asdict(RECORD)] * 2), text(more=1),
        text().replace('"who": "ada"', '"who": "ada", "who": "bob"'), text(expires_s=float("nan")),
        text(expires_s=float("inf")), text().replace("1800000060.0", "1e999"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_set_is_refused_and_not_repeated(whole: str) -> None:
    refused(whole, "api-key-records-invalid")


@pytest.mark.parametrize(
    "change",
    [
        {"id": "zz"}, {"id": RECORD.id.upper()},
        {"id": " ".join([RECORD.id[:16], RECORD.id[16:]])}, {"id": RECORD.id + "00"}, {"id": 1},
        {"digest": "00"}, {"digest": RECORD.digest[:-1] + "G"}, {"digest": "\uff10" * 64},
        {"who": ""}, {"who": "x" * 257}, {"who": 1}, {"who": ["a"]}, {"who": "\ud800"},
        {"scopes": "read"}, {"scopes": [1]}, {"scopes": {"read": 1}}, {"scopes": None},
        {"scopes": ["\ud800"]}, {"expires_s": "soon"}, {"expires_s": True}, {"expires_s": -1},
        {"expires_s": 2**53 + 1}, {"expires_s": 10**400},
    ],
    ids=range(23),
)  # fmt: skip
def test_a_record_that_is_none_is_refused_and_not_repeated(change: dict[str, Any]) -> None:
    refused(text(**change), "api-key-record-invalid")


@pytest.mark.parametrize("end", [float("nan"), float("inf")])
def test_a_row_of_a_table_without_a_real_end_is_refused(end: float) -> None:
    """Not a number is not before any time: such a key would live for ever."""
    with pytest.raises(ConfigError):
        Record(RECORD.id, RECORD.digest, "ada", (), end)


def refused(whole: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RecordSet(whole)
    assert caught.value.code == code
    assert caught.value.__context__ is None
    assert RECORD.digest not in f"{caught.value} {caught.value.fix}"


def test_a_set_is_written_as_it_is_read() -> None:
    records = [
        Record("0" * 32, "a" * 64, "ada", ("read",), 1_800_000_060),
        Record("1" * 32, "b" * 64, "Ünal"),
    ]
    text = api_key_records.written(records)
    assert list(RecordSet(text).records) == records
    assert "null" not in text
