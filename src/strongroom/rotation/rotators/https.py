"""One request by HTTP/1.1 to a target, with one deadline for all of it.

TLS is verified always, and plain HTTP goes to this machine only. No proxy of the environment, no
redirect, no cookie, no compression. Only the resolver of the operating system has limits of its own.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.interface import (
    TargetError,
    TargetTlsError,
    TargetUnreachableError,
)

BODY_BYTES_MAX: Final = 256 * 1024
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")


class Place(NamedTuple):
    """Where a URL leads."""

    host: str
    port: int
    path: str
    secure: bool


class Reply(NamedTuple):
    """What came back; `kind` is the media type in small letters."""

    status: int
    kind: str
    body: bytes


def place(url: str) -> Place:
    """Read `https://host[:port]/path`, or `http://` with this machine's own address.

    Raises:
        InvalidError: `target-address`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"https", "http"} or not host or _PLAIN.fullmatch(url) is None:
        raise InvalidError("target-address", "the address is not https://host/path")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidError(
            "target-address",
            "the address holds more than a host and a path",
            fix="credentials belong into the target's admin secret, never into an address",
        )
    if parts.scheme == "http" and host != "localhost" and not _loopback(host):
        raise InvalidError(
            "target-address",
            "values do not leave this machine without TLS",
            fix="https://, or http:// with 127.0.0.1",
        )
    secure = parts.scheme == "https"
    return Place(host, port or (443 if secure else 80), parts.path or "/", secure)


def send(
    to: Place,
    method: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    timeout_s: float,
    ca: str = "",
    bytes_max: int = BODY_BYTES_MAX,
) -> Reply:
    """Send one request and read its answer, up to `bytes_max`.

    `ca` is the file of an authority of one's own.

    Raises:
        TargetUnreachableError: `target-unreachable`, `target-slow`. TargetTlsError: `target-tls`.
        InvalidError: `target-option`, the authority's file cannot be used.
    """
    context = _context(ca) if to.secure else None
    deadline = monotonic() + timeout_s
    problem: TargetError
    try:
        reply = _exchange(to, method, dict(headers), body, deadline, context, bytes_max)
    except TimeoutError:
        problem = TargetUnreachableError("target-slow", f"{to.host} does not answer in time")
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        problem = TargetTlsError(
            "target-tls",
            f"{to.host} cannot be trusted: {why}",
            fix="option tls_ca names the file of the authority that signed it",
        )
    except ssl.SSLError:
        problem = TargetTlsError("target-tls", f"{to.host} does not speak TLS as it must")
    except OSError:
        problem = TargetUnreachableError("target-unreachable", f"{to.host} cannot be reached")
    except HTTPException:
        problem = TargetUnreachableError("target-unreachable", f"{to.host} does not speak HTTP")
    else:
        if len(reply.body) <= bytes_max:
            return reply
        problem = TargetUnreachableError(
            "target-unreachable", f"{to.host} sends over {bytes_max} bytes"
        )
    # Outside of the handlers: what the library raised may hold a part of the answer.
    raise problem


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _context(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError):
        raise InvalidError(
            "target-option", "the file that tls_ca names holds no certificates that can be read"
        ) from None


def _exchange(
    to: Place,
    method: str,
    headers: dict[str, str],
    body: bytes | None,
    deadline: float,
    context: ssl.SSLContext | None,
    bytes_max: int,
) -> Reply:
    sock = _open(to, deadline, context)
    try:
        sender = HTTPConnection(to.host, to.port)
        sender.sock = _Timed(sock, deadline)
        sender.request(method, to.path, body=body, headers=headers | {"Connection": "close"})
        answer = sender.getresponse()
        return Reply(answer.status, answer.headers.get_content_type(), answer.read(bytes_max + 1))
    finally:
        with suppress(OSError):
            sock.close()


def _open(to: Place, deadline: float, context: ssl.SSLContext | None) -> socket.socket:
    last: OSError = OSError()
    for family, kind, proto, _, at in socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM):
        if not to.secure and not _loopback(str(at[0])):
            continue  # whatever the resolver says: in plain text to this machine only
        plain = socket.socket(family, kind, proto)
        try:
            plain.settimeout(_left(deadline))
            plain.connect(at)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(_left(deadline))
            if context is None:
                return plain
            return context.wrap_socket(plain, server_hostname=to.host)
        except ssl.SSLError:
            plain.close()
            raise
        except OSError as error:
            plain.close()
            last = error
    raise last


class _Timed:
    """A socket as `http.client` uses it; each wait ends at the deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock = sock
        self.deadline = deadline

    def sendall(self, data: Any) -> None:
        self.sock.settimeout(_left(self.deadline))
        self.sock.sendall(data)

    def makefile(self, mode: str) -> BufferedReader:
        assert mode == "rb"
        return BufferedReader(_Reader(self))

    def close(self) -> None:
        """Whoever opened it closes it."""


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
