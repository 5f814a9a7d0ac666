"""`strongroom audit prove`, `check-proof`, `export` and `verifier` at the terminal."""

import json

import pytest
from tests.cli.rooms import KEY, Terminal
from tests.standalone import exports


def test_a_proof_is_made_and_checked_without_the_room(terminal: Terminal) -> None:
    key = terminal.init()["log_key"]
    assert 0 == terminal.run("audit", "prove", "0", "--detail", "--out", "proof.json")
    (terminal.folder / ".strongroom").rename(terminal.folder / "gone")

    assert 0 == terminal.run("audit", "check-proof", "proof.json", "--key", key)
    assert b"entry 0 is in the log" in terminal.out
    assert terminal.json("audit", "check-proof", "proof.json", "--key", key)["verb"] == "administer"
    proof = (terminal.folder / "proof.json").read_bytes()
    assert 0 == terminal.run("audit", "check-proof", "-", "--key", key, stdin=proof)
    changed = proof.replace(b'"place": 0', b'"place": 1')
    assert 11 == terminal.run("audit", "check-proof", "-", "--key", key, stdin=changed)
    assert b"[inclusion-proof]" in terminal.err


def test_a_kept_checkpoint_is_continued(kept: Terminal) -> None:
    assert 0 == kept.run("audit", "checkpoint", "--output", "note")
    kept.run("secret", "get", KEY)
    kept.run("audit", "checkpoint")
    size = kept.out.split(b"\n")[1].decode()
    key = kept.json("status")["log_key"]
    assert 0 == kept.run("audit", "prove", "--between", "note", size)

    assert 0 == kept.run("audit", "check-proof", "-", "--key", key, stdin=kept.out)
    assert b"begins with that of" in kept.out
    assert 3 == kept.run("audit", "prove", "1", "--between", "note", size)


def test_an_export_is_verified_by_what_verifier_writes(kept: Terminal) -> None:
    assert 0 == kept.run("audit", "export", "--out", "log.jsonl")
    assert b"sha256" in kept.out
    assert kept.json("audit", "export", "--format", "csv", "--out", "log.csv")["entries"] > 3
    assert 0 == kept.run("audit", "verifier", "--out", "verify.py")
    key = kept.json("status")["log_key"]
    status, report = exports.run(exports.alone(kept.folder), kept.folder / "log.jsonl", key)

    assert (status, report["ok"]) == (0, True)
    assert json.loads((kept.folder / "log.jsonl").read_bytes().splitlines()[0])["first"] == 0


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["prove"], 3, b"entry-invalid"),
        (["prove", "99999"], 5, b"entry-unknown"),
        (["prove", "--address", KEY, "--at", "noon"], 3, b"time-invalid"),
        (["prove", "--between", "none", "1"], 8, b"checkpoint-unreadable"),
        (["check-proof", "none", "--key", "x"], 8, b"proof-unreadable"),
        (["export", "--out", "x", "--from", "99999"], 3, b"export-range"),
        (["export", "--out", "none/x"], 8, b"file-unwritable"),
        (["export", "--out", "x", "--format", "xml"], 2, b"usage"),
        (["verifier", "--out", "none/x"], 8, b"file-unwritable"),
    ],
)
def test_what_cannot_be_meant_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("audit", *argv)
    assert b"[" + code + b"]" in kept.err
