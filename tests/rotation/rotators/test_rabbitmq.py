"""Against a real RabbitMQ, over TLS."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread
from time import time_ns
from urllib.parse import quote

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators import rabbitmq_api, rabbitmq_login
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    TargetChangedError,
    TargetDeniedError,
)
from strongroom.rotation.rotators.rabbitmq import RabbitmqRotator
from tests.rotation.rotators.rabbitmq_site import Site
from tests.services import proxy
from tests.services.rabbitmq import Rabbitmq

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


def test_no_login_fails_in_a_rotation(site: Site) -> None:
    """An application that logs in all the time, with what is current at that moment."""
    job = minted(site, site.job())
    told, failures, over = [site.current], list[bool](), Event()

    def client() -> None:
        while not over.is_set():
            failures.append(not site.works(told[0]))

    thread = Thread(target=client)
    thread.start()
    ROTATOR.set(job)
    ROTATOR.test(job)
    told[0] = pending(job)
    done = len(failures)
    while len(failures) < done + 2 and thread.is_alive():  # it has finished with the old one
        ROTATOR.in_use(job, site.current)
    ROTATOR.retire(job, site.current)
    over.set()
    thread.join()
    assert len(failures) > 2
    assert not any(failures)


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


def test_what_a_rotation_opens_itself_is_no_use(site: Site) -> None:
    """RabbitMQ may list it for a while after it has ended."""
    job = site.job()
    with rabbitmq_login.session(job, site.current, site.vhosts[0]):
        while not any(row["user"] == site.one for row in rabbitmq_api.described(job).values()):
            continue
        assert rabbitmq_api.sessions(job, site.one) != []
        assert ROTATOR.in_use(job, site.current) == []
        assert [one.well for one in ROTATOR.doctor(job)] == [True] * 6


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
            ROTATOR.check(replace(site.job(), options=options))
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
