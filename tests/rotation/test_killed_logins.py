"""As test_killed, at databases and caches: between each two changes there."""

from collections.abc import Mapping
from typing import Any

import pytest

from strongroom.ops.local import Local
from strongroom.rotation.rotators import mysql_session, postgresql_session, redis_session
from strongroom.rotation.rotators.interface import Credential
from tests.rotation.killed import Fuse, House
from tests.rotation.rotators import mariadb_site, postgres_site, redis_site
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres
from tests.services.redis_server import Redis

Site = postgres_site.Site | mariadb_site.Site | redis_site.Site


def survives(room: Local, kind: str, site: Site, fuse: Fuse) -> int:
    """How many times it was killed."""
    target = site.job().target

    def works(fields: Mapping[str, str]) -> bool:
        return site.works(Credential(1, fields))

    def hold(fields: Mapping[str, str]) -> None:
        site.hold(Credential(1, fields))  # a session that has to be ended

    house = House(room, kind, target.address, target.options, works, hold, emergency=True)
    house.furnish(site.current.fields, site.admin)
    return house.survives(fuse)


def test_postgresql(room: Local, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    def changes(_: object, statement: Any, *__: object, **___: object) -> bool:
        return not isinstance(statement, str | bytes) or "terminate" in str(statement)

    fuse = Fuse()
    run = fuse.around(postgresql_session.Session.run, changes)
    monkeypatch.setattr(postgresql_session.Session, "run", run)
    with postgres_site.Site.built(postgres) as site:
        assert (
            survives(room, "postgresql", site, fuse) == 3
        )  # set, close the old role, end sessions


def test_mariadb(room: Local, mariadb: Mariadb, monkeypatch: pytest.MonkeyPatch) -> None:
    def changes(_: object, statement: str, *__: object) -> bool:
        return statement.startswith(("ALTER", "KILL"))

    fuse = Fuse()
    run = fuse.around(mysql_session.Driver.run, changes)
    monkeypatch.setattr(mysql_session.Driver, "run", run)
    with mariadb_site.Site.built(mariadb) as site:
        assert survives(room, "mariadb", site, fuse) == 3  # both hashes, one hash, a session


def test_redis(room: Local, redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    def changes(_: object, *words: object) -> bool:
        return words[:2] != ("ACL", "LOG")

    fuse = Fuse()
    run = fuse.around(redis_session.Session.run, changes)
    monkeypatch.setattr(redis_session.Session, "run", run)
    with redis_site.Site.built(redis_server) as site:
        assert survives(room, "redis", site, fuse) == 3  # both hashes, one hash, a session
