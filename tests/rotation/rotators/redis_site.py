"""A Redis with a user and an admin of small power."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Target
from tests.services.redis_server import Redis

RIGHTS = (
    "+acl|getuser", "+acl|setuser", "+acl|save", "+acl|log", "+client|list", "+client|kill",
    "+config|rewrite", "+time",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A user with the current password, and who may change it."""

    server: Redis
    admin: Fields
    current: Credential
    held: list[Any] = field(default_factory=list)

    @classmethod
    @contextmanager
    def built(cls, server: Redis, suffix: str = "") -> Iterator["Site"]:
        """A fresh user; `suffix` makes its name strange. What a test holds is closed after it."""
        mark = secrets.token_hex(6)
        name, password = f"a_{mark}{suffix}", plain_draw(32)
        server.run("ACL", "SETUSER", name, "on", "~*", "+@all", f">{password}")
        admin = {"username": f"r_{mark}", "password": plain_draw(32)}
        server.run(
            "ACL", "SETUSER", admin["username"], "on", f">{admin['password']}", "-@all",
            "+client|id", *RIGHTS,
        )  # fmt: skip
        site = cls(server, admin, Credential(1, {"username": name, "password": password}))
        try:
            yield site
        finally:
            for client in site.held:
                client.close()

    @property
    def name(self) -> str:
        """The user."""
        return self.current.fields["username"]

    def job(self, *, address: str = "", admin: Fields | None = None, **options: str) -> Job:
        """A rotation; without an admin where `admin` is empty, not None."""
        fields = self.admin if admin is None else admin
        at = address or f"{self.server.host}:{self.server.port}"
        return Job(
            Target("cache", at, options, fields or None), "production/app/REDIS",
            "database-password", {}, self.current, plain_draw, no_wait,
        )  # fmt: skip

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        try:
            self.connect(credential).close()
        except redis.AuthenticationError:
            return False
        return True

    def hold(self, credential: Credential) -> Callable[[], bool]:
        """A session that stays; what is given says whether it lives."""
        client = self.connect(credential)
        self.held.append(client)
        number = client.client_id()

        def alive() -> bool:
            listed = self.server.run("CLIENT", "LIST", "ID", str(number))
            return bool(listed)

        return alive

    def connect(self, credential: Credential) -> Any:
        """As a driver does it."""
        fields = credential.fields
        return redis.Redis(
            host=self.server.host, port=self.server.port, username=fields["username"],
            password=fields["password"], client_name="shop", single_connection_client=True,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip
