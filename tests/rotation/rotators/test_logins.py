from collections.abc import Mapping
from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators import logins
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Target,
    TargetDeniedError,
    TargetUnreachableError,
)


def a_job(
    address: str = "db.example.com",
    options: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None,
) -> Job:
    given = fields or {"username": "app", "password": "not-a-secret-at-all", "host": "db"}
    return Job(
        Target("main", address, options or {}), "production/app/DB", "database-password", {},
        Credential(1, given), plain_draw, no_wait,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("db.example.com", "db.example.com", 5432),
        ("db.example.com:6000", "db.example.com", 6000),
        ("10.0.0.7:1", "10.0.0.7", 1),
        ("[::1]", "::1", 5432),
        ("[fe80::1%eth0]:65535", "fe80::1%eth0", 65535),
    ],
)
def test_addresses(address: str, host: str, port: int) -> None:
    place = logins.place(a_job(address), 5432)
    assert (place.host, place.port) == (host, port)


@pytest.mark.parametrize(
    "address",
    [
        "",
        ":5432",
        "db:",
        "db:0",
        "db:65536",
        "db:x",
        "::1",
        "[]",
        "db/x:1",
        "a,b:1",
        "/run/x",
        "d\u00e4:1",
    ],
    ids=repr,
)
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(InvalidError) as caught:
        logins.place(a_job(address), 5432)
    assert caught.value.code == "target-address"


@pytest.mark.parametrize(
    ("address", "options", "tls"),
    [
        ("db.example.com", {}, True),
        ("db.example.com", {"tls": "off"}, False),
        ("127.0.0.1", {}, False),
        ("localhost", {}, False),
        ("[::1]", {"tls": "verify"}, True),
        ("127.0.0.1", {"tls_ca": "ca.pem"}, True),
    ],
)
def test_tls_unless_nothing_leaves_the_machine(
    address: str, options: dict[str, str], tls: bool
) -> None:
    place = logins.place(a_job(address, options), 5432)
    assert place.tls is tls
    assert logins.transport(place).well is (options.get("tls") != "off")


@pytest.mark.parametrize(
    "options",
    [{"tls": "prefer"}, {"tls": "off", "tls_ca": "ca.pem"}],
    ids=str,
)
def test_half_of_tls_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        logins.place(a_job(options=options), 5432)


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "not-a-secret-at-all"},
        {"username": "app"},
        {"username": "app", "password": ""},
        {"username": "a\nb", "password": "not-a-secret-at-all"},
        {"username": "a" * 129, "password": "not-a-secret-at-all"},
        {"username": "app", "password": "not\0text"},
        {"username": "app", "value": "postgresql://app:not-a-secret@db/main"},
    ],
    ids=["no user", "no password", "empty", "line", "long", "zero", "url"],
)
def test_what_is_no_login_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as caught:
        logins.checked(a_job(fields=fields))
    assert caught.value.code == "target-field"


def test_a_password_alone_takes_its_user_from_the_options() -> None:
    job = a_job(options={"username": "app"}, fields={"value": "not-a-secret-at-all"})
    assert job.current is not None
    assert logins.user(job, job.current) == "app"
    assert set(logins.renewed(job, "app")) == {"value"}


def test_what_is_renewed_keeps_the_rest() -> None:
    job = a_job(options={"length": "40"})
    fields = logins.renewed(job, "other")
    assert (fields["username"], fields["host"]) == ("other", "db")
    assert len(fields["password"]) == 40


@pytest.mark.parametrize(
    "options",
    [{"length": "8"}, {"length": "x"}, {"extra": "é"}, {"extra": "a"}, {"extra": " "}],
    ids=str,
)
def test_options_of_the_password_have_bounds(options: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as caught:
        logins.checked(a_job(options=options))
    assert caught.value.code == "target-option"


def test_nobody_elses_account() -> None:
    mine = a_job()
    other = Credential(2, {"username": "root", "password": "not-a-secret-at-all"})
    with pytest.raises(InvalidError):
        logins.checked(replace(mine, pending=other))
    logins.checked(replace(mine, pending=other), frozenset({"app", "root"}))
    with pytest.raises(InvalidError):
        logins.checked(replace(mine, current=None))


def test_the_successor_is_what_stays() -> None:
    job = a_job()
    old = job.current
    assert old is not None
    new = Credential(2, old.fields)
    assert logins.successor(job, old) is None
    assert logins.successor(replace(job, pending=new), old) is new
    assert logins.successor(replace(job, current=new), old) is new


def test_a_probe_tells_refused_from_unknown() -> None:
    def refuse() -> None:
        raise logins.LoginRefusedError

    def deny() -> None:
        raise TargetDeniedError("target-denied", "no")

    def miss() -> None:
        raise TargetUnreachableError("target-unreachable", "nobody")

    assert logins.probed(lambda: None).answer is Answer.ACCEPTED
    assert logins.probed(refuse).answer is Answer.REFUSED
    for unknown in (deny, miss):
        assert logins.probed(unknown).answer is Answer.UNKNOWN
