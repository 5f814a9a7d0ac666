"""MariaDB, nothing synced to disk."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.services import process
from tests.services.process import Server
from tests.services.tls import Authority

ADMIN: Final = "root"
SMALL: Final = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M")


@dataclass(frozen=True)
class Mariadb(Server):
    """`password` is the administrator's."""

    password: str = ""

    def run(self, statement: str, *parameters: object) -> tuple[tuple[Any, ...], ...]:
        """One statement as the administrator; the rows, if it has some."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return tuple(cursor.fetchall())

    def connect(self, user: str = ADMIN, password: str | None = None, **more: Any) -> Any:
        """A connection of PyMySQL; the administrator's without arguments."""
        import pymysql  # here: every session imports this file

        word = self.password if password is None else password
        return pymysql.connect(
            host=self.host, port=self.port, user=user, password=word, autocommit=True,
            connect_timeout=10, **more,
        )  # fmt: skip

    def login(self) -> tuple[str, str]:
        """A fresh user, and his password."""
        user, password = f"app_{secrets.token_hex(6)}", secrets.token_hex(16)
        self.run("CREATE USER %s@'%%' IDENTIFIED BY %s", user, password)
        return user, password

    def change(self, user: str, password: str | None = None) -> str:
        """Give `user` another password, in place of the old one; the new one."""
        fresh = password or secrets.token_hex(16)
        self.run("ALTER USER %s@'%%' IDENTIFIED BY %s", user, fresh)
        return fresh

    def database(self, *users: str) -> str:
        """A fresh database in which `users` may do everything."""
        name = f"db_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        for user in users:
            self.run(f"GRANT ALL ON {name}.* TO %s@'%%'", user)
        return name


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Mariadb]:
    """A MariaDB of this worker's; it speaks no TLS."""
    with serving(None) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_tls(authority: Authority) -> Iterator[Mariadb]:
    """Another one that does, and that takes plain connections too."""
    with serving(authority) as server:
        yield server


@contextmanager
def serving(authority: Authority | None) -> Iterator[Mariadb]:
    install, server = process.program("mariadb-install-db"), process.program("mariadbd")
    owner = process.as_user("mysql")
    password = secrets.token_hex(16)
    with process.folder(owner) as folder:
        environ = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/bin", "TMPDIR": str(folder)}
        data = folder / "data"
        first = folder / "first.sql"
        first.write_text(f"ALTER USER '{ADMIN}'@'localhost' IDENTIFIED BY '{password}';", "utf-8")
        first.chmod(0o644)  # in a folder that only the server's user may enter
        process.prepare(
            [
                install, "--no-defaults", f"--datadir={data}", "--skip-test-db",
                "--auth-root-authentication-method=normal", *SMALL,
            ],
            owner, environ, folder,
        )  # fmt: skip
        tls: tuple[str, ...] = ()
        if authority is not None:
            files = authority.certify(folder, owner)
            tls = (f"--ssl-cert={files.chain}", f"--ssl-key={files.key}")

        def command(port: int) -> list[str]:
            return [
                server, "--no-defaults", f"--datadir={data}", f"--port={port}",
                f"--bind-address={process.HOST}", f"--socket={folder}/s", f"--init-file={first}",
                "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0",
                "--pid-file=pid", "--performance-schema=off", *SMALL, *tls,
            ]  # fmt: skip

        with process.running(
            command, process.listens, owner=owner, environ=environ, cwd=folder
        ) as port:
            yield Mariadb(port, ca=authority.ca if authority else None, password=password)
