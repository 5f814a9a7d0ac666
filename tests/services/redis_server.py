"""Redis with ACLs in a file, nothing else kept."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.services import process
from tests.services.process import Server
from tests.services.tls import Authority

ADMIN: Final = "admin"


@dataclass(frozen=True)
class Redis(Server):
    """`password` is the administrator's; there is no default user."""

    password: str = ""

    def url(self, user: str = ADMIN, password: str | None = None, number: int = 0) -> str:
        """As `redis://…` or `rediss://…`; passwords made here need no quoting."""
        word = self.password if password is None else password
        secure = "" if self.ca is None else f"?ssl_ca_certs={self.ca}"
        scheme = "rediss" if secure else "redis"
        return f"{scheme}://{user}:{word}@{self.host}:{self.port}/{number}{secure}"

    def run(self, *words: str) -> Any:
        """One command as the administrator."""
        import redis  # here: every session imports this file

        with closing(redis.Redis.from_url(self.url(), decode_responses=True)) as client:
            return client.execute_command(*words)

    def login(self) -> tuple[str, str]:
        """A fresh user who may do everything, and his password."""
        user, password = f"app_{secrets.token_hex(6)}", secrets.token_hex(16)
        self.run("ACL", "SETUSER", user, "on", "~*", "&*", "+@all", f">{password}")
        return user, password

    def change(self, user: str, password: str | None = None, *, overlap: bool = False) -> str:
        """Give `user` another password, beside or in place of the old one; the new one."""
        fresh = password or secrets.token_hex(16)
        drop = () if overlap else ("resetpass",)
        self.run("ACL", "SETUSER", user, *drop, f">{fresh}")
        return fresh

    def end_sessions(self, user: str) -> None:
        """End what `user` has open."""
        self.run("CLIENT", "KILL", "USER", user)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis of this worker's; it speaks no TLS."""
    with serving(None) as server:
        yield server


@pytest.fixture(scope="session")
def redis_tls(authority: Authority) -> Iterator[Redis]:
    """Another one that speaks nothing else."""
    with serving(authority) as server:
        yield server


@contextmanager
def serving(authority: Authority | None) -> Iterator[Redis]:
    server = process.program("redis-server")
    owner = process.as_user("redis")
    password = secrets.token_hex(16)
    with process.folder(owner) as folder:
        users = folder / "users.acl"
        users.write_text(f"user default off\nuser {ADMIN} on >{password} ~* &* +@all\n", "utf-8")
        users.chmod(0o600)
        if owner is not None:
            process.give(users, owner)  # `ACL SAVE` writes it
        tls: tuple[str, ...] = ()
        if authority is not None:
            files = authority.certify(folder, owner)
            tls = (
                "--tls-cert-file", str(files.chain), "--tls-key-file", str(files.key),
                "--tls-auth-clients", "no",
            )  # fmt: skip

        def command(port: int) -> list[str]:
            ports = ("--port", "0", "--tls-port", str(port)) if tls else ("--port", str(port))
            return [
                server, *ports, *tls, "--bind", process.HOST, "--dir", str(folder),
                "--save", "", "--appendonly", "no", "--aclfile", str(users), "--databases", "16",
            ]  # fmt: skip

        with process.running(
            command, process.listens, owner=owner, environ={"LC_ALL": "C"}, cwd=folder
        ) as port:
            yield Redis(port, ca=authority.ca if authority else None, password=password)
