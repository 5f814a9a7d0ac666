"""RabbitMQ with its management API; AMQP and the API each in plain and over TLS."""

import json
import secrets
import signal
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.services import process
from tests.services.process import Server
from tests.services.tls import Authority, Certificate

ADMIN: Final = "admin"
# The script that Debian puts in the PATH changes the folder and the user on its own.
SCRIPT: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
# One core and no busy waiting, and the port between nodes on loopback too.
LIGHT: Final = (
    "+S 1:1 +SDcpu 1:1 +SDio 1 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false"
    " -kernel inet_dist_use_interface {127,0,0,1}"
)


@dataclass(frozen=True)
class Ports:
    """One each for AMQP over TLS, the API, the API over TLS, and other nodes."""

    amqps: int
    http: int
    https: int
    nodes: int


@dataclass(frozen=True)
class Rabbitmq(Server):
    """`port` is that of plain AMQP; `password` is the administrator's."""

    password: str = ""
    amqps: int = 0
    http: int = 0
    https: int = 0

    @property
    def url(self) -> str:
        """Where the management API is."""
        return f"https://{self.host}:{self.https}"

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None,
        user: str = ADMIN, password: str | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        """One call of the management API, e.g. `GET`, `users`: its status and JSON."""
        word = self.password if password is None else password
        context = ssl.create_default_context(cafile=self.ca)
        wire = HTTPSConnection(self.host, self.https, timeout=10, context=context)
        try:
            text = None if body is None else json.dumps(body)
            token = b64encode(f"{user}:{word}".encode()).decode("ascii")
            wire.request(method, f"/api/{path}", text, {"Authorization": f"Basic {token}"})
            answer = wire.getresponse()
            content = answer.read()
        finally:
            wire.close()
        return answer.status, json.loads(content) if content else None

    def connect(self, user: str, password: str, vhost: str = "/", **more: Any) -> Any:
        """A blocking connection of pika, in plain."""
        import pika

        return pika.BlockingConnection(
            pika.ConnectionParameters(
                self.host, self.port, vhost, pika.PlainCredentials(user, password),
                socket_timeout=10, blocked_connection_timeout=10, **more,
            )
        )  # fmt: skip

    def login(self, *vhosts: str, tags: str = "") -> tuple[str, str]:
        """A fresh user who may do everything in `vhosts`, or in `/`; and his password."""
        user, password = f"app_{secrets.token_hex(6)}", secrets.token_hex(16)
        self.call("PUT", f"users/{user}", {"password": password, "tags": tags})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        for vhost in vhosts or ("/",):
            self.call("PUT", f"permissions/{quote(vhost, '')}/{user}", everything)
        return user, password

    def vhost(self) -> str:
        """A fresh virtual host, with a name that must be quoted in an address."""
        name = f"/host {secrets.token_hex(4)}"
        self.call("PUT", f"vhosts/{quote(name, '')}")
        return name

    def change(self, user: str, password: str | None = None) -> str:
        """Give `user` another password, in place of the old one; the new one."""
        fresh = password or secrets.token_hex(16)
        _, found = self.call("GET", f"users/{user}")
        self.call("PUT", f"users/{user}", {"password": fresh, "tags": found["tags"]})
        return fresh


@pytest.fixture(scope="session")
def rabbitmq(authority: Authority) -> Iterator[Rabbitmq]:
    """A RabbitMQ of this worker's; it takes ten seconds to start."""
    with serving(authority) as server:
        yield server


@contextmanager
def serving(authority: Authority) -> Iterator[Rabbitmq]:
    """One that nobody else speaks to, for as long as the block runs."""
    process.program("rabbitmq-server")
    mapper = process.program("epmd")
    owner = process.as_user("rabbitmq")
    password = secrets.token_hex(16)
    with process.folder(owner) as folder:
        environ = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/bin"}
        # A registry of nodes of its own, so that it meets no other; it would start one for ever.
        with process.running(
            lambda port: [mapper, "-address", process.HOST, "-port", str(port)],
            process.listens, owner=owner, environ=environ, cwd=folder,
        ) as names:  # fmt: skip
            environ |= _environ(folder, names)
            server = _Server(folder, owner, authority.certify(folder, owner), password)
            # Nothing of it is kept: it need not spend seconds on closing.
            with process.running(
                server.command, server.ready,
                owner=owner, environ=environ, cwd=folder, stop=signal.SIGKILL,
            ) as port:  # fmt: skip
                yield Rabbitmq(
                    port, ca=authority.ca, password=password, amqps=server.ports.amqps,
                    http=server.ports.http, https=server.ports.https,
                )  # fmt: skip


def _environ(folder: Path, names: int) -> dict[str, str]:
    return {
        "ERL_EPMD_ADDRESS": process.HOST,
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",  # not the machine's
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_NODENAME": f"{folder.name}@localhost",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": LIGHT,
        "RUNNING_UNDER_SYSTEMD": "true",  # so that the script becomes the server
    }


class _Server:
    """Its files are written anew for each try, with fresh ports."""

    def __init__(
        self, folder: Path, owner: tuple[int, int] | None, files: Certificate, password: str
    ) -> None:
        self.folder = folder
        self.owner = owner
        self.files = files
        self.password = password
        self.ports = Ports(0, 0, 0, 0)

    def command(self, port: int) -> list[str]:
        self.ports = Ports(*(process.free_port() for _ in range(4)))
        self._write("plugins", "[rabbitmq_management].\n")
        self._write("rabbitmq.conf", self._settings(port))
        return ["/usr/bin/env", f"RABBITMQ_DIST_PORT={self.ports.nodes}", str(SCRIPT)]

    def ready(self, port: int) -> bool:
        everywhere = (port, self.ports.amqps, self.ports.http, self.ports.https)
        return all(map(process.listens, everywhere))

    def _settings(self, port: int) -> str:
        host, ports, files = process.HOST, self.ports, self.files
        return f"""\
listeners.tcp.default = {host}:{port}
listeners.ssl.default = {host}:{ports.amqps}
ssl_options.certfile = {files.chain}
ssl_options.keyfile = {files.key}
ssl_options.cacertfile = {files.chain}
management.tcp.ip = {host}
management.tcp.port = {ports.http}
management.ssl.ip = {host}
management.ssl.port = {ports.https}
management.ssl.certfile = {files.chain}
management.ssl.keyfile = {files.key}
management.ssl.cacertfile = {files.chain}
default_user = {ADMIN}
default_pass = {self.password}
loopback_users = none
collect_statistics_interval = 200
log.console.level = warning
"""

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        if self.owner is not None:
            process.give(path, self.owner)
