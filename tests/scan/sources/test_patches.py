"""Tests for strongroom.scan.sources.patches; the sources above it test it against git."""

import io

import pytest

from strongroom.scan.model import Medium, Piece
from strongroom.scan.sources import patches as module
from strongroom.scan.sources.patches import Patches

HEAD = b"diff --git a/x b/x\nindex 1111..2222 100644\n--- a/x\n+++ b/x\n"


def pieces(text: bytes) -> list[Piece]:
    return [
        one for one in Patches(io.BytesIO(text), Medium.BLOB).pieces() if isinstance(one, Piece)
    ]


def test_lines_that_look_like_headers_are_lines() -> None:
    text = (
        HEAD
        + b"@@ -1,3 +1,4 @@ f()\n one\n--- a/y\n-@@ -1 +1 @@\n+++ b/y\n+diff --git a b\n+@@ -1 +1 @@\n"
    )
    (piece,) = pieces(text)

    assert b"one\n++ b/y\ndiff --git a b\n@@ -1 +1 @@\n" == piece.data
    assert ("x", 1, ((2, 4),)) == (piece.origin.path, piece.first_line, piece.changed)


def test_what_only_removes_brings_nothing() -> None:
    assert [] == pieces(HEAD + b"@@ -1,2 +1 @@\n one\n-two\n")


def test_lines_without_an_end_and_without_a_blank() -> None:
    text = HEAD + b"@@ -1,2 +1,3 @@\n one\n\n+three\n\\ No newline at end of file\n"
    (piece,) = pieces(text + HEAD.replace(b"x", b"y"))
    assert (b"one\n\nthree\n", ((3, 3),)) == (piece.data, piece.changed)


def test_of_a_merge_only_what_no_parent_has_is_new() -> None:
    text = (
        b"diff --combined x\nindex 1111,2222..3333\n--- a/x\n+++ b/x\n"
        b"@@@ -1,2 -1,3 +1,4 @@@ f()\n  both\n+ first\n +second\n++evil\n- gone\n -other\n"
    )
    (piece,) = pieces(text)

    assert (b"both\nfirst\nsecond\nevil\n", ((4, 4),)) == (piece.data, piece.changed)
    assert "3333" == piece.origin.oid


def test_a_large_hunk_comes_in_pieces_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 100)
    monkeypatch.setattr(module, "OVERLAP", 25)
    lines = [b"line %03d\n" % n for n in range(1, 41)]
    text = HEAD + b"@@ -0,0 +1,40 @@\n" + b"".join(b"+" + line for line in lines)
    found = pieces(text)

    assert len(found) > 3
    reached = 0
    for piece in found:
        assert piece.changed is not None
        count = piece.data.count(b"\n")
        assert piece.data == b"".join(lines[piece.first_line - 1 : piece.first_line - 1 + count])
        assert ((piece.first_line, piece.first_line + count - 1),) == piece.changed
        assert piece.first_line <= max(1, reached - 1)
        reached = piece.first_line + count - 1
    assert reached == 40


@pytest.mark.parametrize("cut", range(0, 120, 7), ids=str)
def test_a_patch_that_breaks_off_ends(cut: int) -> None:
    text = HEAD + b"@@ -1,2 +1,3 @@\n one\n+two\n three\n"
    assert len(pieces(text[:cut])) <= 1
    assert [] == pieces(HEAD + b"@@ nonsense @@\n")
