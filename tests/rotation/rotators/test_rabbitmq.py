"""Against a real RabbitMQ, over TLS."""

from collections.abc import Iterator
from dataclasses import replace
from time import time_ns
from urllib.parse import quote

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators import rabbitmq_api
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetTlsError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.rabbitmq import RabbitmqRotator
from tests.rotation.rotators.rabbitmq_site import Site
from tests.services import proxy
from tests.services.process import free_port
from tests.services.rabbitmq import Rabbitmq
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = RabbitmqRotator()
HOSTILE = """/../? #%2e"{'\\<ä>&"""


@pytest.fixture
def site(rabbitmq: Rabbitmq) -> Iterator[Site]:
    with Site.built(rabbitmq) as site:
        yield site


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


class TestTurns(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(), site.works, site.hold)


class TestHostileNames(RotatorContract):
    """Names go into addresses as one segment each."""

    @pytest.fixture
    def bench(self, rabbitmq: Rabbitmq) -> Iterator[Bench]:
        with Site.built(rabbitmq, HOSTILE) as site:
            yield Bench(ROTATOR, site.job(), site.works, site.hold)


def test_the_new_user_has_the_rights_and_tags_of_the_old_one(site: Site) -> None:
    job = minted(site, site.job())
    assert ROTATOR.overlap(job) is Overlap.ACCOUNTS
    assert pending(job).fields["username"] == site.two
    assert pending(job).fields["vhost"] == site.vhosts[0]
    ROTATOR.set(job)
    assert site.rights(site.two) == site.rights(site.one)
    assert len(site.rights(site.two)) == 3
    assert site.server.call("GET", f"users/{site.two}")[1]["tags"] == ["shop"]


def test_what_the_old_user_may_no_longer_do_the_new_one_may_not(site: Site) -> None:
    first = minted(site, site.job())
    ROTATOR.set(first)
    ROTATOR.retire(first, site.current)
    # Meanwhile b, now current, loses one virtual host and all topics.
    gone, kept = (quote(vhost, "") for vhost in site.vhosts)
    for place in (f"topic-permissions/{gone}", f"permissions/{kept}"):
        assert site.server.call("DELETE", f"{place}/{site.two}")[0] == 204
    second = minted(site, replace(site.job(), current=pending(first)))
    ROTATOR.set(second)
    assert [row["vhost"] for row in site.rights(site.one)] == [site.vhosts[0]]
    assert site.rights(site.one) == site.rights(site.two)


def test_the_password_is_never_sent_to_the_api(site: Site) -> None:
    """In plain to the API, so that a wire sees all that goes there."""
    with proxy.before(site.server.http) as front:
        job = minted(site, site.job(management=f"http://{front.address}"))
        ROTATOR.set(job)
        ROTATOR.undo(job)
        ROTATOR.set(job)
        ROTATOR.retire(job, site.current)
        heard = bytes(front.heard)
    assert b"password_hash" in heard
    for credential in (site.current, pending(job)):
        assert credential.fields["password"].encode() not in heard


def test_the_statements_are_those_that_are_sent(site: Site) -> None:
    shown = [(one.step, one.text) for one in ROTATOR.statements(site.job())]
    rests = 'PUT /api/users/{} {{"password_hash": "", "tags": "<as it has>"}}'
    hashed, tags = "<salted SHA-256 of the new password>", f"<as {site.one} has it>"
    end = "DELETE /api/connections/username/{}"
    assert shown[2:] == [
        (
            Step.SET,
            f'PUT /api/users/{site.two} {{"password_hash": "{hashed}", "tags": "{tags}"}}',
        ),
        (Step.TEST, f"AMQP login to each virtual host in which {site.one} has permissions"),
        (Step.RETIRE, rests.format(site.one)),
        (Step.RETIRE, end.format(site.one)),
        (Step.UNDO, rests.format(site.two)),
        (Step.UNDO, end.format(site.two)),
    ]


def test_an_interrupted_set_is_done_again(site: Site) -> None:
    """The user is there with a part of the rights and no password: set goes on from it."""
    job = minted(site, site.job())
    site.server.call("PUT", f"users/{site.two}", {"password_hash": "", "tags": ""})
    assert ROTATOR.probe(job, pending(job)).answer is Answer.REFUSED
    ROTATOR.set(job)
    ROTATOR.test(job)
    assert site.works(pending(job))


def test_rights_that_are_missing_fail_the_test(site: Site) -> None:
    job = minted(site, site.job())
    ROTATOR.set(job)
    site.server.call("DELETE", f"permissions/{quote(site.vhosts[1], '')}/{site.two}")
    with pytest.raises(TargetDeniedError) as caught:
        ROTATOR.test(job)
    assert caught.value.code == "target-denied"


