"""An emergency over real servers: 200 credentials and admin credentials replaced in one go.

python -m benchmarks.run emergency

Fifty each of PostgreSQL (two roles take turns), MariaDB (two hashes), Redis (two hashes) and RabbitMQ
(two users), one of the fifty being the admin credential that the others are changed with. All four
admin credentials are out, so that everything they open is, in their order. Then the same once more, by
the command, killed with SIGKILL in the middle and begun again.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psycopg
import pymysql
import redis
from psycopg import sql
from tests.rotation.rotators import mariadb_site, postgres_site, redis_site
from tests.services import mariadb, postgres, rabbitmq, redis_server, tls
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres
from tests.services.rabbitmq import Rabbitmq
from tests.services.redis_server import Redis

from benchmarks.bench_check_room import filled
from benchmarks.measure import Row, at_most
from strongroom.gate import rotations
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import rotate, rotate_group, secret, target
from strongroom.ops.local import Local
from strongroom.ops.rotate_group import End, GroupRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.contract import OPEN, plain_draw
from strongroom.secret.value import Field, Value

EACH = 50
START_S = 120.0
LOOK_S = 0.02
Fields = dict[str, str]


class Place(NamedTuple):
    """A target with its credentials, the admin's first, and their options; who gets in says `works`."""

    rotator: str
    address: str
    options: Mapping[str, str]
    credentials: list[tuple[Fields, Mapping[str, str]]]
    works: Callable[[Mapping[str, str]], bool]


def run(each: int = EACH) -> list[Row]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        authority = tls.made(Path(name))
        places = [
            _postgres(stack.enter_context(postgres.serving(None)), each),
            _mariadb(stack.enter_context(mariadb.serving(None)), each),
            _redis(stack.enter_context(redis_server.serving(None)), each),
            _rabbitmq(stack.enter_context(rabbitmq.serving(authority)), each),
        ]
        with filled(0) as room:
            where = _furnish(room, places)
            rows = _whole(room, places, where)
            return [*rows, *_killed(room, places, where)]


def _furnish(room: Local, places: list[Place]) -> dict[Address, Place]:
    found: dict[Address, Place] = {}
    for place in places:
        admin = Address.parse(f"development/{place.rotator}/ADMIN")
        addresses = [admin, *(
            Address.parse(f"development/{place.rotator}/LOGIN_{n}")
            for n in range(1, len(place.credentials))
        )]  # fmt: skip
        for address, (fields, _) in zip(addresses, place.credentials, strict=True):
            value = Value({k: Field(v, secret=k not in OPEN) for k, v in fields.items()})
            secret.write(room, secret.WriteRequest(address, value, "database-password", "DevOps"))
        request = TargetRequest(
            place.rotator, "development", place.rotator, place.address, admin, place.options
        )
        target.add(room, request)
        for address, (_, options) in zip(addresses, place.credentials, strict=True):
            target.attach(room, address, place.rotator, options)
        found |= dict.fromkeys(addresses, place)
    return found


def _whole(room: Local, places: list[Place], where: Mapping[Address, Place]) -> list[Row]:
    before = {one: _fields(room, one) for one in where}
    request = GroupRequest(_admins(places), emergency=True, related=True)
    found = rotate_group.start(room, request)
    left = [(one.address, one.end, one.code) for one in found.members if one.end is not End.DONE]
    assert not left, left
    assert len(found.members) == len(where)
    _proven(room, where, before)
    rows = [
        at_most(f"an emergency of {len(where)} over four servers", found.took_us / 1e6, "s", 300)
    ]
    for place in places:
        took = [one.took_us / 1e6 for one in found.members if one.target == place.rotator]
        text = f"one of {len(took)} at {place.rotator}"
        rows += [
            Row(f"{text}: median", statistics.median(took), "s"),
            at_most(f"{text}: longest", max(took), "s", 60),
        ]
    return rows


