"""Tests for strongroom.ops.saving."""

import os
import socket
import stat
import threading
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


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_is_written_into_and_stays(tmp_path: Path, linked: bool, private: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    data = b"x" * 300_000
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    save(tmp_path / "link" if linked else pipe, data, private=private)
    reader.join(10)

    assert [data] == read
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("kind", ["socket", "folder"])
def test_what_is_no_file_and_cannot_be_written_into_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, linked: bool
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    (tmp_path / "link").symlink_to("there")
    with socket.socket(socket.AF_UNIX) as one:
        if kind == "socket":
            one.bind("there")
        else:
            Path("there").mkdir()
        before = os.lstat("there")
        with pytest.raises(MachineError) as failed:
            save(Path("link" if linked else "there"), b"{}")

    assert failed.value.code == "output-unwritable"
    assert (before.st_ino, before.st_mode) == (os.lstat("there").st_ino, os.lstat("there").st_mode)
    assert ["link", "there"] == sorted(p.name for p in tmp_path.iterdir())
    assert (tmp_path / "link").is_symlink()


def test_another_name_of_an_open_file_stays(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as stream:
        (tmp_path / "stdout").symlink_to(f"/proc/self/fd/{stream.fileno()}")
        with pytest.raises(MachineError):
            save(tmp_path / "stdout", b"{}")

    assert (tmp_path / "stdout").is_symlink()


def test_a_link_to_a_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for name in ("file", "none"):
        link = tmp_path / f"to-{name}"
        link.symlink_to(name)
        save(link, b"{}")

        assert not link.is_symlink()
        assert b"{}" == link.read_bytes()
    assert "mine" == (tmp_path / "file").read_text()
