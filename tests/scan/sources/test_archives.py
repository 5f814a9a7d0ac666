"""Tests for strongroom.scan.sources.archives."""

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zipfile

import pytest
import zstandard
from tests.scan.sources.build import codes, names_inside, origin, split, texts

from strongroom.scan.model import NotScanned, Piece
from strongroom.scan.sources import allowance, archives
from strongroom.scan.sources.allowance import Allowance
from strongroom.scan.sources.content import look, reader, whole
from strongroom.scan.sources.text import Kind

CANARY = b"token = 'inside'\n"


def noise(octets: int) -> bytes:
    """Octets that no archive makes smaller, the same in every run."""
    return hashlib.shake_128(b"noise").digest(octets)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.mkdir("folder")
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def limited(data: bytes, **limits: int) -> list[Piece | NotScanned]:
    return list(look(reader(data), origin("a"), Allowance(**limits)))


@pytest.mark.parametrize(
    ("name", "data", "path"),
    [
        ("a.zip", zipped({"d/b.txt": CANARY}), "a.zip!d/b.txt"),
        ("stored.jar", zipped({"b": CANARY}, zipfile.ZIP_STORED), "stored.jar!b"),
        ("a.docx", zipped({"word/document.xml": CANARY}, zipfile.ZIP_LZMA), "a.docx!word/document.xml"),
        ("a.tar", tarred({"b.txt": CANARY}), "a.tar!b.txt"),
        ("a.tar.gz", gzip.compress(tarred({"b.txt": CANARY})), "a.tar.gz!b.txt"),
        ("a.tgz", gzip.compress(tarred({"b.txt": CANARY})), "a.tgz!b.txt"),
        ("a.tar.bz2", bz2.compress(tarred({"b.txt": CANARY})), "a.tar.bz2!b.txt"),
        ("a.tar.xz", lzma.compress(tarred({"b.txt": CANARY})), "a.tar.xz!b.txt"),
        ("a.tar.zst", zstandard.compress(tarred({"b.txt": CANARY})), "a.tar.zst!b.txt"),
        ("d/b.txt.gz", gzip.compress(CANARY), "d/b.txt.gz!b.txt"),
        ("no-name-says-so", bz2.compress(CANARY), "no-name-says-so!data"),
        ("", lzma.compress(CANARY), "!data"),
        ("w.zip", zipped({"i.tar": tarred({"x.gz": gzip.compress(CANARY)})}), "w.zip!i.tar!x.gz!x"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_archives_are_opened_by_content(name: str, data: bytes, path: str) -> None:
    assert {path: CANARY} == texts(whole(data, origin(name)))


def test_members_are_of_any_kind() -> None:
    data = zipped({"wide.txt": CANARY.decode().encode("utf-16"), "b": b"\0\1" + CANARY})
    pieces, _ = split(whole(data, origin("a.zip")))

    assert [("a.zip!wide.txt", "utf-16-le"), ("a.zip!b", "strings")] == [
        (piece.origin.path, piece.origin.encoding) for piece in pieces
    ]


def test_a_member_larger_than_a_window_comes_in_windows() -> None:
    text = noise(3_000_000).hex().encode() + b"\n" + CANARY
    pieces, unscanned = split(whole(gzip.compress(text, 1), origin("a.gz")))

    assert (2, []) == (len(pieces), unscanned)
    assert pieces[-1].data.endswith(CANARY)


def test_one_broken_member_leaves_the_others() -> None:
    data = bytearray(zipped({"a": CANARY, "b": b"x" * 50, "c": CANARY}, zipfile.ZIP_STORED))
    data[data.index(b"x" * 50)] ^= 1
    found = list(whole(bytes(data), origin("a.zip")))

    assert {"a.zip!b": "archive-corrupt"} == codes(found)
    assert {"a.zip!a", "a.zip!c"} == {piece.origin.path for piece in split(found)[0]}


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a": b"x" * 900})[:-30],
        b"PK\x03\x04 and then nothing of the kind",
        gzip.compress(CANARY * 500)[:60],
        b"\x1f\x8b\x08" + b"\xff" * 100,
        b"\xfd7zXZ\x00" + b"\xff" * 100,
        b"\x28\xb5\x2f\xfd" + b"\xff" * 100,
        b"BZh91AY&SY" + b"\xff" * 100,
        tarred({"a": b"x" * 9000})[:5000],
    ],
    ids=["zip", "zip-head", "gz", "gz-head", "xz", "zst", "bz2", "tar"],
)
def test_what_breaks_off_is_named(data: bytes) -> None:
    found = whole(data, origin("a"))
    assert set(codes(found).values()) == {"archive-corrupt"}


def test_what_needs_a_password_is_named() -> None:
    data = bytearray(zipped({"b": CANARY}, zipfile.ZIP_STORED))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(magic) + flags] |= 1

    assert {"a!b": "archive-encrypted"} == codes(whole(bytes(data), origin("a")))


