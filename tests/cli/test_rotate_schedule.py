"""`strongroom rotate schedule|due|approve` and `--all-due` at the terminal."""

import sys
from datetime import timedelta

import pytest
from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, clock, house, system
from tests.cli.test_rotate_group import Deaf
from time_machine import Traveller

from strongroom.rotation.rotators.memory import System

__all__ = ["clock", "house", "system"]


def test_a_schedule_is_set_shown_and_refused(house: Terminal) -> None:
    given = ("--every", "60d", "--cron", "0 3 * * SUN", "--zone", "Europe/Berlin", "--window", "2h")
    more = ("--blackout", "2026-04-01..2026-04-07", "--mode", "approve", "--grace-hours", "36")
    assert 0 == house.run("rotate", "schedule", DB, *given, *more)
    for text in (b"every 60 days", b"open for 120 minutes", b"2026-04-01..2026-04-07", b"36 h"):
        assert text in house.out
    shown = house.json("rotate", "schedule", DB, "--blackout", "none")
    assert (shown["mode"], shown["blackouts"]) == ("approve", [])
    assert 2 == house.run("rotate", "schedule", DB, "--every", "soon")
    assert b"soon" not in house.err
    assert 0 != house.run("rotate", "schedule", DB, "--cron", "0 3 1 1 *")
    assert b"no window opens" in house.err
    assert 0 != house.run("rotate", "schedule", DB, "--blackout", "tomorrow")


def test_due_and_all_due(house: Terminal, clock: Traveller) -> None:
    assert 0 == house.run("rotate", "due")
    assert b"nothing is due" in house.out
    assert 0 == house.run("rotate", "due", "--all")
    assert b"early" in house.out
    assert 0 == house.run("rotate", "--all-due")
    assert b"nothing is due" in house.out
    clock.shift(timedelta(days=89, hours=1))
    (line,) = house.json("rotate", "due")
    assert (line["address"], line["ready"]) == (DB, True)
    assert 0 == house.run("rotate", "--all-due")
    for text in (b"began", b"promote"):
        assert text in house.out
    found = house.json("rotate", "--all-due")
    assert [one["state"] for one in found["going"]] == ["promoted"]


def test_all_due_says_what_went_wrong(house: Terminal, clock: Traveller) -> None:
    assert 0 == house.run("rotate", "--all-due", "--parallel", "2")
    assert 0 != house.run("rotate", "--all-due", "--parallel", "0")
    clock.shift(timedelta(days=89, hours=1))
    assert 0 == house.run("secret", "freeze", DB, "--reason", "try")
    (line,) = house.json("rotate", "due")
    assert line["why"] == "frozen"


def test_approve(house: Terminal) -> None:
    assert 0 != house.run("rotate", "approve", DB)
    assert 0 == house.run("rotate", "schedule", DB, "--mode", "approve")
    assert 0 == house.run("rotate", "approve", DB)
    assert b"begins it" in house.out
    assert 0 == house.run("rotate", "--all-due")
    assert b"promote" in house.out


def test_rotate_alone_shows_what_there_is(house: Terminal) -> None:
    assert 0 == house.run("rotate")
    assert b"--all-due" in house.out


def test_what_was_typed_is_not_left_out(house: Terminal, clock: Traveller, system: System) -> None:
    assert 2 == house.run("rotate", "--emergency")  # as in a script whose variable is empty
    assert b"[address-needed]" in house.err
    assert 2 == house.run("rotate", "--related", "--dry-run")
    clock.shift(timedelta(days=89, hours=1))
    for word in ("--dry-run", "--emergency", "--related", "--again"):
        assert 2 == house.run("rotate", "--all-due", word)
        assert b"[option-unfit]" in house.err
    assert 2 == house.run("rotate", "--all-due", "--reason", "x")
    assert system.calls == []


@pytest.mark.parametrize("command", [("rotate", "--all-due"), ("tick",)])
def test_what_is_due_is_rotated_though_nobody_listens(
    house: Terminal,
    clock: Traveller,
    system: System,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    clock.shift(timedelta(days=89, hours=1))
    monkeypatch.setattr(sys, "stdout", Deaf(BrokenPipeError()))
    house.run(*command)
    assert "set" in system.calls
