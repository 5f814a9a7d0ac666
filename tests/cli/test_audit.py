"""`strongroom audit` at the terminal."""

import sqlite3

import pytest
from tests.cli.rooms import KEY, Terminal


def test_the_list_says_who_did_what(kept: Terminal) -> None:
    kept.run("secret", "get", KEY)
    assert 0 == kept.run("audit", "list")
    assert b"read" in kept.out
    lines = kept.json(
        "audit",
        "list",
        "--verb",
        "read",
        "--address",
        KEY,
        "--since",
        "2020-01-01",
        "--until",
        "2120-01-01T00:00:00",
    )

    assert [("read", "granted", KEY)] == [(x["verb"], x["outcome"], x["address"]) for x in lines]
    assert 0 == kept.run("audit", "list", "--principal", "nobody")
    assert b"no entries" in kept.out


def test_verify_and_checkpoint(terminal: Terminal) -> None:
    made = terminal.init()

    assert 0 == terminal.run("audit", "verify", "--key", made["log_key"])
    assert b"the log is whole" in terminal.out
    assert 0 == terminal.run("audit", "verify")
    assert b"--key" in terminal.out
    assert terminal.json("audit", "verify")["ok"]
    assert 0 == terminal.run("audit", "checkpoint", "--output", "note")
    assert 6 == terminal.run("audit", "checkpoint", "--output", "note")
    assert 0 == terminal.run("audit", "checkpoint")
    assert terminal.out.startswith(b"strongroom/")


def test_an_edit_is_named_and_ends_with_eleven(kept: Terminal) -> None:
    kept.run("secret", "get", KEY)
    kept.run("status")
    with sqlite3.connect(kept.folder / ".strongroom" / "room.db") as db:
        db.execute("DROP TRIGGER entry_stays")
        rows = db.execute("SELECT lane, seq, leaf FROM entry ORDER BY at_us").fetchall()
        lane, seq, leaf = next(row for row in rows if b"read" in row[2])
        db.execute(
            "UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?",
            (leaf.replace(b"read", b"list"), lane, seq),
        )
    db.close()

    assert 11 == kept.run("audit", "verify")
    assert b"edited" in kept.out
    assert b"the log is not whole" in kept.out


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["list", "--since", "yesterday"], 3, b"time-invalid"),
        (["list", "--limit", "0"], 3, b"limit-invalid"),
        (["list", "--outcome", "lost"], 3, b"outcome-unknown"),
        (["verify", "--key", "nonsense"], 3, b"vkey-invalid"),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("audit", *argv)
    assert b"[" + code + b"]" in kept.err
