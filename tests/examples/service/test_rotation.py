"""The proof: the engine rotates each secret of the example's service under load, and nothing fails.

The policy is the example's with a grace of 0 to 48 hours, said by a correction in the document: a
test cannot wait for a day. What holds a retirement is the same as ever: who uses the old version.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import redis as redis_client
from psycopg import sql
from tests.conftest import Place
from tests.examples.service.load import Load
from tests.examples.service.stage import (
    APPLICATION,
    PATIENCE_S,
    Stage,
    owner,
    set_up,
    strong,
    until,
)
from tests.examples.service.test_service import renewed, status
from tests.rotation.rotators.postgres_site import POWERS
from tests.rotation.rotators.redis_site import RIGHTS
from tests.services.postgres import Postgres
from tests.services.redis_server import Redis

from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.model.principal import Verb
from strongroom.ops import inventory, rotate, secret, target
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.target import TargetRequest
from strongroom.policy.compiler import compile as compile_
from strongroom.secret.value import Field, Value

GRACE: Final = b"\n<!-- strongroom: P-5.10 grace=0h..48h -->\n"
WAIT_S: Final = 0.2
KINDS: Final = {
    "SECRET_KEY": "jwt",
    "API_KEY_PEPPER": "versions",
    "FIELD_ENCRYPTION_KEY": "datakey",
    "database": "postgresql",
    "redis": "redis",
}


@pytest.fixture(scope="module")
def document() -> bytes:
    from tests.conftest import POLICY

    return POLICY.read_bytes() + GRACE


@pytest.fixture(scope="module")
def compiled(document: bytes) -> Policy:
    found = compile_(document)
    assert (found.rotation.grace_hours_min, found.rotation.grace_hours_max) == (0, 48)
    return found


@pytest.fixture
def stage(place: Place, room: Local, postgres: Postgres, redis_server: Redis) -> Iterator[Stage]:
    with set_up(place, room, postgres, redis_server) as made:
        inventory_of(made)
        postgresql(made)
        redis(made)
        for path in ("SECRET_KEY", "API_KEY_PEPPER", "FIELD_ENCRYPTION_KEY"):
            target.add(room, TargetRequest(path.lower(), "production", KINDS[path]))
            target.attach(room, made.address(path), path.lower())
        yield made


def inventory_of(stage: Stage) -> None:
    for path in KINDS:
        inventory.put_consumer(stage.room, stage.address(path), APPLICATION, "DevOps", 2)


def admin(stage: Stage, path: str, name: str, word: str) -> Address:
    """An admin credential, which is a secret of the room like any other."""
    address = Address.parse(f"production/{path}")
    value = Value({"username": Field(name, secret=False), "password": Field(word)})
    secret.write(stage.room, secret.WriteRequest(address, value, "database-password", "DevOps"))
    return address


def postgresql(stage: Stage) -> None:
    """A second role that rests, and an admin who may do what a rotation needs."""
    (one,) = fields(stage, "database", "username")
    two, _ = owner(stage.postgres, stage.database)
    name, word = f"rotator_{stage.database}", strong()
    run = stage.postgres.run
    who = sql.Identifier(name)
    run(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(who, sql.Literal(word)))
    for power in POWERS:
        run(sql.SQL("GRANT {} TO {}").format(sql.Identifier(power), who))
    run(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(two)))
    at = f"{stage.postgres.host}:{stage.postgres.port}"
    options = {
        "accounts": f"{one},{two}", "owner": f"owner_{stage.database}", "database": stage.database,
    }  # fmt: skip
    where = admin(stage, "db/ADMIN", name, word)
    target.add(stage.room, TargetRequest("main-db", "production", "postgresql", at, where, options))
    target.attach(stage.room, stage.address("database"), "main-db")


def redis(stage: Stage) -> None:
    name, word = "rotator", strong()
    stage.redis.run("ACL", "SETUSER", name, "on", f">{word}", "-@all", "+client|id", *RIGHTS)
    at = f"{stage.redis.host}:{stage.redis.port}"
    where = admin(stage, "cache/ADMIN", name, word)
    target.add(stage.room, TargetRequest("cache", "production", "redis", at, where))
    target.attach(stage.room, stage.address("redis"), "cache")


def fields(stage: Stage, path: str, *names: str, version: int | None = None) -> list[str]:
    found = secret.read(stage.room, stage.address(path), version=version, verb=Verb.ROTATE)
    return [str(found.value.fields[name].data) for name in names]


def rotated(stage: Stage, load: Load, path: str) -> None:
    """Rotate it while requests go on; the old version ends when nobody uses it any more."""
    room, address = stage.room, stage.address(path)
    # For as long as a token lives that the old key signed, or rows that it encrypted are there.
    hours = 2 if path in {"SECRET_KEY", "FIELD_ENCRYPTION_KEY", "API_KEY_PEPPER"} else 0
    before = rotate.start(room, StartRequest(address, grace_hours=hours))
    found = rotate.drive(room, address)
    assert found.state in {"promoted", "retired"}, (path, found)
    assert found.new is not None
    stage.taken_up(path, found.new)
    load.goes_on(2)
    if hours:
        if path == "FIELD_ENCRYPTION_KEY":
            until(lambda: renewed(stage), "all rows under the new key")
        rotate.retire(room, address)
    end = time.monotonic() + PATIENCE_S
    while found.state != "retired":
        assert time.monotonic() < end, (path, found)
        found = rotate.drive(room, address)
        if found.code == "held":
            # Who holds it is asked again in a quarter of an hour; the test asks at once.
            assert found.held_by
            time.sleep(WAIT_S)
    assert found.old == before.old
    versions = secret.show(room, address).versions
    assert {one.n: one.state for one in versions}[found.old] == "retired"
    load.goes_on()
    assert load.failures == [], path


@pytest.mark.long
def test_the_engine_rotates_each_secret_under_load_and_no_request_fails(
    stage: Stage, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with stage.serving(log) as url, Load(url, stage) as load:
        token = load.token
        for path in KINDS:
            rotated(stage, load, path)
        assert status(url, {"Authorization": f"Bearer {token}"}) == 401
        refused(stage)

        begun = time.monotonic()
        address = stage.address("database")
        user, word = fields(stage, "database", "username", "password")
        rotate.start(stage.room, StartRequest(address, emergency=True))
        assert rotate.drive(stage.room, address).state == "done"
        took_s = time.monotonic() - begun
        if shown := os.environ.get("STRONGROOM_PROOF"):
            Path(shown).write_text(f"emergency of database: {took_s:.2f} s\n", "utf-8")
        assert not logs_in(stage, user, word)
        assert logs_in(stage, *fields(stage, "database", "username", "password"))
    assert not stage.shows(log.read_text("utf-8"))


def refused(stage: Stage) -> None:
    """The old credentials are refused by their servers."""
    assert not logs_in(stage, *fields(stage, "database", "username", "password", version=1))
    user, word = fields(stage, "redis", "username", "password", version=1)
    client = redis_client.Redis(stage.redis.host, stage.redis.port, username=user, password=word)
    with pytest.raises(redis_client.AuthenticationError):
        client.ping()
    client.close()


def logs_in(stage: Stage, user: str, word: str) -> bool:
    import psycopg

    try:
        psycopg.connect(stage.postgres.dsn(user, word, stage.database)).close()
    except psycopg.OperationalError:
        return False
    return True
