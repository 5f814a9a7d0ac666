"""Around applications that know of no framework."""

from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from tests.runtime.web.conftest import World

from strongroom.runtime.web.wsgi import WHOLE_OCTETS_MAX, Guarded


def asked(world: World, app: Any) -> tuple[dict[str, str], bytes]:
    """The headers and the body of one answer, held against the standard."""
    environ: dict[str, Any] = {"QUERY_STRING": ""}
    setup_testing_defaults(environ)
    seen: dict[str, str] = {}
    written: list[bytes] = []

    def start(status: str, headers: Any, exc_info: Any = None) -> Any:
        seen.update(headers)
        return written.append

    checked: Any = validator(Guarded(app, world.service.masker))
    answer = checked(environ, start)
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    return seen, b"".join(written) + body


class Body:
    """Pieces, and whether they were closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = iter(pieces)
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def close(self) -> None:
        self.closed = True


def app(body: Any, length: int | None = None) -> Callable[..., Any]:
    def made(environ: Any, start: Any) -> Any:
        headers = [("Content-Type", "text/plain")]
        headers += [] if length is None else [("Content-Length", str(length))]
        start("200 OK", headers)
        return body

    return made


@pytest.mark.parametrize("length", [64, None, WHOLE_OCTETS_MAX + 1])
def test_a_value_in_pieces_is_masked_and_the_body_closed(world: World, length: int | None) -> None:
    body = Body(world.value[:20].encode(), world.value[20:].encode())
    headers, text = asked(world, app(body, length))

    assert text == b"[SECRET_KEY]"
    said = headers.get("Content-Length", headers.get("content-length"))
    assert said == ("12" if length == 64 else None)
    assert body.closed


def test_a_generator_that_starts_late_is_masked(world: World) -> None:
    def late(environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        yield world.value.encode()

    assert asked(world, late)[1] == b"[SECRET_KEY]"


def test_the_old_way_to_write_is_masked(world: World) -> None:
    def writes(environ: Any, start: Any) -> Any:
        write = start("200 OK", [("Content-Type", "text/plain")])
        write(world.value[:10].encode())
        write(world.value[10:].encode())
        return [b" end"]

    assert asked(world, writes)[1] == b"[SECRET_KEY] end"


def test_an_exception_shows_no_value(world: World) -> None:
    def fails(environ: Any, start: Any) -> Any:
        raise ValueError(world.value)

    def well(environ: Any, start: Any) -> Any:
        raise KeyError("x")

    with pytest.raises(ValueError, match=r"^\[SECRET_KEY\]$"):
        asked(world, fails)
    with pytest.raises(KeyError, match="x"):
        asked(world, well)
