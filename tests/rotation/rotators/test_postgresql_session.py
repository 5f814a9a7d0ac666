"""What a login meets: on the wire, and in the words of a server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from strongroom.rotation.contract import Bench
from strongroom.rotation.rotators import postgresql_session as pg
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    TargetDeniedError,
    TargetRejectedError,
    TargetTlsError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.postgresql import PostgresqlRotator
from tests.rotation.rotators.postgres_site import Site, do
from tests.services import process, proxy
from tests.services.postgres import Postgres
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = PostgresqlRotator()
NO_TLS = b"N"
ASKS_NOTHING = bytes.fromhex("520000000800000000")
ASKS_PLAINLY = bytes.fromhex("520000000800000003")


@pytest.fixture
def site(postgres: Postgres) -> Iterator[Site]:
    with Site.built(postgres) as site:
        yield site


def why(job: Job, credential: Credential) -> object:
    probe = ROTATOR.probe(job, credential)
    assert probe.answer is Answer.UNKNOWN
    return probe.why


def test_nobody_is_there(site: Site) -> None:
    error = why(site.job(address=f"127.0.0.1:{process.free_port()}"), site.current)
    assert isinstance(error, TargetUnreachableError)
    assert error.code == "target-unreachable"


def test_somebody_who_says_nothing_is_left_in_time(site: Site) -> None:
    with proxy.listening() as front:
        error = why(replace(site.job(address=front.address), timeout_s=1.0), site.current)
    assert isinstance(error, TargetUnreachableError)
    assert error.code == "target-slow"


def test_somebody_who_falls_silent_is_left_in_time(site: Site) -> None:
    with proxy.before(site.server.port) as front:
        job = replace(site.job(address=front.address), timeout_s=1.0)
        login = site.current.fields
        with pg.session(job, login["username"], login["password"]) as session:
            assert session.run("SELECT 1") == [(1,)]
            front.freeze()
            with pytest.raises(TargetUnreachableError) as caught:
                session.run("SELECT 1")
    assert caught.value.code == "target-slow"


@pytest.mark.parametrize("answer", [ASKS_NOTHING, ASKS_PLAINLY], ids=["nothing", "plainly"])
def test_a_server_that_asks_badly_gets_no_password(site: Site, answer: bytes) -> None:
    with proxy.listening(answer) as front:
        error = why(site.job(address=front.address), site.current)
    assert isinstance(error, TargetDeniedError)
    assert "scram-sha-256" in (error.fix or "")
    assert site.current.fields["password"].encode() not in front.heard


@pytest.fixture
def secure(postgres_tls: Postgres) -> Iterator[Site]:
    with Site.built(postgres_tls) as site:
        yield site


def test_over_tls_with_its_own_authority(secure: Site, authority: Authority) -> None:
    job = Bench(ROTATOR, secure.job(tls_ca=str(authority.ca)), secure.works).set()
    assert [one for one in ROTATOR.doctor(job) if not one.well] == []
    with pg.session(job, *secure.admin.values()) as session:
        [(encrypted,)] = session.run("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert encrypted


@pytest.mark.parametrize("case", ["name", "authority", "missing"])
def test_a_certificate_of_somebody_else_is_refused(
    secure: Site, authority: Authority, tmp_path: Path, case: str
) -> None:
    ca = {"authority": authority.stranger, "missing": tmp_path / "none.pem"}.get(case, authority.ca)
    host = OTHER_NAME if case == "name" else secure.server.host
    error = why(secure.job(address=f"{host}:{secure.server.port}", tls_ca=str(ca)), secure.current)
    assert isinstance(error, TargetTlsError)


def test_a_server_without_tls_is_told_nothing(site: Site) -> None:
    with proxy.listening(NO_TLS) as front:
        error = why(site.job(address=front.address, tls="verify"), site.current)
    assert isinstance(error, TargetTlsError)
    assert len(front.heard) == 8  # the question for TLS, and nothing after the answer


@pytest.mark.parametrize("words", [pg.REFUSALS, ()], ids=["english", "another language"])
class TestRefusals:
    """What is not known in words is compared with the refusal of a password that nobody has."""

    @pytest.fixture(autouse=True)
    def _words(self, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pg, "REFUSALS", words)

    def test_a_wrong_password(self, site: Site) -> None:
        wrong = Credential(1, {**site.current.fields, "password": "not-a-secret-at-all"})
        assert ROTATOR.probe(site.job(), wrong).answer is Answer.REFUSED

    def test_a_user_who_is_not_there(self, site: Site) -> None:
        wrong = Credential(1, {**site.current.fields, "username": "nobody_at_all"})
        assert ROTATOR.probe(site.job(), wrong).answer is Answer.REFUSED

    def test_a_password_after_its_time(self, site: Site) -> None:
        do(site.server, "ALTER ROLE {} VALID UNTIL '2001-01-01'", site.one)
        assert ROTATOR.probe(site.job(), site.current).answer is Answer.REFUSED

    def test_a_database_that_is_not_there(self, site: Site) -> None:
        error = why(site.job(database="nowhere"), site.current)
        assert isinstance(error, TargetDeniedError)

    def test_too_many_sessions(self, site: Site) -> None:
        do(site.server, "ALTER ROLE {} CONNECTION LIMIT 0", site.one)
        error = why(site.job(), site.current)
        assert isinstance(error, TargetUnreachableError)
        assert error.code == "target-busy"


def test_a_role_that_may_not_log_in_is_refused(site: Site) -> None:
    do(site.server, "ALTER ROLE {} NOLOGIN", site.one)
    assert ROTATOR.probe(site.job(), site.current).answer is Answer.REFUSED


@pytest.mark.parametrize(
    ("sqlstate", "kind", "code"),
    [
        (None, TargetUnreachableError, "target-unreachable"),
        ("57014", TargetUnreachableError, "target-slow"),
        ("57P01", TargetUnreachableError, "target-busy"),
        ("XX000", TargetUnreachableError, "target-busy"),
        ("42501", TargetDeniedError, "target-denied"),
        ("25006", TargetDeniedError, "target-denied"),
        ("42P01", TargetDeniedError, "target-denied"),
        ("22023", TargetRejectedError, "target-rejected"),
    ],
)
def test_states_mean(sqlstate: str | None, kind: type[Exception], code: str) -> None:
    error = pg.meant(sqlstate, sets=True)
    assert type(error) is kind
    assert error.code == code
