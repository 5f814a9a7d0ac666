"""`strongroom env` at the terminal."""

import secrets

import pytest
from tests.cli.rooms import Terminal, terminal
from tests.runtime.env_file.test_guard import git
from tests.services.openbao import Openbao

__all__ = ["terminal"]

NEW = ("--type", "database-password", "--owner", "Ada")


@pytest.fixture
def app(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A room with two secrets of an application in development."""
    for name in ("STRONGROOM_ENVIRONMENT", "ENVIRONMENT", "APP_ENV", "STRONGROOM_FOLDER",
                 "STRONGROOM_APPLICATION", "STRONGROOM_ORIGIN"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    terminal.init("--role", "DevOps")
    (terminal.folder / "strongroom.toml").write_text('[application]\nname = "api"\n')
    terminal.run("secret", "set", "development/api/DATABASE_PASSWORD", *NEW, stdin=b"one two")
    terminal.run(
        "secret", "set", "development/api/cache", *NEW, "--fields",
        stdin=b'{"password": "three", "host": "db"}',
    )  # fmt: skip
    return terminal


def text(app: Terminal) -> str:
    return (app.folder / ".env").read_text()


@pytest.mark.parametrize("env", ["production", "staging"])
def test_it_is_for_development_only(app: Terminal, env: str) -> None:
    """P-3.1: the room's tiers decide, whatever command it is."""
    (app.folder / ".env").write_text("A_PASSWORD=x\n")
    for command in ("pull", "push", "diff"):
        assert 0 != app.run("env", command, "--env", env)
        assert b"P-3.1" in app.err
    assert "A_PASSWORD=x\n" == text(app)


def test_the_environment_of_the_process_counts(
    app: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_ENVIRONMENT", "production")

    assert 0 != app.run("env", "pull")
    assert b"P-3.1" in app.err


def test_pull_keeps_the_rest(app: Terminal) -> None:
    (app.folder / ".env").write_text("# mine\nDEBUG=1\n\nDATABASE_PASSWORD=old # here\n")
    assert 0 == app.run("env", "pull"), app.err

    assert text(app) == (
        "# mine\nDEBUG=1\n\nDATABASE_PASSWORD='one two' # here\nCACHE_HOST=db\nCACHE_PASSWORD=three\n"
    )
    assert 0o600 == (app.folder / ".env").stat().st_mode & 0o777
    assert b"one two" not in app.out + app.err
    assert {"differences": [], "same": 3} == app.json("env", "diff")


def test_pull_is_refused_where_git_takes_it_along(app: Terminal) -> None:
    """P-3.2"""
    git(app.folder, "init", "-q")
    assert 0 != app.run("env", "pull")
    assert b"env-not-ignored" in app.err
    assert not (app.folder / ".env").exists()

    assert 0 == app.run("env", "pull", "--fix"), app.err
    assert "/.env\n" == (app.folder / ".gitignore").read_text()
    git(app.folder, "add", "-f", ".env")
    assert 0 != app.run("env", "pull")
    assert b"env-tracked" in app.err


def test_diff_names_and_shows_no_value(app: Terminal) -> None:
    mine = secrets.token_hex(12)
    (app.folder / ".env").write_text(f"DATABASE_PASSWORD={mine}\nMAIL_PASSWORD={mine}\nPORT=1\n")
    assert 1 == app.run("env", "diff")

    assert app.out.decode().split("\n")[:4] == [
        "- CACHE_HOST", "- CACHE_PASSWORD", "~ DATABASE_PASSWORD", "+ MAIL_PASSWORD",
    ]  # fmt: skip
    assert mine.encode() not in app.out


def test_push_writes_what_changed(app: Terminal) -> None:
    assert 0 == app.run("env", "pull")
    made = text(app).replace("three", "four").replace("one two", "five") + "API_KEY=six\nPORT=1\n"
    (app.folder / ".env").write_text(made)
    assert 2 == app.run("env", "push")
    assert b"not-confirmed" in app.err
    assert 0 == app.run("env", "push", "--dry-run")
    assert 1 == app.run("env", "diff")
    assert 0 == app.run("env", "push", "--yes"), app.out + app.err
    assert 0 == app.run("env", "diff"), app.out

    assert 2 == app.json("secret", "show", "development/api/cache")["current"]
    assert 0 == app.run("secret", "get", "development/api/API_KEY")
    assert b"six" == app.out.strip()
    assert 0 == app.run("secret", "get", "development/api/cache", "--field", "host")
    assert b"db" == app.out.strip()
    assert 3 != app.run("secret", "show", "development/api/PORT")
    assert 0 == app.run("env", "push")
    assert b"the room has it all" in app.out


def test_a_value_of_another_environment_is_refused(app: Terminal) -> None:
    """P-4.3, and nothing of the push is written."""
    value = f"Aa1!{secrets.token_urlsafe(24)}"
    where = ("secret", "set", "production/api/DATABASE_PASSWORD", *NEW)
    assert 0 == app.run(*where, stdin=value.encode())
    (app.folder / ".env").write_text(f"DATABASE_PASSWORD='{value}'\nAPI_KEY=fresh\n")

    assert 1 == app.run("env", "push", "--yes")
    assert b"P-4.3" in app.out
    assert value.encode() not in app.out + app.err
    assert 0 != app.run("secret", "show", "development/api/API_KEY")


def test_lint_needs_no_room(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("A=1\nA=2\n")
    (terminal.folder / ".env").chmod(0o600)
    assert 1 == terminal.run("env", "lint")
    assert b".env:2: A stands on line 1 already (P-3.1)  [env-duplicate]" in terminal.out
    (terminal.folder / ".env").write_text("A = 1\n")
    assert 0 == terminal.run("env", "lint")
    assert 0 == terminal.run("env", "lint", "--fix")
    assert "A=1\n" == text(terminal)


@pytest.mark.parametrize(
    "to", [".env", "./.env", ".env.local", "staging.env", "linked", ".envrc", ".envrc.local"]
)
def test_an_example_never_takes_the_place_of_values(terminal: Terminal, to: str) -> None:
    kept = terminal.folder / to
    (terminal.folder / ".env").write_text("API_KEY=value\n")
    if to == "linked":
        kept.hardlink_to(terminal.folder / ".env")
    kept.write_text("API_KEY=value\n")
    kept.chmod(0o600)

    assert 2 == terminal.run("env", "example", "--to", to)
    assert b"example-is-env-file" in terminal.err
    assert "API_KEY=value\n" == kept.read_text()
    assert 0o600 == kept.stat().st_mode & 0o777


def test_example_and_its_drift(terminal: Terminal) -> None:
    """P-3.3"""
    (terminal.folder / "strongroom.toml").write_text("[secrets.API_KEY]\n")
    assert 1 == terminal.run("env", "example", "--check")
    assert not (terminal.folder / ".env.example").exists()
    assert 0 == terminal.run("env", "example"), terminal.err
    assert "API_KEY=\n" in (terminal.folder / ".env.example").read_text()
    assert 0 == terminal.run("env", "example", "--check")
    (terminal.folder / ".env").write_text("API_KEY=x\nPORT=\n")
    assert 1 == terminal.run("env", "example", "--check")
    assert b"PORT" in terminal.out


@pytest.mark.parametrize("text", ["[secrets", "[secrets.A]\nvalue = 'x'\n", "secrets = 1\n"])
def test_a_declaration_that_is_wrong_is_said(terminal: Terminal, text: str) -> None:
    (terminal.folder / "strongroom.toml").write_text(text)

    assert 78 == terminal.run("env", "example")
    assert b"declaration-invalid" in terminal.err


@pytest.fixture
def bao(terminal: Terminal, openbao: Openbao, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """An application whose secrets are at a server."""
    for name in ("STRONGROOM_ENVIRONMENT", "ENVIRONMENT", "APP_ENV", "STRONGROOM_FOLDER",
                 "STRONGROOM_APPLICATION", "STRONGROOM_ORIGIN", "STRONGROOM_TOKEN_FILE",
                 "CREDENTIALS_DIRECTORY"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAULT_TOKEN", openbao.token)
    name = f"env{secrets.token_hex(4)}"
    where = f"secret/data/development/{name}"
    openbao.call("POST", f"{where}/API_KEY", {"data": {"value": "one two"}})
    openbao.call("POST", f"{where}/cache", {"data": {"password": "three", "host": "db"}})
    (terminal.folder / "strongroom.toml").write_text(
        f'[application]\nname = "{name}"\norigin = "{openbao.url}/secret"\n'
    )
    return terminal


def test_pull_and_diff_read_from_a_server(bao: Terminal) -> None:
    (bao.folder / ".env").write_text("DEBUG=1\nAPI_KEY=old\n")
    assert 1 == bao.run("env", "diff")
    assert b"~ API_KEY" in bao.out
    assert 0 == bao.run("env", "pull"), bao.err
    assert text(bao) == "DEBUG=1\nAPI_KEY='one two'\nCACHE_HOST=db\nCACHE_PASSWORD=three\n"
    assert 0 == bao.run("env", "diff")
    assert 0 == bao.run("env", "pull", "--env", "dev", "--folder", "nothing"), bao.err


@pytest.mark.parametrize("env", ["production", "staging", "eu-west"])
def test_from_a_server_too_it_is_for_development_only(bao: Terminal, env: str) -> None:
    """P-3.1"""
    for command in ("pull", "diff"):
        assert 3 == bao.run("env", command, "--env", env)
        assert b"P-3.1" in bao.err
    assert not (bao.folder / ".env").exists()


def test_a_push_does_not_go_to_a_room_where_a_server_is_meant(bao: Terminal) -> None:
    (bao.folder / ".env").write_text("API_KEY=x\n")
    assert 2 == bao.run("env", "push", "--yes")
    assert b"[push-to-server]" in bao.err
