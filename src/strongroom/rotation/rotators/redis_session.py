"""Connections to Redis that end in time, and what its errors mean for a rotation."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from strongroom.rotation.rotators import logins
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetError,
    TargetTlsError,
    TargetUnreachableError,
)

PORT: Final = 6379
BUSY: Final = ("max number of clients", "loading", "busy", "oom")


class Session:
    """An open connection."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, *words: object) -> Any:
        """One command; its answer.

        Raises:
            TargetError: any of them.
        """
        return self._do(lambda: self._client.execute_command(*words))

    def unless(self, said: str, *words: object) -> bool:
        """Run a command; False where Redis says that it is not meant to, in words that hold `said`."""
        try:
            self._client.execute_command(*words)
        except redis.RedisError as error:
            if said in str(error).lower():
                return False
            raise meant(error) from None
        return True

    def user(self, name: str) -> dict[str, Any] | None:
        """A user of the ACL, with its `passwords`; None where there is none."""
        found: dict[str, Any] | None = self._do(lambda: self._client.acl_getuser(name))
        return found

    def clients(self) -> list[dict[str, Any]]:
        """All sessions but this one."""
        own = self._do(self._client.client_id)
        listed = self._do(self._client.client_list)
        return [one for one in listed if int(one["id"]) != own]

    def log(self) -> list[dict[str, Any]]:
        """What the ACL refused, newest first."""
        entries: list[dict[str, Any]] = self._do(self._client.acl_log)
        return entries

    def now_us(self) -> int:
        """The server's clock, in µs since 1970 UTC."""
        seconds, rest = self._do(self._client.time)
        return int(seconds) * 1_000_000 + int(rest)

    def _do(self, call: Any) -> Any:
        try:
            return call()
        except redis.RedisError as error:
            raise meant(error) from None


@contextmanager
def session(job: Job, user: str, password: str) -> Iterator[Session]:
    """Log in.

    Raises:
        LoginRefusedError: user and password do not fit. TargetError: any other.
    """
    try:
        client = redis.Redis(**_words(job, user, password))  # it connects at once
    except redis.RedisError as error:
        raise meant(error) from None
    try:
        yield Session(client)
    finally:
        client.close()


def meant(error: BaseException) -> TargetError:
    """The error for a command that failed; Redis' own text goes nowhere."""
    low = str(error).lower()
    if isinstance(error, redis.AuthenticationError):
        return logins.LoginRefusedError()
    if any(isinstance(one, ssl.SSLError | FileNotFoundError) for one in _chain(error)):
        return _untrusted()  # a file that is not there is the one of `tls_ca`
    if isinstance(error, redis.TimeoutError):
        return TargetUnreachableError(
            "target-slow",
            "Redis did not answer in time",
            fix="one without TLS is silent to who asks for it: look at --option tls",
        )
    if isinstance(error, redis.BusyLoadingError) or any(low.startswith(word) for word in BUSY):
        return TargetUnreachableError("target-busy", "Redis could not do it now", fix="try again")
    if isinstance(error, redis.ConnectionError):
        return TargetUnreachableError("target-unreachable", "nobody answers there as Redis does")
    if isinstance(error, redis.exceptions.NoPermissionError):
        return TargetDeniedError("target-denied", "Redis says that this user may not do it")
    if isinstance(error, redis.ReadOnlyError):
        return TargetDeniedError(
            "target-denied", "this Redis takes no changes", fix="give the target the primary"
        )
    return TargetDeniedError("target-denied", "Redis refused the command")


def _words(job: Job, user: str, password: str) -> dict[str, Any]:
    place = logins.place(job, PORT)
    words = {
        "host": place.host,
        "port": place.port,
        "username": user,
        "password": password,
        "socket_timeout": job.timeout_s,
        "socket_connect_timeout": job.timeout_s,
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "protocol": 2,
        "single_connection_client": True,
    }
    if not place.tls:
        return words
    trust = {"ssl_ca_certs": place.ca} if place.ca else {}
    return {**words, **trust, "ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True}


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _untrusted() -> TargetTlsError:
    return TargetTlsError(
        "target-tls",
        "Redis' certificate does not verify, or it speaks no TLS",
        fix="--option tls_ca=PATH, the authority that signed its certificate",
    )
