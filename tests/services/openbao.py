"""OpenBao in its development mode: unsealed, in memory, KV version 2 at `secret/`."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.services import process
from tests.services.process import Server


@dataclass(frozen=True)
class Openbao(Server):
    """`token` is the root token."""

    token: str = ""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of its API with the root token, e.g. `GET`, `secret/data/app`."""
        wire = HTTPConnection(self.host, self.port, timeout=10)
        try:
            text = None if body is None else json.dumps(body)
            wire.request(method, f"/v1/{path}", text, {"X-Vault-Token": self.token})
            answer = wire.getresponse().read()
        finally:
            wire.close()
        return json.loads(answer) if answer else None


@pytest.fixture(scope="session")
def openbao() -> Iterator[Openbao]:
    """An OpenBao of this worker's."""
    server = process.program("bao")
    token = secrets.token_hex(16)
    # As ourselves: the program may lie in a folder that others cannot enter.
    with process.folder(None) as folder:
        environ = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "BAO_DEV_ROOT_TOKEN_ID": token}

        def command(port: int) -> list[str]:
            return [
                server, "server", "-dev", "-dev-no-store-token",
                f"-dev-listen-address={process.HOST}:{port}",
            ]  # fmt: skip

        with process.running(command, _active, owner=None, environ=environ, cwd=folder) as port:
            yield Openbao(port, token=token)


def _active(port: int) -> bool:
    wire = HTTPConnection(process.HOST, port, timeout=1)
    try:
        wire.request("GET", "/v1/sys/health")
        return wire.getresponse().status == 200
    except OSError:
        return False
    finally:
        wire.close()
