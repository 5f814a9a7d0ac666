"""Tests for strongroom.ops.saving."""

import os
from pathlib import Path

import pytest

from strongroom.errors import MachineError
from strongroom.ops.saving import save


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    save(tmp_path / "out.json", b"{}")

    assert b"{}" == (tmp_path / "out.json").read_bytes()
    assert ["out.json"] == [p.name for p in tmp_path.iterdir()]
    for bad in (tmp_path / "no" / "out.json", tmp_path / "out.json" / "x"):
        with pytest.raises(MachineError) as failed:
            save(bad, b"{}")
        assert failed.value.code == "output-unwritable"


def test_a_file_that_is_replaced_keeps_its_mode_and_a_new_one_has_that_of_the_umask(
    tmp_path: Path,
) -> None:
    modes = {}
    for mode in (0o600, 0o755, 0o664):
        path = tmp_path / f"{mode:o}"
        path.touch()
        path.chmod(mode)
        save(path, b"{}")
        modes[mode] = path.stat().st_mode & 0o777
    (tmp_path / "plain").touch()
    save(tmp_path / "new", b"{}")

    assert {mode: mode for mode in modes} == modes
    assert (tmp_path / "plain").stat().st_mode == (tmp_path / "new").stat().st_mode


def test_a_link_that_was_planted_beside_it_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / f".out.json.{os.getpid()}.tmp").symlink_to(outside)
    save(folder / "out.json", b"{}")

    assert "mine" == outside.read_text()
    assert not (folder / "out.json").is_symlink()
    assert b"{}" == (folder / "out.json").read_bytes()


def test_nothing_that_is_there_is_taken_for_the_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.urandom", bytes)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / f".out-{bytes(8).hex()}").symlink_to(outside)

    with pytest.raises(MachineError):
        save(tmp_path / "out", b"{}")
    assert "mine" == outside.read_text()
    assert [f".out-{bytes(8).hex()}", "outside"] == sorted(p.name for p in tmp_path.iterdir())


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(MachineError):
        save(tmp_path / "out", b"{}")
    assert ["out"] == [p.name for p in tmp_path.iterdir()]


def test_a_private_file_is_private_whatever_was_there(tmp_path: Path) -> None:
    (tmp_path / "out").touch(0o644)
    save(tmp_path / "out", b"{}", private=True)
    save(tmp_path / "new", b"{}", private=True)

    assert [0o600] * 2 == [p.stat().st_mode & 0o777 for p in tmp_path.iterdir()]
