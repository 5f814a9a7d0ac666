"""`strongroom export` at the terminal."""

import json
import stat
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from tests.cli.rooms import KEY, WEAK, Terminal

from strongroom.ops import export
from strongroom.secret.exporting import age


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_for_a_recipient_and_in_again(kept: Terminal) -> None:
    """P-3.8: out encrypted, in with the key, the same value at the same address."""
    key = Identity.generate()
    (kept.folder / "key.txt").write_text(f"# mine\n{key}\n", "utf-8")
    to = ("--recipient", str(key.to_public()), "--to", "out.json.age")
    assert 0 == kept.run("export", "development", *to)
    assert b"1 secrets in out.json.age" in kept.err
    file = kept.folder / "out.json.age"
    assert 0o600 == mode(file)
    assert b"weak-1" not in file.read_bytes()
    assert 2 == kept.run("import", "out.json.age", "--on-conflict", "new-version")
    assert b"[source-encrypted]" in kept.err
    words = ("--identity", "key.txt", "--on-conflict", "new-version")
    assert 0 == kept.run("import", "out.json.age", *words)
    assert 0 == kept.run("secret", "get", WEAK, "--version", "2")
    assert b"weak-1" == kept.out


def test_in_the_clear_needs_a_reason_and_a_file(kept: Terminal) -> None:
    plain = ("development", "--plain", "--format", "env")
    assert 3 == kept.run("export", *plain, "--to", "out.env")
    assert b"[reason-missing]" in kept.err
    assert 2 == kept.run("export", *plain, "--reason", "a move")
    assert b"[export-where]" in kept.err
    assert not (kept.folder / "out.env").exists()
    found = kept.json("export", *plain, "--reason", "a move", "--to", "out.env")
    assert {"file": "out.env", "exported": [WEAK], "without_value": [], "left_out": []} == found
    assert "DATABASE_PASSWORD=weak-1\n" == (kept.folder / "out.env").read_text("utf-8")
    assert 0o600 == mode(kept.folder / "out.env")


def test_nothing_is_written_over(kept: Terminal) -> None:
    (kept.folder / "out.json").write_text("mine", "utf-8")
    (kept.folder / "link.json").symlink_to("elsewhere.json")
    for name in ("out.json", "link.json"):
        words = ("--plain", "--reason", "a move", "--to", name)
        assert 6 == kept.run("export", "development", *words)
        assert b"[file-exists]" in kept.err
    assert "mine" == (kept.folder / "out.json").read_text("utf-8")
    assert not (kept.folder / "elsewhere.json").exists()


def test_one_way_and_only_one(kept: Terminal) -> None:
    for words in ([], ["--plain", "--passphrase"]):
        assert 2 == kept.run("export", "development", *words, "--reason", "x", "--to", "o")
        assert b"[export-how]" in kept.err
    assert 3 == kept.run("export", "development", "--recipient", "nonsense", "--to", "o")
    assert b"[recipient-invalid]" in kept.err
    assert 3 == kept.run("export", "development", "--passphrase", "--to", "o", stdin=b"weak")
    assert b"[passphrase-weak]" in kept.err
    assert not (kept.folder / "o").exists()


def test_an_encrypted_export_goes_into_a_pipe(kept: Terminal) -> None:
    key = Identity.generate()
    file = kept.folder / "recipients.txt"
    file.write_text(f"# the team\n{key.to_public()}\n", "utf-8")
    assert 0 == kept.run("export", KEY, "--recipients-file", "recipients.txt")
    (record,) = json.loads(age.open_with(kept.out, identities=str(key)))

    assert (KEY, "jwt-secret-key", "Ada Lovelace") == (
        record["name"], record["type"], record["owner"],
    )  # fmt: skip


def test_what_may_not_leave_is_named(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_never", lambda _, type_id: "database" in type_id)
    words = ("--plain", "--reason", "a move", "--to", "out.json")
    assert 4 == kept.run("export", "development", "production", *words)
    assert b"[export-never]" in kept.err
    assert 0 == kept.run("export", "development", "production", *words, "--leave-out")
    assert f"left out {WEAK}".encode() in kept.err
    found = json.loads((kept.folder / "out.json").read_text("utf-8"))
    assert [KEY] == [record["name"] for record in found]
