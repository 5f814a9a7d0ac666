"""RabbitMQ knows its users by their newest passwords, on all its ports."""

import ssl
from urllib.parse import quote

import pika
import pytest
from pika.exceptions import ProbableAuthenticationError

from tests.services.process import HOST
from tests.services.rabbitmq import Rabbitmq
from tests.services.tls import OTHER_NAME, Authority


def test_a_login_is_known_by_its_newest_password(rabbitmq: Rabbitmq) -> None:
    host = rabbitmq.vhost()
    user, old = rabbitmq.login("/", host)
    new = rabbitmq.change(user)
    for vhost in ("/", host):
        rabbitmq.connect(user, new, vhost).close()
    with pytest.raises(ProbableAuthenticationError):
        rabbitmq.connect(user, old)


def test_the_api_names_a_users_permissions(rabbitmq: Rabbitmq) -> None:
    host = rabbitmq.vhost()
    user, _ = rabbitmq.login(host)
    status, found = rabbitmq.call("GET", f"users/{user}/permissions")
    assert (status, [row["vhost"] for row in found]) == (200, [host])
    assert rabbitmq.call("GET", f"permissions/{quote(host, '')}/{user}")[0] == 200


def test_amqp_over_tls_is_believed_by_its_authority_and_name(
    rabbitmq: Rabbitmq, authority: Authority
) -> None:
    user, password = rabbitmq.login()

    def connect(host: str, authority: object) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        options = pika.SSLOptions(context, host)
        login = pika.PlainCredentials(user, password)
        parameters = pika.ConnectionParameters(
            host, rabbitmq.amqps, "/", login, ssl_options=options
        )
        pika.BlockingConnection(parameters).close()

    connect(HOST, authority.ca)
    for host, ca in ((OTHER_NAME, authority.ca), (HOST, authority.stranger)):
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(host, ca)
