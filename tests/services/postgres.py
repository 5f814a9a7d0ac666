"""PostgreSQL: passwords by SCRAM, nothing synced to disk."""

import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, LiteralString

import pytest

from tests.services import process
from tests.services.process import Server
from tests.services.tls import Authority

if TYPE_CHECKING:
    from psycopg import sql

ADMIN: Final = "admin"
DATABASE: Final = "postgres"
SETTINGS: Final = {
    "listen_addresses": process.HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "max_wal_size": "64MB",
    "jit": "off",
}


@dataclass(frozen=True)
class Postgres(Server):
    """`password` is the administrator's, who is a superuser; `log` is what the server writes."""

    password: str = ""
    log: Path = Path()

    def dsn(self, user: str = ADMIN, password: str | None = None, database: str = DATABASE) -> str:
        """As `key=value` words; the administrator's without arguments. Nothing needs quoting."""
        word = self.password if password is None else password
        return (
            f"host={self.host} port={self.port} dbname={database} user={user} password={word}"
            " connect_timeout=10"
        )

    def url(self, user: str = ADMIN, password: str | None = None, database: str = DATABASE) -> str:
        """As `postgresql://…`; passwords made here need no quoting."""
        word = self.password if password is None else password
        return f"postgresql://{user}:{word}@{self.host}:{self.port}/{database}"

    def run(self, statement: "LiteralString | sql.Composed", *parameters: object) -> list[Any]:
        """One statement as the administrator, in autocommit; the rows, if it has some."""
        import psycopg  # here: every session imports this file

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def login(self) -> tuple[str, str]:
        """A fresh role that may log in, and its password."""
        user, password = f"app_{secrets.token_hex(6)}", secrets.token_hex(16)
        self._run("CREATE ROLE {} LOGIN PASSWORD {}", user, password)
        return user, password

    def change(self, user: str, password: str | None = None) -> str:
        """Give `user` another password, in place of the old one; the new one."""
        fresh = password or secrets.token_hex(16)
        self._run("ALTER ROLE {} PASSWORD {}", user, fresh)
        return fresh

    def database(self) -> str:
        """A fresh database."""
        name = f"db_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {}", name)
        return name

    def end_sessions(self, user: str) -> None:
        """End what `user` has open."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", user)

    def _run(self, statement: LiteralString, name: str, *words: str) -> None:
        from psycopg import sql

        self.run(sql.SQL(statement).format(sql.Identifier(name), *words))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this worker's; it speaks no TLS."""
    with serving(None) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_tls(authority: Authority) -> Iterator[Postgres]:
    """Another one that does, and that takes plain connections too."""
    with serving(authority) as server:
        yield server


@contextmanager
def serving(authority: Authority | None) -> Iterator[Postgres]:
    initdb, server = process.program("initdb"), process.program("postgres")
    owner = process.as_user("postgres")  # it refuses to run as root
    password = secrets.token_hex(16)
    with process.folder(owner) as folder:
        environ = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TMPDIR": str(folder)}
        data = folder / "data"
        word = folder / "password"
        word.write_text(password, "utf-8")
        word.chmod(0o644)  # in a folder that only the server's user may enter
        process.prepare(
            [
                initdb, "--no-sync", "--no-instructions", "-D", str(data), "-U", ADMIN,
                "-A", "scram-sha-256", f"--pwfile={word}", "--locale=C", "-E", "UTF8",
            ],
            owner, environ, folder,
        )  # fmt: skip

        settings = dict(SETTINGS)
        if authority is not None:
            files = authority.certify(folder, owner)
            settings |= {
                "ssl": "on", "ssl_cert_file": str(files.chain), "ssl_key_file": str(files.key)
            }  # fmt: skip

        def command(port: int) -> list[str]:
            options = {**settings, "port": str(port)}
            words = [word for item in options.items() for word in ("-c", "=".join(item))]
            return [server, "-D", str(data), *words]

        # SIGINT ends sessions and stops; SIGTERM would wait for them.
        with process.running(
            command, _answers, owner=owner, environ=environ, cwd=folder, stop=signal.SIGINT
        ) as port:
            yield Postgres(
                port,
                ca=authority.ca if authority else None,
                password=password,
                log=process.log_of(folder),
            )


def _answers(port: int) -> bool:
    """It refuses connections by a message as long as it starts: ask whether it speaks TLS."""
    try:
        with socket.create_connection((process.HOST, port), timeout=1) as wire:
            wire.sendall(bytes.fromhex("0000000804d2162f"))  # SSLRequest
            return wire.recv(1) in {b"N", b"S"} and _ready(port)
    except OSError:
        return False


def _ready(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(
            host=process.HOST, port=port, user="nobody", password="x", dbname=DATABASE
        ).close()
    except psycopg.OperationalError as error:
        return "starting up" not in str(error)
    return True