def test_each_limit_is_named_and_what_was_before_it_is_looked_at() -> None:
    many = zipped({str(n): CANARY for n in range(20)})
    assert {"a": "archive-too-large"} == codes(limited(many, members=10))

    some = tarred({str(n): CANARY for n in range(20)})
    pieces, unscanned = split(limited(some, members=10))
    assert (10, ["archive-too-large"]) == (len(pieces), [one.code for one in unscanned])

    large = zipped({"a": CANARY, "b": bytes(100_000), "c": CANARY})
    pieces, unscanned = split(limited(large, octets=50_000))
    assert (["a!a"], ["archive-too-large"]) == (
        [piece.origin.path for piece in pieces], [one.code for one in unscanned]
    )  # fmt: skip

    held = zipped({"b": noise(5000)}, zipfile.ZIP_STORED)
    assert {"a": "archive-too-large"} == codes(limited(held, held=1000))


def test_depth_ends() -> None:
    data = CANARY
    for _ in range(9):
        data = zipped({"n": data})
    assert {"a" + "!n" * 8: "archive-too-deep"} == codes(whole(data, origin("a")))

    data = CANARY
    for _ in range(8):
        data = zipped({"n": data})
    assert {"a" + "!n" * 8: CANARY} == texts(whole(data, origin("a")))


def test_a_bomb_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "RATIO_FREE_OCTETS", 1024 * 1024)
    bomb = gzip.compress(gzip.compress(bytes(4 * 1024 * 1024)))
    assert set(codes(whole(bomb, origin("a.gz"))).values()) == {"archive-too-large"}


def test_a_table_of_contents_is_not_believed() -> None:
    data = zipped({"a": CANARY})
    forged = data[:-22] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 1 << 31, 0, 0)
    assert {"a": "archive-too-large"} == codes(whole(forged, origin("a")))


def test_a_path_in_an_archive_is_only_a_name() -> None:
    data = zipped({"../../etc/passwd": CANARY, "\x1b[31m": CANARY})
    assert {"a!../../etc/passwd", "a!\x1b[31m"} == set(texts(whole(data, origin("a"))))


def test_an_error_of_the_disk_is_not_the_archives() -> None:
    packed = gzip.compress(noise(6_000_000))
    begun = reader(packed)

    def read(octets: int) -> bytes:
        data = begun(octets)
        if len(data) < octets:
            raise OSError(5, "Input/output error")
        return data

    with pytest.raises(OSError, match="Input/output error"):
        list(look(read, origin("a")))


def test_names_are_looked_at_too() -> None:
    inner = tarred({"d/c": CANARY, "line\nbreak": b""})
    outer = zipped({"a": CANARY, "i.tar": inner})

    assert {b"w.zip!folder/", b"w.zip!a", b"w.zip!i.tar", b"w.zip!i.tar!d/c",
            b"w.zip!i.tar!line break"} == set(names_inside(whole(outer, origin("w.zip"))))  # fmt: skip


