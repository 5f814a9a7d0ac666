"""Connections that are kept, and given up in time."""

import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from tests.runtime.origin.serving import http, serving
from tests.services.tls import Authority

from strongroom.errors import UpstreamError
from strongroom.runtime.origin import wire as module
from strongroom.runtime.origin.wire import BODY_BYTES_MAX, Wire

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/JSON; charset=utf-8\r\nContent-Length: 2\r\n"


def soon() -> float:
    return time.monotonic() + 2


def made(port: int) -> Wire:
    return Wire("127.0.0.1", port, None, "the server")


@pytest.mark.parametrize(("more", "connections"), [(b"", 1), (b"Connection: close\r\n", 3)])
def test_a_connection_is_kept_where_the_server_keeps_it(more: bytes, connections: int) -> None:
    seen: list[list[bytes]] = []

    def act(wire: socket.socket) -> None:
        seen.append([])
        while data := wire.recv(65_536):
            seen[-1].append(data)
            wire.sendall(HEAD + more + b"\r\n{}")

    with serving(act) as port:
        wire = made(port)
        for _ in range(3):
            assert (200, "application/json", b"{}") == wire.get("/a", {"X-A": "b"}, soon())
        wire.close()

    assert connections == len(seen)
    sent = seen[0][0]
    assert sent.startswith(b"GET /a HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}\r\n".encode() in sent
    assert b"X-A: b\r\n" in sent


def test_one_that_was_closed_meanwhile_is_replaced_once() -> None:
    count = 0

    def act(wire: socket.socket) -> None:
        nonlocal count
        count += 1
        wire.recv(65_536)
        if count < 3:
            wire.sendall(HEAD + b"\r\n{}")

    with serving(act) as port:
        wire = made(port)
        assert 200 == wire.get("/", {}, soon()).status
        assert 200 == wire.get("/", {}, soon()).status
        with pytest.raises(UpstreamError):
            wire.get("/", {}, soon())

    assert 3 == count


def test_an_answer_of_the_greatest_size_is_read_and_no_greater_one() -> None:
    for more, good in ((0, True), (1, False)):
        with serving(http("200 OK", b"a" * (BODY_BYTES_MAX + more))) as port:
            wire = made(port)
            if good:
                assert BODY_BYTES_MAX == len(wire.get("/", {}, soon()).body)
            else:
                with pytest.raises(UpstreamError):
                    wire.get("/", {}, soon())
            wire.close()


def test_a_deadline_that_has_passed_asks_nothing() -> None:
    with pytest.raises(UpstreamError) as caught:
        made(1).get("/", {}, time.monotonic() - 1)

    assert "origin-slow" == caught.value.code
    assert caught.value.retryable


@contextmanager
def silent() -> Iterator[int]:
    """A port that neither answers nor refuses: nobody takes what waits, and no more may wait."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        full = False
        while not full:
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
            full = not select.select([], [waiting], [], 0.2)[1]
        yield listener.getsockname()[1]


def to(monkeypatch: pytest.MonkeyPatch, *ports: int) -> Wire:
    """A host that has these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    return Wire("two.example", 1, None, "the server")


def test_an_address_that_is_silent_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent() as hole, serving(http("200 OK", b"{}")) as port:
        wire = to(monkeypatch, hole, hole, port, hole)
        assert 200 == wire.get("/", {}, soon()).status
        wire.close()


def test_a_server_that_does_not_begin_tls_is_given_up_before_the_deadline(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, tmp_path: Path
) -> None:
    """The deadline is of the whole question: another address has a part of it."""
    monkeypatch.setattr(module, "HANDSHAKE_S", 0.2)
    files = authority.certify(tmp_path, None)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(files.chain, files.key)

    def act(wire: socket.socket) -> None:
        with suppress(OSError), ours.wrap_socket(wire, server_side=True) as spoken:
            spoken.recv(65_536)
            spoken.sendall(HEAD + b"\r\n{}")

    def wire_to(*ports: int) -> Wire:
        to(monkeypatch, *ports)
        return Wire("127.0.0.1", 1, ssl.create_default_context(cafile=authority.ca), "the server")

    never = time.monotonic() + 3600
    with socket.create_server(("127.0.0.1", 0)) as mute, serving(act) as port:
        wire = wire_to(mute.getsockname()[1], port)
        assert 200 == wire.get("/", {}, never).status
        wire.close()
        with pytest.raises(UpstreamError) as caught:
            wire_to(mute.getsockname()[1]).get("/", {}, never)
        assert ("origin-slow", True) == (caught.value.code, caught.value.retryable)


def test_addresses_that_refuse_or_cannot_be_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    with serving(http("200 OK", b"{}")) as port:
        wire = to(monkeypatch, free, port)
        assert 200 == wire.get("/", {}, soon()).status
        wire.close()
    for ports in ((free,), (free, free)):
        with pytest.raises(UpstreamError) as caught:
            to(monkeypatch, *ports).get("/", {}, soon())
        assert "origin-unreachable" == caught.value.code
    with silent() as hole:
        with pytest.raises(UpstreamError) as caught:
            to(monkeypatch, hole, free, hole).get("/", {}, time.monotonic() + 0.5)
        assert "origin-slow" == caught.value.code
