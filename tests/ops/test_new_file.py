"""A new file is whole, its owner's alone, and overwrites nothing."""

import os
import stat
from pathlib import Path

import pytest

from strongroom.errors import ConflictError, MachineError
from strongroom.ops.new_file import new_file


def test_it_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new"
    with new_file(path) as stream:
        stream.write(b"half")
        assert not path.exists()
        stream.write(b" whole")

    assert path.read_bytes() == b"half whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(tmp_path.iterdir())


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), new_file(tmp_path / "new") as stream:
        stream.writelines([b"half", None])  # type: ignore[list-item]

    assert [] == list(tmp_path.iterdir())


def test_nothing_is_overwritten_and_no_link_followed(tmp_path: Path) -> None:
    for name, make in (
        ("file", lambda p: p.write_bytes(b"old")),
        ("link", lambda p: p.symlink_to("gone")),
    ):
        path = tmp_path / name
        make(path)  # type: ignore[no-untyped-call]
        with pytest.raises(ConflictError), new_file(path) as stream:
            stream.write(b"new")
    with pytest.raises(ConflictError), new_file(tmp_path / "late") as stream:
        (tmp_path / "late").write_bytes(b"somebody was first")

    assert (tmp_path / "late").read_bytes() == b"somebody was first"
    assert (tmp_path / "file").read_bytes() == b"old"
    assert not (tmp_path / "gone").exists()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "x", tmp_path / "a\0b", Path("/proc/none")):
        with pytest.raises(MachineError), new_file(path) as stream:
            os.write(stream.fileno(), b"x")
