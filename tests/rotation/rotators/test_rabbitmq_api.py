"""The API is asked over TLS, each name is one segment, and a strange answer is named."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators import https, rabbitmq_api
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
    Target,
    TargetDeniedError,
    TargetError,
    TargetUnreachableError,
)
from tests.rotation.rotators.rabbitmq_site import Site, dialled
from tests.services import proxy
from tests.services.process import free_port
from tests.services.rabbitmq import Rabbitmq
from tests.services.receiver import Receiver, Request, receiving
from tests.services.tls import Authority

ADMIN = {"username": "admin", "password": "not-a-secret-at-all"}


@pytest.fixture
def site(rabbitmq: Rabbitmq) -> Iterator[Site]:
    with Site.built(rabbitmq) as site:
        yield site


def a_job(address: str, timeout_s: float = 10.0, **options: str) -> Job:
    fields = {"username": "a", "password": "not-a-secret-at-all"}
    return Job(
        Target("queue", address, options, ADMIN), "production/app/QUEUE",
        "message-queue-password", {}, Credential(1, fields), plain_draw, no_wait,
        timeout_s=timeout_s,
    )  # fmt: skip


def test_it_is_beside_amqp_where_nothing_is_said() -> None:
    job = a_job("queue.example.com")
    assert rabbitmq_api.place(job)[:2] == ("queue.example.com", 15671)
    assert rabbitmq_api.port(job) == 5671
    plain = a_job("[::1]")
    assert rabbitmq_api.place(plain)[:2] == ("::1", 15672)
    assert rabbitmq_api.port(plain) == 5672


def test_a_name_is_one_segment() -> None:
    assert rabbitmq_api.path("users", "../a b?#%") == "/api/users/..%2Fa%20b%3F%23%25"
    for name in ("", ".", ".."):
        with pytest.raises(InvalidError):
            rabbitmq_api.path("users", name)


def test_a_user_with_a_name_of_dots_is_never_asked_for() -> None:
    with proxy.listening() as api:
        with pytest.raises(InvalidError):
            rabbitmq_api.give(a_job("127.0.0.1", management=f"http://{api.address}"), "..", "", "")
        assert api.heard == b""


@pytest.mark.parametrize("wrong", ["name", "authority", "plain"])
def test_a_wrong_certificate_is_refused_without_fallback(
    site: Site, authority: Authority, wrong: str
) -> None:
    with pytest.raises(TargetError) as caught:
        rabbitmq_api.account(dialled(site, authority, wrong), site.one)
    assert caught.value.code == "target-tls"


def test_nobody_listens() -> None:
    job = a_job("127.0.0.1", management=f"https://127.0.0.1:{free_port()}")
    with pytest.raises(TargetUnreachableError) as caught:
        rabbitmq_api.whoami(job)
    assert caught.value.code == "target-unreachable"


def test_a_silent_server_ends_by_time() -> None:
    with proxy.listening() as api:
        job = a_job("127.0.0.1", 0.5, management=f"http://{api.address}")
        with pytest.raises(TargetUnreachableError) as caught:
            rabbitmq_api.sessions(job, "a")
    assert caught.value.code == "target-slow"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("200 OK\r\nContent-Length: 2\r\n\r\nno", "target-unreachable"),
        ("200 OK\r\nContent-Length: 2\r\n\r\n[]", "target-unreachable"),
        ("200 OK\r\nContent-Length: 2\r\n\r\n{}", "target-unreachable"),
        ("503 Busy\r\nContent-Length: 0\r\n\r\n", "target-busy"),
        ("302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "target-denied"),
        ("400 Bad\r\nContent-Length: 0\r\n\r\n", "target-rejected"),
        ("401 No\r\nContent-Length: 0\r\n\r\n", "target-admin-refused"),
    ],
    ids=["no-json", "a-list", "no-tags", "busy", "redirect", "rejected", "refused"],
)  # fmt: skip
def test_what_is_no_answer_is_named(answer: str, code: str) -> None:
    with (
        proxy.listening(f"HTTP/1.1 {answer}".encode()) as api,
        pytest.raises(TargetError) as caught,
    ):
        rabbitmq_api.account(a_job("127.0.0.1", management=f"http://{api.address}"), "a")
    assert caught.value.code == code


def test_one_that_is_too_old_to_list_sessions_is_said_to_be() -> None:
    with (
        proxy.listening(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n") as api,
        pytest.raises(TargetDeniedError) as caught,
    ):
        rabbitmq_api.sessions(a_job("127.0.0.1", management=f"http://{api.address}"), "a")
    assert caught.value.fix == "RabbitMQ 3.10.8 or later"


class Restless(Receiver):
    """An API that names another session each time."""

    def keep(self, request: Request) -> bool:
        self.answer = f'[{{"name": "127.0.0.1:{len(self.requests)} -> 127.0.0.1:5672"}}]'.encode()
        return super().keep(request)


def test_sessions_that_come_again_and_again_end_in_an_error() -> None:
    api = Restless()
    with receiving(api), pytest.raises(TargetUnreachableError) as caught:
        rabbitmq_api.end_all(a_job("127.0.0.1", management=api.url), "a")
    assert caught.value.code == "target-slow"
    assert [one.method for one in api.requests].count("DELETE") == rabbitmq_api.ROUNDS


def test_thousands_of_sessions_are_read(receiver: Receiver) -> None:
    rows = [{"name": f"10.0.0.1:{port} -> 10.0.0.2:5672"} for port in range(20_000)]
    receiver.answer = json.dumps(rows).encode()
    assert len(receiver.answer) > https.BODY_BYTES_MAX
    job = a_job("127.0.0.1", management=receiver.url)
    assert len(rabbitmq_api.sessions(job, "a")) == len(rows)


def test_an_admin_is_needed() -> None:
    job = a_job("127.0.0.1")
    with pytest.raises(InvalidError):
        rabbitmq_api.login(replace(job, target=replace(job.target, admin=None)))
