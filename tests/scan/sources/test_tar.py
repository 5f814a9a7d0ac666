"""Tests for strongroom.scan.sources.tar, against archives of Python's own module."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from strongroom.scan.sources.content import reader
from strongroom.scan.sources.tar import BLOCK, BrokenTarError, members

FILES = {
    "a.txt": b"one",
    "empty": b"",
    "block": b"x" * BLOCK,
    "deep/" * 30 + "b.txt": b"two" * 1000,
    "ü/" + "name" * 60: b"three",
}


def archive(files: dict[str, bytes], format_: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format_) as tar:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        link = tarfile.TarInfo("link")
        link.type, link.linkname = (
            tarfile.SYMTYPE,
            "t" * (90 if format_ == tarfile.USTAR_FORMAT else 200),
        )
        tar.addfile(link)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    return {
        member.path: member.read(1 << 20)
        for member in members(reader(data))
        if member.path not in {"folder/", "link"}
    }


@pytest.mark.parametrize("format_", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
def test_files_come_with_their_names(format_: int) -> None:
    assert FILES == read(archive(FILES, format_))


def test_ustar_has_a_prefix() -> None:
    files = {"folder/" * 20 + "b.txt": b"two"}
    assert files == read(archive(files, tarfile.USTAR_FORMAT))


def test_what_is_not_read_is_passed() -> None:
    data = archive(FILES, tarfile.PAX_FORMAT)
    assert ["folder/", "link", *FILES] == [member.path for member in members(reader(data))]
    assert {"link": "t" * 200} == {m.path: m.link for m in members(reader(data)) if m.link}


def test_names_that_are_no_text_survive() -> None:
    name = "caf\udce9"
    assert {name: b"1"} == read(archive({name: b"1"}, tarfile.GNU_FORMAT))


def test_it_breaks_off() -> None:
    data = archive({"a": b"x" * 5000}, tarfile.GNU_FORMAT)
    at = data.index(b"xxxx")
    for end in (at + 100, at - 100):
        with pytest.raises(BrokenTarError):
            read(data[:end])


def test_headers_are_not_believed() -> None:
    data = bytearray(archive({"a": b"x"}, tarfile.PAX_FORMAT))
    at = data.index(b"x" + bytes(BLOCK - 1)) - BLOCK
    data[at] ^= 1
    with pytest.raises(BrokenTarError):
        read(bytes(data))


def test_an_extension_of_a_gigabyte_is_not_held() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    with pytest.raises(BrokenTarError):
        read(info.tobuf(tarfile.GNU_FORMAT) + bytes(BLOCK))


def test_records_that_are_none() -> None:
    for record in (b"999 path=a\n", b"x path=a\n", b"0 \n", b"12 size=many\n"):
        info = tarfile.TarInfo("pax")
        info.type, info.size = tarfile.XHDTYPE, len(record)
        with pytest.raises(BrokenTarError):
            read(info.tobuf(tarfile.USTAR_FORMAT) + record.ljust(BLOCK, b"\0"))


def test_a_file_with_many_holes_does_not_hide_what_is_behind_it(tmp_path: Path) -> None:
    """Made by the real tar: Python's own cannot write it."""
    with (tmp_path / "holes").open("wb") as file:
        for number in range(40):
            file.seek(number << 18)
            file.write(b"e")
    (tmp_path / "z").write_text("behind")
    subprocess.run(["tar", "-S", "-cf", "x.tar", "holes", "z"], cwd=tmp_path, check=True)
    found = read((tmp_path / "x.tar").read_bytes())

    assert (["holes", "z"], b"behind") == (list(found), found["z"])


def test_several_behind_one_another_are_one() -> None:
    data = archive({"a": b"1"}, tarfile.GNU_FORMAT) + archive({"b": b"2"}, tarfile.GNU_FORMAT)

    assert {"a": b"1", "b": b"2"} == read(data)
    with pytest.raises(BrokenTarError):
        read(data + b"a text")
