"""What leaves in a response, whatever pieces it comes in."""

import base64
import logging
import secrets

import pytest

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.web.guard import Outgoing

VALUE = secrets.token_urlsafe(32)
TEXT = [(b"Content-Type", b"text/plain"), (b"Content-Length", b"99")]


@pytest.fixture
def masker() -> Masker:
    made = Masker()
    made.add("KEY", VALUE)
    return made


def test_a_whole_body_is_masked_and_its_length_corrected(masker: Masker) -> None:
    """P-8.14."""
    out = Outgoing(masker, TEXT)

    assert out.whole(f"a {VALUE} b".encode()) == b"a [KEY] b"
    assert dict(out.headers)[b"content-length"] == b"9"


def test_without_a_value_nothing_is_touched(masker: Masker) -> None:
    out, body = Outgoing(masker, TEXT), b"nothing"

    assert out.whole(body) is body
    assert out.headers == TEXT


@pytest.mark.parametrize("size", [1, 7, 30])
def test_a_value_cut_into_pieces_is_masked_and_no_length_is_said(masker: Masker, size: int) -> None:
    out, body = Outgoing(masker, TEXT), f"a {VALUE} b".encode()
    out.begin()
    given = b"".join(out.piece(body[at : at + size]) for at in range(0, len(body), size))

    assert given + out.piece(b"", last=True) == b"a [KEY] b"
    assert out.found == {"[KEY]"}
    assert b"Content-Length" not in dict(out.headers)


def test_headers_are_masked(masker: Masker) -> None:
    basic = b"Basic " + base64.b64encode(f"me:{VALUE}".encode())
    out = Outgoing(masker, [(b"Location", f"https://x/{VALUE}".encode()), (b"X-Sent", basic)])

    assert not any(VALUE[:12].encode() in v for _, v in out.headers)
    assert out.found == {"[KEY]"}


@pytest.mark.parametrize(
    ("kind", "looked"),
    [
        (b"text/html; charset=utf-8", True),
        (b"application/json", True),
        (b"application/vnd.api+json", True),
        (b"application/problem+json", True),
        (b"image/png", False),
        (b"application/octet-stream", False),
    ],
)
def test_only_text_is_looked_into(masker: Masker, kind: bytes, looked: bool) -> None:
    assert Outgoing(masker, [(b"content-type", kind)]).looked is looked


def test_what_is_compressed_already_passes(masker: Masker) -> None:
    out = Outgoing(masker, [*TEXT, (b"content-encoding", b"gzip")])

    assert not out.looked
    out.begin()
    assert out.piece(b"x", last=True) == b"x"
    assert out.headers[:2] == TEXT


def test_the_log_says_where_and_what_but_no_value(
    masker: Masker, caplog: pytest.LogCaptureFixture
) -> None:
    out = Outgoing(masker, TEXT)
    out.whole(VALUE.encode())
    with caplog.at_level(logging.ERROR):
        out.report("GET /x")
        Outgoing(masker, TEXT).report("GET /y")

    assert caplog.messages == ["a response to GET /x held [KEY], which was masked (P-8.14)"]
