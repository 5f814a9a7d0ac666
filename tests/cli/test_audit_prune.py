"""`strongroom audit prune` at the terminal."""

import pytest
import time_machine
from tests.cli.rooms import KEY, Terminal

from strongroom.cli.room import opened
from strongroom.gate.views import ListEnvironments


@pytest.fixture
def aged(terminal: Terminal) -> Terminal:
    """A room with 300 entries of January."""
    with time_machine.travel("2026-01-01T12:00:00+00:00", tick=True):
        terminal.init("--role", "DevOps")
        made = ("--type", "jwt-secret-key", "--owner", "Ada Lovelace")
        assert 0 == terminal.run("secret", "generate", KEY, *made)
        with opened(None) as local:
            for _ in range(300):
                local.gate.look(local.caller, ListEnvironments())
    return terminal


def test_moved_entries_are_read_wherever_they_are(aged: Terminal) -> None:
    to = aged.folder / "to"
    to.mkdir()
    key = aged.json("status")["log_key"]
    assert 0 == aged.run("audit", "prune", "--before", "2026-02-01", "--to", "to")
    assert b"entries 0 to 255 were moved" in aged.out
    assert b"until 2027-01-02" in aged.out
    for command in (
        ("audit", "verify"),
        ("fsck",),
        ("audit", "prove", "5"),
        ("audit", "prove", "299"),
    ):
        assert 0 == aged.run(*command), aged.err
        assert b"not read" not in aged.out
    to.rename(aged.folder / "tape")

    assert 0 == aged.run("audit", "verify", "--key", key)
    assert b"entries before 256 were moved" in aged.out
    assert b"the log is whole" not in aged.out
    assert 0 == aged.run("fsck")
    assert b"the room is whole" not in aged.out
    assert 5 == aged.run("audit", "prove", "5")
    assert b"[segment-missing]" in aged.err
    assert 5 == aged.run("audit", "export", "--out", "log")
    there = ("--segments", "tape")
    for line in ("audit verify", "fsck", "audit prove 5", "audit export --out log"):
        assert 0 == aged.run(*line.split(), *there), aged.err
    assert b"places 0 to" in aged.out
    assert 0 == aged.run("audit", "list", "--limit", "1000")
    assert b"--segments" in aged.err
    assert len(aged.json("audit", "list", "--limit", "1000", *there)) > 300


def test_nothing_to_move_is_said(kept: Terminal) -> None:
    (kept.folder / "to").mkdir()
    assert 0 == kept.run("audit", "prune", "--before", "2026-01-01", "--to", "to")
    assert b"nothing to move" in kept.out
    assert kept.json("audit", "prune", "--before", "2026-01-01", "--to", "to")["files"] == []


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["--before", "soon", "--to", "to"], 3, b"time-invalid"),
        (["--before", "2126-01-01", "--to", "to"], 3, b"prune-too-young"),
        (["--before", "2020-01-01", "--to", "to", "--keep-days", "9"], 3, b"prune-too-young"),
        (["--before", "2020-01-01", "--to", ".strongroom"], 3, b"prune-inside"),
        (["--before", "2020-01-01", "--to", "none"], 8, b"prune-folder"),
        (["--to", "to"], 2, b"usage"),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    (kept.folder / "to").mkdir()
    assert status == kept.run("audit", "prune", *argv)
    assert b"[" + code + b"]" in kept.err
    assert 0 == kept.run("secret", "get", KEY)
