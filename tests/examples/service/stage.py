"""The example's service as a process of its own: a real room, PostgreSQL, Redis, and fakes around it.

    with set_up(place, room, postgres, redis_server) as stage, stage.serving() as url: ...

`Stage.write` puts a new version of a secret into the room; `Stage.taken_up` waits until every process
of the service says that it uses the current version.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import psycopg
from tests.conftest import Place
from tests.services.postgres import Postgres
from tests.services.process import HOST, free_port
from tests.services.redis_server import Redis

from local.fakes import MAIL, SENTRY, SMS, Fakes, running
from strongroom.generate import api_key, draw, password
from strongroom.model.address import Address
from strongroom.ops import secret, use
from strongroom.ops.local import Local
from strongroom.secret.value import Field, Value

EXAMPLE: Final = Path(__file__).parents[3] / "examples" / "customer-intelligence-api"
APPLICATION: Final = "customer-intelligence-api"
ENVIRONMENT: Final = "production"
PATIENCE_S: Final = 60.0
"""How long a test waits for what happens at once on an idle machine."""

_TYPES: Final = {
    "database": "database-password",
    "redis": "redis-password",
    "SECRET_KEY": "jwt-secret-key",
    "API_KEY_PEPPER": "jwt-secret-key",
    "FIELD_ENCRYPTION_KEY": "encryption-key",
    "EMAIL_API_KEY": "email-api-key",
    "SMS_API_KEY": "sms-api-key",
    "SENTRY_DSN": "sentry-dsn",
}
SECRETS: Final = tuple(_TYPES)
PYTHONPATH: Final = os.pathsep.join([str(EXAMPLE), *(entry for entry in sys.path if entry)])


@dataclass(frozen=True)
class Ports:
    """Of the fakes."""

    smtp: int
    http: int


@dataclass(frozen=True)
class Stage:
    """What is around the service. `place` opens the room, which `room` holds open."""

    place: Place
    room: Local
    postgres: Postgres
    database: str
    redis: Redis
    fakes: Fakes
    ports: Ports
    redis_user: str
    written: list[str] = field(default_factory=list, repr=False)
    ada: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    api_key: str = field(
        default_factory=lambda: api_key.generate(brand="api", marker="live").value, repr=False
    )

    # The room.

    def address(self, path: str) -> Address:
        """Of one of `SECRETS`."""
        return Address.parse(f"{ENVIRONMENT}/{APPLICATION}/{path}")

    def write(self, path: str, value: Value | str) -> int:
        """A new current version of one of `SECRETS`; the one before is in grace. Gives its number."""
        value = Value.single(value) if isinstance(value, str) else value
        self.written.extend(
            str(one.data) for one in value.fields.values() if one.secret and not one.template
        )
        known = path in secret.list_folder(self.room, ENVIRONMENT, APPLICATION)
        request = secret.WriteRequest(
            self.address(path),
            value,
            type=None if known else _TYPES[path],
            owner=None if known else "DevOps",
        )
        return secret.write(self.room, request).version

    def write_database(self, user: str, word: str) -> int:
        """A user and a password that PostgreSQL knows."""
        host = f"{self.postgres.host}:{self.postgres.port}/{self.database}"
        url = f"postgresql://{{username}}:{{password}}@{host}"
        value = Value({"username": Field(user, secret=False), "password": Field(word)})
        return self.write("database", value.composed({"url": url}))

    def write_redis(self, user: str, word: str) -> int:
        """A user and a password that Redis knows."""
        url = f"redis://{{username}}:{{password}}@{self.redis.host}:{self.redis.port}/0"
        value = Value({"username": Field(user, secret=False), "password": Field(word)})
        return self.write("redis", value.composed({"url": url}))

    def dsn(self, key: str) -> str:
        """Of the fake Sentry, for a key that it accepts."""
        return f"http://{key}@{HOST}:{self.ports.http}/1"

    def current(self, path: str) -> str:
        """The text that one of `SECRETS` is now."""
        found = secret.read(self.room, self.address(path)).value.only
        assert found is not None
        return str(found.data)

    def shows(self, text: str) -> bool:
        """Whether the beginning of a value that was ever written stands in it."""
        return any(value[:12] in text for value in (*self.written, self.ada, self.api_key))

    def versions_in_use(self, path: str) -> list[int]:
        """What the running processes of the service say, one each."""
        found = use.consumers(self.room, self.address(path))
        return [one.version for each in found for one in each.live]

    def taken_up(self, path: str, version: int) -> None:
        """Wait until every process of the service says that it uses this version."""
        until(lambda: set(self.versions_in_use(path)) == {version}, f"{path} v{version} in use")

    # The service.

    @property
    def environ(self) -> dict[str, str]:
        """What a process of the service is given: no values, but where they are."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place.folder.parent),
            "PYTHONPATH": PYTHONPATH,
            "STRONGROOM_CACHE": "off",
            "STRONGROOM_ENVIRONMENT": ENVIRONMENT,
            "STRONGROOM_ORIGIN": f"room:{self.place.folder}",
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(self.ports.smtp),
            "SMS_URL": f"http://{HOST}:{self.ports.http}",
            "SCORE_LIFE_S": "1",
            "SECRETS_TTL_S": "2",
            "SECRETS_POLL_S": "0.5",
            **self.place.environ,
        }

    @contextmanager
    def serving(self, log: Path) -> Iterator[str]:
        """The service under uvicorn, until it ends; gives its URL. What it says goes to `log`."""
        port = free_port()
        with log.open("wb") as out:
            process = subprocess.Popen(
                uvicorn(port), env=self.environ, cwd=EXAMPLE, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
            url = f"http://{HOST}:{port}"
            try:
                until(lambda: process.poll() is not None or _answers(url), "the service to start")
                assert process.poll() is None, log.read_text("utf-8", "replace")
                yield url
            finally:
                process.terminate()
                process.wait(PATIENCE_S)

    def manage(self, *arguments: str, given: str = "") -> str:
        """`python -m customer_intelligence.manage` with one line of input; what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "customer_intelligence.manage", *arguments],
            env=self.environ, cwd=EXAMPLE, input=f"{given}\n", capture_output=True, text=True,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def set_up(place: Place, room: Local, postgres: Postgres, redis: Redis) -> Iterator[Stage]:
    """A room with a first version of each secret, a person `ada`, a client `shop`, and the fakes."""
    fakes = Fakes({MAIL: set(), SMS: set(), SENTRY: set()})
    ports = Ports(free_port(), free_port())
    user, _ = redis.login()
    stage = Stage(place, room, postgres, postgres.database(), redis, fakes, ports, user)
    stage.write_database(*owner(postgres, stage.database))
    stage.write_redis(user, redis.change(user, strong()))
    for path in ("SECRET_KEY", "API_KEY_PEPPER", "FIELD_ENCRYPTION_KEY"):
        stage.write(path, draw.octets(32).hex())
    stage.write("EMAIL_API_KEY", accepted(fakes, MAIL))
    stage.write("SMS_API_KEY", accepted(fakes, SMS))
    stage.write("SENTRY_DSN", stage.dsn(accepted(fakes, SENTRY)))
    with running(fakes, ports.smtp, ports.http):
        stage.manage("user", "ada", given=stage.ada)
        stage.manage("client", "shop", "read", given=stage.api_key)
        yield stage


def uvicorn(port: int) -> list[str]:
    """The command that serves."""
    return [sys.executable, "-m", "uvicorn", "customer_intelligence.main:app", "--port", str(port)]


def accepted(fakes: Fakes, fake: str) -> str:
    """A fresh key that a fake accepts from now on."""
    assert fakes.accepts is not None
    key = secrets.token_hex(16)
    fakes.accepts[fake].add(key)
    return key


def strong() -> str:
    """A password as the policy wants it, which needs no quoting."""
    return password.generate(length=40).value


def owner(postgres: Postgres, database: str) -> tuple[str, str]:
    """A fresh user who works as the role that owns everything in `database`, and his password."""
    user, _ = postgres.login()
    word = postgres.change(user, strong())
    role = f"owner_{database}"
    names = {"role": psycopg.sql.Identifier(role), "user": psycopg.sql.Identifier(user)}
    if not postgres.run("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        postgres.run(psycopg.sql.SQL("CREATE ROLE {role} NOLOGIN").format(**names))
        change = "ALTER DATABASE {database} OWNER TO {role}"
        where = {**names, "database": psycopg.sql.Identifier(database)}
        postgres.run(psycopg.sql.SQL(change).format(**where))
    postgres.run(psycopg.sql.SQL("GRANT {role} TO {user}").format(**names))
    postgres.run(psycopg.sql.SQL("ALTER ROLE {user} SET ROLE {role}").format(**names))
    return user, word


def until(reached: Callable[[], bool], what: str) -> None:
    """Wait for it, and fail when it does not come."""
    end = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < end, f"waited {PATIENCE_S:g} s for {what}"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/health", timeout=5).is_success)
    except httpx.HTTPError:
        return False
