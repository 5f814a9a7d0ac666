"""Against a real PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetRejectedError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.postgresql import HIDDEN, PostgresqlRotator
from tests.rotation.rotators.postgres_site import Site, do
from tests.services.postgres import Postgres

ROTATOR = PostgresqlRotator()
HOSTILE = """ "; DROP ROLE x; -- '\\ % {0} $1 ä"""


@pytest.fixture
def site(postgres: Postgres) -> Iterator[Site]:
    with Site.built(postgres) as site:
        yield site


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


class TestAlternating(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(), site.works, site.hold)


class TestSingle(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(mode="single"), site.works, site.hold)


class TestSingleWithoutAdmin(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(mode="single", admin={}), site.works, site.hold)


class TestHostileNames(RotatorContract):
    """Names of roles are quoted wherever they go."""

    @pytest.fixture
    def bench(self, postgres: Postgres) -> Iterator[Bench]:
        with Site.built(postgres, HOSTILE) as site:
            yield Bench(ROTATOR, site.job(), site.works, site.hold)


def test_the_roles_take_turns_and_what_they_make_is_the_owners(site: Site) -> None:
    job = minted(site, site.job())
    assert ROTATOR.overlap(job) is Overlap.ACCOUNTS
    assert pending(job).fields["username"] == site.two
    assert pending(job).fields["host"] == site.current.fields["host"]
    ROTATOR.set(job)
    for credential in (site.current, pending(job)):
        assert site.one_row(credential, "SELECT current_user::text") == (site.owner,)


def test_the_statements_are_those_that_are_sent(site: Site) -> None:
    shown = [(one.step, one.text) for one in ROTATOR.statements(site.job())]
    dead = "<SCRAM verifier of a password that nobody has>"
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}' AND pid <> pg_backend_pid()"
    assert shown == [
        (
            Step.SET,
            f"ALTER ROLE \"{site.two}\" LOGIN PASSWORD '<SCRAM verifier of the new password>'",
        ),
        (Step.TEST, "BEGIN READ ONLY; SELECT 1; ROLLBACK"),
        (Step.RETIRE, f"ALTER ROLE \"{site.one}\" NOLOGIN PASSWORD '{dead}'"),
        (Step.RETIRE, kill.format(site.one)),
        (Step.UNDO, f"ALTER ROLE \"{site.two}\" NOLOGIN PASSWORD '{dead}'"),
        (Step.UNDO, kill.format(site.two)),
    ]


def test_the_statements_of_a_single_role_end_what_began_before(site: Site) -> None:
    shown = {one.step: one.text for one in ROTATOR.statements(site.job(mode="single"))}
    assert shown[Step.RETIRE].endswith("backend_start < to_timestamp(<the promotion>))")
    assert shown[Step.UNDO].startswith(f'ALTER ROLE "{site.one}" LOGIN PASSWORD')


@pytest.fixture
def logged(postgres: Postgres) -> Iterator[Callable[[], str]]:
    """What the server wrote into its log since."""
    postgres.run("ALTER SYSTEM SET log_statement = 'all'")
    postgres.run("ALTER SYSTEM SET log_min_error_statement = 'debug1'")
    postgres.run("SELECT pg_reload_conf()")
    start = postgres.log.stat().st_size
    yield lambda: postgres.log.read_bytes()[start:].decode("utf-8", "replace")
    postgres.run("ALTER SYSTEM RESET ALL")
    postgres.run("SELECT pg_reload_conf()")


@pytest.mark.parametrize("mode", ["alternating", "single"])
def test_no_password_stands_in_the_servers_log(
    site: Site, logged: Callable[[], str], mode: str
) -> None:
    job = minted(site, site.job(mode=mode))
    ROTATOR.set(job)
    ROTATOR.test(job)
    ROTATOR.undo(job)
    ROTATOR.set(job)
    ROTATOR.retire(job, site.current)
    text = logged()
    assert (
        f'ALTER ROLE "{pending(job).fields["username"]}" LOGIN PASSWORD \'SCRAM-SHA-256$4096:'
        in text
    )
    for credential in (site.current, pending(job)):
        assert credential.fields["password"] not in text


def test_a_session_from_after_the_promotion_goes_on(site: Site) -> None:
    job = minted(site, site.job(mode="single"))
    before = site.hold(site.current)
    ROTATOR.set(job)
    [(now_us,)] = site.server.run(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    )
    after = site.hold(pending(job))
    promoted = replace(job, promoted_us=now_us)
    assert [use.count for use in ROTATOR.in_use(promoted, site.current)] == [1]
    # What began just after it is ended too, for clocks that differ: here that margin is taken off.
    ROTATOR.retire(replace(job, promoted_us=now_us - 5_000_000), site.current)
    assert not before()
    assert after()
    assert ROTATOR.in_use(promoted, site.current) == []


def test_a_role_that_gives_itself_a_password_in_the_last_moment_stays_out(site: Site) -> None:
    job = minted(site, site.job())
    ROTATOR.set(job)
    ROTATOR.retire(job, site.current)
    site.server.change(site.one, site.current.fields["password"])  # as its last session could
    assert not site.works(site.current)
    assert ROTATOR.probe(job, site.current).answer is Answer.REFUSED
    back = replace(site.job(), current=pending(job))
    assert [one for one in ROTATOR.doctor(back) if not one.well] == []
    assert site.works(pending(Bench(ROTATOR, back, site.works).set()))


