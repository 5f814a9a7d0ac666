"""A PostgreSQL with an owner, two roles that take turns, and an admin of small power."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Target
from tests.services.postgres import Postgres

POWERS = ("pg_signal_backend", "pg_read_all_stats")


@dataclass(frozen=True)
class Site:
    """The names of the roles, `one` of which has the current password."""

    server: Postgres
    owner: str
    one: str
    two: str
    admin: Fields
    current: Credential
    held: "list[psycopg.Connection[tuple[object, ...]]]" = field(default_factory=list)

    @classmethod
    @contextmanager
    def built(cls, server: Postgres, suffix: str = "") -> Iterator["Site"]:
        """Fresh roles; `suffix` makes their names strange. What a test holds is closed after it."""
        mark = secrets.token_hex(6)
        owner, one, two = (f"{name}_{mark}{suffix}" for name in ("owner", "a", "b"))
        password = plain_draw(32)
        do(server, "CREATE ROLE {} NOLOGIN", owner)
        do(server, "CREATE ROLE {} LOGIN PASSWORD {}", one, sql.Literal(password))
        do(server, "CREATE ROLE {} LOGIN", two)
        for name in (one, two):
            do(server, "GRANT {} TO {}", owner, name)
            do(server, "ALTER ROLE {} SET ROLE {}", name, owner)
        admin = {"username": f"rotator_{mark}", "password": plain_draw(32)}
        do(server, "CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}",
           admin["username"], sql.Literal(admin["password"]))  # fmt: skip
        for power in POWERS:
            do(server, "GRANT {} TO {}", power, admin["username"])
        current = Credential(1, {"username": one, "password": password, "host": server.host})
        site = cls(server, owner, one, two, admin, current)
        try:
            yield site
        finally:
            for connection in site.held:
                connection.close()

    def job(self, *, address: str = "", admin: Fields | None = None, **options: str) -> Job:
        """A rotation with turns; without an admin where `admin` is empty, not None."""
        words = {"accounts": f"{self.one},{self.two}", "owner": self.owner, **options}
        fields = self.admin if admin is None else admin
        at = address or f"{self.server.host}:{self.server.port}"
        return Job(
            Target("main", at, words, fields or None), "production/app/DATABASE",
            "database-password", {}, self.current, plain_draw, no_wait,
        )  # fmt: skip

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        try:
            self.connect(credential).close()
        except psycopg.OperationalError:
            return False
        return True

    def hold(self, credential: Credential) -> Callable[[], bool]:
        """A session that stays; what is given says whether it lives."""
        connection = self.connect(credential)
        self.held.append(connection)

        def alive() -> bool:
            try:
                connection.execute("SELECT 1")
            except psycopg.Error:
                return False
            return True

        return alive

    def connect(self, credential: Credential) -> "psycopg.Connection[tuple[object, ...]]":
        """As a driver does it."""
        fields = credential.fields
        return psycopg.connect(
            host=self.server.host, port=self.server.port, dbname="postgres", autocommit=True,
            user=fields["username"], password=fields["password"], application_name="shop",
        )  # fmt: skip

    def one_row(self, credential: Credential, statement: str) -> tuple[object, ...] | None:
        """What a statement gives to whoever logs in."""
        with closing(self.connect(credential)) as connection:
            row: tuple[object, ...] | None = connection.execute(statement.encode()).fetchone()
            return row


def do(server: Postgres, statement: str, *words: "str | sql.Literal") -> None:
    """A statement as the superuser; text stands for names."""
    parts = [word if isinstance(word, sql.Literal) else sql.Identifier(word) for word in words]
    server.run(sql.SQL(statement).format(*parts))
