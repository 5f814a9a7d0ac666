"""`strongroom backup` at the terminal."""

from pathlib import Path

import pytest
from tests.cli.rooms import KEY, Terminal

from strongroom.cli import backup


def test_a_backup_is_made_verified_and_listed(kept: Terminal) -> None:
    assert 0 == kept.run("backup", "create", "--to", "one.backup")
    assert b"one.backup" in kept.out
    (before,) = kept.json("backup", "list")
    assert 0 == kept.run("backup", "verify", "one.backup")
    assert b"the backup is whole" in kept.out
    assert b"not checked" in kept.out
    (after,) = kept.json("backup", "list")

    assert (before["verified_us"], before["manifest"]) == (None, "ours")
    assert after["verified_us"]
    assert 0 == kept.run("backup", "list", ".")
    assert b"one.backup" in kept.out


def test_machines_get_json(kept: Terminal) -> None:
    made = kept.json("backup", "create", "--to", "one.backup")
    found = kept.json("backup", "verify", "one.backup")

    assert made["backup_id"] == found["backup"]
    assert found["ok"]
    assert found["recorded"]


def test_a_damaged_one_ends_with_eleven_and_is_recorded(kept: Terminal) -> None:
    kept.run("backup", "create", "--to", "one.backup")
    file = kept.folder / "one.backup"
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")

    assert 11 == kept.run("backup", "verify", "one.backup")
    assert b"backup-body-changed" in kept.err
    kept.run("audit", "list", "--json")
    assert b"failed" in kept.out


def test_it_is_verified_and_listed_without_its_room(kept: Terminal) -> None:
    kept.run("backup", "create", "--to", "one.backup")
    (kept.folder / ".strongroom").rename(kept.folder / "elsewhere")

    assert not kept.json("backup", "verify", "one.backup")["recorded"]
    assert [one["manifest"] for one in kept.json("backup", "list")] == ["unchecked"]


def test_an_empty_folder_has_no_backups(kept: Terminal, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert 0 == kept.run("backup", "list", "empty")
    assert b"no backups" in kept.out
    assert 5 == kept.run("backup", "list", "none")


def test_a_listed_file_is_shown_with_what_is_wrong_with_it(kept: Terminal) -> None:
    (kept.folder / "notes.backup").write_bytes(b"notes")

    assert 0 == kept.run("backup", "list")
    assert b"backup-unknown" in kept.out


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1,023 B"), (1024, "1.0 KiB"), (5 << 40, "5.0 TiB")]
)
def test_sizes_are_for_people(count: int, text: str) -> None:
    assert text == backup.size(count)


def test_progress_is_for_a_terminal_only(kept: Terminal) -> None:
    kept.run("backup", "create", "--to", "one.backup")
    assert kept.err == b""
    assert 0 == kept.run("secret", "get", KEY)
