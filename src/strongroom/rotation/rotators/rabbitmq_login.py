"""A login at RabbitMQ by AMQP, as an application does it, and what a refusal means."""

import logging
import math
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pika
from pika.adapters.utils.connection_workflow import (
    AMQPConnectorException,
    AMQPConnectorStackTimeout,
)
from pika.exceptions import (
    AMQPError,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import logins, rabbitmq_api
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
    TargetDeniedError,
    TargetError,
    TargetTlsError,
    TargetUnreachableError,
)

# It logs each refusal as an error; without this, Python prints that to whoever has no handler.
logging.getLogger("pika").addHandler(logging.NullHandler())


def vhost(job: Job) -> str:
    """The virtual host that the secret is for."""
    fields = {} if job.current is None else job.current.fields
    return job.option("vhost") or fields.get("vhost") or "/"


@contextmanager
def session(job: Job, credential: Credential, where: str) -> Iterator[Any]:
    """Log in to the virtual host `where`.

    Raises:
        LoginRefusedError: user and password do not fit. TargetError: any other.
    """
    connection = _connect(_parameters(job, credential, where))
    try:
        yield connection
    finally:
        with suppress(AMQPError, OSError):
            connection.close()


def _connect(parameters: pika.ConnectionParameters) -> Any:
    problem: TargetError
    try:
        return pika.BlockingConnection(parameters)
    except ProbableAuthenticationError:
        problem = logins.LoginRefusedError()
    except (ProbableAccessDeniedError, ConnectionClosedByBroker):
        problem = TargetDeniedError(
            "target-denied",
            "the password is right, and the user may not enter the virtual host",
            fix="rabbitmqctl set_permissions, or --option vhost=NAME",
        )
    except ssl.SSLError:
        problem = TargetTlsError(
            "target-tls",
            "RabbitMQ's certificate does not verify, or it speaks no TLS",
            fix="--option tls_ca=PATH, the authority that signed its certificate",
        )
    except (AMQPConnectorStackTimeout, TimeoutError):
        problem = TargetUnreachableError("target-slow", "RabbitMQ did not answer in time")
    except (AMQPError, AMQPConnectorException, OSError) as error:
        problem = _unreachable(error)
    # Outside of the handlers: what pika raised may hold words of the server.
    raise problem


def _unreachable(error: BaseException) -> TargetError:
    """Nobody there, or one that is silent: pika keeps the reason in its exception."""
    inner = error.args[0] if error.args else None
    if isinstance(getattr(inner, "exception", None), TimeoutError):
        return TargetUnreachableError("target-slow", "RabbitMQ did not answer in time")
    return TargetUnreachableError("target-unreachable", "nobody answers there as RabbitMQ does")


def _parameters(job: Job, credential: Credential, where: str) -> pika.ConnectionParameters:
    place = logins.place(job, rabbitmq_api.port(job))
    login = pika.PlainCredentials(
        logins.user(job, credential), logins.password(credential), erase_on_connect=True
    )
    return pika.ConnectionParameters(
        place.host, place.port, where, login,
        ssl_options=pika.SSLOptions(_context(place.ca), place.host) if place.tls else None,
        connection_attempts=1,
        socket_timeout=job.timeout_s,
        stack_timeout=job.timeout_s,
        heartbeat=max(1, math.ceil(job.timeout_s)),  # what waits for an answer ends by it
        blocked_connection_timeout=job.timeout_s,
        client_properties={"connection_name": rabbitmq_api.OWN_NAME},
    )  # fmt: skip


def _context(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError):
        raise InvalidError(
            "target-option", "the file that tls_ca names holds no certificates that can be read"
        ) from None