def test_who_uses_it_is_named(site: Site) -> None:
    alive = site.hold(site.current)
    assert alive()
    [use] = ROTATOR.in_use(site.job(), site.current)
    assert use.who == f"shop at {site.server.host}"
    assert use.last_us is not None
    do(site.server, "REVOKE pg_read_all_stats FROM {}", site.admin["username"])
    assert [use.who for use in ROTATOR.in_use(site.job(), site.current)] == [f"shop at {HIDDEN}"]


def test_a_day_can_be_set_on_which_it_ends_by_itself(site: Site) -> None:
    ROTATOR.set(minted(site, site.job(valid_days="7")))
    [(days,)] = site.server.run(
        "SELECT round(extract(epoch FROM rolvaliduntil - now()) / 86400)::int"
        " FROM pg_roles WHERE rolname = %s",
        site.two,
    )
    assert days == 7


class TestNotPermitted:
    def test_an_admin_without_createrole_is_told_what_to_grant(self, site: Site) -> None:
        do(site.server, "ALTER ROLE {} NOCREATEROLE", site.admin["username"])
        job = minted(site, site.job())
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-denied"
        assert "CREATEROLE" in (caught.value.fix or "")
        assert site.works(site.current)

    def test_an_admin_whose_password_is_wrong_is_named(self, site: Site) -> None:
        job = minted(site, site.job(admin={**site.admin, "password": "not-a-secret-at-all"}))
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(job)
        assert caught.value.code == "target-admin-refused"

    def test_a_role_that_does_not_act_as_the_owner_fails_the_test(self, site: Site) -> None:
        do(site.server, "ALTER ROLE {} RESET ROLE", site.two)
        job = minted(site, site.job())
        ROTATOR.set(job)
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.test(job)
        assert f'ALTER ROLE "{site.two}" SET ROLE "{site.owner}"' in (caught.value.fix or "")

    @pytest.mark.parametrize(
        "statement",
        ["SELECT * FROM pg_authid", "CREATE TABLE t (n int)", "SELECT 1; COMMIT", "SELECT 1/0"],
        ids=["denied", "writes", "two", "fails"],
    )
    def test_a_test_that_fails_is_no_rejected_password(self, site: Site, statement: str) -> None:
        job = minted(site, site.job(test_sql=statement))
        ROTATOR.set(job)
        with pytest.raises(TargetDeniedError):
            ROTATOR.test(job)

    def test_a_password_that_the_server_finds_too_weak_is_rejected(self, site: Site) -> None:
        do(
            site.server, "ALTER ROLE {} SET session_preload_libraries = {}",
            site.admin["username"], sql.Literal("passwordcheck"),
        )  # fmt: skip
        job = replace(
            site.job(), pending=Credential(2, {"username": site.two, "password": site.two})
        )
        with pytest.raises(TargetRejectedError):
            ROTATOR.set(job)

    def test_a_standby_is_told_apart(self, site: Site) -> None:
        do(
            site.server, "ALTER ROLE {} SET default_transaction_read_only = on",
            site.admin["username"],
        )  # fmt: skip
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(minted(site, site.job()))
        assert "primary" in (caught.value.fix or "")


class TestByHand:
    def test_a_password_that_somebody_changed_needs_a_person(self, site: Site) -> None:
        job = minted(site, site.job(mode="single", admin={}))
        site.server.change(site.one)
        assert ROTATOR.probe(job, site.current).answer is Answer.REFUSED
        for step in (ROTATOR.set, ROTATOR.undo):
            with pytest.raises(TargetChangedError):
                step(job)

    def test_a_role_that_is_gone_is_said_to_be(self, site: Site) -> None:
        do(site.server, "DROP ROLE {}", site.two)
        with pytest.raises(TargetDeniedError, match="no role of that name"):
            ROTATOR.set(minted(site, site.job()))

    def test_a_lock_that_somebody_holds_ends_by_time(self, site: Site) -> None:
        job = replace(minted(site, site.job()), timeout_s=1.0)
        with psycopg.connect(site.server.dsn()) as other:
            other.execute("LOCK TABLE pg_authid IN EXCLUSIVE MODE")
            with pytest.raises(TargetUnreachableError):
                ROTATOR.set(job)


class TestAnothersAccount:
    def test_a_value_does_not_choose_whose_password_changes(self, site: Site) -> None:
        victim, password = site.server.login()
        fields = {"username": victim, "password": "not-a-secret-at-all"}
        for mode in ("alternating", "single"):
            job = replace(site.job(mode=mode), pending=Credential(2, fields))
            with pytest.raises(InvalidError) as caught:
                ROTATOR.set(job)
            assert caught.value.code == "target-field"
        assert site.works(Credential(1, {"username": victim, "password": password}))

    def test_a_current_one_that_is_none_of_the_accounts_is_refused(self, site: Site) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(accounts="x,y"))
        assert caught.value.code == "target-field"


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {"mode": "both"},
            {"accounts": "one"},
            {"accounts": "one,one"},
            {"owner": ""},
            {"valid_days": "0"},
            {"tls": "maybe"},
            {"tsl_ca": "/etc/ca.pem"},
        ],
        ids=str,
    )
    def test_what_cannot_work_is_refused(self, site: Site, options: dict[str, str]) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(replace(site.job(), options=options))
        assert caught.value.code == "target-option"

    def test_two_roles_need_an_admin(self, site: Site) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(admin={}))
        assert "mode=single" in (caught.value.fix or "")
