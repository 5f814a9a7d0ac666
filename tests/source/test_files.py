"""Tests for strongroom.source.files."""

import os
import socket
from pathlib import Path

import pytest
from tests.check.build import write

from strongroom.source import files
from strongroom.source.files import Content, read, walk
from strongroom.source.seen import Area, NotLookedAt


def why(root: Path, name: str) -> tuple[str, Area]:
    found = read(root, name)
    assert isinstance(found, NotLookedAt)
    return found.code, found.area


def test_a_file_is_read_with_its_mode(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"x\xff"})
    (tmp_path / "a.py").chmod(0o640)

    assert Content(b"x\xff", 0o640) == read(tmp_path, "a.py")


def test_what_is_no_file_is_named_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.py"))

        assert ("not-a-file", Area.PYTHON) == why(tmp_path, "pipe.py")
        assert ("not-a-file", Area.PYTHON) == why(tmp_path, "folder.py")
        assert "unreadable" == why(tmp_path, "s.py")[0]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a.py": ""})
    write(tmp_path, {"outside.py": ""})
    for name, target in {
        "in.py": "a.py", "out.py": "../outside.py", "gone.py": "nothing", "loop.py": "loop.py",
    }.items():  # fmt: skip
        (root / name).symlink_to(target)

    assert ("symlink", Area.OTHER) == why(root, "in.py")
    assert ("symlink-outside", Area.OTHER) == why(root, "out.py")
    assert ("symlink-dangling", Area.OTHER) == why(root, "gone.py")
    assert ("symlink-loop", Area.OTHER) == why(root, "loop.py")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.py").open("wb") as stream:
        stream.truncate(files.FILE_BYTES_MAX + 1)

    assert ("too-large", Area.PYTHON) == why(tmp_path, "big.py")


def test_a_file_that_is_gone_is_no_gap(tmp_path: Path) -> None:
    write(tmp_path, {"file": ""})

    assert ("not-on-disk", Area.OTHER) == why(tmp_path, "gone.py")
    assert ("not-on-disk", Area.OTHER) == why(tmp_path, "file/below.py")


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "input/output error")])
def test_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def fail(*_: object) -> int:
        raise error

    write(tmp_path, {"a.py": ""})
    monkeypatch.setattr(os, "open", fail)

    assert ("unreadable", Area.PYTHON) == why(tmp_path, "a.py")


def test_a_file_that_breaks_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "input/output error")

    write(tmp_path, {"a.py": ""})
    monkeypatch.setattr(os, "fdopen", fail)

    assert ("unreadable", Area.PYTHON) == why(tmp_path, "a.py")


def test_a_walk_names_what_it_leaves_out(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "b/c.py": "", ".venv/x.py": "", "b/__pycache__/y.pyc": ""})
    (tmp_path / "again").symlink_to(".")
    unread: list[NotLookedAt] = []

    assert {"a.py", "b/c.py", "again"} == set(walk(tmp_path, unread))
    assert [(".venv", "folder-skipped", Area.OTHER)] == [(n.path, n.code, n.area) for n in unread]


def test_a_walk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"{n}.py": "" for n in range(5)})
    monkeypatch.setattr(files, "FILES_MAX", 3)
    unread: list[NotLookedAt] = []

    assert 3 == len(list(walk(tmp_path, unread)))
    assert ["too-many-files"] == [n.code for n in unread]


def test_a_folder_that_cannot_be_opened_is_a_gap_everywhere(tmp_path: Path) -> None:
    unread: list[NotLookedAt] = []

    assert [] == list(walk(tmp_path / "nothing", unread))
    assert [Area.FOLDER] == [n.area for n in unread]
