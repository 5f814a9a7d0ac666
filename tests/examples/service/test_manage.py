"""What an operator of the example's service does."""

import io
import secrets
import sys
from pathlib import Path

import psycopg
import pytest
from tests.services.postgres import Postgres

from customer_intelligence import manage
from strongroom.generate import api_key


@pytest.fixture
def database(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> psycopg.Connection:
    name = postgres.database()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRONGROOM_ENVIRONMENT", "development")
    monkeypatch.setenv("DATABASE_URL", postgres.url(database=name))
    monkeypatch.setenv("API_KEY_PEPPER", secrets.token_hex(32))
    return psycopg.connect(postgres.dsn(database=name), autocommit=True)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> str:
    """What is given on standard input."""
    text = api_key.generate(brand="api", marker="test").value
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{text}\n"))
    return text


@pytest.mark.parametrize(
    "arguments",
    [[], ["user"], ["client", "shop", "everything"], ["user", "ada", "her-password"]],
    ids=["nothing", "no name", "no scope", "too much"],
)
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert manage.main(arguments) == 2
    assert capsys.readouterr().err == f"usage: {manage.USAGE}\n"


def test_a_person_and_a_client_leave_only_hashes(
    database: psycopg.Connection,
    typed: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database:
        assert manage.main(["user", "ada"]) == 0
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert manage.main(["client", "shop", "read", "write"]) == 0
        rows = database.execute("SELECT a.*, k.* FROM account a, api_key k").fetchall()
        assert (rows[0][0], rows[0][4], rows[0][5]) == ("ada", "shop", ["read", "write"])
        assert manage.main(["revoke", "shop"]) == 0
        assert database.execute("SELECT * FROM api_key").fetchall() == []

    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "ada can log in",
        "shop can use the key",
        "1 keys of shop are refused from now on",
    ]
    assert typed not in f"{rows}{said}"


@pytest.mark.parametrize(
    ("arguments", "given", "code"),
    [
        (["user", "ada"], "short", "at least 16 characters (P-4.7)"),
        (["client", "shop"], "no-key-at-all", "it is no API key"),
    ],
    ids=["password", "key"],
)
def test_what_is_refused_is_said_and_not_repeated(
    database: psycopg.Connection,
    arguments: list[str],
    given: str,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database.close()
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))

    assert manage.main(arguments) not in {0, 2}
    said = capsys.readouterr()
    assert code in said.err
    assert given not in said.err + said.out


def test_a_database_that_is_away_is_said(
    database: psycopg.Connection,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database.close()
    word = secrets.token_hex(16)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://app:{word}@127.0.0.1:1/none")
    monkeypatch.setattr("customer_intelligence.database.WAIT_S", 1.0)

    assert manage.main(["user", "ada"]) not in {0, 2}
    assert "the database does not let us in" in (said := capsys.readouterr().err)
    assert word not in said
