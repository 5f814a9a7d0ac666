"""Some of the points at which the process of a rotation can die; `make fault` goes through all."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import psycopg
import pymysql
import pytest
import redis
from tests.conftest import Place
from tests.fault.rotation_loop import Client, EndedError, Held, House, run
from tests.rotation import killed
from tests.rotation.rotators import mariadb_site, postgres_site, redis_site

from strongroom.ops.local import Local
from strongroom.rotation.rotators.interface import Credential

# Each case begins one point later than the one before, so that not all die at the same ones.
EVERY = int(os.environ.get("STRONGROOM_FAULT_EVERY", "4"))
CASES: dict[str, tuple[str, str, Any, dict[str, str]]] = {
    "postgresql": ("postgresql", "postgres", postgres_site.Site, {}),
    "postgresql single": ("postgresql", "postgres", postgres_site.Site, {"mode": "single"}),
    "mariadb": ("mariadb", "mariadb", mariadb_site.Site, {}),
    "redis": ("redis", "redis_server", redis_site.Site, {}),
}


REFUSALS = (psycopg.OperationalError, pymysql.OperationalError, redis.ConnectionError)
ENDINGS = (
    "terminating connection",
    "closed by server",
    "reset by peer",
    "Lost connection",
    "killed",
)


def logs_in(site: Any, fields: Mapping[str, str]) -> bool:
    """Whether an application gets in; a session that is ended meanwhile is no refusal."""
    try:
        site.connect(Credential(1, fields)).close()
    except REFUSALS as error:
        if any(words in str(error) for words in ENDINGS):
            raise EndedError from None
        return False
    return True


@pytest.fixture
def house(request: pytest.FixtureRequest, room: Local, place: Place) -> Iterator[House]:
    """A room whose secret is rotated at a server with nothing else in it."""
    kind, server, site, options = CASES[request.param]
    with site.built(request.getfixturevalue(server)) as built:
        job = built.job(**options)

        def works(fields: Mapping[str, str]) -> bool:
            return logs_in(built, fields)

        made = killed.House(room, kind, job.target.address, job.target.options, works)
        made.furnish(built.current.fields, built.admin)
        yield House(room, place.folder.parent, not options, works)


@pytest.mark.parametrize(
    ("house", "number"), [(name, n) for n, name in enumerate(CASES)], ids=CASES, indirect=["house"]
)
def test_what_a_killed_rotation_leaves_works_and_another_process_ends_it(
    house: House, number: int
) -> None:
    counts = run(house, number % EVERY, EVERY)
    print(counts)  # noqa: T201 - for whoever runs all of them

    assert counts.kills >= 24 // EVERY
    assert counts.logins > counts.kills
    assert counts.refused < counts.logins


@pytest.mark.parametrize("house", ["redis"], indirect=True)
def test_the_client_tells_what_may_be_refused_from_what_may_not(house: House) -> None:
    shut = replace(house, works=lambda _: False)
    first, older = house.current(), Held(0, {})
    for overlap, began_with, bad in (
        (True, first, True),
        (False, older, True),
        (False, first, False),
    ):
        client = Client(replace(shut, overlap=overlap), began_with)
        with client.working():
            client.another()
        assert bool(client.failed) is bad
        assert bool(client.refused) is not bad
