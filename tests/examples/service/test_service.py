"""The proof: each secret of the example's service is rotated under load, and nothing fails."""

import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest
from tests.examples.service.load import Load
from tests.examples.service.stage import (
    EXAMPLE,
    PYTHONPATH,
    Stage,
    accepted,
    owner,
    strong,
    until,
    uvicorn,
)
from tests.services.process import free_port

from local.fakes import MAIL, SENTRY, SMS
from strongroom import Secrets
from strongroom.errors import StrongroomError
from strongroom.generate import api_key
from strongroom.ops import lifecycle
from strongroom.runtime.data_keys import DataKeys
from strongroom.runtime.origin.memory import MemoryOrigin

# What brings a new value to the target and into the room, and gives what takes the old one away.
Change = Callable[[Stage], Callable[[], None]]


def nothing() -> None:
    """There is no target: the versions in the room are what is accepted."""


def database(stage: Stage) -> Callable[[], None]:
    """Another user of the same role; then the old one may not log in, and his sessions end."""
    (old,) = stage.postgres.run(
        "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = %s", stage.database
    )
    stage.write_database(*owner(stage.postgres, stage.database))

    def retire() -> None:
        name = psycopg.sql.Identifier(old[0])
        stage.postgres.run(psycopg.sql.SQL("ALTER ROLE {} NOLOGIN").format(name))
        stage.postgres.end_sessions(old[0])

    return retire


def redis(stage: Stage) -> Callable[[], None]:
    """A second password; then the first one is taken away, and sessions of that time end."""
    user = stage.redis_user
    word = stage.redis.change(user, strong(), overlap=True)
    stage.write_redis(user, word)

    def retire() -> None:
        stage.redis.change(user, word)
        stage.redis.end_sessions(user)

    return retire


def text(path: str) -> Change:
    def change(stage: Stage) -> Callable[[], None]:
        stage.write(path, secrets.token_hex(32))
        return nothing

    return change


def issued(path: str, fake: str) -> Change:
    """A provider gives us a second key; then the first one is refused."""

    def change(stage: Stage) -> Callable[[], None]:
        assert stage.fakes.accepts is not None
        old = set(stage.fakes.accepts[fake])
        key = accepted(stage.fakes, fake)
        stage.write(path, stage.dsn(key) if fake == SENTRY else key)
        return lambda: stage.fakes.accepts[fake].difference_update(old)  # type: ignore[index]

    return change


CHANGES: Final[dict[str, Change]] = {
    "database": database,
    "redis": redis,
    "SECRET_KEY": text("SECRET_KEY"),
    "API_KEY_PEPPER": text("API_KEY_PEPPER"),
    "FIELD_ENCRYPTION_KEY": text("FIELD_ENCRYPTION_KEY"),
    "EMAIL_API_KEY": issued("EMAIL_API_KEY", MAIL),
    "SMS_API_KEY": issued("SMS_API_KEY", SMS),
    "SENTRY_DSN": issued("SENTRY_DSN", SENTRY),
}


@pytest.mark.long
def test_each_secret_is_rotated_under_load_and_no_request_fails(
    stage: Stage, tmp_path: Path
) -> None:
    sleeper = api_key.generate(brand="api", marker="live").value
    stage.manage("client", "sleeper", given=sleeper)
    log = tmp_path / "log"
    with stage.serving(log) as url, Load(url, stage) as load:
        token = load.token
        for path, change in CHANGES.items():
            retire = change(stage)
            stage.taken_up(path, 2)
            load.goes_on()
            if path == "FIELD_ENCRYPTION_KEY":
                until(lambda: renewed(stage), "all rows under the new key")
            retire()
            lifecycle.destroy(stage.room, stage.address(path), 1, "the proof")
            load.goes_on()
            assert load.failures == [], path

        assert status(url, {"Authorization": f"Bearer {token}"}) == 401
        assert status(url, {"X-API-Key": sleeper}) == 401
    assert load.failures == []
    assert stage.fakes.refused.total() == 0
    assert not stage.shows(log.read_text("utf-8"))


def status(url: str, headers: dict[str, str]) -> int:
    return int(httpx.get(f"{url}/segments", headers=headers).status_code)


def renewed(stage: Stage) -> bool:
    """Whether the newest key alone opens every row."""
    origin = MemoryOrigin(FIELD_ENCRYPTION_KEY=stage.current("FIELD_ENCRYPTION_KEY"))
    keys = DataKeys(Secrets(origin, environment="production"), "FIELD_ENCRYPTION_KEY")
    dsn = stage.postgres.dsn(database=stage.database)
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT id, email FROM customer").fetchall()
    try:
        found = {keys.decrypt_text(email, f"customer.email:{number}") for number, email in rows}
    except StrongroomError:
        return False
    return all(email.endswith("@example.org") for email in found)


def test_a_service_with_wrong_secrets_ends_with_78_and_says_all_of_it(tmp_path: Path) -> None:
    """P-8.6, P-8.7: before it connects to anything."""
    good, weak = secrets.token_hex(32), secrets.token_hex(4)
    environ = {
        "DATABASE_URL": f"postgresql://app:{secrets.token_hex(16)}@localhost:1/none",
        "REDIS_URL": f"redis://default:{weak}@localhost:1/0",
        "API_KEY_PEPPER": good,
        "FIELD_ENCRYPTION_KEY": secrets.token_hex(32),
        "EMAIL_API_KEY": good,
        "SMS_API_KEY": "changeme",
        "STRONGROOM_ENVIRONMENT": "production",
        "HOME": str(tmp_path),
    }

    done = serve(environ)

    assert done.returncode == 78, done.stderr
    for said in (
        "EMAIL_API_KEY has the value of API_KEY_PEPPER",
        "REDIS_URL has 8 characters, 32 required (P-2.4)",
        "SECRET_KEY is not set (P-8.7)",
        "SENTRY_DSN is not set (P-8.7)",
        "SMS_API_KEY is a placeholder from examples and templates (P-3.5)",
    ):
        assert said in done.stderr
    assert not any(value in done.stderr for value in (good, weak))


def test_a_setting_that_is_no_number_ends_it_too(tmp_path: Path) -> None:
    done = serve({"HOME": str(tmp_path), "SECRETS_POLL_S": "soon"})

    assert done.returncode == 78
    assert "SECRETS_POLL_S is no number above 0" in done.stderr


def serve(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        uvicorn(free_port()), cwd=EXAMPLE, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": PYTHONPATH, "STRONGROOM_CACHE": "off", **environ}, timeout=60,
    )  # fmt: skip
