"""A port in front of a server that can stop answering, or answers what a test says."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from tests.services.process import HOST

CHUNK_BYTES = 65536


@dataclass
class Front:
    """`heard` is all that clients sent. After `freeze` nothing goes to them any more."""

    port: int
    heard: bytearray = field(default_factory=bytearray)
    frozen: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """As a target's address."""
        return f"{HOST}:{self.port}"

    def freeze(self) -> None:
        """Stay silent from now on, with connections open."""
        self.frozen.set()


Serve = Callable[[socket.socket, Front], None]


@contextmanager
def listening(*answers: bytes) -> Iterator[Front]:
    """Somebody who gives the next of `answers` to each thing that is said, and then is silent."""

    def serve(client: socket.socket, front: Front) -> None:
        _converse(client, front, answers)

    with _front(serve) as front:
        yield front


@contextmanager
def greeting(first: bytes, *answers: bytes) -> Iterator[Front]:
    """As `listening`, but speaks first."""

    def serve(client: socket.socket, front: Front) -> None:
        client.sendall(first)
        _converse(client, front, answers)

    with _front(serve) as front:
        yield front


@contextmanager
def before(port: int) -> Iterator[Front]:
    """A way to the server on `port`."""

    def serve(client: socket.socket, front: Front) -> None:
        with socket.create_connection((HOST, port)) as server:
            back = threading.Thread(target=_back, args=(server, client, front), daemon=True)
            back.start()
            while said := client.recv(CHUNK_BYTES):
                front.heard += said
                server.sendall(said)
            server.shutdown(socket.SHUT_RDWR)
            back.join()

    with _front(serve) as front:
        yield front


def _converse(client: socket.socket, front: Front, answers: Sequence[bytes]) -> None:
    for answer in answers:
        said = client.recv(CHUNK_BYTES)
        front.heard += said
        if not said:
            return
        client.sendall(answer)
    while said := client.recv(CHUNK_BYTES):
        front.heard += said


def _back(server: socket.socket, client: socket.socket, front: Front) -> None:
    try:
        while answer := server.recv(CHUNK_BYTES):
            if not front.frozen.is_set():
                client.sendall(answer)
        if not front.frozen.is_set():
            client.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # one of the two has gone


@contextmanager
def _front(serve: Serve) -> Iterator[Front]:
    with socket.create_server((HOST, 0)) as listener:
        front = Front(listener.getsockname()[1])
        clients: list[socket.socket] = []

        def one(client: socket.socket) -> None:
            with closing(client):
                try:
                    serve(client, front)
                except OSError:
                    return  # the client has gone, or the test is over

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                clients.append(client)
                threading.Thread(target=one, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield front
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for client in clients:
                try:
                    client.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed already
