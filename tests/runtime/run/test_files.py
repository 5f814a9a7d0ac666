"""Files in memory, swapped all at once, and gone with whoever made them."""

import os
import stat
from pathlib import Path

import pytest

from strongroom.errors import MachineError
from strongroom.runtime.run import files
from strongroom.runtime.run.files import Folder, in_memory, make, sweep


def held(folder: Folder) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.path.iterdir() if not p.name.startswith(".")}


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put({"A": "1"})

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "A").stat().st_mode) == 0o600


def test_all_files_are_swapped_at_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put({"A": "1", "B": "1"})
    before = os.open(folder.path / files.DATA, os.O_RDONLY)
    with (folder.path / "A").open() as open_:
        folder.put({"A": "2", "C": "2"})
        assert open_.read() == "1"  # whoever has it open keeps what it was
    os.close(before)

    assert held(folder) == {"A": "2", "C": "2"}
    assert sum(p.name.startswith("..") for p in folder.path.iterdir()) == 2  # nothing old is left


def test_what_could_not_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.put({"A": "1"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "symlink_to", full)
    with pytest.raises(MachineError, match="No space left"):
        folder.put({"A": "2"})

    assert held(folder) == {"A": "1"}


def test_removing_is_done_as_often_as_it_is_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put({"A": "1"})
    folder.remove()
    folder.remove()

    assert list(tmp_path.iterdir()) == []


def test_what_nobody_holds_any_more_is_removed_and_the_rest_is_not(tmp_path: Path) -> None:
    kept, forgotten = Folder(tmp_path), Folder(tmp_path)
    forgotten.put({"A": "1"})
    os.close(forgotten._held)
    (tmp_path / f"{files.START}link").symlink_to(tmp_path)
    sweep(tmp_path)

    assert kept.path.exists()
    assert not forgotten.path.exists()
    assert (tmp_path / f"{files.START}link").is_symlink()


def test_only_what_is_in_memory_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    line = "1 2 {} / /x rw shared:1 - {} x rw\n"

    assert in_memory(tmp_path, line.format("0:9999", "tmpfs") + line.format(number, "tmpfs"))
    assert not in_memory(tmp_path, line.format(number, "ext4"))
    assert not in_memory(tmp_path / "none", line.format(number, "tmpfs"))
    assert not in_memory(tmp_path, "garbage\n - \n")
    mounts = tmp_path / "mounts"
    mounts.write_text(line.format(number, "tmpfs"))
    monkeypatch.setattr(files, "MOUNTS", mounts)
    assert make({"XDG_RUNTIME_DIR": str(tmp_path)}).path.parent == tmp_path
    mounts.write_text("")
    with pytest.raises(MachineError) as caught:
        make({"XDG_RUNTIME_DIR": str(tmp_path)})
    assert caught.value.code == "run-no-memory"
