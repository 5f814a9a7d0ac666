"""What a login meets on the wire, and what errors mean."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from strongroom.rotation.rotators import mysql_session
from strongroom.rotation.rotators.interface import (
    Answer,
    Job,
    TargetDeniedError,
    TargetRejectedError,
    TargetTlsError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.mariadb import MariadbRotator
from tests.rotation.rotators.mariadb_site import Site
from tests.services import process, proxy
from tests.services.mariadb import Mariadb
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = MariadbRotator()
CAPABLE = 0xFFFFFFFF & ~0x800  # all but TLS


@pytest.fixture
def site(mariadb: Mariadb) -> Iterator[Site]:
    with Site.built(mariadb) as site:
        yield site


def why(site: Site, job: Job) -> object:
    probe = ROTATOR.probe(job, site.current)
    assert probe.answer is Answer.UNKNOWN
    return probe.why


def greeting(capabilities: int = CAPABLE, plugin: bytes = b"mysql_native_password") -> bytes:
    """What a server says first."""
    low, high = capabilities & 0xFFFF, capabilities >> 16
    body = (
        b"\x0a10.11.0\0" + bytes(4) + b"a" * 8 + b"\0" + low.to_bytes(2, "little") + b"\x21"
        + b"\x02\0" + high.to_bytes(2, "little") + b"\x15" + bytes(10) + b"a" * 12 + b"\0"
        + plugin + b"\0"
    )  # fmt: skip
    return packet(0, body)


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


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
        with mysql_session.session(job, *site.current.fields.values()) as session:
            assert session.run("SELECT 1") == [(1,)]
            front.freeze()
            with pytest.raises(TargetUnreachableError) as caught:
                session.run("SELECT 1")
    assert caught.value.code == "target-slow"


def test_a_server_that_wants_to_see_the_password_gets_none(site: Site) -> None:
    with proxy.greeting(greeting(), packet(2, b"\xfemysql_clear_password\0")) as front:
        error = why(site, site.job(address=front.address))
    assert isinstance(error, TargetDeniedError)
    assert site.name.encode() in front.heard
    assert site.current.fields["password"].encode() not in front.heard


def test_a_server_without_tls_is_told_nothing(site: Site) -> None:
    with proxy.greeting(greeting()) as front:
        error = why(site, site.job(address=front.address, tls="verify"))
    assert isinstance(error, TargetTlsError)
    assert bytes(front.heard) == b""


@pytest.mark.parametrize("case", ["right", "name", "authority", "missing"])
def test_only_the_right_certificate_is_spoken_to(
    mariadb_tls: Mariadb, authority: Authority, tmp_path: Path, case: str
) -> None:
    ca = {"authority": authority.stranger, "missing": tmp_path / "none.pem"}.get(case, authority.ca)
    host = OTHER_NAME if case == "name" else mariadb_tls.host
    with Site.built(mariadb_tls) as site:
        job = site.job(address=f"{host}:{mariadb_tls.port}", tls_ca=str(ca))
        if case == "right":
            with mysql_session.session(job, *site.current.fields.values()) as session:
                [(_, cipher)] = session.run("SHOW STATUS LIKE 'Ssl_cipher'")
            assert cipher
        else:
            assert isinstance(why(site, job), TargetTlsError)


@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        (0, TargetUnreachableError, "target-unreachable"),
        (2013, TargetUnreachableError, "target-unreachable"),
        (1040, TargetUnreachableError, "target-busy"),
        (1205, TargetUnreachableError, "target-busy"),
        (1819, TargetRejectedError, "target-rejected"),
        (1227, TargetDeniedError, "target-denied"),
        (1396, TargetDeniedError, "target-denied"),
        (1290, TargetDeniedError, "target-denied"),
        (1064, TargetDeniedError, "target-denied"),
    ],
)
def test_numbers_mean(code: int, kind: type[Exception], name: str) -> None:
    error = mysql_session.meant(code, "the driver's text 'with a value'")
    assert type(error) is kind
    assert error.code == name
    assert "value" not in error.message
