"""A small server that lets one key in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.accepted = ""
        self.seen: list[str | None] = []
        self.elsewhere = elsewhere
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        header = self.headers["Authorization"]
        self.server.seen.append(header)
        length = int(self.headers["Content-Length"] or 0)
        self.rfile.read(length)
        if self.path == "/away":
            self.send_response(307)
            self.send_header("Location", self.server.elsewhere)
        else:
            self.send_response(200 if header == f"Bearer {self.server.accepted}" else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the server looks for this name

    def log_message(self, *_: Any) -> None:
        """It says nothing."""


@contextmanager
def serving(elsewhere: str = "") -> Iterator[Api]:
    with Api(elsewhere) as api:
        thread = threading.Thread(target=api.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield api
        finally:
            api.shutdown()
            thread.join()
