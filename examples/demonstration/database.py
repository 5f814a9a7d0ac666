"""A PostgreSQL for one step: started on a free port of loopback, ended when the step ends."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from demonstration.guard import guarded

HOST: Final = "127.0.0.1"
NAME: Final = "postgres"
SUPERUSER: Final = "postgres"
OWNER: Final = "app_owner"
ACCOUNTS: Final = ("app_a", "app_b")  # they take turns
ROTATOR: Final = "rotator"
ADMIN_OPTION_SINCE: Final = 160000  # before, CREATEROLE alone is enough
START_S_MAX: Final = 60.0
STOP_S_MAX: Final = 20.0
# Debian keeps the server's programs where a user's PATH does not look.
FOLDERS: Final = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "log_statement": "all",  # so that a value in a statement would be seen in the log
}


@dataclass(frozen=True, slots=True)
class Login:
    """A role and its password, as an application holds them."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Database:
    """A running server. `log` is what it writes; `superuser` makes the roles and is not used again."""

    port: int
    log: Path
    superuser: Login

    def connect(self, login: Login, **words: Any) -> "psycopg.Connection[tuple[Any, ...]]":
        """A session, as an application opens it."""
        return psycopg.connect(
            host=HOST, port=self.port, dbname=NAME, user=login.username, password=login.password,
            autocommit=True, connect_timeout=10, **words,
        )  # fmt: skip

    def accepts(self, login: Login) -> bool:
        """Whether an application gets in; what is no refusal of the password is raised.

        Raises:
            RuntimeError: the server was not reached.
        """
        try:
            self.connect(login).close()
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                return False
            raise RuntimeError(str(error)) from None
        return True

    def furnish(self, passwords: tuple[str, str]) -> tuple[Login, Login]:
        """The application's two roles under one owner, and one that may change their passwords."""
        first, second = ACCOUNTS
        app, rotator = Login(first, passwords[0]), Login(ROTATOR, passwords[1])
        words = [sql.Literal(login.password) for login in (app, rotator)]
        # The passwords stand in these statements: the log is not to have them.
        with self.connect(self.superuser, options="-c log_statement=none") as session:
            _do(session, "CREATE ROLE {} NOLOGIN", OWNER)
            _do(session, "CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}", first, words[0], OWNER)
            _do(session, "CREATE ROLE {} NOLOGIN IN ROLE {}", second, OWNER)
            _do(session, "CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}", ROTATOR, words[1])
            _do(session, "GRANT pg_signal_backend, pg_read_all_stats TO {}", ROTATOR)
            for account in ACCOUNTS:
                _do(session, "ALTER ROLE {} SET ROLE {}", account, OWNER)
                if session.info.server_version >= ADMIN_OPTION_SINCE:
                    _do(session, "GRANT {} TO {} WITH ADMIN OPTION", account, ROTATOR)
        return app, rotator


def programs() -> tuple[str, str] | None:
    """Where `initdb` and `postgres` are; None: there is no PostgreSQL here, or no user for it."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *FOLDERS])
    initdb, server = shutil.which("initdb", path=path), shutil.which("postgres", path=path)
    if initdb is None or server is None or (os.geteuid() == 0 and _user() is None):
        return None
    return initdb, server


@contextmanager
def serving(initdb: str, server: str) -> Iterator[Database]:
    """A fresh server with its data in a temporary folder, which goes when it ends."""
    user = _user() if os.geteuid() == 0 else None  # it refuses to run as root
    identity: dict[str, Any] = {}
    if user is not None:
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="strongroom-demo-"))
    try:
        superuser = Login(SUPERUSER, secrets.token_hex(16))
        word, data, log = folder / "word", folder / "data", folder / "log"
        word.write_text(superuser.password, "utf-8")
        if user is not None:
            for path in (folder, word):
                os.chown(path, user.pw_uid, user.pw_gid)
        environ = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TMPDIR": str(folder)}
        subprocess.run(
            [
                initdb, "--no-sync", "--no-instructions", "-D", str(data), "-U", SUPERUSER,
                "-A", "scram-sha-256", f"--pwfile={word}", "--locale=C", "-E", "UTF8",
            ],
            env=environ, cwd=folder, check=True, capture_output=True, timeout=START_S_MAX,
            **identity,
        )  # fmt: skip
        port = _free_port()
        settings = {**SETTINGS, "port": str(port)}
        words = [word for item in settings.items() for word in ("-c", "=".join(item))]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [server, "-D", str(data), *words], env=environ, cwd=folder,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **identity,
            )  # fmt: skip
        try:
            with guarded(folder, process.pid):
                database = Database(port, log, superuser)
                _wait(database, process)
                yield database
        finally:
            _end(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _do(
    session: "psycopg.Connection[tuple[Any, ...]]",
    statement: LiteralString,
    *words: "str | sql.Literal",
) -> None:
    """A statement; text stands for names."""
    parts = [word if isinstance(word, sql.Literal) else sql.Identifier(word) for word in words]
    session.execute(sql.SQL(statement).format(*parts))


def _wait(database: Database, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S_MAX
    while process.poll() is None and time.monotonic() < deadline:
        try:
            database.connect(database.superuser).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    message = "PostgreSQL did not start"
    raise RuntimeError(message)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)  # ends sessions too; SIGTERM would wait for them
    try:
        process.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _user() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
