"""GET of a server by HTTP/1.1: one deadline for all of it, kept connections, nothing surprising.

No proxy of the environment, no redirect, no cookie, no compression. TLS is verified always. Only the
resolver of the operating system has time limits of its own.
"""

import os
import selectors
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple, Self

from strongroom.errors import UpstreamError

BODY_BYTES_MAX: Final = 4 * 1024 * 1024
IDLE_MAX: Final = 4
HANDSHAKE_S: Final = 4.0  # who listens and does not begin TLS by then is taken for silent
BESIDE_S: Final = 0.25  # after so long the next address is tried beside, as in RFC 8305
_STALE: Final = (ConnectionError, HTTPException, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class Answer(NamedTuple):
    """What came back; `kind` is the media type in small letters."""

    status: int
    kind: str
    body: bytes


class Wire:
    """Connections to one server. Threads may share it; behind a fork it opens its own."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, label: str) -> None:
        self._host, self._port, self._context, self._label = host, port, context, label
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._idle: list[_Line] = []

    def get(self, path: str, headers: dict[str, str], deadline: float) -> Answer:
        """One GET that ends at `deadline`, of the monotonic clock.

        Raises:
            UpstreamError: `origin-unreachable`, `origin-slow` (both retryable),
                `origin-certificate`, `origin-tls`, `origin-garbled`, `origin-answer-too-large`.
        """
        label = self._label
        try:
            answer = self._exchange(path, headers, deadline)
        except TimeoutError:
            problem = UpstreamError(
                "origin-slow", f"{label} does not answer in time", retryable=True
            )
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message.rstrip(".")
            problem = UpstreamError("origin-certificate", f"{label} cannot be trusted: {why}")
            problem.fix = "STRONGROOM_CACERT names the file of the authority that signed it"
        except ssl.SSLError:
            problem = UpstreamError("origin-tls", f"{label} does not speak TLS as it must")
        except OSError:
            problem = UpstreamError(
                "origin-unreachable", f"{label} cannot be reached", retryable=True
            )
        except HTTPException:
            problem = UpstreamError("origin-garbled", f"{label} does not answer in HTTP")
        else:
            if len(answer.body) <= BODY_BYTES_MAX:
                return answer
            problem = UpstreamError(
                "origin-answer-too-large", f"{label} sends over {BODY_BYTES_MAX} bytes"
            )
        # Outside of the handlers: what the library raised may hold a part of the answer.
        raise problem

    def _exchange(self, path: str, headers: dict[str, str], deadline: float) -> Answer:
        kept = self._take()
        if kept is not None:
            with suppress(*_STALE):
                return self._on(kept, path, headers, deadline)
            # It was closed while it was idle: once more, on a new one.
        return self._on(_Line(self._open(deadline)), path, headers, deadline)

    def _on(self, line: "_Line", path: str, headers: dict[str, str], deadline: float) -> Answer:
        try:
            answer = line.get(self._host, self._port, path, headers, deadline)
        except BaseException:
            line.close()
            raise
        self._give(line)
        return answer

    def close(self) -> None:
        """Close what is idle."""
        self._here()
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()

    def _here(self) -> None:
        # A lock that a thread held at the fork would stay locked, and a connection has one user.
        if self._pid != os.getpid():
            self._start()

    def _take(self) -> "_Line | None":
        self._here()
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give(self, line: "_Line") -> None:
        with self._lock:
            if line.open and len(self._idle) < IDLE_MAX:
                self._idle.append(line)
                return
        line.close()

    def _open(self, deadline: float) -> socket.socket:
        last: OSError = OSError()
        with _Ways(self._host, self._port) as ways:
            for plain in ways.connected(deadline):
                try:
                    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    if self._context is None:
                        return plain
                    plain.settimeout(min(_left(deadline), HANDSHAKE_S))
                    return self._context.wrap_socket(plain, server_hostname=self._host)
                except ssl.SSLError:
                    plain.close()
                    raise
                except OSError as error:
                    plain.close()
                    last = error
            raise ways.last or last


class _Ways:
    """The addresses of a host, tried beside one another: one that is silent holds up no other."""

    def __init__(self, host: str, port: int) -> None:
        self._left = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        self._selector = selectors.DefaultSelector()
        self.last: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr] # a socket
        self._selector.close()

    def connected(self, deadline: float) -> Iterator[socket.socket]:
        """Each connection that comes about, the first one first; `last` is what failed last.

        Raises:
            TimeoutError: none came about in time.
        """
        while self._left or self._selector.get_map():
            if self._left:
                self._begin(*self._left.pop(0))
            wait = _left(deadline)
            for key, _ in self._selector.select(min(wait, BESIDE_S) if self._left else wait):
                plain = key.fileobj
                assert isinstance(plain, socket.socket)
                self._selector.unregister(plain)
                failed = plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if failed:
                    plain.close()
                    self.last = OSError(failed, os.strerror(failed))
                else:
                    yield plain

    def _begin(self, family: int, kind: int, proto: int, _: str, at: Any) -> None:
        try:
            plain = socket.socket(family, kind, proto)
        except OSError as error:  # a family that this kernel does not have
            self.last = error
            return
        plain.setblocking(False)
        try:
            plain.connect(at)
        except BlockingIOError:
            pass
        except OSError as error:
            plain.close()
            self.last = error
            return
        self._selector.register(plain, selectors.EVENT_WRITE)


class _Line:
    """One connection that is kept."""

    def __init__(self, sock: socket.socket) -> None:
        self._timed = _Timed(sock)
        self.open = True

    def get(
        self, host: str, port: int, path: str, headers: dict[str, str], deadline: float
    ) -> Answer:
        self._timed.deadline = deadline
        sender = HTTPConnection(host, port)
        sender.sock = self._timed
        sender.request("GET", path, headers=headers)
        answer = HTTPResponse(self._timed, method="GET")  # type: ignore[arg-type] # it makes a file of it
        try:
            answer.begin()
            body = answer.read(BODY_BYTES_MAX + 1)
            self.open = not answer.will_close and answer.isclosed()
            kind = answer.headers.get_content_type()
            return Answer(answer.status, kind, body)
        finally:
            sender.sock = None

    def close(self) -> None:
        self.open = False
        with suppress(OSError):
            self._timed.sock.close()


class _Timed:
    """A socket as `http.client` uses it; each wait ends at the deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline = 0.0

    def sendall(self, data: Any) -> None:
        self.sock.settimeout(_left(self.deadline))
        self.sock.sendall(data)

    def makefile(self, mode: str) -> BufferedReader:
        assert mode == "rb"
        return BufferedReader(_Reader(self))

    def close(self) -> None:
        """Whoever has the line closes it."""


class _Reader(RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._timed.sock.settimeout(_left(self._timed.deadline))
        return self._timed.sock.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
