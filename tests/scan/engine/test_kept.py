"""Tests for strongroom.scan.engine.kept."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from strongroom.scan.engine import kept

MAGIC = b"magic\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cache" / "file.bin"
    kept.write(path, MAGIC, b"body")
    return path


def test_what_was_written_is_read_and_is_the_user_s_alone(file: Path) -> None:
    assert b"body" == kept.read(file, MAGIC)
    assert [file] == list(file.parent.iterdir())
    assert (0o700, 0o600) == (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777)


def test_there_is_none(tmp_path: Path) -> None:
    assert kept.read(tmp_path / "none" / "file.bin", MAGIC) is None
    assert kept.read(tmp_path, MAGIC) is None


@pytest.mark.parametrize("damage", ["empty", "cut", "bit", "other", "longer"])
def test_a_damaged_file_is_none(file: Path, damage: str) -> None:
    good = file.read_bytes()
    file.write_bytes({
        "empty": b"",
        "cut": good[:-1],
        "bit": good[:-1] + bytes([good[-1] ^ 1]),
        "other": b"other\n" + sha256(b"body").digest() + b"body",
        "longer": good + b"\0",
    }[damage])  # fmt: skip
    assert kept.read(file, MAGIC) is None


def test_what_others_could_have_written_is_none(file: Path) -> None:
    file.chmod(0o660)
    assert kept.read(file, MAGIC) is None
    file.chmod(0o600)
    file.parent.chmod(0o770)
    assert kept.read(file, MAGIC) is None
    file.unlink()
    kept.write(file, MAGIC, b"body")
    assert not file.exists()


def test_it_is_said_why_a_folder_is_not_believed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = file.parent
    assert ["", ""] == [kept.distrusted(folder), kept.distrusted(folder / "none")]
    for mode in (0o755, 0o720, 0o701):
        folder.chmod(mode)
        assert f"chmod 700 {folder}" in kept.distrusted(folder)
    folder.chmod(0o700)
    (folder.parent / "link").symlink_to(folder)
    assert "XDG_CACHE_HOME" in kept.distrusted(folder.parent / "link")
    other = os.geteuid() + 1
    monkeypatch.setattr("os.geteuid", lambda: other)
    assert "XDG_CACHE_HOME" in kept.distrusted(folder)


def test_the_last_ones_of_a_kind_stay(tmp_path: Path) -> None:
    (tmp_path / "pointer").touch()
    kept.write(tmp_path / "other-0.bin", MAGIC, b"body")
    for number in range(kept.FILES_MAX + 3):
        file = tmp_path / f"kind-{number}.bin"
        kept.write(file, MAGIC, b"body")
        os.utime(file, (number, number))
    left = {path.name for path in tmp_path.iterdir()}
    assert {"pointer", "other-0.bin"} <= left
    # The one that is being written is the newest, and stays.
    assert {f"kind-{number}.bin" for number in range(3, kept.FILES_MAX + 3)} == left - {
        "pointer", "other-0.bin",
    }  # fmt: skip


def test_a_link_is_not_followed(file: Path) -> None:
    elsewhere = file.with_name("elsewhere")
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert kept.read(file, MAGIC) is None


def test_what_cannot_be_written_is_told_and_leaves_nothing(file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="File exists"):
        kept.write(tmp_path / "file" / "file.bin", MAGIC, b"body")
    file.unlink()
    file.mkdir()
    with pytest.raises(IsADirectoryError):
        kept.write(file, MAGIC, b"body")
    assert [file] == list(file.parent.iterdir())