def test_names_of_what_is_locked_or_breaks_off_are_looked_at() -> None:
    locked = bytearray(zipped({"a": CANARY}, zipfile.ZIP_STORED))
    at = locked.rindex(b"PK\x01\x02", 0, locked.rindex(b"a"))
    locked[at + 8] |= 1
    broken = tarred({"a": CANARY, "b": b"x" * 9000})[:5000]

    for data, code in ((bytes(locked), "archive-encrypted"), (broken, "archive-corrupt")):
        found = list(whole(data, origin("x")))
        assert code in codes(found).values()
        assert b"x!a" in names_inside(found)


def test_many_names_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_NAMES_OCTETS", 100)
    files = {f"{n:09}": b"" for n in range(100)}
    found = list(whole(tarred(files), origin("x")))

    assert len(files) == len(names_inside(found))
    assert max(len(piece.data) for piece in found if isinstance(piece, Piece)) < 200


def test_what_the_disk_refuses_meanwhile_leaves_the_names() -> None:
    rest = reader(tarred({"a": CANARY, "b": b"x" * 9000})[:3072])

    def read(octets: int) -> bytes:
        part = rest(octets)
        if not part:
            raise OSError(5, "Input/output error")
        return part

    found: list[Piece | NotScanned] = []
    with pytest.raises(OSError, match="Input/output"):
        found.extend(archives.opened(b"", read, Kind.TAR, origin("x"), Allowance()))
    assert [b"x!a", b"x!b"] == names_inside(found)


def skipped(data: bytes) -> bytes:
    """A frame of Zstandard that means nothing to us."""
    return b"\x5a\x2a\x4d\x18" + struct.pack("<L", len(data)) + data


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(noise(262_100), 0) + gzip.compress(CANARY),
        gzip.compress(noise(262_101), 0) + gzip.compress(CANARY),
        gzip.compress(b"x") + bytes(5000) + gzip.compress(CANARY),
        lzma.compress(b"x") + bytes(4) + lzma.compress(CANARY),
        zstandard.compress(b"x") + skipped(b"abc") + zstandard.compress(CANARY),
        skipped(b"abc") + zstandard.compress(CANARY),
        bz2.compress(b"x") + bz2.compress(CANARY),
    ],
    ids=["gz-edge", "gz-edge-2", "gz-zeros", "xz-padding", "zst-between", "zst-front", "bz2"],
)
def test_streams_behind_one_another_are_one(data: bytes) -> None:
    assert any(CANARY in text for text in texts(whole(data, origin("a"))).values())


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"x") + CANARY,
        lzma.compress(b"x") + CANARY,
        zipped({"b": CANARY}) + zipped({"c": b"x"}),
        tarred({"a": b"x"}) + tarred({"b": CANARY}),
    ],
    ids=["gz", "xz", "zip", "tar"],
)
def test_what_stands_before_or_behind_is_looked_at(data: bytes) -> None:
    assert CANARY in [piece.data for piece in split(whole(data, origin("a")))[0]]


def test_what_is_no_archive_behind_one_is_named() -> None:
    found = list(whole(tarred({"a": CANARY}) + b"a text", origin("a")))

    assert {"a": "archive-corrupt"} == codes(found)


def test_comments_and_links_are_looked_at() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"of all"
        info = zipfile.ZipInfo("a")
        info.comment = b"of one"
        archive.writestr(info, b"x")
    assert {b"of all", b"of one", b"x"} == {
        piece.data for piece in split(whole(out.getvalue(), origin("a")))[0]
    }
    links = io.BytesIO()
    with tarfile.open(fileobj=links, mode="w") as tar:
        link = tarfile.TarInfo("called")
        link.type, link.linkname = tarfile.SYMTYPE, "where/it/leads"
        tar.addfile(link)
    assert [b"a!called", b"a!where/it/leads"] == names_inside(whole(links.getvalue(), origin("a")))
