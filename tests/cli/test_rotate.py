"""`strongroom rotate` and `target` at the terminal, with a system in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from tests.cli.rooms import Terminal
from time_machine import Traveller

from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.interface import Overlap, TargetUnreachableError
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest

DB = "development/api/DATABASE"
FIRST = "not-the-first-one"
NEW = ("--type", "database-password", "--owner", "Ada")


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    found = System(accounts={"app_a": {digest(FIRST)}})
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(found, Overlap.VALUES))
    return found


@pytest.fixture
def house(clock: Traveller, system: System, terminal: Terminal) -> Terminal:
    """A room with one credential and a target for it."""
    del clock, system
    terminal.init("--role", "DevOps")
    fields = f'{{"username": "app_a", "password": "{FIRST}"}}'.encode()
    assert 0 == terminal.run("secret", "set", DB, *NEW, "--fields", stdin=fields)
    add = ("target", "add", "db", "--env", "development", "--rotator", "memory")
    assert 0 == terminal.run(*add, "--option", "accounts=app_a,app_b")
    assert 0 == terminal.run("rotate", "schedule", DB, "--target", "db")
    return terminal


def test_a_rotation_from_its_plan_to_its_end(
    house: Terminal, clock: Traveller, system: System
) -> None:
    assert 0 == house.run("rotate", "plan", DB)
    for text in (b"overlap   yes", b"none: old and new", b"<the new password>", b"24 hours"):
        assert text in house.out
    assert 0 == house.run("rotate", "doctor", DB)
    assert "✔".encode() in house.out
    assert 0 == house.run("rotate", "start", DB)
    for text in (b"mint", b"set", b"test", b"promote", b"ms)"):
        assert text in house.err
    assert b"old one in its grace" in house.out
    assert b"strongroom agent" in house.out
    assert 0 == house.run("rotate", "status")
    assert DB.encode() in house.out
    (one,) = house.json("rotate", "status")
    assert (one["state"], one["code"], one["old"], one["new"]) == ("promoted", "grace", 1, 2)

    assert 0 == house.run("audit", "list", "--verb", "rotate")
    assert f"rotation, set: {DB} version 2".encode() in house.out
    assert b"(mint=" in house.out

    clock.shift(timedelta(hours=25))
    assert 0 == house.run("rotate", "retire", DB)
    assert b"the old value is refused" in house.out
    assert not system.login("app_a", FIRST)
    assert 0 == house.run("rotate", "explain", DB)
    for text in (b"mint", b"promote", b"retire", b"looked at again"):
        assert text in house.out
    assert FIRST.encode() not in house.out + house.err


def test_an_emergency_that_cannot_reach_the_target_prints_the_words(
    house: Terminal, system: System
) -> None:
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    assert 0 == house.run("rotate", "start", DB, "--emergency")
    for text in (
        b"emergency",
        b"did not answer",
        b"by hand, at the target:",
        b"<the new password>",
    ):
        assert text in house.out
    system.fault = None
    assert 0 == house.run("rotate", "resume", DB)
    assert b"done" in house.out
    assert not system.login("app_a", FIRST)
    assert 0 == house.run("rotate", "status")
    assert b"no rotation goes on" in house.out


def test_what_needs_a_person_says_what_to_do_and_exits_with_1(
    house: Terminal, system: System
) -> None:
    system.accounts["app_a"] = {digest("somebody-elses")}
    assert 1 == house.run("rotate", "start", DB)
    assert b"it needs a person" in house.out
    assert f"strongroom rotate reconcile {DB}".encode() in house.out
    assert 1 == house.run("rotate", "abort", DB)
    assert b"taken back" in house.out


def test_a_rotation_rests_and_goes_on(house: Terminal) -> None:
    assert 0 == house.run("rotate", "start", DB, "--no-wait")
    assert 0 == house.run("rotate", "pause", DB)
    assert b"somebody paused it" in house.out or b"planned" in house.out
    assert 6 == house.run("rotate", "start", DB)
    assert b"[rotation-running]" in house.err
    assert 0 == house.run("rotate", "resume", DB, "--no-wait")
    found = house.json("rotate", "explain", DB)
    assert isinstance(found, dict)
    assert [step["act"] for step in found["steps"]] == ["begin", "pause", "resume"]
    assert 3 == house.run("rotate", "retire", DB)
    assert b"[rotation-not-promoted]" in house.err


def test_bad_input_is_said_with_its_next_step(house: Terminal) -> None:
    assert 3 == house.run("rotate", "plan", "nonsense")
    assert 5 == house.run("rotate", "plan", "development/api/NONE")
    assert 3 == house.run("rotate", "start", DB, "--grace-hours", "12")
    assert b"P-5.10" in house.err
    assert 5 == house.run("rotate", "status", DB)
    assert b"strongroom rotate start ADDRESS" in house.err
