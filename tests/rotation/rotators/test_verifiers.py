"""Against published vectors and what real servers accept."""

import hashlib
from contextlib import closing

import psycopg
import pymysql
import pytest
import redis
from psycopg import sql

from strongroom.rotation.rotators import verifiers
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres
from tests.services.redis_server import Redis

SALT = bytes(range(16))
# Mapped, normalised, from right to left, and forbidden by SASLprep, so taken as they are.
WORDS = {
    "ascii": "correct horse 'battery' \\ %s",
    "mapped": "pa\u00adss\u00a0word Ⅸ ª",
    "composed": "e\u0301tude",
    "right to left": "\u05d0\u05d1",
    "both ways": "\u05d0a",
    "unassigned": "a\u0378b",
    "control": "a\u0085b",
}


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_postgresql_lets_in_whoever_knows_the_password(postgres: Postgres, word: str) -> None:
    user, _ = postgres.login()
    verifier = verifiers.scram_sha256(word, SALT)
    postgres.run(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), sql.Literal(verifier))
    )
    with psycopg.connect(
        host=postgres.host, port=postgres.port, dbname="postgres", user=user, password=word
    ) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (user,)


def test_postgresql_makes_the_same_verifier(postgres: Postgres) -> None:
    import base64

    user, password = postgres.login()
    [(theirs,)] = postgres.run("SELECT rolpassword FROM pg_authid WHERE rolname = %s", user)
    salt = base64.b64decode(theirs.split("$")[1].split(":")[1])
    assert verifiers.scram_sha256(password, salt) == theirs


def test_saslprep_by_the_examples_of_its_rfc() -> None:
    assert verifiers.saslprep("I\u00adX") == "IX"
    assert verifiers.saslprep("\u00aa") == "a"
    assert verifiers.saslprep("\u2168") == "IX"
    assert verifiers.saslprep("\u00ad") == "\u00ad"  # nothing is left


def test_mariadb_makes_the_same_hash(mariadb: Mariadb) -> None:
    [(theirs,)] = mariadb.run("SELECT PASSWORD(%s)", "correct horse ä")
    assert verifiers.mysql_native("correct horse ä") == theirs
    user, _ = mariadb.login()
    hashed = verifiers.mysql_native("correct horse")
    mariadb.run(f"ALTER USER {user}@'%' IDENTIFIED BY PASSWORD '{hashed}'")
    with closing(mariadb.connect(user, "correct horse")) as connection:
        connection.ping()
    with pytest.raises(pymysql.OperationalError):
        mariadb.connect(user, "another")


def test_redis_takes_the_hash(redis_server: Redis) -> None:
    user, _ = redis_server.login()
    redis_server.run("ACL", "SETUSER", user, f"#{verifiers.redis_sha256('correct horse ä')}")
    with closing(
        redis.Redis(
            host=redis_server.host, port=redis_server.port, username=user,
            password="correct horse ä",
        )
    ) as client:  # fmt: skip
        assert client.ping()


def test_rabbitmqs_hash_is_the_one_of_its_documentation() -> None:
    """The worked example of "Password Hashing": salt 908D C60A, password test12."""
    made = verifiers.rabbitmq_sha256("test12", bytes.fromhex("908dc60a"))
    assert made == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    assert hashlib.sha256(bytes.fromhex("908dc60a") + b"test12").hexdigest()[:8] == "a5b924b3"
