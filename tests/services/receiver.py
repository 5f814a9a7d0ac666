"""An HTTP server on loopback that records what it is asked and answers as it is told."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.services.process import HOST


@dataclass(frozen=True)
class Request:
    """One request; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """It answers `status` with `answer`; until `held` is clear not at all. `drop` hangs up on the
    next so many requests without a word, after it has recorded them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.url = f"http://{HOST}:{self.server_port}"
        self.requests: list[Request] = []
        self.status = 200
        self.answer = b""
        self.headers: dict[str, str] = {}
        self.drop = 0
        self.open = threading.Event()
        self.open.set()
        self.arrived = threading.Condition()

    def hold(self) -> None:
        """Answer nobody until `release`."""
        self.open.clear()

    def release(self) -> None:
        """Answer those who wait, and whoever comes."""
        self.open.set()

    def wait_for(self, count: int, timeout_s: float = 20.0) -> list[Request]:
        """The requests as soon as there are `count` of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= count, timeout_s)
            return list(self.requests)

    def keep(self, request: Request) -> bool:
        """Record `request`; whether it is to be answered."""
        with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()
            if self.drop:
                self.drop -= 1
                return False
        self.open.wait()
        return True

    def handle_error(self, *_: Any) -> None:
        """Whoever hung up need not be told."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not self.server.keep(Request(self.command, self.path, headers, body)):
            self.close_connection = True
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - the server looks for these

    def log_message(self, *_: Any) -> None:
        """It says nothing."""


@contextmanager
def receiving(server: Receiver) -> Iterator[None]:
    """Let it serve."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.release()
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of this test's."""
    server = Receiver()
    with receiving(server):
        yield server
