"""`strongroom audit anchor` at the terminal."""

import json
import shutil
import sqlite3

import pytest
from tests.anchor.places import repository
from tests.cli.rooms import KEY, Terminal


def test_a_checkpoint_goes_to_every_anchor(kept: Terminal) -> None:
    repository(kept.folder)
    assert 0 == kept.run("audit", "anchor", "add", "file", "anchor.jsonl")
    assert 0 == kept.run("audit", "anchor", "add", "git", "repo")
    assert 0 == kept.run("audit", "checkpoint")
    note = kept.out.decode()
    lines = (kept.folder / "anchor.jsonl").read_text("utf-8").splitlines()
    assert [note.split("\n")[0]] * 2 == [json.loads(x)["checkpoint"].split("\n")[0] for x in lines]
    assert 0 == kept.run("audit", "anchor", "push")
    assert 2 == len(kept.json("audit", "anchor", "push"))
    assert 2 == len(kept.json("audit", "anchor", "list"))
    key = kept.json("status")["log_key"]
    assert 0 == kept.run("audit", "anchor", "verify", "--key", key)
    assert kept.out.count(b"holds") == 2
    assert 0 == kept.run("audit", "anchor", "list")
    assert 0 == kept.run("audit", "anchor", "remove", "repo")
    assert 0 == kept.run("fsck")


def test_a_rollback_ends_with_eleven_and_is_named(kept: Terminal) -> None:
    room = kept.folder / ".strongroom" / "room.db"
    kept.run("audit", "anchor", "add", "file", "anchor.jsonl")
    with sqlite3.connect(room) as db:
        db.execute("VACUUM INTO 'old.db'")
    db.close()
    for _ in range(8):
        kept.run("secret", "get", KEY)
    kept.run("audit", "checkpoint")
    for name in ("room.db-wal", "room.db-shm"):
        (room.parent / name).unlink(missing_ok=True)
    shutil.copyfile(kept.folder / "old.db", room)

    assert 0 == kept.run("audit", "verify")
    assert 11 == kept.run("audit", "anchor", "verify")
    assert b"rolled-back" in kept.out
    assert 11 == kept.run("audit", "anchor", "verify", "--json")
    assert b"the log has 6 entries, and 14 were signed" in kept.out
    assert 11 == kept.run("audit", "anchor", "verify", "--json")
    assert not json.loads(kept.out)["ok"]
    assert 11 == kept.run("audit", "checkpoint")
    assert b"[anchor-contradicts]" in kept.err
    assert 11 == kept.run("audit", "anchor", "push")


def test_without_an_anchor_nothing_is_called_good(kept: Terminal) -> None:
    assert 11 == kept.run("audit", "anchor", "verify")
    assert b"no anchors" in kept.out
    assert 0 == kept.run("audit", "anchor", "list")


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["add", "git", "https://a:b@example.org/x"], 3, b"anchor-remote"),
        (["add", "file", ".strongroom/a"], 3, b"anchor-inside"),
        (["add", "cloud", "x"], 2, b"usage"),
        (["remove", "none"], 5, b"anchor-unknown"),
        (["push"], 5, b"anchor-none"),
        (["verify", "--key", "x"], 3, b"vkey-invalid"),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("audit", "anchor", *argv)
    assert b"[" + code + b"]" in kept.err
    assert b"a:b@" not in kept.err
