"""The webhook rotator against a receiver on loopback that checks signatures with code of its own."""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trustme

from strongroom.errors import InvalidError, StrongroomError
from strongroom.rotation.contract import Bench, RotatorContract, no_wait, plain_draw
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Target,
    TargetTlsError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.webhook import WebhookRotator
from tests.rotation.rotators.keeper import Keeper, digest
from tests.services.fake_http import Asked, Fake, Told, serving

KEY = bytes(range(32))
WRITTEN = "whsec_" + base64.b64encode(KEY).decode()
SKEW_S = 300


@dataclass
class Receiver:
    """Takes what is signed, fresh and new. `instead` is told in place of the keeper's answer."""

    keeper: Keeper
    instead: Callable[[Asked], Told] | None = None
    seen: set[str] = field(default_factory=set)

    def tell(self, asked: Asked) -> Told:
        if self.instead is not None:
            return self.instead(asked)
        id_, at = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
        mark = hmac.new(KEY, f"{id_}.{at}.".encode() + asked.body, hashlib.sha256).digest()
        good = f"v1,{base64.b64encode(mark).decode()}"
        fresh = abs(int(at) - time.time_ns() // 10**9) <= SKEW_S and id_ not in self.seen
        if not fresh or good not in asked.headers["webhook-signature"].split():
            return Told(401)
        self.seen.add(id_)
        body = json.loads(asked.body)
        assert body["id"] == id_
        return Told(200, json.dumps(self.keeper.answer(body)).encode())


@dataclass
class Stand:
    """A receiver that is listening, and a job whose current value is valid there."""

    receiver: Receiver
    fake: Fake
    job: Job

    def bench(self) -> Bench:
        works = self.receiver.keeper.works
        return Bench(WebhookRotator(), self.job, lambda one: works(dict(one.fields)))


@contextmanager
def a_stand(overlap: Overlap, tls: trustme.CA | None = None, **options: str) -> Iterator[Stand]:
    password = secrets.token_hex(16)
    fields = {"username": "app_a", "password": password, "host": "db.example.com"}
    receiver = Receiver(Keeper({"accounts": {"app_a": [digest(password)]}}))
    with ExitStack() as stack:
        context = None
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.issue_cert("127.0.0.1").configure_cert(context)
        fake = stack.enter_context(serving(receiver.tell, context))
        said = {"overlap": overlap, "changes": "password", **options}
        if overlap is Overlap.ACCOUNTS:
            said["accounts"] = "app_a,app_b"
        target = Target("hook", f"{fake.url}/rotate", said, {"signing_key": WRITTEN})
        current = Credential(1, fields)
        yield Stand(
            receiver,
            fake,
            Job(target, "production/app/DB", "password", {}, current, plain_draw, no_wait),
        )


class TestValues(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_stand(Overlap.VALUES) as stand:
            yield stand.bench()


class TestAccounts(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_stand(Overlap.ACCOUNTS) as stand:
            yield stand.bench()


class TestSingle(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_stand(Overlap.NONE) as stand:
            yield stand.bench()


class TestMadeThere(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_stand(Overlap.VALUES, mint="target") as stand:
            yield stand.bench()


@pytest.fixture
def stand() -> Iterator[Stand]:
    with a_stand(Overlap.VALUES) as made:
        yield made


def error_of(job: Job, rotator: WebhookRotator | None = None) -> StrongroomError:
    """What `set` raises."""
    going = replace(job, pending=Credential(2, (rotator or WebhookRotator()).mint(job)))
    with pytest.raises(StrongroomError) as caught:
        (rotator or WebhookRotator()).set(going)
    for one in (going.current, going.pending):
        assert one is not None
        text = f"{caught.value.message} {caught.value.fix} {caught.value!r}"
        assert one.fields["password"] not in text
    assert WRITTEN not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


def with_options(job: Job, **options: str) -> Job:
    return replace(job, options=options)


def at(job: Job, address: str) -> Job:
    return replace(job, target=replace(job.target, address=address))


class TestSignature:
    def test_a_clock_that_is_wrong_is_refused(self, stand: Stand) -> None:
        wrong = WebhookRotator(lambda: time.time_ns() // 10**9 - SKEW_S - 60)
        assert error_of(stand.job, wrong).code == "target-admin-refused"

    def test_another_key_is_refused(self, stand: Stand) -> None:
        other = {"signing_key": "whsec_" + base64.b64encode(bytes(32)).decode()}
        job = replace(stand.job, target=replace(stand.job.target, admin=other))
        assert error_of(job).code == "target-admin-refused"

    def test_the_same_request_again_is_refused(self, stand: Stand) -> None:
        WebhookRotator().probe(stand.job, stand.job.current or Credential(0, {}))
        assert stand.receiver.tell(stand.fake.asked[-1]).status == 401

    def test_the_signing_key_stays_here(self, stand: Stand) -> None:
        admin = {"signing_key": WRITTEN, "api_key": "another-plainly-fake-key"}
        job = replace(stand.job, target=replace(stand.job.target, admin=admin))
        WebhookRotator().doctor(job)
        assert json.loads(stand.fake.asked[-1].body)["admin"] == {
            "api_key": "another-plainly-fake-key"
        }
        sent = str(stand.fake.asked)
        assert WRITTEN.removeprefix("whsec_") not in sent

    def test_no_value_is_in_a_url_or_a_header(self, stand: Stand) -> None:
        job = stand.bench().set()
        for asked in stand.fake.asked:
            for one in (job.current, job.pending):
                assert one is not None
                assert one.fields["password"] not in asked.path + str(asked.headers)


class TestTls:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> trustme.CA:
        made = trustme.CA()
        made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        return made

    def test_a_certificate_that_is_trusted(self, authority: trustme.CA, tmp_path: Path) -> None:
        with a_stand(Overlap.VALUES, authority, tls_ca=str(tmp_path / "ca.pem")) as stand:
            job = stand.bench().set()
            assert stand.receiver.keeper.works(dict((job.pending or Credential(0, {})).fields))

    def test_one_that_is_not_is_sent_nothing(self, authority: trustme.CA) -> None:
        with a_stand(Overlap.VALUES, authority) as stand:
            error = error_of(stand.job)
            assert isinstance(error, TargetTlsError)
            assert not error.retryable
            assert stand.fake.asked == []

    def test_who_does_not_speak_tls_is_sent_nothing(self, stand: Stand) -> None:
        error = error_of(at(stand.job, stand.job.target.address.replace("http:", "https:")))
        assert isinstance(error, TargetTlsError)
        assert stand.fake.asked == []

    def test_a_file_that_holds_no_authority(self, authority: trustme.CA, tmp_path: Path) -> None:
        empty = tmp_path / "empty.pem"
        empty.write_text("nothing")
        with a_stand(Overlap.VALUES, authority, tls_ca=str(empty)) as stand:
            assert error_of(stand.job).code == "target-option"


class TestReach:
    def test_nobody_is_there(self, stand: Stand) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            job = at(stand.job, f"http://127.0.0.1:{taken.getsockname()[1]}/rotate")
            error = error_of(job)
        assert error.code == "target-unreachable"
        assert isinstance(error, TargetUnreachableError)
        assert error.retryable
        assert job.current is not None
        assert WebhookRotator().probe(job, job.current).answer is Answer.UNKNOWN

    def test_slowness_ends_by_the_time_limit(self, stand: Stand) -> None:
        going = threading.Event()

        def wait(_: Asked) -> Told:
            going.wait(30)
            return Told(200)

        stand.receiver.instead = wait
        try:
            assert error_of(replace(stand.job, timeout_s=0.2)).code == "target-slow"
        finally:
            going.set()

    def test_an_answer_that_trickles_ends_by_the_time_limit(self, stand: Stand) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            stop = threading.Event()

            def trickle() -> None:
                client, _ = server.accept()
                with client:
                    while not stop.wait(0.05):
                        try:
                            client.sendall(b"H")
                        except OSError:
                            return

            thread = threading.Thread(target=trickle)
            thread.start()
            job = at(stand.job, f"http://127.0.0.1:{server.getsockname()[1]}/rotate")
            code = error_of(replace(job, timeout_s=0.5)).code
            stop.set()
            thread.join()
        # A line of HTTP that long may be refused as none before the time is over.
        assert code in {"target-slow", "target-unreachable"}

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            pytest.param(Told(302, headers=(("Location", "/x"),)), "target-denied", id="redirect"),
            pytest.param(Told(404), "target-denied", id="404"),
            pytest.param(Told(503), "target-busy", id="503"),
            pytest.param(Told(429), "target-busy", id="429"),
            pytest.param(Told(403), "target-admin-refused", id="403"),
            pytest.param(Told(200, b"<html>", "text/html"), "target-unreachable", id="a page"),
            pytest.param(Told(200, b"{"), "target-unreachable", id="cut"),
            pytest.param(Told(200, b"\xff"), "target-unreachable", id="binary"),
            pytest.param(Told(200, b" " * 400_000), "target-unreachable", id="large"),
            pytest.param(
                Told(200, b'{"version":"strongroom-rotator/1","id":"msg_1","answer":"done"}'),
                "target-unreachable",
                id="to another question",
            ),
        ],
    )
    def test_what_is_no_answer(self, stand: Stand, told: Told, code: str) -> None:
        stand.receiver.instead = lambda _: told
        assert error_of(stand.job).code == code


class TestKeys:
    @pytest.mark.parametrize(
        "admin",
        [None, {}, {"signing_key": "short"}, {"signing_key": "whsec_AAAA"}],
        ids=range(4),
    )
    def test_a_key_that_is_none(self, stand: Stand, admin: dict[str, str] | None) -> None:
        job = replace(stand.job, target=replace(stand.job.target, admin=admin))
        with pytest.raises(InvalidError) as caught:
            WebhookRotator().check(job)
        assert caught.value.code == "target-field"

    def test_each_step_is_one_round_trip(self, stand: Stand) -> None:
        bench = stand.bench()
        job = bench.set()
        assert job.current is not None
        bench.rotator.test(job)
        bench.rotator.retire(job, job.current)
        asks = [json.loads(asked.body)["ask"] for asked in stand.fake.asked]
        assert asks == ["set", "test", "retire"]
