"""The first middleware: the server does not start on bad secrets, and shows none."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.web.django.apps import service
from strongroom.runtime.web.guard import Outgoing


class Guard:
    """First in MIDDLEWARE: Django makes the pages of its debugger inside of it.

    Raises:
        SecretsError, ConfigError: as `Service.start`, when the server makes its handler.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)
        found = service()
        found.start()
        self._masker = found.masker

    def __call__(self, request: Any) -> Any:
        """The response, masked; a coroutine of it in an asynchronous server."""
        if self._async:
            return self._later(request)
        return masked(self._masker, request, self._get_response(request))

    async def _later(self, request: Any) -> Any:
        return masked(self._masker, request, await self._get_response(request))


def masked(masker: Masker, request: Any, response: Any) -> Any:
    """`response` without the known values, in place."""
    raw = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in response.items()]
    out, where = Outgoing(masker, raw), f"{request.method} {request.path}"
    if not response.streaming:
        response.content = out.whole(response.content)
        out.report(where)
    elif out.looked:
        out.begin()
        pieces = response.streaming_content
        later = hasattr(pieces, "__aiter__")
        response.streaming_content = (
            _each_later(out, pieces, where) if later else _each(out, pieces, where)
        )
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in out.headers}
    for name in list(response.headers):
        if name in headers:
            response.headers[name] = headers[name]
        else:
            del response.headers[name]
    return response


def _each(out: Outgoing, pieces: Iterator[bytes], where: str) -> Iterator[bytes]:
    for piece in pieces:
        yield out.piece(piece)
    yield out.piece(b"", last=True)
    out.report(where)


async def _each_later(out: Outgoing, pieces: AsyncIterator[bytes], where: str) -> Any:
    async for piece in pieces:
        yield out.piece(piece)
    yield out.piece(b"", last=True)
    out.report(where)
