"""Servers of one connection at a time, for what no real server does."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Act = Callable[[socket.socket], None]


@contextmanager
def serving(act: Act, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that does `act` with each connection until the body ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    ended = threading.Event()
    held: list[socket.socket] = []

    def one(plain: socket.socket) -> None:
        held.append(plain)
        with suppress(OSError):
            wire = context.wrap_socket(plain, server_side=True) if context else plain
            held.append(wire)
            act(wire)
            wire.shutdown(socket.SHUT_RDWR)

    def loop() -> None:
        while not ended.is_set():
            with suppress(TimeoutError):
                threads.append(threading.Thread(target=one, args=(listener.accept()[0],)))
                threads[-1].start()

    threads = [threading.Thread(target=loop)]
    threads[0].start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        threads[0].join()
        for wire in held:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        for thread in threads[1:]:
            thread.join()
        for wire in held:
            wire.close()
        listener.close()


def says(data: bytes) -> Act:
    def act(wire: socket.socket) -> None:
        wire.recv(65_536)
        wire.sendall(data)

    return act


def http(status: str, body: bytes, kind: str = "application/json", more: str = "") -> Act:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return says(head.encode() + body)
