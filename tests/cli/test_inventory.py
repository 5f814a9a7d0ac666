"""`strongroom inventory` at the terminal."""

import csv
import io

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal


def test_every_format_has_every_secret_and_no_value(kept: Terminal) -> None:
    found = kept.json("inventory")
    assert [WEAK, KEY] == [line["address"] for line in found["secrets"]]
    assert ("strongroom/inventory/v1", True, 0) == (
        found["format"], found["whole"], found["hidden"]
    )  # fmt: skip
    for format_ in ("table", "markdown", "csv", "json"):
        assert 0 == kept.run("inventory", "--format", format_)
        assert b"api/SECRET_KEY" in kept.out
        assert b"weak-1" not in kept.out
        assert b"" == kept.err
    assert 0 == kept.run("inventory", "--format", "csv", "--env", "production")
    rows = list(csv.reader(io.StringIO(kept.out.decode())))
    assert ["Environment", "Secret name", "Type"] == rows[0][:3]
    assert ["Production", "api/SECRET_KEY", "JWT secret key"] == rows[1][:3]


def test_a_narrow_terminal_leaves_columns_out(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.run("inventory")
    assert b"Consumers" in kept.out
    monkeypatch.setenv("COLUMNS", "100")
    kept.run("inventory")

    assert b"Consumers" not in kept.out
    assert b"Status" in kept.out


def test_owners_who_are_not_there_are_told_apart(kept: Terminal) -> None:
    assert 1 == kept.run("inventory", "owners")
    assert b"1 of them not there, with 2 secrets" in kept.out
    kept.run("access", "add", "ada.lovelace")
    assert 0 == kept.run("inventory", "owners")
    assert [2] == [owner["secrets"] for owner in kept.json("inventory", "owners")]


def test_gaps_make_it_fail(kept: Terminal) -> None:
    assert 1 == kept.run("inventory", "gaps", "--env", "production")
    assert b"Redis password" in kept.out
    assert b"JWT secret key" not in kept.out


def test_what_is_not_shown_is_said(kept: Terminal) -> None:
    me = kept.json("whoami")["name"]
    kept.run("access", "grant", "--deny", "--principal", me, "--verb", "metadata",
             "--environment", "production")  # fmt: skip
    assert 0 == kept.run("inventory")
    assert b"1 secrets are not shown" in kept.err


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["--env", "mars"], 3, b"environment-unknown"),
        (["--due", "-1"], 3, b"due-invalid"),
        (["--format", "xlsx"], 2, b"usage"),
    ],
)
def test_what_cannot_be_done_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("inventory", *argv)
    assert b"[" + code + b"]" in kept.err