def _killed(room: Local, places: list[Place], where: Mapping[Address, Place]) -> list[Row]:
    """By the command, killed in the middle; the same command ends it and rotates none twice."""
    before = {one: _fields(room, one) for one in where}
    versions = {one: rotate.look(room, one).current or 0 for one in where}
    command = [
        sys.executable, "-m", "strongroom", "rotate", "--emergency", *map(str, _admins(places)),
        "--related", "--room", str(room.folder),
    ]  # fmt: skip
    environ = {**os.environ, "STRONGROOM_CONFIG": str(room.folder.parent / "config.toml")}
    first = subprocess.Popen(
        [*command, "--again"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _until_half(room, len(where))
    first.send_signal(signal.SIGKILL)
    first.wait()
    open_ = _going(room)
    start = time.perf_counter()
    second = subprocess.run(command, env=environ, capture_output=True, check=False)
    took = time.perf_counter() - start
    assert second.returncode == 0, second.stdout.decode()[-2000:]
    assert {rotate.look(room, one).current for one in where} == {n + 1 for n in versions.values()}
    _proven(room, where, before)
    return [
        Row("the command killed in the middle: left to do", open_, f"of {len(where)}"),
        Row("the same command to its end; 20 s for the dead one's claims", took, "s"),
    ]


def _until_half(room: Local, count: int) -> None:
    """All have begun, and half of them have ended."""
    until = time.monotonic() + START_S
    while _going(room) < count and time.monotonic() < until:
        time.sleep(LOOK_S)
    while _going(room) > count // 2 and time.monotonic() < until:
        time.sleep(LOOK_S)


def _going(room: Local) -> int:
    return room.gate.consult(lambda desk: len(rotations.running(desk, 1_000)))


def _proven(room: Local, where: Mapping[Address, Place], before: Mapping[Address, Fields]) -> None:
    """Each new value is accepted and each old one refused."""
    for address, place in where.items():
        now = _fields(room, address)
        assert now != before[address], address
        assert place.works(now), address
        assert not place.works(before[address]), address


def _admins(places: list[Place]) -> tuple[Address, ...]:
    return tuple(Address.parse(f"development/{one.rotator}/ADMIN") for one in places)


def _fields(room: Local, address: Address) -> Fields:
    found = secret.read(room, address, verb=Verb.ROTATE)
    return {name: str(one.data) for name, one in found.value.fields.items()}


def _postgres(server: Postgres, each: int) -> Place:
    do, word = postgres_site.do, plain_draw(32)
    do(server, "CREATE ROLE rotator LOGIN CREATEROLE PASSWORD {}", sql.Literal(word))
    for power in postgres_site.POWERS:
        do(server, "GRANT {} TO rotator", power)
    made: list[tuple[Fields, Mapping[str, str]]] = [
        ({"username": "rotator", "password": word}, {"mode": "single"})
    ]
    for n in range(1, each):
        owner, one, two, word = f"owner_{n}", f"a_{n}", f"b_{n}", plain_draw(32)
        do(server, "CREATE ROLE {} NOLOGIN", owner)
        do(server, "CREATE ROLE {} LOGIN PASSWORD {}", one, sql.Literal(word))
        do(server, "CREATE ROLE {} LOGIN", two)
        for name in (one, two):
            do(server, "GRANT {} TO {}", owner, name)
            do(server, "ALTER ROLE {} SET ROLE {}", name, owner)
        made.append(
            ({"username": one, "password": word}, {"accounts": f"{one},{two}", "owner": owner})
        )

    def works(fields: Mapping[str, str]) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(server.dsn(fields["username"], fields["password"])).close()
            return True
        return False

    return Place("postgresql", f"{server.host}:{server.port}", {}, made, works)


def _mariadb(server: Mariadb, each: int) -> Place:
    made: list[tuple[Fields, Mapping[str, str]]] = []
    for n in range(each):
        name, word = f"login_{n}" if n else "rotator", plain_draw(32)
        server.run("CREATE USER %s@'%%' IDENTIFIED BY %s", name, word)
        made.append(({"username": name, "password": word}, {}))
    for grant in (*mariadb_site.GRANTS, mariadb_site.READS):
        server.run(f"GRANT {grant} TO %s@'%%'", "rotator")

    def works(fields: Mapping[str, str]) -> bool:
        with suppress(pymysql.OperationalError):
            server.connect(fields["username"], fields["password"]).close()
            return True
        return False

    return Place("mariadb", f"{server.host}:{server.port}", {}, made, works)


def _redis(server: Redis, each: int) -> Place:
    made: list[tuple[Fields, Mapping[str, str]]] = []
    for n in range(each):
        name, word = f"login_{n}" if n else "rotator", plain_draw(32)
        rights = ("~*", "+@all") if n else ("-@all", "+client|id", "+ping", *redis_site.RIGHTS)
        server.run("ACL", "SETUSER", name, "on", f">{word}", *rights)
        made.append(({"username": name, "password": word}, {}))

    def works(fields: Mapping[str, str]) -> bool:
        with suppress(redis.AuthenticationError), _client(server, fields) as client:
            client.execute_command("CLIENT", "ID")
            return True
        return False

    return Place("redis", f"{server.host}:{server.port}", {}, made, works)


@contextmanager
def _client(server: Redis, fields: Mapping[str, str]) -> Iterator["redis.Redis"]:
    client = redis.Redis(
        host=server.host, port=server.port, username=fields["username"], password=fields["password"]
    )
    try:
        yield client
    finally:
        client.close()


def _rabbitmq(server: Rabbitmq, each: int) -> Place:
    made: list[tuple[Fields, Mapping[str, str]]] = []
    for n in range(each):
        one, two = (f"a_{n}", f"b_{n}") if n else ("rotator_a", "rotator_b")
        word = plain_draw(32)
        server.call(
            "PUT", f"users/{one}", {"password": word, "tags": "shop" if n else "administrator"}
        )
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        server.call("PUT", f"permissions/%2F/{one}", rights)
        fields = {"username": one, "password": word, "vhost": "/"}
        made.append((fields, {"accounts": f"{one},{two}"}))

    def works(fields: Mapping[str, str]) -> bool:
        status, _ = server.call("GET", "whoami", None, fields["username"], fields["password"])
        return status == 200 or (status == 401 and _logs_in(server, fields))

    options = {"management": server.url, "tls_ca": str(server.ca)}
    return Place("rabbitmq", f"{server.host}:{server.amqps}", options, made, works)


def _logs_in(server: Rabbitmq, fields: Mapping[str, str]) -> bool:
    """Users without rights in the management API log in where applications do."""
    from pika.exceptions import AMQPConnectionError

    with suppress(AMQPConnectionError):
        server.connect(fields["username"], fields["password"]).close()
        return True
    return False
