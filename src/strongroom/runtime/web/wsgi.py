"""Around any WSGI application: lets no value out of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.web.guard import Outgoing
from strongroom.runtime.web.raised import cleaned

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

# A body of a known length up to here is looked at whole, so that its length can be said.
WHOLE_OCTETS_MAX: Final = 1024 * 1024


class Guarded:
    """`app = Guarded(app, masker)`. It starts nothing: WSGI does not say when a server starts."""

    def __init__(self, app: Application, masker: Masker) -> None:
        self._app = app
        self._masker = masker

    def __call__(self, environ: Environ, start_response: Start) -> Iterator[bytes]:
        """As the interface says."""
        try:
            yield from _Answer(self._masker, environ, start_response).given(self._app)
        except Exception as error:
            clean = cleaned(self._masker, error)
            if clean is error:
                raise
        else:
            return
        # Outside of the block: the error that shows a value is no context of this one.
        raise clean


class _Answer:
    def __init__(self, masker: Masker, environ: Environ, start_response: Start) -> None:
        self._masker = masker
        self._environ = environ
        self._start_response = start_response
        self._line: tuple[str, tuple[Any, ...]] = ("", ())
        self._out = Outgoing(masker, ())
        self._write: Callable[[bytes], Any] | None = None

    def given(self, app: Application) -> Iterator[bytes]:
        """The body, whose headers go before its first piece."""
        body = app(self._environ, self._begin)
        try:
            pieces = iter(body)
            # An application may call `start_response` as late as with its first piece.
            first = next(pieces, None)
            if self._write is None and self._short():
                rest = [first or b"", *pieces]
                masked = self._out.whole(b"".join(rest))
                self._headers()
                yield masked
            else:
                if self._write is None:
                    self._streamed()
                if first is not None:
                    yield self._out.piece(first)
                for piece in pieces:
                    yield self._out.piece(piece)
                yield self._out.piece(b"", last=True)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
            request = f"{self._environ.get('REQUEST_METHOD')} {self._environ.get('PATH_INFO')}"
            self._out.report(request)

    def _begin(self, status: str, headers: list[tuple[str, str]], *more: Any) -> Start:
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._out = Outgoing(self._masker, raw)
        self._line = (status, more)
        return self._written

    def _written(self, data: bytes) -> None:
        """The old way to give a body, which is on its way at once."""
        if self._write is None:
            self._write = self._streamed()
        assert self._write is not None
        self._write(self._out.piece(data))

    def _short(self) -> bool:
        said = dict(self._out.headers).get(b"Content-Length", b"")
        return said.isdigit() and int(said) <= WHOLE_OCTETS_MAX

    def _streamed(self) -> Any:
        self._out.begin()
        return self._headers()

    def _headers(self) -> Any:
        status, more = self._line
        headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in self._out.headers]
        return self._start_response(status, headers, *more)
