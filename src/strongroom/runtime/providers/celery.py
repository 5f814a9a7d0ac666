"""Celery: the broker is logged in to with what is valid when it is connected to.

    app = Celery("app", broker="redis://cache:6379/0", backend="redis://cache:6379/1")
    broker(app, login)
    app.conf.redis_backend_credential_provider = redis.credential_provider(login)

Celery has a setting for results and none for the broker. Kombu, which connects it, takes a class as its
transport: what it would take, with a login that lives. Pools and clones of a connection keep that. Of
results Celery itself tries again.
"""

from functools import cache
from typing import Any

from strongroom.runtime.providers.login import Credentials, Login
from strongroom.runtime.providers.redis import options


def broker(app: Any, login: Login) -> None:
    """Have `app`, a `celery.Celery`, reach its broker by `login`: said before it first does.

    In Redis and by AMQP, where tasks are sent and in workers.
    """
    live = transports(login)
    connection = app.amqp.Connection

    def made(*words: Any, **named: Any) -> Any:
        named["transport"] = live(connection(*words, **named).get_transport_cls())
        return connection(*words, **named)

    app.amqp.Connection = made


def transports(login: Login) -> Any:
    """What makes of a transport of kombu's one that logs in by `login`; of one always the same."""

    @cache
    def live(transport: Any) -> Any:
        return (_redis if transport.driver_type == "redis" else _amqp)(transport, login)

    return live


def _redis(transport: Any, login: Login) -> Any:
    class LiveChannel(transport.Channel):  # type: ignore[misc]
        def _connparams(self, *words: Any, **named: Any) -> Any:
            return {**super()._connparams(*words, **named), **options(login)}

    class LiveTransport(transport):  # type: ignore[misc]
        Channel = LiveChannel

    return LiveTransport


def _amqp(transport: Any, login: Login) -> Any:
    import amqp  # type: ignore[import-untyped]  # noqa: PLC0415 - kombu has it

    class LiveTransport(transport):  # type: ignore[misc]
        def establish_connection(self) -> Any:
            client, establish = self.client, super().establish_connection

            def made(credentials: Credentials) -> Any:
                client.userid = credentials.username or client.userid
                client.password = credentials.password
                try:
                    return establish()
                finally:
                    client.password = None

            try:
                return login.attempt(made)
            except amqp.AccessRefused as error:
                # A worker would end at that; of a login that lives it may pass, as in Redis.
                raise amqp.RecoverableConnectionError("the login was refused") from error

    return LiveTransport
