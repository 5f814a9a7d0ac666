"""The example's service: with a room as a process of its own, or in this process with a memory."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient
from tests.conftest import Place
from tests.examples.service import stage as stages
from tests.examples.service.stage import EXAMPLE, Stage, accepted
from tests.services.postgres import Postgres
from tests.services.process import HOST, free_port
from tests.services.redis_server import Redis

from customer_intelligence import accounts
from customer_intelligence.app import create_app
from customer_intelligence.parts import Parts
from customer_intelligence.settings import Settings
from local.fakes import MAIL, SENTRY, SMS, Fakes, running
from strongroom import Secrets
from strongroom.generate import api_key
from strongroom.ops.local import Local
from strongroom.runtime.api_keys import record
from strongroom.runtime.origin.memory import MemoryOrigin


@pytest.fixture
def stage(place: Place, room: Local, postgres: Postgres, redis_server: Redis) -> Iterator[Stage]:
    with stages.set_up(place, room, postgres, redis_server) as made:
        yield made


@dataclass
class Here:
    """The service in this process. `password` is ada's, `key` the client shop's, who may read."""

    client: TestClient
    parts: Parts
    secrets: Secrets
    origin: MemoryOrigin
    fakes: Fakes
    database: str
    password: str
    key: str

    def login(self) -> dict[str, str]:
        answer = self.client.post("/login", json={"name": "ada", "password": self.password})
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def rotate(self, name: str, value: str) -> None:
        """The origin has a new version, and the watcher notices now."""
        self.origin.put(name, value)
        self.secrets.tick()


@pytest.fixture
def here(
    postgres: Postgres, redis_server: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Here]:
    monkeypatch.chdir(EXAMPLE)
    fakes = Fakes({MAIL: set(), SMS: set(), SENTRY: set()})
    smtp, http = free_port(), free_port()
    database = postgres.database()
    user, word = stages.owner(postgres, database)
    origin = MemoryOrigin(
        DATABASE_URL=postgres.url(user, word, database),
        REDIS_URL=redis_server.url(*redis_server.login()),
        SECRET_KEY=secrets.token_hex(32),
        API_KEY_PEPPER=secrets.token_hex(32),
        FIELD_ENCRYPTION_KEY=secrets.token_hex(32),
        EMAIL_API_KEY=accepted(fakes, MAIL),
        SMS_API_KEY=accepted(fakes, SMS),
        SENTRY_DSN=f"http://{accepted(fakes, SENTRY)}@{HOST}:{http}/1",
    )
    held = Secrets(origin, environment="production", poll=3600.0)
    settings = Settings(
        smtp_host=HOST,
        smtp_port=smtp,
        sms_url=f"http://{HOST}:{http}",
    )
    app = create_app(held, settings)
    password, key = secrets.token_hex(16), api_key.generate(brand="api", marker="live").value
    with running(fakes, smtp, http), TestClient(app, raise_server_exceptions=False) as client:
        parts: Parts = app.state.parts
        with parts.database.connection() as connection:
            accounts.add(connection, "ada", password)
        parts.records.add(record(key, held.get("API_KEY_PEPPER"), "shop", scopes=["read"]))
        yield Here(client, parts, held, origin, fakes, database, password, key)
    # Kept until the server stops, each would be written to the disk then.
    name = psycopg.sql.Identifier(database)
    postgres.run(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
