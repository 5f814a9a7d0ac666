"""From the start of a process to its end."""

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runtime.web.conftest import World

from strongroom import Secrets
from strongroom.errors import DeniedError
from strongroom.runtime.fields import Declaration, field
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.problems import MissingSecretError, SecretsError
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.service import Service, before_workers, leave, said


class Ours(Declaration):
    SECRET_KEY: Secret = field(type="jwt")
    SENTRY_DSN: Secret | None


class Client:
    """Live secrets, as far as the service asks."""

    def __init__(self, **values: str) -> None:
        self.held = {name: [Secret(text, name=name, version=1)] for name, text in values.items()}
        self.did: list[str] = []
        self.followed: dict[str, Callable[[Secret], Any]] = {}

    def find(self, name: str) -> Secret | None:
        return self.held[name][0] if name in self.held else None

    def versions(self, name: str) -> tuple[Secret, ...]:
        return tuple(self.held.get(name, ()))

    def on_rotate(self, name: str, callback: Callable[[Secret], Any]) -> Callable[[], None]:
        self.followed[name] = callback
        return lambda: None

    def watch(self) -> None:
        self.did.append("watch")

    def close(self) -> None:
        self.did.append("close")


def test_all_problems_come_at_once_and_nothing_is_started(place: Path) -> None:
    """P-8.7."""
    service = Service(["A_KEY", "B_KEY"])
    before = logging.Logger.callHandlers

    with pytest.raises(SecretsError) as caught:
        service.start()

    assert [p.name for p in caught.value.problems] == ["A_KEY", "B_KEY"]
    assert caught.value.exit == 78
    assert logging.Logger.callHandlers is before


def test_it_starts_once_and_stop_undoes_it(world: World) -> None:
    before = logging.Logger.callHandlers
    client = Client(SECRET_KEY=world.value)
    service = Service(Ours, client)
    service.start()
    service.start()

    assert client.did == ["watch"]
    assert logging.Logger.callHandlers is not before
    service.stop()
    service.stop()
    assert client.did == ["watch", "close"]
    assert logging.Logger.callHandlers is before


def test_a_live_value_is_judged_and_given_as_it_is_now(world: World) -> None:
    client = Client(SECRET_KEY="weak")
    service = Service(Ours, client)

    assert [(p.name, p.code) for p in service.problems()] == [("SECRET_KEY", "weak")]
    client.held["SECRET_KEY"].insert(0, Secret(secrets.token_hex(32), name="SECRET_KEY", version=2))
    assert service.check() == ()
    assert service.get("SECRET_KEY").version == 2
    assert repr(service.values()) == "Ours(Secret(SECRET_KEY@v2), None)"
    assert [s.version for s in service.versions("SECRET_KEY")] == [2, 1]


def test_an_origin_that_refuses_is_one_problem_of_each_secret(world: World) -> None:
    origin = MemoryOrigin(SECRET_KEY=world.value)
    origin.failure = DeniedError("secret-denied", "it is not yours")
    client = Secrets(origin, environment="production")
    service = Service(["API_KEY"], client)

    assert [(p.name, p.code) for p in service.problems()] == [("API_KEY", "secret-denied")]
    client.close()


def test_the_client_of_strongroom_is_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    service = Service(Ours, Secrets(MemoryOrigin(SECRET_KEY=world.value), environment="production"))
    service.start()

    assert service.get("SECRET_KEY").version == 1
    assert repr(service.values()) == "Ours(Secret(SECRET_KEY@v1), None)"
    service.stop()


def test_without_a_client_values_are_read_beside_the_process(world: World) -> None:
    service = world.service

    assert service.get("SECRET_KEY").reveal() == world.value
    assert [s.reveal() for s in service.versions("SECRET_KEY")] == [world.value]
    assert service.versions("ABSENT_KEY") == ()
    with pytest.raises(MissingSecretError):
        service.get("ABSENT_KEY")
    with pytest.raises(TypeError):
        service.values()


def test_without_anything_the_file_says_what_there_is(place: Path) -> None:
    (place / "strongroom.toml").write_text("[secrets.A_KEY]\n")

    assert [one.name for one in Service().declared()] == ["A_KEY"]


def test_a_child_does_not_check_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was checked before the fork is not checked in each worker; a new start looks again."""
    world.service.check()
    monkeypatch.delenv("SECRET_KEY")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            world.service.start()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    world.service.stop()
    with pytest.raises(SecretsError):
        world.service.start()


def test_gunicorn_ends_before_it_has_workers(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        before_workers(Service(["A_KEY"]))(None)

    assert caught.value.code == 78
    assert "A_KEY is not set (P-8.7)" in capsys.readouterr().err


def test_gunicorn_goes_on_when_all_is_well(world: World) -> None:
    before_workers(world.service)(None)


def test_what_is_said_has_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    error = SecretsError("secrets-invalid", "x", fix="do y")

    assert said(error) == "x\ndo y"
    with pytest.raises(SystemExit):
        leave(SecretsError("secrets-invalid", "x"))
    assert capsys.readouterr().err == "x\n"
