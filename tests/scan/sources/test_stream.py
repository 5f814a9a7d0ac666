"""Tests for strongroom.scan.sources.stream."""

import os
import threading

from tests.scan.sources.build import codes, split

from strongroom.scan.model import Medium
from strongroom.scan.sources.stream import Stream


def test_what_comes_is_looked_at_until_the_end() -> None:
    data = b"line\n" * 1_000_000
    out, into = os.pipe()

    def send() -> None:
        with os.fdopen(into, "wb") as file:
            file.write(data)

    writer = threading.Thread(target=send)
    writer.start()
    (part,) = Stream(out).parts(2)
    pieces, unscanned = split(part.pieces())
    writer.join()
    os.close(out)

    assert ([], {("<stdin>", Medium.STREAM)}) == (
        unscanned,
        {(piece.origin.path, piece.origin.medium) for piece in pieces},
    )
    assert 2 == len(pieces)
    assert len(data) == (pieces[1].first_line - 1) * 5 + len(pieces[1].data)


def test_a_closed_stream_is_named() -> None:
    out, into = os.pipe()
    os.close(into)
    os.close(out)
    assert {"<stdin>": "read-failed"} == codes(Stream(out).pieces())
