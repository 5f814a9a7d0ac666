"""Who logs in, right now: never torn, never a storm, never shown."""

import asyncio
import pickle
import traceback
from collections.abc import Iterable, Mapping
from itertools import count
from threading import Event, Thread

import pytest

from strongroom.errors import ConfigError, UpstreamError
from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import ASK_AGAIN_S, Credentials, Login
from strongroom.runtime.secret import Secret

OLD, NEW = "fake-old-pa55word", "fake-new-pa55word"


class RefusedError(Exception):
    sqlstate = "28P01"


class Target:
    """Lets one pair in."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.tries = 0

    def connect(self, credentials: Credentials) -> Credentials:
        self.tries += 1
        if credentials.password != self.password:
            raise RefusedError
        return credentials

    async def aconnect(self, credentials: Credentials) -> Credentials:
        return self.connect(credentials)


def counted(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for anew from now on."""
    asked: list[str] = []
    refresh = secrets.refresh

    def noted(name: str) -> Secret:
        asked.append(name)
        return refresh(name)

    monkeypatch.setattr(secrets, "refresh", noted)
    return asked


def test_a_refusal_asks_anew_and_tries_once_more(secrets: Secrets, origin: MemoryOrigin) -> None:
    origin.put("WORD", OLD)
    login, target = Login(secrets, password="WORD"), Target(OLD)
    login.attempt(target.connect)
    origin.put("WORD", NEW)
    target.password = NEW

    assert login.attempt(target.connect).password == NEW
    assert target.tries == 3


def test_a_refusal_is_answered_in_asyncio_too(secrets: Secrets, origin: MemoryOrigin) -> None:
    async def run() -> Credentials:
        login, target = Login(secrets, password="WORD"), Target(OLD)
        origin.put("WORD", OLD)
        await login.aattempt(target.aconnect)
        origin.put("WORD", NEW)
        target.password = NEW
        return await login.aattempt(target.aconnect)

    assert asyncio.run(run()).password == NEW


