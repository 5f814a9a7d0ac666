"""A MariaDB with an account and an admin of small power."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pymysql

from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Target
from tests.services.mariadb import Mariadb

GRANTS = ("CREATE USER ON *.*", "CONNECTION ADMIN ON *.*", "PROCESS ON *.*")
READS = "SELECT ON mysql.global_priv"


@dataclass(frozen=True)
class Site:
    """An account with the current password, and who may change it."""

    server: Mariadb
    admin: Fields
    current: Credential
    held: list[Any] = field(default_factory=list)

    @classmethod
    @contextmanager
    def built(cls, server: Mariadb, suffix: str = "") -> Iterator["Site"]:
        """A fresh account; `suffix` makes its name strange. What a test holds is closed after it."""
        mark = secrets.token_hex(6)
        name, password = f"a_{mark}{suffix}", plain_draw(32)
        server.run("CREATE USER %s@'%%' IDENTIFIED BY %s", name, password)
        admin = {"username": f"r_{mark}", "password": plain_draw(32)}
        server.run("CREATE USER %s@'%%' IDENTIFIED BY %s", admin["username"], admin["password"])
        for grant in (*GRANTS, READS):
            server.run(f"GRANT {grant} TO %s@'%%'", admin["username"])
        site = cls(server, admin, Credential(1, {"username": name, "password": password}))
        try:
            yield site
        finally:
            for connection in site.held:
                if connection.open:
                    connection.close()

    @property
    def name(self) -> str:
        """The account's user."""
        return self.current.fields["username"]

    def job(self, *, address: str = "", admin: Fields | None = None, **options: str) -> Job:
        """A rotation; without an admin where `admin` is empty, not None."""
        fields = self.admin if admin is None else admin
        at = address or f"{self.server.host}:{self.server.port}"
        return Job(
            Target("main", at, options, fields or None), "production/app/DATABASE",
            "database-password", {}, self.current, plain_draw, no_wait,
        )  # fmt: skip

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        try:
            self.connect(credential).close()
        except pymysql.OperationalError:
            return False
        return True

    def hold(self, credential: Credential) -> Callable[[], bool]:
        """A session that stays; what is given says whether it lives."""
        connection = self.connect(credential)
        self.held.append(connection)

        def alive() -> bool:
            try:
                connection.ping(reconnect=False)
            except pymysql.Error:
                return False
            return True

        return alive

    def connect(self, credential: Credential) -> Any:
        """As a driver does it."""
        fields = credential.fields
        return self.server.connect(fields["username"], fields["password"])
