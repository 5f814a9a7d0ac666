"""A rotation that a person does, at the terminal: what he is told, and how he says that he did it."""

import pytest
from tests.cli.rooms import Terminal

KEY = "development/api/SUPPLIER"


@pytest.fixture
def house(terminal: Terminal) -> Terminal:
    """A key that is changed in somebody's console."""
    terminal.init("--role", "DevOps")
    made = ("--type", "api-key", "--owner", "Ada")
    assert 0 == terminal.run("secret", "set", KEY, *made, stdin=b"not-the-first-one")
    add = ("target", "add", "supplier", "--env", "development", "--rotator", "manual")
    assert 0 == terminal.run(
        *add, "--option", "overlap=values", "--option", "set=Console, add a key"
    )
    assert 0 == terminal.run("rotate", "schedule", KEY, "--target", "supplier")
    return terminal


def test_each_step_is_said_and_confirmed(house: Terminal) -> None:
    assert 0 == house.run("rotate", "plan", KEY)
    assert b"Console, add a key" in house.out
    assert b"not-the-first-one" not in house.out
    assert 1 == house.run("rotate", "start", KEY)
    assert b"--confirm set" in house.out
    assert 1 == house.run("rotate", "explain", KEY) or b"--confirm set" in house.out
    assert b"strongroom rotate reveal" in house.out
    assert 0 == house.run("rotate", "reveal", KEY, "--reason", "to set it")
    new = house.out
    assert b"not-the-first-one" != new
    assert house.json("rotate", "reveal", KEY)["version"] == 2
    assert 0 == house.run("audit", "list", "--verb", "rotate")
    assert (
        b"shown to a person before it is current: development/api/SUPPLIER version 2" in house.out
    )
    assert new.strip() not in house.out
    assert 3 == house.run("rotate", "resume", KEY, "--confirm", "retire")
    assert b"[rotation-confirm]" in house.err
    assert 0 == house.run("rotate", "resume", KEY, "--confirm", "set")
    assert b"old one in its grace" in house.out
    assert 0 == house.run("secret", "get", KEY)
    assert house.out == new
    assert 6 == house.run("rotate", "reveal", KEY)
    assert b"[pending-promoted]" in house.err
