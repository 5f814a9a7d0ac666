"""Tests for strongroom.scan.sources.content."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scan.sources.build import codes, origin, split, texts

from strongroom.scan.sources import content
from strongroom.scan.sources.content import look, reader, whole, windows


def test_a_text_is_one_piece() -> None:
    (piece,), unscanned = split(whole(b"a\nb\n", origin()))

    assert (b"a\nb\n", 1, 0, "", []) == (
        piece.data, piece.first_line, piece.first_column, piece.origin.encoding, unscanned
    )  # fmt: skip
    assert ([], []) == split(whole(b"", origin()))


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"line\n", b"x" * 30]), max_size=60),
    st.integers(1, 40),
)
def test_windows_say_where_they_begin(words: list[bytes], step: int) -> None:
    data = b"".join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "OVERLAP", 10)
        pieces = list(windows((data[at : at + step] for at in range(0, len(data), step)), origin()))

    reached = 0
    for piece in pieces:
        lines = data.split(b"\n")
        begin = sum(len(line) + 1 for line in lines[: piece.first_line - 1]) + piece.first_column
        assert begin <= reached
        assert data[begin : begin + len(piece.data)] == piece.data
        reached = max(reached, begin + len(piece.data))
    assert len(data) == reached


def test_what_is_across_two_windows_is_whole_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "WINDOW", 1000)
    monkeypatch.setattr(content, "OVERLAP", 100)
    needle = b"N" * 60
    for at in range(800, 1100, 7):
        data = b"." * at + needle + b"." * 2000
        pieces, _ = split(whole(data, origin()))
        assert any(needle in piece.data for piece in pieces)
        assert max(len(piece.data) for piece in pieces) <= 1100
        assert all(piece.first_line == 1 for piece in pieces)


def test_wide_text_says_what_it_was() -> None:
    (piece,), _ = split(whole("schlüssel=1\n".encode("utf-16"), origin()))

    assert ("schlüssel=1\n".encode(), "utf-16-le") == (piece.data, piece.origin.encoding)


def test_a_binary_file_is_its_strings() -> None:
    data = b"\x7fELF\0\0\x01" + b"narrow=abc" + bytes(9) + "wide=abcdef".encode("utf-16-le")
    pieces, _ = split(whole(data, origin()))

    assert ["strings", "wide-strings"] == [piece.origin.encoding for piece in pieces]
    assert b"\nnarrow=abc\n" in pieces[0].data
    assert pieces[1].data.endswith(b"wide=abcdef")


def test_of_a_picture_the_front_is_looked_at() -> None:
    data = b"\x89PNG\r\n\x1a\n\0\0tEXtcomment\0token=abc\0" + b"\xaa" * 100_000
    pieces, unscanned = split(whole(data, origin()))

    assert b"token=abc" in pieces[0].data
    assert ["skipped-media"] == [one.code for one in unscanned]
    assert unscanned[0].by_choice


def test_an_archive_that_is_not_opened_is_named_and_its_strings_are_looked_at() -> None:
    found = list(whole(b"7z\xbc\xaf\x27\x1c\0\4name=plain\0", origin("a.7z")))

    assert {"a.7z": "archive-unsupported"} == codes(found)
    assert b"name=plain" in split(found)[0][0].data


def test_an_archive_in_a_file_is_read_there() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("b.txt", "inside")

    found = look(reader(file.getvalue()), origin("a.zip"), seekable=file)
    assert {"a.zip!b.txt": b"inside"} == texts(found)
