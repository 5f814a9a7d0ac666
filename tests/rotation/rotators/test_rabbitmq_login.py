"""A login by AMQP is accepted, refused, or neither; its time is bounded and its TLS verified."""

import logging
from collections.abc import Iterator

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import rabbitmq_login
from strongroom.rotation.rotators.interface import Credential, Job, TargetError
from strongroom.rotation.rotators.logins import LoginRefusedError
from tests.rotation.rotators.rabbitmq_site import Site, dialled
from tests.services import proxy
from tests.services.process import free_port
from tests.services.rabbitmq import Rabbitmq
from tests.services.tls import Authority


@pytest.fixture
def site(rabbitmq: Rabbitmq) -> Iterator[Site]:
    with Site.built(rabbitmq) as site:
        yield site


def login(job: Job, credential: Credential | None = None) -> None:
    assert job.current is not None
    where = rabbitmq_login.vhost(job)
    with rabbitmq_login.session(job, credential or job.current, where) as connection:
        assert connection.is_open


def code(job: Job) -> str:
    with pytest.raises(TargetError) as caught:
        login(job)
    assert not isinstance(caught.value, LoginRefusedError)
    return caught.value.code


def test_the_virtual_host_is_the_options_or_the_values(site: Site) -> None:
    assert rabbitmq_login.vhost(site.job()) == site.vhosts[0]
    assert rabbitmq_login.vhost(site.job(vhost=site.vhosts[1])) == site.vhosts[1]


def test_a_password_is_accepted_or_refused(site: Site) -> None:
    login(site.job())
    wrong = {**site.current.fields, "password": "not-a-secret-at-all"}
    with pytest.raises(LoginRefusedError):
        login(site.job(), Credential(2, wrong))


@pytest.mark.parametrize("vhost", ["/", "nowhere"])
def test_a_virtual_host_that_is_not_the_users_is_no_refusal(site: Site, vhost: str) -> None:
    assert code(site.job(vhost=vhost)) == "target-denied"


@pytest.mark.parametrize("wrong", ["name", "authority", "plain"])
def test_a_wrong_certificate_is_refused_without_fallback(
    site: Site, authority: Authority, wrong: str
) -> None:
    assert code(dialled(site, authority, wrong)) == "target-tls"


def test_nobody_listens(site: Site) -> None:
    assert code(site.job(address=f"127.0.0.1:{free_port()}")) == "target-unreachable"


@pytest.mark.parametrize("tls", ["verify", "off"])
def test_a_silent_server_ends_by_time(site: Site, tls: str) -> None:
    with proxy.listening() as amqp:
        ca = "" if tls == "off" else str(site.server.ca)
        job = site.job(address=amqp.address, timeout_s=0.5, tls=tls, tls_ca=ca)
        assert code(job) == "target-slow"


def test_another_protocol_is_named(site: Site) -> None:
    with proxy.listening(b"SSH-2.0-OpenSSH_9.2\r\n") as amqp:
        job = site.job(address=amqp.address, tls="off", tls_ca="", timeout_s=2.0)
        assert code(job) in {"target-unreachable", "target-slow"}


def test_an_authority_that_cannot_be_read(site: Site) -> None:
    with pytest.raises(InvalidError):
        login(site.job(tls_ca="/nonexistent/ca.pem"))


def test_no_password_stands_in_a_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    login(site.job())
    wrong = Credential(2, {**site.current.fields, "password": "not-a-secret-at-all"})
    with pytest.raises(LoginRefusedError):
        login(site.job(), wrong)
    assert any(record.name.startswith("pika") for record in caplog.records)
    for credential in (site.current, wrong):
        assert credential.fields["password"] not in caplog.text
