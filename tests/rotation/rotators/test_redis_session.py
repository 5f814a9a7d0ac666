"""What a login meets on the wire, and what errors mean."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from strongroom.rotation.rotators import redis_session
from strongroom.rotation.rotators.interface import (
    Answer,
    Job,
    TargetDeniedError,
    TargetTlsError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.redis_acl import RedisRotator
from tests.rotation.rotators.redis_site import Site
from tests.services import process, proxy
from tests.services.redis_server import Redis
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = RedisRotator()


@pytest.fixture
def site(redis_server: Redis) -> Iterator[Site]:
    with Site.built(redis_server) as site:
        yield site


def why(site: Site, job: Job) -> object:
    probe = ROTATOR.probe(job, site.current)
    assert probe.answer is Answer.UNKNOWN
    return probe.why


def test_nobody_is_there(site: Site) -> None:
    error = why(site, site.job(address=f"127.0.0.1:{process.free_port()}"))
    assert isinstance(error, TargetUnreachableError)
    assert error.code == "target-unreachable"


def test_somebody_who_says_nothing_is_left_in_time(site: Site) -> None:
    with proxy.listening() as front:
        error = why(site, replace(site.job(address=front.address), timeout_s=1.0))
    assert isinstance(error, TargetUnreachableError)
    assert error.code == "target-slow"


def test_somebody_who_falls_silent_is_left_in_time(site: Site) -> None:
    with proxy.before(site.server.port) as front:
        job = replace(site.job(address=front.address), timeout_s=1.0)
        with redis_session.session(job, *site.current.fields.values()) as session:
            assert session.run("PING")
            front.freeze()
            with pytest.raises(TargetUnreachableError) as caught:
                session.run("PING")
    assert caught.value.code == "target-slow"


def test_a_server_without_tls_is_told_nothing(site: Site) -> None:
    with proxy.before(site.server.port) as front:
        job = replace(site.job(address=front.address, tls="verify"), timeout_s=1.0)
        error = why(site, job)
    assert isinstance(error, TargetUnreachableError)  # it waits for the end of a line
    assert "tls" in (error.fix or "")
    assert site.current.fields["password"].encode() not in front.heard


@pytest.mark.parametrize("case", ["right", "name", "authority", "missing"])
def test_only_the_right_certificate_is_spoken_to(
    redis_tls: Redis, authority: Authority, tmp_path: Path, case: str
) -> None:
    ca = {"authority": authority.stranger, "missing": tmp_path / "none.pem"}.get(case, authority.ca)
    host = OTHER_NAME if case == "name" else redis_tls.host
    with Site.built(redis_tls) as site:
        job = site.job(address=f"{host}:{redis_tls.port}", tls_ca=str(ca))
        if case == "right":
            assert ROTATOR.probe(job, site.current).answer is Answer.ACCEPTED
        else:
            assert isinstance(why(site, job), TargetTlsError)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (redis.TimeoutError("x"), TargetUnreachableError, "target-slow"),
        (redis.ConnectionError("x"), TargetUnreachableError, "target-unreachable"),
        (redis.BusyLoadingError("x"), TargetUnreachableError, "target-busy"),
        (
            redis.ConnectionError("max number of clients reached"),
            TargetUnreachableError,
            "target-busy",
        ),
        (redis.ReadOnlyError("x"), TargetDeniedError, "target-denied"),
        (redis.exceptions.NoPermissionError("x"), TargetDeniedError, "target-denied"),
        (redis.ResponseError("ERR 'a value'"), TargetDeniedError, "target-denied"),
    ],
    ids=["slow", "gone", "loading", "full", "replica", "rights", "other"],
)
def test_errors_mean(error: Exception, kind: type[Exception], code: str) -> None:
    meant = redis_session.meant(error)
    assert type(meant) is kind
    assert meant.code == code
    assert "value" not in meant.message
