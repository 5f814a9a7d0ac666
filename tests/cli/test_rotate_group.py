"""`strongroom rotate` of several secrets at the terminal, with a system in memory."""

import io
import json
import sys

import pytest
from tests.cli.rooms import Terminal

from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.interface import TargetUnreachableError
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest

ONE, TWO, KEY = "development/api/ONE", "development/api/TWO", "development/api/KEY"
FIRST = "not-the-first-one"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    found = System(accounts={"one": {digest(FIRST)}, "two": {digest(FIRST)}})
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(found))
    return found


@pytest.fixture
def house(system: System, terminal: Terminal) -> Terminal:
    """Two credentials at one target, and a key of the same consumer that is rotated nowhere."""
    del system
    terminal.init("--role", "DevOps")
    made = ("--type", "database-password", "--owner", "Ada")
    assert 0 == terminal.run("target", "add", "db", "--env", "development", "--rotator", "memory")
    for address, user in ((ONE, "one"), (TWO, "two")):
        value = json.dumps({"username": user, "password": FIRST}).encode()
        assert 0 == terminal.run("secret", "set", address, *made, "--fields", stdin=value)
        assert 0 == terminal.run("rotate", "schedule", address, "--target", "db")
    assert 0 == terminal.run("secret", "set", KEY, *made, stdin=FIRST.encode())
    for address in (ONE, KEY):
        assert 0 == terminal.run("secret", "consumers", "add", address, "shop", "--owner", "Ada")
    return terminal


def test_a_group_is_shown_rotated_and_said(house: Terminal, system: System) -> None:
    for argv in (
        ("rotate", "plan", ONE, "--related"),
        ("rotate", "--emergency", ONE, "--related", "--dry-run"),
    ):
        assert 0 == house.run(*argv)
        for text in (
            "! development/api/ONE  at db  asked for",
            "same target db",
            "shared consumer shop",
        ):
            assert text.encode() in house.out
        assert b"nothing was changed" in house.out
    assert system.calls == []

    assert 1 == house.run("rotate", "--emergency", ONE, "--related", "--reason", "it leaked")
    for part in (b"2 of 3 done", f"secret set {KEY}".encode(), b"run the same command again"):
        assert part in house.out
    assert b"retire" in house.err
    assert ONE.encode() in house.err
    assert FIRST.encode() not in house.out + house.err
    assert not system.login("one", FIRST)
    assert not system.login("two", FIRST)

    entries = house.json("audit", "list", "--verb", "rotate")
    assert "it leaked" in {one["detail"].get("reason") for one in entries}

    assert 0 == house.run("secret", "set", KEY, stdin=b"changed-by-hand")
    found = house.json("rotate", "--emergency", ONE, "--related")
    assert (found["complete"], found["resumed"]) == (True, True)
    assert {one["end"] for one in found["members"]} == {"done-before"}
    assert all(
        step["at_us"] for one in found["members"] if one["run"] for step in one["run"]["steps"]
    )


class Deaf(io.StringIO):
    """An output whose reader went away, as behind `2>&1 | head -1`, or whose disk is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(28, "no space")], ids=["pipe", "disk"]
)
def test_an_emergency_goes_on_though_nobody_listens(
    house: Terminal, system: System, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    monkeypatch.setattr(sys, "stderr", Deaf(error))
    assert 0 == house.run("rotate", "--emergency", ONE, TWO)
    assert 0 == house.run("rotate", "start", "--emergency", ONE)
    assert not system.login("one", FIRST)
    assert not system.login("two", FIRST)


def test_who_interrupts_it_is_told_how_it_goes_on(
    house: Terminal, system: System, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    system.fault = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(SystemExit) as end:  # by the framework of the command line
        house.run("rotate", "--emergency", ONE, TWO)
    assert 130 == end.value.code
    assert b"the same command goes on" in capsysbinary.readouterr().err
    system.fault = None
    assert 0 == house.run("rotate", "--emergency", ONE, TWO)


def test_what_cannot_be_reached_prints_the_words_and_the_same_command_goes_on(
    house: Terminal, system: System
) -> None:
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    assert 1 == house.run("rotate", "start", ONE, TWO, "--emergency")
    for text in (b"0 of 2 done", b"by hand, at the target:", b"<the new password>"):
        assert text in house.out
    system.fault = None
    assert 0 == house.run("rotate", "start", TWO, ONE, "--emergency")
    for text in (b"goes on with what was begun", b"2 of 2 done"):
        assert text in house.out


def test_several_in_one_go_without_an_emergency_keep_their_grace(
    house: Terminal, system: System
) -> None:
    assert 0 == house.run("rotate", "start", ONE, TWO)
    assert b"the new value is current" in house.out
    assert system.login("one", FIRST)


def test_what_could_not_begin_says_why_and_what_to_do(house: Terminal) -> None:
    assert 0 == house.run("rotate", "schedule", ONE, "--mode", "approve")
    assert 1 == house.run("rotate", "start", ONE, TWO)
    for text in (b"could not begin", b"[approval-needed]", f"rotate approve {ONE}".encode()):
        assert text in house.out


def test_bad_input_is_said(house: Terminal) -> None:
    assert 2 == house.run("rotate", ONE)
    assert b"[rotate-how]" in house.err
    assert 2 == house.run("rotate", "start")
    assert b"[address-needed]" in house.err
    assert 2 == house.run("rotate", "start", ONE, TWO, "--no-wait")
    assert 3 == house.run("rotate", "start", ONE, TWO, "--emergency", "--grace-hours", "24")
    assert 3 == house.run("rotate", "start", ONE, TWO, "--parallel", "0")
    assert 3 == house.run("rotate", "start", ONE, "nonsense")
    assert 5 == house.run("rotate", "start", ONE, "development/api/NONE")
    assert 0 == house.run("rotate", "status")
    assert b"no rotation goes on" in house.out
    assert 0 != house.run("rotate", "--emergency", ONE, "development/api/TYPO", TWO)
    assert b"no secret at development/api/TYPO" in house.err
    assert 0 == house.run("secret", "delete", TWO)
    assert 0 != house.run("rotate", "--emergency", ONE, TWO)
    assert f"secret undelete {TWO}".encode() in house.err
