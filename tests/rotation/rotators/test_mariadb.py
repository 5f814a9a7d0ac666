"""Against a real MariaDB."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

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
    TargetError,
    TargetFullError,
    TargetRejectedError,
)
from strongroom.rotation.rotators.mariadb import MariadbRotator
from tests.rotation.rotators.mariadb_site import READS, Site
from tests.services import process
from tests.services.mariadb import Mariadb

ROTATOR = MariadbRotator()
HOSTILE = """ '; DROP USER x; -- \\" % ä"""
WEAK = "password-with-no-digits"


@pytest.fixture
def site(mariadb: Mariadb) -> Iterator[Site]:
    with Site.built(mariadb) as site:
        yield site


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


class TestDual(RotatorContract):
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
    @pytest.fixture
    def bench(self, mariadb: Mariadb) -> Iterator[Bench]:
        with Site.built(mariadb, HOSTILE) as site:
            yield Bench(ROTATOR, site.job(), site.works, site.hold)


def test_the_statements_are_those_that_are_sent(site: Site) -> None:
    who = f"'{site.name}'@'%'"
    read = f"SELECT priv FROM mysql.global_priv WHERE User = '{site.name}' AND Host = '%'"
    way = "mysql_native_password USING '<hash of <the {} password>>'"
    kill = f"KILL CONNECTION <each session of '{site.name}'>"
    assert [(one.step, one.text) for one in ROTATOR.statements(site.job())] == [
        (Step.SET, read),
        (Step.SET, f"ALTER USER {who} IDENTIFIED VIA {way.format('new')} OR {way.format('old')}"),
        (Step.TEST, "START TRANSACTION READ ONLY; SELECT 1"),
        (Step.RETIRE, read),
        (Step.RETIRE, f"ALTER USER {who} IDENTIFIED VIA {way.format('new')}"),
        (Step.RETIRE, kill),
        (Step.UNDO, read),
        (Step.UNDO, f"ALTER USER {who} IDENTIFIED VIA {way.format('old')}"),
    ]


@pytest.fixture
def logged(mariadb: Mariadb) -> Iterator[Callable[[], str]]:
    """What the server wrote into its general log since."""
    mariadb.run("SET GLOBAL log_output = 'TABLE'")
    mariadb.run("TRUNCATE mysql.general_log")
    mariadb.run("SET GLOBAL general_log = ON")
    yield lambda: "\n".join(
        str(argument) for (argument,) in mariadb.run("SELECT argument FROM mysql.general_log")
    )
    mariadb.run("SET GLOBAL general_log = OFF")


@pytest.mark.parametrize("case", ["dual", "single", "own"])
def test_no_password_stands_in_the_general_log(
    site: Site, logged: Callable[[], str], case: str
) -> None:
    mode = "dual" if case == "dual" else "single"
    admin: dict[str, str] | None = {} if case == "own" else None
    job = minted(site, site.job(mode=mode, admin=admin))
    ROTATOR.set(job)
    ROTATOR.undo(job)
    ROTATOR.set(job)
    ROTATOR.retire(job, site.current)
    text = logged()
    assert verifiers.mysql_native(pending(job).fields["password"]) in text
    for credential in (site.current, pending(job)):
        assert credential.fields["password"] not in text


def test_there_is_no_place_for_a_third(site: Site) -> None:
    """The server would take it, and clients that change the method once only could not log in."""
    first = minted(site, site.job())
    ROTATOR.set(first)
    job = replace(first, current=first.pending, previous=first.current, pending=None)
    with pytest.raises(TargetFullError):
        ROTATOR.set(minted(site, job))
    assert "two passwords" in only(job).said
    assert site.works(site.current)
    ROTATOR.retire(job, site.current)
    assert site.works(pending(first))
    ROTATOR.set(minted(site, job))


def test_who_has_been_idle_since_before_the_promotion_is_named(site: Site) -> None:
    alive = site.hold(site.current)
    assert alive()
    job = minted(site, site.job())
    [(now,)] = site.server.run("SELECT UNIX_TIMESTAMP()")
    [use] = ROTATOR.in_use(replace(job, promoted_us=(now + 60) * 1_000_000), site.current)
    assert (use.source, use.who) == ("processlist", "localhost")
    assert ROTATOR.in_use(replace(job, promoted_us=(now - 60) * 1_000_000), site.current) == []


class TestByHand:
    def test_a_password_that_somebody_changed_needs_a_person(self, site: Site) -> None:
        job = minted(site, site.job())
        site.server.change(site.name)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)
        with pytest.raises(TargetChangedError):
            ROTATOR.undo(job)

    def test_a_second_way_in_that_somebody_added_needs_a_person(self, site: Site) -> None:
        job = minted(site, site.job())
        mine = verifiers.mysql_native(site.current.fields["password"])
        site.server.run(
            "ALTER USER %s@'%%' IDENTIFIED VIA mysql_native_password USING %s OR unix_socket",
            site.name, mine,
        )  # fmt: skip
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)

    def test_the_last_way_in_is_never_taken(self, site: Site) -> None:
        job = minted(site, site.job())
        with pytest.raises(TargetChangedError):
            ROTATOR.retire(job, site.current)  # the new one was never set
        assert site.works(site.current)

    def test_an_account_that_is_gone_is_said_to_be(self, site: Site) -> None:
        job = minted(site, site.job(account_host="10.0.0.%"))
        with pytest.raises(TargetDeniedError, match="no such account"):
            ROTATOR.set(job)


