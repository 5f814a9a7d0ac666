"""The readers of import formats: rows, numbered problems, and nothing of a value in either."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import StrongroomError
from strongroom.secret.importing import formats, interface
from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.value import Value

FAKE = "plainly-fake-1815"
TABLE = (
    "| Name | Type | Environment | Owner | Last rotated | Next rotation |\n"
    "|--|--|--|--|--|--|\n| A | x | Production | y | 2026-01-01 | 2026-02-01 |\n"
)


def _read(text: str, format_id: str) -> Rows:
    return formats.read(text.encode(), format_id)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (".env", "", "env"),
        ("a.b/.env.local", "", "env"),
        ("staging.ENV", "", "env"),
        ("a.json", "{}", "json"),
        ("a.json", "{", "json"),
        ("A.CSV", "name,value", "csv"),
        ("a.csv", "nonsense", "csv"),
        ("a.csv", "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes", "1password"),
        ("a.csv", "folder,favorite,type,name,notes,fields,login_password", "bitwarden"),
        ("a.json", '{"encrypted": false, "items": []}', "bitwarden"),
        ("a.json", '{"lease_id": "", "data": {"A": "1"}}', "vault"),
        ("a.json", '{"p/a": {"data": {"A": "1"}, "metadata": {}}}', "vault"),
        ("a.json", '{"data": {"A": "1"}}', "json"),
        ("a.yml", "", "yaml"),
        ("POLICY.md", "", "inventory"),
        ("", "\ufeff{}", "json"),
        ("", "A=1\nexport B=2\n", "env"),
        ("secrets", "name,value\nA,1\n", "csv"),
        ("", f"# S\n\n{TABLE}", "inventory"),
    ],
)  # fmt: skip
def test_a_format_is_known_by_name_and_content(name: str, text: str, expected: str) -> None:
    assert expected == formats.detect(name, text.encode())


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("", "", "format-unknown"),
        ("a.xlsx", "hello", "format-unknown"),
        ("a", "A: 1\nB: 2\n", "format-unknown"),
        ("a.csv", "title,password,name,login_password\n", "format-ambiguous"),
    ],
)
def test_what_is_not_clear_is_asked_for(name: str, text: str, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        formats.detect(name, text.encode())

    assert code == error.value.code
    assert "--format" in (error.value.fix or "")


@pytest.mark.parametrize(
    ("text", "format_id"),
    [
        (f"A={FAKE}\n", "env"),
        (json.dumps({"A": FAKE}), "json"),
        (json.dumps([{"name": "A", "value": FAKE, "owner": None}]), "json"),
        (f"name,value\nA,{FAKE}\n", "csv"),
        (f"A: {FAKE}\n", "yaml"),
        (f"- name: A\n  value: {FAKE}\n  owner: ~\n", "yaml"),
        (json.dumps({"A": {"value": FAKE}}), "vault"),
        (f"Title,Password,Notes\nA,{FAKE},\n", "1password"),
        (f"name,login_password\nA,{FAKE}\n", "bitwarden"),
        (f"\ufeffValue, Name ,owner\r\n{FAKE},A,\r\n\r\n", "csv"),
    ],
)
def test_one_secret(text: str, format_id: str) -> None:
    found = _read(text, format_id)
    (row,) = found.rows

    assert ("A", Value.single(FAKE), ()) == (row.name, row.value, found.problems)
    assert FAKE not in repr(found)


def test_a_row_says_what_the_plan_would_assume() -> None:
    head = "name,value,environment,type,owner,days,description\n"
    (row,) = _read(f"{head}A,{FAKE},staging,api-key,Ada,30,for tests\n", "csv").rows

    assert Row(2, "A", Value.single(FAKE), "staging", "api-key", "Ada", 30, "for tests") == row


def test_json_folders_numbers_and_booleans() -> None:
    """A number stays as it is written; a value that is nothing or a list is a problem."""
    found = _read('{"a": {"B": 1.10, "C": true}, "D": null, "E": [1], "F": "x", "F": "y"}', "json")

    assert [("a/B", "1.10"), ("a/C", "true"), ("F", "x"), ("F", "y")] == [
        (row.name, row.value.only.data) for row in found.rows if row.value and row.value.only
    ]
    assert [(3, "D"), (4, "E")] == [(p.row, p.name) for p in found.problems]


def test_json_deeper_than_an_address_is_a_problem() -> None:
    found = _read('{"a":' * 9 + "1" + "}" * 9, "json")

    assert ["row-malformed"] == [p.code for p in found.problems]


@pytest.mark.parametrize(
    ("text", "format_id", "row", "code"),
    [
        (f"A {FAKE}\n", "env", 1, "row-malformed"),
        (f'{{"A": "{FAKE}"', "json", 0, "file-malformed"),
        (f'"{FAKE}"', "json", 0, "file-malformed"),
        ("[" * 100_000, "json", 0, "file-malformed"),
        (f'["{FAKE}"]', "json", 1, "row-malformed"),
        (f'[{{"name": "A", "name": "B", "value": "{FAKE}"}}]', "json", 1, "row-malformed"),
        (f'[{{"name": "A", "value": ["{FAKE}"]}}]', "json", 1, "row-malformed"),
        (f'[{{"name": "A", "value": "{FAKE}", "{FAKE}": 1}}]', "json", 1, "column-unknown"),
        ('[{"name": "A"}]', "json", 1, "row-malformed"),
        (f"name,value,days\nA,{FAKE},x\n", "csv", 2, "row-malformed"),
        (f"name,value,days\nA,{FAKE},999999\n", "csv", 2, "row-malformed"),
        (f"name,value\nA,{FAKE},\n", "csv", 2, "row-malformed"),
        (f'name,value\nA,"{FAKE}" x\n', "csv", 2, "row-malformed"),
        (f"name,value\n,{FAKE}\n", "csv", 2, "row-malformed"),
        (f"{FAKE},value\nA,b\n", "csv", 1, "file-malformed"),
        (f"name,fields\nA,{FAKE}\n", "csv", 2, "row-malformed"),
        (f"name,value,fields\nA,{FAKE},{{}}\n", "csv", 2, "row-malformed"),
        (
            '[{"name": "A", "fields": {"b": {"template": "{c}"}}}]',
            "json",
            1,
            "template-field-unknown",
        ),
        (
            f'[{{"name": "A", "fields": {{"b": {{"base64": "{FAKE}!"}}}}}}]',
            "json",
            1,
            "row-malformed",
        ),
        (f"A: &a {FAKE}\nB: *a\n", "yaml", 0, "file-malformed"),
        (f"A: !!python/name:os.{FAKE} x\n", "yaml", 0, "file-malformed"),
        (f"A: {FAKE}\nA: {FAKE}: x\n", "yaml", 0, "file-malformed"),
        (f"--- {{A: {FAKE}}}\n--- {{B: 1}}\n", "yaml", 0, "file-malformed"),
        ("[" * 40 + "]" * 40, "yaml", 0, "file-malformed"),
        (f"? [{FAKE}]\n: 1\n", "yaml", 0, "file-malformed"),
        (f"A:\n  - {FAKE}\n", "yaml", 1, "row-malformed"),
        (f'{{"p/a": "{FAKE}"}}', "vault", 1, "row-malformed"),
        (f'{{"p/a": {{"b": ["{FAKE}"]}}}}', "vault", 1, "row-malformed"),
        ('{"p/a": {}}', "vault", 1, "row-malformed"),
        (f'{{"p/a": {{"a": "{FAKE}", "a": "x"}}}}', "vault", 0, "file-malformed"),
        (f"name,login_password,extra\nA,x,{FAKE}\n", "bitwarden", 2, "column-unknown"),
        (f"nam,login_password\nA,{FAKE}\n", "bitwarden", 1, "file-malformed"),
        ('{"encrypted": true, "data": ""}', "bitwarden", 0, "file-encrypted"),
        (f'{{"{FAKE}": 1}}', "bitwarden", 0, "file-malformed"),
        (f"Title,Password,Extra\nA,x,{FAKE}\n", "1password", 2, "column-unknown"),
        (f"Title,Secret\nA,{FAKE}\n", "1password", 1, "file-malformed"),
        ("Title,Password\nA,\n", "1password", 2, "row-malformed"),
        (f"Title,Password\n,{FAKE}\n", "1password", 2, "row-malformed"),
        (f"# {FAKE}\n", "inventory", 0, "file-malformed"),
        ("name,value,name\nA,b,c\n", "csv", 1, "file-malformed"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text: str, format_id: str, row: int, code: str) -> None:
    found = _read(text, format_id)

    assert [(row, code)] == [(p.row, p.code) for p in found.problems]
    assert FAKE not in repr(found)


def test_a_bad_row_hides_no_other() -> None:
    found = _read("name,value\nA,1\nB\nC,3\nD,4,5\n", "csv")

    assert ["A", "C"] == [row.name for row in found.rows]
    assert [3, 5] == [problem.row for problem in found.problems]


@given(st.binary(max_size=200), st.sampled_from(sorted(formats.FORMATS)))
def test_any_bytes_give_rows_problems_or_a_refusal(data: bytes, format_id: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        with pytest.raises(StrongroomError, match="UTF-8"):
            formats.read(data, format_id)
        return
    found = formats.read(data, format_id)
    assert all(isinstance(problem, Problem) for problem in found.problems)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FILE_BYTES_MAX", 8)
    monkeypatch.setattr(formats, "ROWS_MAX", 1)
    for data, format_id, code in (
        (b"A=1234567", "env", "file-too-large"),
        (b"A=1\nB=2", "env", "rows-too-many"),
        (b"A=1", "xml", "format-unknown"),
    ):
        with pytest.raises(StrongroomError) as error:
            formats.read(data, format_id)
        assert code == error.value.code
    assert interface.ROWS_MAX == 200_000
