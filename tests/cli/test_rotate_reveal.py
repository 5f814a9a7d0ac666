"""`strongroom rotate reveal` at the terminal; the rest is in test_rotate_by_hand.py."""

import json

import pytest
from tests.cli.rooms import Terminal

KEY = "development/api/SUPPLIER"


@pytest.fixture
def waiting(terminal: Terminal) -> Terminal:
    """A credential of two fields that a person has to set."""
    terminal.init("--role", "DevOps")
    made = ("--type", "api-key", "--owner", "Ada")
    value = json.dumps({"username": "acme", "password": "not-the-first-one"}).encode()
    assert 0 == terminal.run("secret", "set", KEY, *made, "--fields", stdin=value)
    add = ("target", "add", "supplier", "--env", "development", "--rotator", "manual")
    assert 0 == terminal.run(*add, "--option", "changes=password")
    assert 0 == terminal.run("rotate", "schedule", KEY, "--target", "supplier")
    assert 1 == terminal.run("rotate", "--emergency", KEY)
    assert b"by hand, at the target:" in terminal.out
    assert b"strongroom rotate reveal" in terminal.out
    return terminal


def test_a_field_is_chosen(waiting: Terminal) -> None:
    assert 2 == waiting.run("rotate", "reveal", KEY)
    assert b"[field-needed]" in waiting.err
    assert 0 == waiting.run("rotate", "reveal", KEY, "--field", "password")
    assert waiting.out
    assert b"not-the-first-one" not in waiting.out
    assert 2 == waiting.run("rotate", "reveal", KEY, "--clipboard", "--json")


def test_an_emergency_by_hand_is_ended_by_a_persons_word(waiting: Terminal) -> None:
    assert 1 == waiting.run("rotate", "resume", KEY, "--confirm", "set")
    assert b"--confirm retire" in waiting.out
    assert 0 == waiting.run("rotate", "resume", KEY, "--confirm", "retire")
    assert 0 == waiting.run("rotate", "--emergency", KEY)
    assert b"done by an earlier run" in waiting.out
