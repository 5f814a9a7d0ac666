"""Two users of a RabbitMQ that take turns, and an admin."""

import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pika
from pika.exceptions import AMQPError

from strongroom.rotation.contract import Bench, no_wait, plain_draw
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Rotator, Target
from tests.services.rabbitmq import Rabbitmq
from tests.services.tls import OTHER_NAME, Authority

RIGHTS = {"configure": "^app-", "write": ".*", "read": "^$"}


@dataclass(frozen=True)
class Site:
    """`one` has the current password and rights in `vhosts`; `two` is not there yet."""

    server: Rabbitmq
    one: str
    two: str
    vhosts: tuple[str, str]
    admin: Fields
    current: Credential
    held: list[Any] = field(default_factory=list)

    @classmethod
    @contextmanager
    def built(cls, server: Rabbitmq, suffix: str = "") -> Iterator["Site"]:
        """Fresh ones; `suffix` makes their names strange. What a test holds is closed after it."""
        mark = secrets.token_hex(6)
        one, two = (f"{name}_{mark}{suffix}" for name in ("a", "b"))
        vhosts = (server.vhost(), server.vhost())
        admin, admin_password = server.login(tags="administrator")
        password = plain_draw(32)
        at = quote(one, "")
        assert server.call("PUT", f"users/{at}", {"password": password, "tags": "shop"})[0] == 201
        for vhost in vhosts:
            server.call("PUT", f"permissions/{quote(vhost, '')}/{at}", RIGHTS)
        topic = {"exchange": "amq.topic", "write": "^app", "read": ".*"}
        server.call("PUT", f"topic-permissions/{quote(vhosts[0], '')}/{at}", topic)
        current = Credential(1, {"username": one, "password": password, "vhost": vhosts[0]})
        fields = {"username": admin, "password": admin_password}
        site = cls(server, one, two, vhosts, fields, current)
        try:
            yield site
        finally:
            for connection in site.held:
                site.closed(connection)

    def job(
        self, *, address: str = "", admin: Fields | None = None, wait: Callable[[float], None] = no_wait,
        timeout_s: float = 10.0, **options: str,
    ) -> Job:  # fmt: skip
        """A rotation over TLS; without an admin where `admin` is empty, not None."""
        words = {
            "accounts": f"{self.one},{self.two}",
            "management": self.server.url,
            "tls_ca": str(self.server.ca),
            **options,
        }
        fields = self.admin if admin is None else admin
        at = address or f"{self.server.host}:{self.server.amqps}"
        return Job(
            Target("queue", at, words, fields or None), "production/app/QUEUE",
            "message-queue-password", {}, self.current, plain_draw, wait, timeout_s=timeout_s,
        )  # fmt: skip

    def minted(self, rotator: Rotator) -> Job:
        """The job with a pending version."""
        return Bench(rotator, self.job(), self.works).minted()

    def connect(self, credential: Credential, name: str = "shop") -> Any:
        """As an application does, over TLS."""
        fields = credential.fields
        context = ssl.create_default_context(cafile=self.server.ca)
        return pika.BlockingConnection(
            pika.ConnectionParameters(
                self.server.host, self.server.amqps, fields["vhost"],
                pika.PlainCredentials(fields["username"], fields["password"]),
                ssl_options=pika.SSLOptions(context, self.server.host), socket_timeout=10,
                client_properties={"connection_name": name},
            )
        )  # fmt: skip

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        try:
            self.connect(credential).close()
        except pika.exceptions.ProbableAuthenticationError:
            return False
        return True

    def hold(self, credential: Credential) -> Callable[[], bool]:
        """A session that stays open."""
        connection = self.connect(credential)
        self.held.append(connection)

        def alive() -> bool:
            try:
                connection.channel().close()
            except AMQPError:
                return False
            return True

        return alive

    def rights(self, name: str) -> list[Any]:
        """What a user may do, without his name."""
        rows = []
        for kind in ("permissions", "topic-permissions"):
            _, found = self.server.call("GET", f"users/{quote(name, '')}/{kind}")
            rows += [{key: text for key, text in row.items() if key != "user"} for row in found]
        return sorted(rows, key=str)

    @staticmethod
    def closed(connection: Any) -> None:
        """Close it, if nobody has."""
        try:
            connection.close()
        except AMQPError:
            return


def dialled(site: Site, authority: Authority, wrong: str) -> Job:
    """A job with one wrong thing about TLS, at both ports: the name, the authority, or none at all."""
    server = site.server
    host = OTHER_NAME if wrong == "name" else server.host
    https = server.http if wrong == "plain" else server.https
    amqps = server.port if wrong == "plain" else server.amqps
    ca = authority.stranger if wrong == "authority" else authority.ca
    return site.job(
        address=f"{host}:{amqps}", management=f"https://{host}:{https}", tls_ca=str(ca),
        timeout_s=3.0,
    )  # fmt: skip
