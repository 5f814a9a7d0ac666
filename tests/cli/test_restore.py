"""`strongroom restore` at the terminal: the way back from a lost machine."""

import shutil

import pytest
from tests.cli.rooms import WEAK, Terminal


@pytest.fixture
def saved(kept: Terminal) -> Terminal:
    """The backup is there, and the room is gone."""
    assert 0 == kept.run("backup", "create", "--to", "one.backup")
    shutil.rmtree(kept.folder / ".strongroom")
    return kept


def test_the_way_back(saved: Terminal) -> None:
    restore = ("restore", "one.backup", "--to", ".strongroom", "--reason", "the disk is lost")
    assert 0 == saved.run(*restore)
    assert b"restore --confirm" in saved.out
    assert 4 == saved.run("secret", "get", WEAK)
    assert b"environment-frozen" in saved.err
    assert 0 == saved.run("status")
    assert b"no: restored" in saved.out
    assert 0 == saved.run("restore", "--confirm", "--reason", "looked at it")
    assert 0 == saved.run("secret", "get", WEAK)
    assert saved.out == b"weak-1"
    assert 0 == saved.run("fsck")


def test_machines_get_the_new_log_key(saved: Terminal) -> None:
    made = saved.json("restore", "one.backup", "--to", ".strongroom", "--reason", "lost")

    assert made["log_key"] == saved.json("status")["log_key"]
    assert 11 == saved.run("audit", "verify", "--key", made["log_key"])
    assert made["from_instance"] != made["instance_id"]


@pytest.mark.parametrize(
    "given",
    [[], ["one.backup"], ["--to", "x"], ["one.backup", "--to", "x", "--moved"],
     ["--moved", "--in-place"], ["--confirm", "--cloned"], ["--in-place", "--anywhere"]],
)  # fmt: skip
def test_one_thing_at_a_time(kept: Terminal, given: list[str]) -> None:
    assert 2 == kept.run("restore", *given, "--reason", "x")
    assert b"restore-mode" in kept.err


def test_a_reason_is_needed(saved: Terminal) -> None:
    assert 3 == saved.run("restore", "one.backup", "--to", "new")
    assert b"reason-missing" in saved.err


def test_a_copied_folder_says_what_to_do(kept: Terminal) -> None:
    shutil.copytree(kept.folder / ".strongroom", kept.folder / "copy")
    room = ("--room", "copy")
    assert 10 == kept.run("status", *room)
    assert b"restore --in-place" in kept.err
    assert b"restore --moved" in kept.err
    assert 0 == kept.run("restore", "--in-place", "--reason", "a second site", *room)
    assert 0 == kept.run("restore", "--confirm", "--reason", "as planned", *room)
    assert 0 == kept.run("secret", "get", WEAK, *room)
    assert 0 == kept.run("secret", "get", WEAK)


def test_a_moved_folder_is_opened_once_it_is_said(kept: Terminal) -> None:
    shutil.copytree(kept.folder / ".strongroom", kept.folder / "copy")
    shutil.rmtree(kept.folder / ".strongroom")
    assert 0 == kept.run("restore", "--moved", "--reason", "a new disk", "--room", "copy")
    assert 0 == kept.run("secret", "get", WEAK, "--room", "copy")
