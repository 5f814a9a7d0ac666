"""`strongroom rotate schedule|due|approve` and `--all-due` at the terminal."""

from datetime import timedelta

from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, clock, house, system
from time_machine import Traveller

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
