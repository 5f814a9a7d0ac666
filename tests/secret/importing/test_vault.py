"""What the command lines of Vault and OpenBao print."""

import json

import pytest

from strongroom.secret.importing import vault
from strongroom.secret.importing.interface import Row
from strongroom.secret.value import Field, Value

DATA = {"username": "app", "password": "plainly-fake-1", "port": 5432}
METADATA = {
    "created_time": "2022-06-15T20:23:40.067093Z",
    "custom_metadata": None,
    "deletion_time": "",
    "destroyed": False,
    "version": 3,
}
ANSWER = {"request_id": "r", "lease_id": "", "lease_duration": 0, "renewable": False}
V1 = {**ANSWER, "data": DATA}
V2 = {**ANSWER, "data": {"data": DATA, "metadata": METADATA}}
VALUE = Value(
    {
        "username": Field("app", secret=False),
        "password": Field("plainly-fake-1"),
        "port": Field("5432", secret=False),
    }
)


def rows(body: object) -> tuple[Row, ...]:
    found = vault.read(json.dumps(body))
    assert not found.problems, found.problems
    return found.rows


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (V1, ""),
        (V2, ""),
        ({"secret/app/db": DATA}, "secret/app/db"),
        ({"/app/db/": {"data": DATA, "metadata": METADATA}}, "app/db"),
        ({"app/db": V1}, "app/db"),
        ({"app/db": V2}, "app/db"),
    ],
)
def test_both_versions_and_maps_of_paths(body: object, name: str) -> None:
    (row,) = rows(body)

    assert (name, VALUE) == (row.name, row.value)
    assert "plainly" not in repr(row)


def test_a_version_says_where_it_came_from() -> None:
    (row,) = rows(V2)

    assert "version 3 of 2022-06-15 in Vault" == row.description


def test_custom_metadata_say_owner_type_and_place() -> None:
    custom = {"owner": "Ada", "type": "api-key", "environment": "staging", "x": "y"}
    metadata = {**METADATA, "custom_metadata": custom}
    (row,) = rows({"app/key": {"data": {"value": "plainly-fake"}, "metadata": metadata}})

    assert ("Ada", "api-key", "staging") == (row.owner, row.type, row.environment)
    assert Value.single("plainly-fake") == row.value


@pytest.mark.parametrize("gone", [{"destroyed": True}, {"deletion_time": "2026-01-01T00:00:00Z"}])
def test_a_version_that_is_gone_is_a_problem(gone: dict[str, object]) -> None:
    found = vault.read(json.dumps({"a": {"data": DATA, "metadata": {**METADATA, **gone}}}))

    assert ["version-gone"] == [problem.code for problem in found.problems]


def test_a_secret_that_has_a_field_called_data_is_no_answer() -> None:
    (row,) = rows({"app/db": {"data": "plainly-fake", "other": "x"}})

    assert row.value is not None
    assert {"data", "other"} == set(row.value.fields)
