"""Tests for strongroom.scan.sources.messages."""

from strongroom.scan.model import Medium, NotScanned
from strongroom.scan.sources.messages import message
from strongroom.scan.sources.objects import Object


def test_a_message_is_what_is_below_the_headers() -> None:
    data = b"tree 1\nauthor A\n\nfirst\n\nsecond\n"
    (piece,) = message(Object("1" * 40, b"commit", data))

    assert not isinstance(piece, NotScanned)
    assert (b"first\n\nsecond\n", Medium.COMMIT_MESSAGE, "1" * 40) == (
        piece.data, piece.origin.medium, piece.origin.oid
    )  # fmt: skip


def test_what_has_none_gives_none() -> None:
    assert [] == list(message(Object("1", b"commit", b"tree 1\n\n")))
    assert [] == list(message(Object("1", b"blob", b"a\n\nb")))


def test_one_of_megabytes_is_read_in_windows() -> None:
    parts = iter([b"object 1\n\nlong", b""])
    (piece,) = message(Object("1", b"tag", b"", lambda _: next(parts)))
    assert not isinstance(piece, NotScanned)
    assert piece.data.endswith(b"long")