def test_a_target_that_refuses_everybody_is_no_storm(
    secrets: Secrets, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.put("WORD", OLD)
    now, asked = [1000.0], counted(secrets, monkeypatch)
    login, target = Login(secrets, password="WORD", clock=lambda: now[0]), Target("another")
    for _ in range(10):
        with pytest.raises(RefusedError):
            login.attempt(target.connect)
    assert (len(asked), target.tries) == (1, 10)
    now[0] += ASK_AGAIN_S
    with pytest.raises(RefusedError):
        login.attempt(target.connect)
    assert len(asked) == 2


def test_whoever_is_refused_while_another_thread_asked_takes_what_that_one_learned(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    origin.put("WORD", OLD)
    login = Login(secrets, password="WORD", clock=lambda: 0.0)
    before = login.read()
    origin.put("WORD", NEW)
    assert login.again(before) == login.again(before) == Credentials(None, NEW)
    assert login.again(Credentials(None, NEW)) is None


def test_two_connections_that_are_refused_at_once_both_try_again(
    secrets: Secrets, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes while the first one's question is on its way to the origin."""
    origin.put("WORD", OLD)
    looks, found, fetch = count(), list[Credentials | None](), origin.fetch
    second = Event()

    def clock() -> float:
        if next(looks) == 1:
            second.set()
        return 0.0

    login = Login(secrets, password="WORD", clock=clock)
    before = login.read()
    threads = [Thread(target=lambda: found.append(login.again(before))) for _ in range(2)]

    def slow(names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        threads[1].start()
        assert second.wait(30)
        threads[1].join(0.2)  # without an answer it has none
        return fetch(names)

    origin.put("WORD", NEW)
    monkeypatch.setattr(origin, "fetch", slow)
    threads[0].start()
    for thread in threads:
        thread.join(30)
    assert found == [Credentials(None, NEW)] * 2


def test_what_cannot_be_encoded_is_one_error_without_a_part_of_it(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    """P-9.9: an encoder's own error holds the whole text."""
    origin.put("WORD", OLD + "\ud800")
    login = Login(secrets, password="WORD")

    def late(credentials: Credentials) -> bytes:
        return (credentials.password + "ä").encode("ascii")

    async def alate(credentials: Credentials) -> bytes:
        return late(credentials)

    with pytest.raises(ConfigError) as caught:
        login.attempt(late)
    clean(caught.value, "secret-undecodable")
    origin.put("WORD", NEW)
    secrets.refresh("WORD")
    with pytest.raises(ConfigError) as caught:
        login.attempt(late)
    clean(caught.value, "login-unencodable")
    with pytest.raises(ConfigError) as caught:
        asyncio.run(login.aattempt(alate))
    clean(caught.value, "login-unencodable")


def clean(error: ConfigError, code: str) -> None:
    assert error.code == code
    assert "WORD" in str(error)
    assert (error.__context__, error.__cause__) == (None, None)
    shown = "".join(traceback.format_exception(error)) + f"{error.args} {error.fix}"
    assert OLD not in shown
    assert NEW not in shown


def test_an_origin_that_is_away_does_not_hide_the_refusal(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    origin.put("WORD", OLD)
    login, target = Login(secrets, password="WORD"), Target(OLD)
    login.attempt(target.connect)
    target.password = NEW
    origin.failure = UpstreamError("fake-away", "away", retryable=True)
    with pytest.raises(RefusedError):
        login.attempt(target.connect)


def test_other_errors_are_not_tried_again(secrets: Secrets, origin: MemoryOrigin) -> None:
    origin.put("WORD", OLD)
    tries = []

    def connect(_: Credentials) -> None:
        tries.append(1)
        raise OSError

    with pytest.raises(OSError):
        Login(secrets, password="WORD").attempt(connect)
    assert tries == [1]


def test_a_user_and_a_password_of_two_moments_are_not_used_together(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    origin.put("LOGIN", "app_a")
    origin.put("WORD", OLD)
    login = Login(secrets, username="LOGIN", password="WORD")
    assert login.read() == Credentials("app_a", OLD)
    origin.put("LOGIN", "app_b")
    origin.put("WORD", NEW)
    secrets.refresh("LOGIN")  # the user name is the new one, the password still the old one

    assert login.read() == Credentials("app_b", NEW)


def test_two_secrets_with_versions_of_their_own_are_asked_for_once(
    secrets: Secrets, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.put("LOGIN", "app")
    origin.put("WORD", OLD)
    origin.put("WORD", NEW)
    asked = counted(secrets, monkeypatch)
    login = Login(secrets, username="LOGIN", password="WORD")
    for _ in range(5):
        assert login.read() == Credentials("app", NEW)
    assert asked == ["LOGIN", "WORD"]


def test_a_url_is_both_and_its_address_is_neither(secrets: Secrets, origin: MemoryOrigin) -> None:
    origin.put("URL", f"postgresql://app:{OLD}@db/main")
    login = Login(secrets, url="URL")
    assert login.read() == Credentials("app", OLD)
    assert login.address == "postgresql://db/main"
    with pytest.raises(ConfigError) as caught:
        _ = Login(secrets, password="WORD").address
    assert caught.value.code == "login-without-url"


def test_neither_it_nor_what_it_gives_shows_a_value(secrets: Secrets, origin: MemoryOrigin) -> None:
    origin.put("WORD", OLD)
    login = Login(secrets, password="WORD")
    assert OLD not in f"{login!r} {login.read()!r} {login.read()} {vars(login)!r}"
    with pytest.raises(TypeError):
        pickle.dumps(login)


@pytest.mark.parametrize(
    "names", [{}, {"username": "A"}, {"url": "A", "password": "B"}, {"url": "A", "username": "B"}]
)
def test_it_is_one_kind_or_the_other(secrets: Secrets, names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        Login(secrets, **names)  # type: ignore[arg-type]


def test_a_change_is_told_until_that_is_ended(secrets: Secrets, origin: MemoryOrigin) -> None:
    origin.put("WORD", OLD)
    login, told = Login(secrets, password="WORD"), []
    login.read()
    end = login.on_change(lambda: told.append(1))
    origin.put("WORD", NEW)
    secrets.refresh("WORD")
    end()
    origin.put("WORD", OLD)
    secrets.refresh("WORD")
    assert told == [1]


def test_a_change_is_told_in_the_loop_and_not_after_it_is_closed(
    secrets: Secrets, origin: MemoryOrigin
) -> None:
    origin.put("WORD", OLD)
    login = Login(secrets, password="WORD")
    login.read()
    told = Event()

    async def run() -> None:
        here = asyncio.Event()

        async def tell() -> None:
            here.set()
            told.set()

        login.on_change_here(tell)
        origin.put("WORD", NEW)
        await asyncio.to_thread(secrets.refresh, "WORD")
        await asyncio.wait_for(here.wait(), 10)

    asyncio.run(run())
    told.clear()
    origin.put("WORD", OLD)
    secrets.refresh("WORD")
    assert not told.is_set()
