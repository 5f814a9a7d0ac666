"""A mail server, a provider of short messages and a Sentry, which keep what they are given.

Each accepts the keys in `accepts`, and any key where that is None. A key may be added and taken away
while they run, as at a real provider.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HOST: Final = "127.0.0.1"
MAIL, SMS, SENTRY = "mail", "sms", "sentry"


class Fakes:
    """What came, and how often a key was refused, by name of the fake."""

    def __init__(self, accepts: dict[str, set[str]] | None = None) -> None:
        self.accepts = accepts
        self.came: dict[str, list[str]] = {MAIL: [], SMS: [], SENTRY: []}
        self.refused: Counter[str] = Counter()

    def takes(self, fake: str, key: str) -> bool:
        """Whether it is a key of that fake; counts those that are not."""
        known = self.accepts is None or key in self.accepts[fake]
        self.refused[fake] += not known
        return known

    def keep(self, fake: str, text: str) -> None:
        """Something came."""
        self.came[fake].append(text)

    # What aiosmtpd calls.

    def authenticate(self, *given: Any) -> Any:
        """Whether somebody may log in to the mail server: the last thing given is how he tries."""
        tried = given[-1]
        known = isinstance(tried, LoginPassword) and self.takes(MAIL, tried.password.decode())
        return AuthResult(success=known, handled=False)  # a refusal is the server's to say

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """The first word of a message."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """The message."""
        self.keep(MAIL, envelope.content.decode("utf-8", "replace"))
        return "250 OK"


@contextmanager
def running(fakes: Fakes, smtp_port: int, http_port: int) -> Iterator[None]:
    """The mail server on one port; short messages and Sentry on another."""
    mail = Controller(
        fakes, hostname=HOST, port=smtp_port,
        authenticator=fakes.authenticate, auth_require_tls=False,
    )  # fmt: skip
    web = ThreadingHTTPServer((HOST, http_port), _handler(fakes))
    serving = Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    mail.start()
    serving.start()
    try:
        yield
    finally:
        web.shutdown()
        serving.join()
        web.server_close()
        mail.stop()


def _handler(fakes: Fakes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/messages":
                fake, key = SMS, self.headers.get("Authorization", "").removeprefix("Bearer ")
            else:
                fake, key = SENTRY, _sentry_key(self.headers.get("X-Sentry-Auth", ""))
            known = fakes.takes(fake, key)
            if known:
                fakes.keep(fake, body.decode("utf-8", "replace"))
            self._answer(200 if known else 401)

        def _answer(self, status: int) -> None:
            text = json.dumps({"taken": status == 200}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    return Handler


def _sentry_key(header: str) -> str:
    words = header.removeprefix("Sentry ").split(",")
    return dict(word.strip().partition("=")[::2] for word in words).get("sentry_key", "")
