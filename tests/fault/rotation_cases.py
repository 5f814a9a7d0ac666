"""What is rotated while its process is killed: for each rotator a target, and what logs in there."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
import pymysql
import redis
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pika.exceptions import AMQPConnectionError, ProbableAuthenticationError
from tests.fault.rotation_loop import EndedError
from tests.rotation.killed import SECRET
from tests.rotation.rotators import (
    aws_site,
    mariadb_site,
    postgres_site,
    rabbitmq_site,
    redis_site,
    test_exec,
    test_webhook,
)

from strongroom.errors import DeniedError, NotFoundError, StrongroomError
from strongroom.generate import keys
from strongroom.keysets import ciphertext, data_keys, token_keys
from strongroom.model.address import Address
from strongroom.ops import api_keys, data_key, secret
from strongroom.ops.api_keys import KeySetRequest
from strongroom.ops.local import Local
from strongroom.rotation.rotators.interface import Credential, Fields, Overlap

Works = Callable[[Mapping[str, str]], bool]
CLIENTS: Final = Address.parse("development/keys/CLIENTS")
OVER: Final = frozenset({"api-key-expired", "api-key-unknown"})
COUNTED: Final = ("current", "previous")
TRIES_MAX: Final = 5
# What each driver says of a password that is not taken, and of a session that somebody ended.
REFUSALS: Final = (
    psycopg.OperationalError,
    pymysql.OperationalError,
    redis.ConnectionError,
    ProbableAuthenticationError,
    ClientError,
)
ENDINGS: Final = (
    "terminating connection",
    "closed by server",
    "reset by peer",
    "Lost connection",
    "killed",
)


@dataclass(frozen=True)
class Stand:
    """A target with one valid credential. `works` logs in there, and raises EndedError."""

    address: str
    options: Mapping[str, str]
    first: Fields = field(repr=False)
    admin: Fields = field(repr=False)
    works: Works = field(repr=False)


class Given(NamedTuple):
    """What a case is built of: the server that it asked for, the room, a folder of its own."""

    server: Any
    room: Local
    folder: Path


@dataclass(frozen=True)
class Case:
    """`overlap`: the target takes the old value and the new one at once. `server` is a fixture."""

    kind: str
    build: Callable[[Given], AbstractContextManager[Stand]] = field(repr=False)
    server: str = ""
    overlap: bool = True


def logs_in(connect: Callable[[], Any]) -> bool:
    """Whether an application gets in; a session that is ended meanwhile is no refusal."""
    try:
        connect().close()
    except AMQPConnectionError as error:
        if not isinstance(error, REFUSALS):
            raise EndedError from None
        return False
    except REFUSALS as error:
        if any(words in str(error) for words in ENDINGS):
            raise EndedError from None
        return False
    return True


def at(site: Any, **options: str) -> Callable[[Given], AbstractContextManager[Stand]]:
    """A server with an account of its own."""

    @contextmanager
    def build(given: Given) -> Iterator[Stand]:
        with site.built(given.server) as built:
            job = built.job(**options)

            def works(fields: Mapping[str, str]) -> bool:
                return logs_in(lambda: built.connect(Credential(1, fields)))

            yield Stand(
                job.target.address, job.target.options, built.current.fields, built.admin, works
            )

    return build


@contextmanager
def aws(given: Given) -> Iterator[Stand]:
    """A user with one key, and one who may manage it."""
    built = aws_site.Site.built(given.server)
    job = built.job()

    def works(fields: Mapping[str, str]) -> bool:
        return built.works(Credential(1, fields))

    yield Stand(job.target.address, job.target.options, built.current.fields, built.admin, works)


def webhook(overlap: Overlap, **options: str) -> Callable[[Given], AbstractContextManager[Stand]]:
    """A receiver that keeps accounts, and takes only what is signed and new."""

    @contextmanager
    def build(_: Given) -> Iterator[Stand]:
        with test_webhook.a_stand(overlap, **options) as made:
            job, keeper = made.job, made.receiver.keeper
            assert job.current is not None
            assert job.target.admin is not None

            def works(fields: Mapping[str, str]) -> bool:
                return keeper.works(dict(fields))

            yield Stand(
                job.target.address, job.target.options, job.current.fields, job.target.admin, works
            )

    return build


@contextmanager
def program(given: Given) -> Iterator[Stand]:
    """A program that keeps two accounts in a file."""
    made = test_exec.a_stand(given.folder, Overlap.ACCOUNTS, accounts="app_a,app_b")
    assert made.job.current is not None

    def works(fields: Mapping[str, str]) -> bool:
        return made.keeper().works(dict(fields))

    yield Stand("", made.job.target.options, made.job.current.fields, {}, works)


@contextmanager
def versions(given: Given) -> Iterator[Stand]:
    """An application that takes every value that the room still gives out."""

    def works(fields: Mapping[str, str]) -> bool:
        return fields["value"] in given_out(given.room)

    yield Stand("", {}, {"value": keys.jwt().value}, {}, works)


@contextmanager
def jwt(given: Given) -> Iterator[Stand]:
    """An application that takes what a key signed which the room publishes."""

    def works(fields: Mapping[str, str]) -> bool:
        key = token_keys.read(fields["value"])
        signature = key.sign(b"a token")
        for one in data_key.jwks(given.room, SECRET)["keys"]:
            if one["kid"] == key.id:
                raw = base64.urlsafe_b64decode(one["x"] + "=" * (-len(one["x"]) % 4))
                try:
                    Ed25519PublicKey.from_public_bytes(raw).verify(signature, b"a token")
                except InvalidSignature:
                    return False
                return True
        return False

    yield Stand("", {}, {"value": keys.ed25519().value}, {}, works)


@contextmanager
def datakey(given: Given) -> Iterator[Stand]:
    """An application that decrypts by every version that the room still gives out."""

    def works(fields: Mapping[str, str]) -> bool:
        key = data_keys.read(fields["value"])
        text = ciphertext.encrypt(key, b"a field")
        try:
            return data_key.decrypt(given.room, SECRET, text) == b"a field"
        except (DeniedError, NotFoundError):
            return False

    yield Stand("", {}, {"value": keys.data_key().value}, {}, works)


@contextmanager
def apikey(given: Given) -> Iterator[Stand]:
    """An application that asks the room whose key it is."""
    asked = KeySetRequest(CLIENTS, owner="Ada")

    def works(fields: Mapping[str, str]) -> bool:
        try:
            return api_keys.verify(given.room, asked, fields["value"]).client == "shop"
        except StrongroomError as error:
            if error.code not in OVER:
                raise
            return False

    issued = api_keys.issue(given.room, asked, "shop")
    options = {"records": str(CLIENTS), "client": "shop"}
    yield Stand("", options, {"value": issued.key}, {}, works)


def given_out(room: Local) -> list[str]:
    """The values that count; a version that ended in between is looked at again."""
    for left in reversed(range(TRIES_MAX)):
        counted = [one for one in secret.show(room, SECRET).versions if one.state in COUNTED]
        try:
            found = [secret.read(room, SECRET, version=one.n) for one in counted]
            return [str(one.value.fields["value"].data) for one in found]
        except (DeniedError, NotFoundError):
            if not left:
                raise
    raise AssertionError(TRIES_MAX)


ALL: Final[Mapping[str, Case]] = {
    "postgresql": Case("postgresql", at(postgres_site.Site), "postgres"),
    "postgresql single": Case(
        "postgresql", at(postgres_site.Site, mode="single"), "postgres", overlap=False
    ),
    "mariadb": Case("mariadb", at(mariadb_site.Site), "mariadb"),
    "mariadb single": Case(
        "mariadb", at(mariadb_site.Site, mode="single"), "mariadb", overlap=False
    ),
    "redis": Case("redis", at(redis_site.Site), "redis_server"),
    "rabbitmq": Case("rabbitmq", at(rabbitmq_site.Site), "rabbitmq"),
    "aws-iam": Case("aws-iam", aws, "aws"),
    "webhook": Case("webhook", webhook(Overlap.VALUES, mint="target")),
    "webhook single": Case("webhook", webhook(Overlap.NONE), overlap=False),
    "exec": Case("exec", program),
    "versions": Case("versions", versions),
    "jwt": Case("jwt", jwt),
    "datakey": Case("datakey", datakey),
    "apikey": Case("apikey", apikey),
}
