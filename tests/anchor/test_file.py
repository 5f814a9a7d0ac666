"""A file as an anchor: appended to only, and to nothing else than an anchor."""

import json
import os
from pathlib import Path

import pytest
from tests.anchor.places import note
from tests.audit.logs import ORIGIN, START_US

from strongroom.anchor.file import FileAnchor
from strongroom.errors import InvalidError, MachineError


def lines(*notes: str) -> bytes:
    return b"".join(json.dumps({"checkpoint": one}).encode() + b"\n" for one in notes)


def test_a_line_is_the_checkpoint_as_an_export_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    FileAnchor(path, ORIGIN).append(note(1), START_US)

    assert path.read_bytes() == lines(note(1))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 5, 20, 60, 200])
def test_a_line_that_a_crash_cut_off_is_none_and_spoils_none(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(lines(note(1)) + lines(note(2))[:cut])
    anchor = FileAnchor(path, ORIGIN)
    assert list(anchor.notes()) == [note(1)]
    anchor.append(note(3), START_US)
    anchor.append(note(4), START_US)

    assert list(anchor.notes()) == [note(1), note(3), note(4)]
    assert path.read_bytes().startswith(lines(note(1)) + lines(note(2))[:cut])


@pytest.mark.parametrize(
    "other",
    [b"export PATH=/bin\n", b"{}\n", b"[1]\n", b'{"checkpoint": 1}\n', b'{"checkpoint": "x", "a": 1}\n',
     b'{"checkpoint": "x"}\n', b"\x00\xff\n", b"a" * 200_000],
)  # fmt: skip
def test_nothing_is_appended_to_a_file_of_something_else(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / ".profile"
    path.write_bytes(other)
    with pytest.raises(InvalidError):
        FileAnchor(path, ORIGIN).append(note(1), START_US)
    with pytest.raises(InvalidError):
        list(FileAnchor(path, ORIGIN).notes())

    assert path.read_bytes() == other


def test_no_link_is_followed_and_no_pipe_opened(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    os.mkfifo(tmp_path / "pipe")
    for name, error in (("link", MachineError), ("pipe", (InvalidError, MachineError))):
        with pytest.raises(error):
            FileAnchor(tmp_path / name, ORIGIN).append(note(1), START_US)

    assert not (tmp_path / "target").exists()


def test_it_is_on_the_disk_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.path.isdir(f"/proc/self/fd/{descriptor}"))  # noqa: PTH112
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    FileAnchor(tmp_path / "a", ORIGIN).append(note(1), START_US)

    assert synced == [False, True]
