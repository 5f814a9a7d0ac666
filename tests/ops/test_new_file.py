"""A new file is there whole and private, or not at all."""

import errno
import os
import signal
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.fault.disks import may_mount, small_disk

from strongroom.errors import ConflictError, MachineError, StrongroomError
from strongroom.ops.new_file import new_file


def code_of(path: Path) -> str:
    with pytest.raises(StrongroomError) as error, new_file(path) as file:
        file.write(b"x")
    return error.value.code


@pytest.fixture(params=["without a name", "with one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways, whatever this file system can do."""
    if request.param == "with one":
        monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY | os.O_CREAT | os.O_EXCL)


@pytest.mark.usefixtures("way")
def test_it_is_private_and_whole(tmp_path: Path) -> None:
    with new_file(tmp_path / "a") as file:
        file.write(b"whole")
        assert not (tmp_path / "a").exists()

    assert (tmp_path / "a").read_bytes() == b"whole"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.usefixtures("way")
def test_nothing_is_left_of_one_that_fails(tmp_path: Path) -> None:
    with suppress(KeyError), new_file(tmp_path / "a") as file:
        file.write(b"half")
        raise KeyError

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("way")
def test_nothing_is_replaced_and_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    assert code_of(tmp_path / "a") == code_of(tmp_path / "link") == "file-exists"
    with suppress(ConflictError), new_file(tmp_path / "b"):
        (tmp_path / "b").write_bytes(b"somebody was faster")
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert (tmp_path / "b").read_bytes() == b"somebody was faster"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "link"}


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (
        tmp_path / "none" / "a",
        tmp_path / "file" / "a",
        tmp_path / "a\x00",
        Path("/proc/none"),
    ):
        assert code_of(path) == "file-unwritable"


def test_a_killed_process_leaves_nothing(tmp_path: Path) -> None:
    """Where a file can be without a name; this machine's temporary folder is such a place."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        with new_file(tmp_path / "a") as file:
            file.write(bytes(1 << 20))
            os.write(writer, b"x")
            signal.pause()
        os._exit(0)
    os.read(reader, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for end in (reader, writer):
        os.close(end)

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    if not may_mount(tmp_path / "probe"):
        assert os.geteuid() != 0  # CI may mount; elsewhere the other tests have to do
        return
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        with pytest.raises(MachineError) as error, new_file(disk / "a") as file:
            file.write(bytes(4 << 20))
        assert error.value.code == "file-unwritable"
        assert list(disk.iterdir()) == []


def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of memory sticks."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY | os.O_CREAT | os.O_EXCL)
    monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "a") as file:
        file.write(b"whole")

    assert (tmp_path / "a").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    with suppress(ConflictError), new_file(tmp_path / "b"):
        (tmp_path / "b").write_bytes(b"somebody was faster")
    assert (tmp_path / "b").read_bytes() == b"somebody was faster"


def test_it_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is named and empty after a crash would be taken for a whole one."""
    did: list[str] = []
    fsync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        did.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def linked(*names: Any, **folders: Any) -> None:
        did.append("name")
        link(*names, **folders)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    with new_file(tmp_path / "new") as stream:
        stream.write(b"whole")

    assert did == ["file", "name", "folder"]