def test_who_uses_it_is_named_as_soon_as_he_is_there(site: Site) -> None:
    alive = site.hold(site.current)
    assert alive()
    [use] = ROTATOR.in_use(site.job(), site.current)
    assert use.who in {f"shop at {site.server.host}", f"an application at {site.server.host}"}
    assert use.count == 1


def test_a_newer_session_of_the_same_user_goes_on(site: Site) -> None:
    """An emergency took the same user again before the older value was retired."""
    alive = site.hold(site.current)
    password = site.server.change(site.one)
    newer = Credential(3, {**site.current.fields, "password": password})
    job = replace(site.job(), current=newer, promoted_us=time_ns() // 1000 - 60_000_000)
    assert ROTATOR.in_use(job, site.current) == []
    ROTATOR.retire(job, site.current)
    assert alive()
    assert site.works(newer)
    later = replace(job, promoted_us=time_ns() // 1000 + 60_000_000)
    while not ROTATOR.in_use(later, site.current):
        assert alive()  # until the statistics have it
    ROTATOR.retire(later, site.current)
    assert not alive()
    assert site.works(newer)


class TestDoctor:
    def test_everything_is_well(self, site: Site) -> None:
        checks = ROTATOR.doctor(site.job())
        assert [one.name for one in checks if not one.well] == []
        assert [one.said for one in checks if one.name == f"user {site.two}"] == [
            "it will be created"
        ]

    def test_somebody_uses_the_user_that_should_rest(self, site: Site) -> None:
        job = minted(site, site.job())
        ROTATOR.set(job)
        alive = site.hold(pending(job))
        assert [one.name for one in ROTATOR.doctor(site.job()) if not one.well] == [
            f"user {site.two}"
        ]
        assert alive()

    @pytest.mark.parametrize("tags", ["", "management", "monitoring"])
    def test_an_admin_without_the_tag_is_told_which(self, site: Site, tags: str) -> None:
        name, password = site.server.login(tags=tags)
        wrong = [
            one
            for one in ROTATOR.doctor(site.job(admin={"username": name, "password": password}))
            if not one.well
        ]
        assert len(wrong) == 1
        assert wrong[0].fix

    def test_a_stale_password_and_an_unknown_user_are_named(self, site: Site) -> None:
        site.server.change(site.one)
        assert [one.name for one in ROTATOR.doctor(site.job()) if not one.well] == ["login"]
        site.server.call("DELETE", f"users/{site.one}")
        assert [one.name for one in ROTATOR.doctor(site.job()) if not one.well] == [
            f"user {site.one}",
            "login",
        ]

    def test_nobody_is_there(self, site: Site) -> None:
        at = f"127.0.0.1:{free_port()}"
        wrong = [
            one
            for one in ROTATOR.doctor(site.job(address=at, management=f"https://{at}"))
            if not one.well
        ]
        assert [one.name for one in wrong] == ["reach", "login"]


class TestNotPermitted:
    def test_an_admin_without_the_tag(self, site: Site) -> None:
        name, password = site.server.login(tags="monitoring")
        job = minted(site, site.job(admin={"username": name, "password": password}))
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-denied"
        assert caught.value.fix == f"rabbitmqctl set_user_tags {name} administrator"
        assert site.works(site.current)

    def test_an_admin_whose_password_is_wrong(self, site: Site) -> None:
        job = minted(site, site.job(admin={**site.admin, "password": "not-a-secret-at-all"}))
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-admin-refused"

    def test_a_virtual_host_that_is_not_the_users(self, site: Site) -> None:
        probe = ROTATOR.probe(site.job(vhost="/"), site.current)
        assert probe.answer is Answer.UNKNOWN
        assert isinstance(probe.why, TargetDeniedError)


class TestByHand:
    def test_a_password_that_somebody_changed_is_refused(self, site: Site) -> None:
        site.server.change(site.one)
        assert ROTATOR.probe(site.job(), site.current).answer is Answer.REFUSED

    def test_a_current_user_that_is_gone_needs_a_person(self, site: Site) -> None:
        job = minted(site, site.job())
        site.server.call("DELETE", f"users/{site.one}")
        with pytest.raises(TargetChangedError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-changed"
        assert not site.works(pending(job))

    def test_what_is_gone_already_rests(self, site: Site) -> None:
        job = minted(site, site.job())
        ROTATOR.undo(job)
        ROTATOR.set(job)
        site.server.call("DELETE", f"users/{site.one}")
        ROTATOR.retire(job, site.current)
        assert ROTATOR.probe(job, site.current).answer is Answer.REFUSED


class TestAnothersAccount:
    def test_a_value_does_not_choose_whose_password_changes(self, site: Site) -> None:
        victim, password = site.server.login()
        for name in (victim, site.one):
            fields = {**site.current.fields, "username": name, "password": "not-a-secret-at-all"}
            job = replace(site.job(), pending=Credential(2, fields))
            with pytest.raises(InvalidError) as caught:
                ROTATOR.set(job)
            assert caught.value.code == "target-field"
        assert site.works(site.current)
        assert site.works(Credential(1, {"username": victim, "password": password, "vhost": "/"}))


class TestWire:
    @pytest.mark.parametrize("part", ["api", "amqp"])
    @pytest.mark.parametrize("wrong", ["name", "authority", "plain"])
    def test_a_wrong_certificate_is_refused_without_fallback(
        self, site: Site, authority: Authority, part: str, wrong: str
    ) -> None:
        server = site.server
        host = OTHER_NAME if wrong == "name" else server.host
        https = server.http if wrong == "plain" else server.https
        amqps = server.port if wrong == "plain" else server.amqps
        ca = authority.stranger if wrong == "authority" else authority.ca
        job = minted(
            site,
            site.job(
                address=f"{host}:{amqps}", management=f"https://{host}:{https}",
                tls_ca=str(ca), timeout_s=3.0,
            ),
        )  # fmt: skip
        if part == "api":
            with pytest.raises((TargetTlsError, TargetUnreachableError)) as caught:
                ROTATOR.set(job)
            why = caught.value
        else:
            probe = ROTATOR.probe(job, site.current)
            assert probe.answer is Answer.UNKNOWN
            assert probe.why is not None
            why = probe.why
        assert why.code == "target-tls"

    def test_nobody_listens(self, site: Site) -> None:
        at = f"127.0.0.1:{free_port()}"
        job = minted(site, site.job(address=at, management=f"https://{at}"))
        with pytest.raises(TargetUnreachableError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-unreachable"
        why = ROTATOR.probe(job, site.current).why
        assert why is not None
        assert (why.code, why.retryable) == ("target-unreachable", True)

    def test_a_silent_server_ends_by_time(self, site: Site) -> None:
        with proxy.listening() as amqp, proxy.listening() as api:
            job = minted(
                site,
                site.job(address=amqp.address, management=f"https://{api.address}", timeout_s=0.5),
            )
            with pytest.raises(TargetUnreachableError) as caught:
                ROTATOR.set(job)
            assert caught.value.code == "target-slow"
            why = ROTATOR.probe(job, site.current).why
            assert why is not None
            assert why.code == "target-slow"

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ("200 OK\r\nContent-Length: 2\r\n\r\nno", "target-unreachable"),
            ("200 OK\r\nContent-Length: 2\r\n\r\n[]", "target-unreachable"),
            ("503 Busy\r\nContent-Length: 0\r\n\r\n", "target-busy"),
            ("302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "target-denied"),
            ("400 Bad\r\nContent-Length: 0\r\n\r\n", "target-rejected"),
        ],
        ids=["no-json", "other-json", "busy", "redirect", "rejected"],
    )  # fmt: skip
    def test_what_is_no_answer_is_named(self, site: Site, answer: str, code: str) -> None:
        with proxy.listening(f"HTTP/1.1 {answer}".encode()) as api:
            job = minted(site, site.job(management=f"http://{api.address}"))
            with pytest.raises(TargetError) as caught:
                ROTATOR.set(job)
        assert caught.value.code == code


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"accounts": "one"}, "target-option"),
            ({"accounts": "one,one"}, "target-option"),
            ({"accounts": "one,.."}, "target-field"),
            ({"accounts": "x,y"}, "target-field"),
            ({"management": "http://queue.example.com:15672"}, "target-address"),
            ({"management": "ftp://127.0.0.1"}, "target-address"),
            ({"acounts": "a,b"}, "target-option"),
        ],
        ids=str,
    )
    def test_what_cannot_work_is_refused(
        self, site: Site, options: dict[str, str], code: str
    ) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(**options))
        assert caught.value.code == code

    def test_it_needs_an_admin(self, site: Site) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(admin={}))
        assert caught.value.code == "target-option"

    def test_an_authority_that_cannot_be_read(self, site: Site) -> None:
        job = minted(site, site.job(tls_ca="/nonexistent/ca.pem"))
        for step in (ROTATOR.set, lambda job: ROTATOR.probe(job, site.current)):
            with pytest.raises(InvalidError):
                step(job)

    def test_the_api_is_beside_amqp_where_nothing_is_said(self, site: Site) -> None:
        job = site.job(address="queue.example.com", management="")
        assert rabbitmq_api.place(job)[:2] == ("queue.example.com", 15671)
        assert rabbitmq_api.port(job) == 5671
        plain = replace(job, target=replace(job.target, address="[::1]", options={}))
        assert rabbitmq_api.place(plain)[:2] == ("::1", 15672)
        assert rabbitmq_api.port(plain) == 5672
