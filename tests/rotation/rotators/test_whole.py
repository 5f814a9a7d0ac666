"""Whole rotations by the engine, from the room to a real server, while an application logs in."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from string import punctuation

import pytest
from msgspec import structs

from strongroom.model.address import Address
from strongroom.ops import rotate, secret, target
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators.interface import Credential, Fields, Job
from strongroom.secret.value import Field, Value
from tests.rotation.rotators import mariadb_site, postgres_site, redis_site

A = Address.parse("development/api/DATABASE")
ADMIN = Address.parse("development/rotator/ADMIN")


@dataclass(frozen=True)
class Case:
    """A server with an account, and how an application logs in there."""

    kind: str
    job: Job
    admin: Fields
    works: Callable[[Credential], bool]


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    kind, server, site, options = request.param
    with site.built(request.getfixturevalue(server)) as built:
        yield Case(kind, built.job(**options), built.admin, built.works)


ALL = pytest.mark.parametrize(
    "case",
    [
        ("postgresql", "postgres", postgres_site.Site, {}),
        ("postgresql", "postgres", postgres_site.Site, {"mode": "single"}),
        ("mariadb", "mariadb", mariadb_site.Site, {}),
        ("mariadb", "mariadb", mariadb_site.Site, {"mode": "single"}),
        ("redis", "redis_server", redis_site.Site, {}),
    ],
    ids=["postgresql", "postgresql single", "mariadb", "mariadb single", "redis"],
    indirect=True,
)


@pytest.fixture
def house(room: Local, case: Case) -> Local:
    """A room whose one database credential is the case's."""
    assert case.job.current is not None
    for address, fields in ((A, case.job.current.fields), (ADMIN, case.admin)):
        value = Value(
            {name: Field(text, secret=name == "password") for name, text in fields.items()}
        )
        secret.write(room, secret.WriteRequest(address, value, "database-password", "Ada"))
    place = case.job.target
    target.add(
        room, TargetRequest("main", "development", case.kind, place.address, ADMIN, place.options)
    )
    target.attach(room, A, "main")
    return room


def kept(room: Local, version: int | None = None) -> Credential:
    fields = secret.read(room, A, version=version).value.fields
    return Credential(version or 0, {name: str(one.data) for name, one in fields.items()})


@contextmanager
def logging_in(case: Case, ask: Callable[[], Credential]) -> Iterator[list[str]]:
    """An application that logs in all the time with what the room last gave it; what failed."""
    failed: list[str] = []
    over, once = threading.Event(), threading.Event()

    def work() -> None:
        while not over.is_set():
            if not case.works(ask()):
                failed.append("a login")
            once.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert once.wait(30)
    try:
        yield failed
    finally:
        over.set()
        thread.join()


@ALL
def test_an_emergency_ends_with_the_new_one_valid_and_the_old_one_refused(
    house: Local, case: Case
) -> None:
    old = kept(house)
    rotate.start(house, StartRequest(A, emergency=True))
    status = rotate.drive(house, A)
    assert status.state in {"retired", "done"}
    assert case.works(kept(house))
    assert not case.works(old)
    for step in status.steps:
        assert old.fields["password"] not in repr(step)


@ALL
def test_no_login_fails_until_the_end_of_the_grace(house: Local, case: Case) -> None:
    """An application that keeps the old one fails only where there is no overlap."""
    old = kept(house)
    rotate.start(house, StartRequest(A))
    with logging_in(case, lambda: old) as failed:
        status = rotate.drive(house, A)
    assert status.state == "promoted" or status.code == "none"
    single = case.job.option("mode") == "single"
    assert (not failed) or single
    assert case.works(kept(house))


@ALL
def test_the_plan_and_the_doctor_have_nothing_against_it(house: Local, case: Case) -> None:
    assert [one for one in rotate.doctor(house, A) if not one.well] == []
    plan = rotate.plan(house, A)
    assert case.job.current is not None
    assert case.job.current.fields["password"] not in repr(plan)


@pytest.mark.parametrize(
    "case",
    [
        ("postgresql", "postgres", postgres_site.Site, {"extra": punctuation}),
        (
            "mariadb",
            "mariadb",
            mariadb_site.Site,
            {"extra": "!", "send": "password", "mode": "single"},
        ),
    ],
    ids=["postgresql", "mariadb"],
    indirect=True,
)
def test_a_server_that_demands_marks_gets_them_where_the_policy_wants_none(
    house: Local, case: Case, request: pytest.FixtureRequest
) -> None:
    plain = structs.replace(house.policy.generation, password_classes=("upper", "lower", "digits"))
    policy = structs.replace(house.policy, generation=plain)
    plainly = replace(house, policy=policy)
    with demanding(case, request):
        rotate.start(plainly, StartRequest(A))
        assert rotate.drive(plainly, A).retire_us
    marks = set(kept(house).fields["password"]) & set(punctuation)
    assert marks
    assert marks <= set(case.job.option("extra"))
    assert case.works(kept(house))


@contextmanager
def demanding(case: Case, request: pytest.FixtureRequest) -> Iterator[None]:
    """MariaDB refuses passwords without a mark meanwhile; PostgreSQL is sent none to look at."""
    if case.kind != "mariadb":
        yield
        return
    server = request.getfixturevalue("mariadb")
    server.run("INSTALL SONAME 'simple_password_check'")
    try:
        yield
    finally:
        server.run("UNINSTALL SONAME 'simple_password_check'")