def test_without_a_successor_nothing_is_left(site: Site) -> None:
    for job in (site.job(), site.job(mode="single", admin={})):
        for _ in range(2):
            ROTATOR.retire(job, site.current)
            assert ROTATOR.probe(job, site.current).answer is Answer.REFUSED


class TestNotPermitted:
    @pytest.mark.parametrize("grant", ["CREATE USER ON *.*", READS])
    def test_a_missing_privilege_is_named(self, site: Site, grant: str) -> None:
        site.server.run(f"REVOKE {grant} FROM %s@'%%'", site.admin["username"])
        job = minted(site, site.job())
        with pytest.raises(TargetDeniedError, match="privilege"):
            ROTATOR.set(job)
        assert [one for one in ROTATOR.doctor(job) if not one.well]
        assert site.works(site.current)

    def test_an_admin_whose_password_is_wrong_is_named(self, site: Site) -> None:
        job = site.job(admin={**site.admin, "password": "not-a-secret-at-all"})
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(minted(site, job))
        assert caught.value.code == "target-admin-refused"
        assert "admin" in only(job).said

    @pytest.mark.parametrize(
        "statement", ["SELECT * FROM mysql.user", "SELECT 1; SELECT 2", "CREATE DATABASE x"]
    )
    def test_what_the_new_login_may_not_do_is_found(self, site: Site, statement: str) -> None:
        job = minted(site, site.job(test_sql=statement))
        ROTATOR.set(job)
        with pytest.raises(TargetDeniedError):
            ROTATOR.test(job)

    def test_an_account_that_is_locked_is_refused(self, site: Site) -> None:
        site.server.run("ALTER USER %s@'%%' ACCOUNT LOCK", site.name)
        assert ROTATOR.probe(site.job(), site.current).answer is Answer.REFUSED


@pytest.fixture
def rules(site: Site, mariadb: Mariadb) -> Iterator[None]:
    """The server looks at passwords, and takes no hash then; the site is there before."""
    mariadb.run("INSTALL SONAME 'simple_password_check'")
    yield
    mariadb.run("UNINSTALL SONAME 'simple_password_check'")


@pytest.mark.usefixtures("rules")
class TestRules:
    def test_a_server_that_takes_no_hash_says_what_helps(self, site: Site) -> None:
        job = minted(site, site.job())
        with pytest.raises(TargetDeniedError) as caught:
            ROTATOR.set(job)
        assert "send=password" in (caught.value.fix or "")
        assert "send=password" in only(job).fix

    def test_a_password_that_is_too_weak_there_is_rejected(self, site: Site) -> None:
        job = replace(
            site.job(send="password"),
            pending=Credential(2, {**site.current.fields, "password": WEAK}),
        )
        with pytest.raises(TargetRejectedError):
            ROTATOR.set(job)
        assert site.works(site.current)

    def test_a_strong_one_is_taken_beside_the_old_one(self, site: Site) -> None:
        strong = f"Aa1-{site.current.fields['password']}"
        site.server.change(site.name, strong)
        current = Credential(1, {**site.current.fields, "password": strong})
        job = replace(site.job(send="password"), current=current)
        job = replace(job, pending=Credential(2, {**current.fields, "password": f"Bb2-{strong}"}))
        assert wrong(job) == []
        ROTATOR.set(job)
        assert site.works(current)
        assert site.works(pending(job))
        ROTATOR.retire(job, current)
        assert not site.works(current)
        assert site.works(pending(job))


def wrong(job: Job) -> list[Check]:
    return [one for one in ROTATOR.doctor(job) if not one.well]


def only(job: Job) -> Check:
    [one] = wrong(job)
    return one


@pytest.mark.parametrize("privilege", ["CREATE USER", "CONNECTION ADMIN", "PROCESS"])
def test_the_doctor_misses_a_privilege(site: Site, privilege: str) -> None:
    site.server.run(f"REVOKE {privilege} ON *.* FROM %s@'%%'", site.admin["username"])
    assert privilege in only(site.job()).fix


def test_the_doctor_finds_what_else_is_not_well(site: Site) -> None:
    assert only(site.job(address=f"127.0.0.1:{process.free_port()}")).name == "reach"
    site.server.change(site.name)
    assert only(site.job()).name == "account"
    assert only(site.job(mode="single", admin={})).name == "login"


class TestAnothersAccount:
    def test_a_value_does_not_choose_whose_password_changes(self, site: Site) -> None:
        victim, password = site.server.login()
        fields = {"username": victim, "password": "not-a-secret-at-all"}
        with pytest.raises(InvalidError) as caught:
            ROTATOR.set(replace(site.job(), pending=Credential(2, fields)))
        assert caught.value.code == "target-field"
        assert site.works(Credential(1, {"username": victim, "password": password}))

    @pytest.mark.parametrize(
        "options",
        [{"mode": "both"}, {"send": "plain"}, {"account_host": "a\nb"}, {"sent": "hash"}],
        ids=str,
    )
    def test_options_that_cannot_work_are_refused(
        self, site: Site, options: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(replace(site.job(), options=options))
        assert caught.value.code == "target-option"

    def test_two_passwords_need_an_admin(self, site: Site) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(admin={}))
        assert "mode=single" in (caught.value.fix or "")


def test_every_error_is_one_of_the_interface(site: Site) -> None:
    job = minted(site, site.job(address=f"127.0.0.1:{process.free_port()}"))
    for step in (ROTATOR.set, ROTATOR.test, ROTATOR.undo):
        with pytest.raises(TargetError):
            step(job)
