"""Each thing that is missing is found, with the statement that helps."""

from collections.abc import Iterator

import pytest

from strongroom.rotation.rotators.interface import Check, Job
from strongroom.rotation.rotators.postgresql import PostgresqlRotator
from tests.rotation.rotators.postgres_site import Site, do
from tests.services import process
from tests.services.postgres import Postgres


@pytest.fixture
def site(postgres: Postgres) -> Iterator[Site]:
    with Site.built(postgres) as site:
        yield site


def wrong(job: Job) -> list[Check]:
    return [one for one in PostgresqlRotator().doctor(job) if not one.well]


def only(job: Job) -> Check:
    [one] = wrong(job)
    return one


@pytest.mark.parametrize("mode", ["alternating", "single"])
@pytest.mark.parametrize("admin", [True, False])
def test_all_is_well(site: Site, mode: str, admin: bool) -> None:
    if mode == "single" or admin:
        assert wrong(site.job(mode=mode, admin=None if admin else {})) == []


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        ("ALTER ROLE {admin} NOCREATEROLE", 'ALTER ROLE "{admin}" CREATEROLE'),
        ("REVOKE pg_signal_backend FROM {admin}", 'GRANT pg_signal_backend TO "{admin}"'),
        ("REVOKE pg_read_all_stats FROM {admin}", 'GRANT pg_read_all_stats TO "{admin}"'),
        ("ALTER ROLE {two} VALID UNTIL '2001-01-01'", "ALTER ROLE \"{two}\" VALID UNTIL 'infinity'"),
        ("ALTER ROLE {two} SUPERUSER", 'ALTER ROLE "{two}" NOSUPERUSER'),
        ("ALTER ROLE {two} RESET ROLE", 'GRANT "{owner}" TO "{two}"; ALTER ROLE "{two}" SET ROLE "{owner}"'),
        ("ALTER ROLE {owner} LOGIN", 'GRANT "{owner}" TO "{two}"; ALTER ROLE "{two}" SET ROLE "{owner}"'),
        ("DROP ROLE {two}", 'CREATE ROLE "{two}" LOGIN IN ROLE "{owner}"'),
    ],
)  # fmt: skip
def test_what_is_missing_is_found(site: Site, change: str, fix: str) -> None:
    names = {"admin": site.admin["username"], "two": site.two, "owner": site.owner}
    word = next(name for name in names if "{" + name + "}" in change)
    do(site.server, change.replace("{" + word + "}", "{}"), names[word])
    assert fix.format(**names) in [one.fix for one in wrong(site.job())]


def test_a_refused_password_is_named(site: Site) -> None:
    site.server.change(site.admin["username"])
    assert "admin" in only(site.job()).said
    site.server.change(site.one)
    assert "current" in only(site.job(mode="single", admin={})).said


def test_nobody_there_is_no_error(site: Site) -> None:
    assert only(site.job(address=f"127.0.0.1:{process.free_port()}")).name == "reach"
