"""`strongroom validate` at the command line."""

import secrets

import pytest
from tests.cli.rooms import Terminal, terminal

__all__ = ["terminal"]


@pytest.fixture
def declared(terminal: Terminal) -> Terminal:
    (terminal.folder / "strongroom.toml").write_text("[secrets.PAY_API_KEY]\n", "utf-8")
    return terminal


def test_problems_are_named_with_clause_and_count(declared: Terminal) -> None:
    assert declared.run("validate", "--env", "production") == 78
    assert declared.out.decode().splitlines() == [
        "PAY_API_KEY is not set (P-8.7)",
        "production: 1 declared, 1 required; 1 errors, 0 warnings",
    ]


def test_what_is_right_passes(declared: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    value = secrets.token_hex(32)
    monkeypatch.setenv("PAY_API_KEY", value)

    result = declared.json("validate", "--env", "production")
    assert (result["errors"], result["problems"]) == (0, [])
    assert value.encode() not in declared.out


def test_ci_needs_no_values(declared: Terminal) -> None:
    (declared.folder / ".env.example").write_text("PAY_API_KEY=\n", "utf-8")

    assert declared.run("validate", "--env", "prod", "--no-values") == 0
    assert b"no value was looked at" in declared.out


def test_without_a_declaration_it_says_what_to_write(terminal: Terminal) -> None:
    assert terminal.run("validate") == 78
    assert b"[declaration-missing]" in terminal.err


def test_a_room_is_asked_for_what_is_not_nearer(terminal: Terminal) -> None:
    """C-10, end to end: the room that strongroom.toml names, by the environment's alias."""
    terminal.init("--role", "DevOps")
    made = ("--type", "api-key", "--owner", "Ada")
    assert terminal.run("secret", "generate", "production/pay/PAY_API_KEY", *made) == 0
    (terminal.folder / "strongroom.toml").write_text(
        '[application]\nname = "pay"\norigin = "room"\n'
        "[secrets.PAY_API_KEY]\n[secrets.OTHER_API_KEY]\nrequired = false\n",
        "utf-8",
    )
    assert terminal.run("validate", "--env", "prod") == 0
    assert b"the room at" in terminal.out
    assert terminal.json("validate", "--env", "prod")["origin"].startswith("the room at")
    lines = terminal.json("audit", "list", "--verb", "read")
    assert {line["address"] for line in lines} == {"production/pay/PAY_API_KEY"}

    assert terminal.run("secret", "freeze", "production", "--reason", "a leak") == 0
    assert terminal.run("validate", "--env", "prod") == 78
    assert b"environment frozen" in terminal.out
