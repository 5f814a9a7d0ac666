"""Against a real Redis."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import redis

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators import verifiers
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Job,
    Step,
    TargetChangedError,
    TargetDeniedError,
)
from strongroom.rotation.rotators.redis_acl import RedisRotator
from tests.rotation.rotators.redis_site import RIGHTS, Site
from tests.services import process
from tests.services.redis_server import Redis

ROTATOR = RedisRotator()
US = 1_000_000


@pytest.fixture
def site(redis_server: Redis) -> Iterator[Site]:
    with Site.built(redis_server) as site:
        yield site


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


def sha(credential: Credential) -> str:
    return verifiers.redis_sha256(credential.fields["password"])


class TestUser(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(), site.works, site.hold)


class TestWithoutAdmin(RotatorContract):
    """A user that has the rights may change itself."""

    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(admin={}), site.works, site.hold)


class TestHostileNames(RotatorContract):
    @pytest.fixture
    def bench(self, redis_server: Redis) -> Iterator[Bench]:
        with Site.built(redis_server, "';\"\\{}ä*~") as site:
            yield Bench(ROTATOR, site.job(), site.works, site.hold)


def test_the_statements_are_those_that_are_sent(site: Site) -> None:
    shown = [(one.step, one.text) for one in ROTATOR.statements(site.job())]
    assert shown == [
        (Step.SET, f"ACL SETUSER {site.name} #<sha256 of the new password>"),
        (Step.SET, "ACL SAVE, else CONFIG REWRITE"),
        (Step.TEST, f"AUTH {site.name} <the new password>"),
        (Step.RETIRE, f"ACL SETUSER {site.name} !<sha256 of the old password>"),
        (Step.RETIRE, "ACL SAVE, else CONFIG REWRITE"),
        (Step.RETIRE, f"CLIENT KILL ID <each session of {site.name} from before the promotion>"),
        (
            Step.UNDO,
            f"ACL SETUSER {site.name} !<sha256 of the new password> #<sha256 of the old password>",
        ),
        (Step.UNDO, "ACL SAVE, else CONFIG REWRITE"),
    ]


def test_no_password_goes_by_where_others_look(site: Site) -> None:
    site.server.run("CONFIG", "SET", "slowlog-log-slower-than", "0")
    site.server.run("SLOWLOG", "RESET")
    with closing(redis.Redis.from_url(site.server.url(), decode_responses=True)) as client:
        with client.monitor() as monitor:
            job = minted(site, site.job())
            ROTATOR.set(job)
            ROTATOR.test(job)
            ROTATOR.undo(job)
            ROTATOR.set(job)
            ROTATOR.retire(job, site.current)
            client.ping()
            seen = []
            for said in monitor.listen():
                seen.append(said["command"])
                if said["command"] == "PING":
                    break
        slow = str(client.slowlog_get(1000))
    site.server.run("CONFIG", "SET", "slowlog-log-slower-than", "10000")
    text = " ".join(seen) + slow
    assert "TIME" in text
    for credential in (site.current, pending(job)):
        assert credential.fields["password"] not in text


def test_what_is_set_is_kept_over_a_restart(site: Site) -> None:
    job = minted(site, site.job())
    ROTATOR.set(job)
    site.server.run("ACL", "LOAD")  # reads the file, as a start does
    assert site.works(pending(job))
    assert site.works(site.current)
    ROTATOR.retire(job, site.current)
    site.server.run("ACL", "LOAD")
    assert not site.works(site.current)


def test_a_session_from_after_the_promotion_goes_on(site: Site) -> None:
    job = minted(site, site.job())
    before = site.hold(site.current)
    ROTATOR.set(job)
    while int(site.held[0].client_info()["age"]) < 2:
        time.sleep(0.05)  # ages are whole seconds
    after = site.hold(pending(job))
    seconds, _ = site.server.run("TIME")
    promoted = replace(job, promoted_us=(int(seconds) - 1) * US)
    [use] = ROTATOR.in_use(promoted, site.current)
    assert use.who == f"shop at {site.server.host}"
    apart = replace(promoted, promoted_us=(int(seconds) - 1 - 5) * US)  # the margin for clocks
    ROTATOR.retire(apart, site.current)
    assert not before()
    assert after()


def test_who_still_tries_a_retired_password_is_named(site: Site) -> None:
    job = minted(site, site.job())
    ROTATOR.set(job)
    ROTATOR.retire(job, site.current)
    assert ROTATOR.in_use(job, site.current) == []
    assert not site.works(site.current)
    [use] = ROTATOR.in_use(job, site.current)
    assert (use.source, use.count) == ("ACL LOG", 1)
    later = replace(job, promoted_us=(use.last_us or 0) + 60 * US)
    assert ROTATOR.in_use(later, site.current) == []


class TestByHand:
    def test_a_password_that_somebody_changed_needs_a_person(self, site: Site) -> None:
        job = minted(site, site.job())
        site.server.change(site.name)
        for step in (ROTATOR.set, lambda j: ROTATOR.retire(j, site.current)):
            with pytest.raises(TargetChangedError):
                step(job)

    def test_a_second_password_that_somebody_added_needs_a_person(self, site: Site) -> None:
        site.server.change(site.name, overlap=True)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(minted(site, site.job()))

    def test_the_last_way_in_is_never_taken(self, site: Site) -> None:
        with pytest.raises(TargetChangedError):
            ROTATOR.retire(minted(site, site.job()), site.current)
        assert site.works(site.current)

    def test_a_user_that_is_gone_is_said_to_be(self, site: Site) -> None:
        site.server.run("ACL", "DELUSER", site.name)
        with pytest.raises(TargetDeniedError, match="no such user"):
            ROTATOR.set(minted(site, site.job()))

    def test_a_user_that_is_off_is_refused(self, site: Site) -> None:
        site.server.run("ACL", "SETUSER", site.name, "off")
        assert ROTATOR.probe(site.job(), site.current).answer is Answer.REFUSED


@pytest.mark.parametrize("admin", [None, {}], ids=["admin", "own"])
def test_without_a_successor_nothing_is_left(site: Site, admin: dict[str, str] | None) -> None:
    job = site.job(admin=admin)
    alive = site.hold(site.current)
    for _ in range(2):
        ROTATOR.retire(job, site.current)
        assert ROTATOR.probe(job, site.current).answer is Answer.REFUSED
    assert not alive()


class TestNotPermitted:
    @pytest.mark.parametrize("right", RIGHTS[:2])
    def test_a_missing_right_is_named(self, site: Site, right: str) -> None:
        site.server.run("ACL", "SETUSER", site.admin["username"], right.replace("+", "-"))
        with pytest.raises(TargetDeniedError, match="may not"):
            ROTATOR.set(minted(site, site.job()))
        assert site.works(site.current)

    @pytest.mark.parametrize("right", RIGHTS)
    def test_the_doctor_misses_each_right(self, site: Site, right: str) -> None:
        site.server.run("ACL", "SETUSER", site.admin["username"], right.replace("+", "-"))
        found = wrong(site.job())
        if right == "+config|rewrite":
            assert found == []  # `ACL SAVE` did it
        elif right == "+client|kill":
            assert found == []  # seen only when there is a session to end
        else:
            assert right in found[0].fix

    def test_an_admin_whose_password_is_wrong_is_named(self, site: Site) -> None:
        job = site.job(admin={**site.admin, "password": "not-a-secret-at-all"})
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(minted(site, job))
        assert caught.value.code == "target-admin-refused"
        assert wrong(job)[0].name == "login"

    def test_what_the_new_login_may_not_do_is_found(self, site: Site) -> None:
        site.server.run("ACL", "SETUSER", site.name, "-get")
        for command, passes in (("PING", True), ("GET  health", False)):
            job = minted(site, site.job(test_command=command))
            ROTATOR.set(job)
            if passes:
                ROTATOR.test(job)
            else:
                with pytest.raises(TargetDeniedError):
                    ROTATOR.test(job)
            ROTATOR.undo(job)


def wrong(job: Job) -> list[Check]:
    return [one for one in ROTATOR.doctor(job) if not one.well]


def test_the_doctor_finds_what_is_not_well(site: Site) -> None:
    assert wrong(site.job(address=f"127.0.0.1:{process.free_port()}"))[0].name == "reach"
    site.server.change(site.name)
    assert [one.name for one in wrong(site.job())] == ["user"]
    assert [one.name for one in wrong(site.job(admin={}))] == ["login"]


class TestAnothersAccount:
    def test_a_value_does_not_choose_whose_password_changes(self, site: Site) -> None:
        victim, password = site.server.login()
        fields = {"username": victim, "password": "not-a-secret-at-all"}
        with pytest.raises(InvalidError) as caught:
            ROTATOR.set(replace(site.job(), pending=Credential(2, fields)))
        assert caught.value.code == "target-field"
        assert site.works(Credential(1, {"username": victim, "password": password}))

    def test_options_that_cannot_work_are_refused(self, site: Site) -> None:
        for options in ({"persist": "maybe"}, {"mode": "single"}):
            with pytest.raises(InvalidError) as caught:
                ROTATOR.check(replace(site.job(), options=options))
            assert caught.value.code == "target-option"
