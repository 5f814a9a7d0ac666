"""`Secrets` as an application uses it: places in order, rotation, forks, asyncio, errors."""

import asyncio
import copy
import os
import pickle
import secrets
import threading
from pathlib import Path
from typing import Any

import pytest

from strongroom import MissingSecretError, Secret, Secrets
from strongroom.errors import (
    ConfigError,
    DeniedError,
    InvalidError,
    SealedError,
    StrongroomError,
    UpstreamError,
)
from strongroom.runtime import acknowledging, client
from strongroom.runtime.application import Application
from strongroom.runtime.origin.memory import MemoryOrigin

TEXT = secrets.token_urlsafe(32)
WAIT_S = 30.0
AWAY = UpstreamError("away", "nobody answers", retryable=True)


class Time:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(client, "_clock", clock)
    monkeypatch.setattr(client, "_draw", lambda: 0.0)
    return clock


def made(origin: Any, **options: Any) -> Secrets:
    return Secrets(origin, application=Application("app", "app"), **options)


def texts(found: tuple[Secret, ...]) -> list[str]:
    return [one.reveal() for one in found]


def test_the_first_place_that_has_it_wins(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order that is documented; .env comes after the origin, in development."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(place / "credentials"))
    (place / "credentials").mkdir()
    (place / ".env").write_text("API_KEY=from-dotenv\n", "utf-8")
    origin = MemoryOrigin()
    seen = []

    def look() -> None:
        found = made(origin, environment="development").find("API_KEY")
        seen.append(None if found is None else found.reveal())

    look()
    origin.put("API_KEY", "from-the-origin")
    look()
    (place / "credentials" / "API_KEY").write_text("from-credentials", "utf-8")
    look()
    (place / "file").write_text("from-a-named-file", "utf-8")
    monkeypatch.setenv("API_KEY_FILE", str(place / "file"))
    look()
    monkeypatch.setenv("API_KEY", "from-the-environment")
    look()
    assert seen == [
        "from-dotenv",
        "from-the-origin",
        "from-credentials",
        "from-a-named-file",
        "from-the-environment",
    ]


def test_a_dotenv_counts_in_development_only(place: Path) -> None:
    """P-3.1: and there it helps out when the origin is away."""
    (place / ".env").write_text(f"API_KEY={TEXT}\n", "utf-8")
    origin = MemoryOrigin()
    origin.failure = AWAY
    found = made(origin, environment="development").get("API_KEY")
    assert found.reveal() == TEXT
    with pytest.raises(UpstreamError):
        made(origin, environment="staging").get("API_KEY")


def test_everything_comes_from_the_process_by_default(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", TEXT)
    monkeypatch.setenv("APP_ENV", "staging")
    (place / "strongroom.toml").write_text('[application]\nname = "customer-api"\n', "utf-8")
    one = Secrets()
    assert one.get("API_KEY").reveal() == TEXT
    assert repr(one) == "<Secrets of customer-api in staging>"
    assert one.versions("API_KEY") == (one.get("API_KEY"),)
    assert one.find("ABSENT") is None
    assert one.versions("ABSENT") == ()
    one.close()


def test_an_origin_of_no_known_kind_is_one_clear_error(place: Path) -> None:
    with pytest.raises(ConfigError, match="no known kind") as caught:
        Secrets(application=Application("app", "app", "nothing:here")).get("API_KEY")
    assert caught.value.code == "origin-unknown"


def test_what_is_nowhere_stops_a_program(place: Path) -> None:
    """P-8.7."""
    with pytest.raises(MissingSecretError, match="API_KEY is required and not set") as caught:
        made(MemoryOrigin()).get("API_KEY")
    assert caught.value.exit == 78
    with pytest.raises(InvalidError):
        made(MemoryOrigin()).get("../API_KEY")


@pytest.mark.parametrize(
    "error",
    [AWAY, SealedError("sealed", "x"), DeniedError("denied", "x"), UpstreamError("garbage", "x")],
    ids=lambda error: error.code,
)
def test_each_failure_is_the_origins_own_error(place: Path, error: StrongroomError) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    origin.failure = error
    one = made(origin)
    for ask in (one.get, one.find, one.versions, one.refresh):
        with pytest.raises(type(error)) as caught:
            ask("API_KEY")
        assert caught.value.code == error.code
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_a_version_is_known_and_a_rotation_is_seen_after_its_time(place: Path, clock: Time) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin, ttl=100.0)
    assert one.get("API_KEY").version == 1
    origin.put("API_KEY", TEXT + "2")
    assert one.get("API_KEY").version == 1
    clock.now += 100.0
    assert one.get("API_KEY").version == 2
    assert texts(one.versions("API_KEY")) == [TEXT + "2", TEXT]
    origin.put("API_KEY", TEXT + "3")
    assert one.refresh("API_KEY").version == 3


def test_an_old_value_serves_within_its_bound_and_never_where_none_may(
    place: Path, clock: Time
) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    bound, strict = made(origin, max_stale=1000.0), made(origin, max_stale=0.0)
    bound.get("API_KEY")
    strict.get("API_KEY")
    origin.failure = AWAY
    clock.now += 300.0
    assert bound.get("API_KEY").version == 1
    with pytest.raises(UpstreamError):
        strict.get("API_KEY")
    clock.now += 700.0
    with pytest.raises(UpstreamError):
        bound.get("API_KEY")
    origin.failure = None
    clock.now += 10.0
    assert strict.get("API_KEY").version == bound.get("API_KEY").version == 1


def test_a_rotation_is_told_once_by_whoever_notices(place: Path) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin, poll=3600.0)
    told = list[int | None]()
    one.get("API_KEY")
    end = one.on_rotate("API_KEY", lambda secret: told.append(secret.version))
    origin.put("API_KEY", TEXT + "2")
    one.tick()
    one.tick()
    assert told == [2]
    origin.put("API_KEY", TEXT + "3")
    one.refresh("API_KEY")
    assert told == [2, 3]
    end()
    origin.put("API_KEY", TEXT + "4")
    one.tick()
    assert told == [2, 3]
    one.close()


def test_who_never_asked_for_it_is_told_too(place: Path) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin, poll=3600.0)
    told = list[int | None]()
    one.on_rotate("API_KEY", lambda secret: told.append(secret.version))
    one.tick()
    origin.put("API_KEY", TEXT + "2")
    one.tick()
    assert told == [2]
    one.close()


def test_the_watcher_notices_by_itself(place: Path) -> None:
    """With its own thread; a callback may ask for other secrets."""
    origin = MemoryOrigin(API_KEY=TEXT, B_KEY=TEXT + "b")
    with made(origin, poll=0.01) as one:
        done = threading.Event()
        one.get("API_KEY")
        one.on_rotate("API_KEY", lambda _: (one.get("B_KEY"), done.set()))  # type: ignore[func-returns-value]
        origin.put("API_KEY", TEXT + "2")
        one._watcher.wake()
        assert done.wait(WAIT_S)


def test_the_age_of_a_value_is_counted_from_what_the_origin_last_said(
    place: Path, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    with made(origin, ttl=100.0) as secrets, made(None) as alone:
        assert (secrets.ttl, alone.ttl) == (100.0, 0.0)
        assert secrets.age("API_KEY") == 0
        secrets.get("API_KEY")
        clock.now += 60
        assert secrets.age("API_KEY") == 60
        secrets.refresh("API_KEY")
        assert secrets.age("API_KEY") == 0
        origin.failure = AWAY
        clock.now += 500
        secrets.get("API_KEY")
        assert secrets.age("API_KEY") == 500
        monkeypatch.setenv("API_KEY", TEXT)
        secrets.get("API_KEY")
        assert secrets.age("API_KEY") == 0


def test_a_file_that_changes_is_a_rotation(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY_FILE", str(place / "key"))
    (place / "key").write_text("first-text", "utf-8")
    one = Secrets(application=Application())
    told = list[str]()
    one.get("API_KEY")
    one.on_rotate("API_KEY", lambda secret: told.append(secret.reveal()))
    (place / "key").write_text("second-text", "utf-8")
    one.tick()
    (place / "key").unlink()
    one.tick()
    (place / "key").write_text("third-text!", "utf-8")
    one.tick()
    assert told == ["second-text", "third-text!"]
    one.close()


def test_the_watcher_outlives_every_failure_of_the_origin(place: Path, clock: Time) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin, poll=10.0)
    one.get("API_KEY")
    one.tick()
    clock.now += 2.0
    one.tick()
    assert origin.used
    origin.failure = AWAY
    pauses = [one.tick() for _ in range(8)]
    assert pauses[:3] == [20.0, 40.0, 80.0]
    assert pauses[-1] == client.POLL_MAX_S
    origin.failure = DeniedError("denied", "x")
    one.tick()
    with pytest.raises(DeniedError):
        one.get("API_KEY")
    origin.failure = None
    assert one.tick() == 10.0


def test_what_was_given_out_is_acknowledged_and_taken_back(place: Path, clock: Time) -> None:
    origin = MemoryOrigin(API_KEY=TEXT, UNUSED=TEXT + "u")
    one = made(origin)
    one.get("API_KEY")
    one.tick()
    assert origin.used == {}
    clock.now += 2.0
    one.tick()
    assert list(origin.used.values()) == [{"API_KEY": 1}]
    origin.put("API_KEY", TEXT + "2")
    one.tick()
    clock.now += 2.0
    one.tick()
    assert list(origin.used.values()) == [{"API_KEY": 1}], "nobody was given the new one yet"
    one.get("API_KEY")
    clock.now += 2.0
    one.tick()
    assert list(origin.used.values()) == [{"API_KEY": 2}]
    one.close()
    assert origin.used == {}


def test_an_outage_takes_nothing_back_even_where_nothing_may_be_stale(
    place: Path, clock: Time
) -> None:
    """A program that was given a value uses it on, whatever happens to the origin."""
    origin = MemoryOrigin(API_KEY=TEXT, OTHER=TEXT + "o")
    one = made(origin, ttl=1.0, max_stale=0.0)
    one.get("API_KEY")
    one.get("OTHER")
    clock.now += 2.0
    one.tick()
    origin.failure = AWAY
    clock.now += 2.0
    with pytest.raises(UpstreamError):
        one.get("API_KEY")
    one.tick()
    origin.failure = None
    clock.now += acknowledging.RENEW_S
    one.tick()
    assert list(origin.used.values()) == [{"API_KEY": 1, "OTHER": 1}]
    one.close()


@pytest.mark.parametrize(("environment", "serves"), [("production", False), ("staging", True)])
def test_the_file_says_how_old_a_value_may_be(
    place: Path, clock: Time, environment: str, serves: bool
) -> None:
    (place / "strongroom.toml").write_text("[max_stale]\nproduction = 60\n")
    origin = MemoryOrigin(API_KEY=TEXT)
    one = Secrets(origin, environment=environment, last_good=False)
    one.get("API_KEY")
    origin.failure = AWAY
    clock.now += 60.0
    if serves:
        assert one.refresh("API_KEY").reveal() == TEXT, "a refresh that fails takes nothing away"
        origin.failure = DeniedError("denied", "no")
    with pytest.raises(StrongroomError) as caught:
        one.refresh("API_KEY")
    assert caught.value.code == ("denied" if serves else "away")
    one.close()


def test_an_origin_that_takes_no_acknowledgement_disturbs_nobody(place: Path, clock: Time) -> None:
    class Refusing(MemoryOrigin):
        def acknowledge(self, *_: Any) -> None:
            raise DeniedError("denied", "not yours")

    one = made(Refusing(API_KEY=TEXT))
    one.get("API_KEY")
    clock.now += 2.0
    one.tick()
    assert one.get("API_KEY").version == 1
    one.close()


def test_a_refused_credential_is_fetched_anew_and_tried_once_more(place: Path) -> None:
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin)
    seen = list[int | None]()

    @one.retry_on_auth_error("API_KEY", when=lambda error: isinstance(error, PermissionError))
    def call() -> str:
        secret = one.get("API_KEY")
        seen.append(secret.version)
        if secret.version == 1:
            raise PermissionError
        return "done"

    one.get("API_KEY")
    origin.put("API_KEY", TEXT + "2")
    assert call() == "done"
    assert seen == [1, 2]


def test_tasks_wait_for_one_answer_and_a_thread_for_none(place: Path) -> None:
    """The loop goes on while the origin thinks, and one that hangs ends at the deadline."""
    gate, reached = threading.Event(), threading.Event()

    class Slow(MemoryOrigin):
        asked = 0

        def fetch(self, names: Any = None) -> Any:
            self.asked += 1
            reached.set()
            assert gate.wait(WAIT_S)
            return super().fetch(names)

    origin = Slow(API_KEY=TEXT)

    async def main() -> None:
        async with made(origin, poll=3600.0) as one:
            tasks = [asyncio.create_task(one.aget("API_KEY")) for _ in range(8)]
            tasks[0].cancel() if await asyncio.to_thread(reached.wait, WAIT_S) else None
            gate.set()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert isinstance(found[0], asyncio.CancelledError)
            assert [one_.version for one_ in found[1:] if isinstance(one_, Secret)] == [1] * 7
            assert origin.asked == 1
            assert texts(await one.aversions("API_KEY")) == [TEXT]
            assert await one.afind("ABSENT") is None
            told = list[Secret]()
            one.on_rotate("API_KEY", told.append)
            origin.put("API_KEY", TEXT + "2")
            assert (await one.arefresh("API_KEY")).version == 2
            assert [secret.version for secret in told] == [2]
            with pytest.raises(MissingSecretError):
                await one.aget("ABSENT")
        hung = made(origin, deadline=0.01)
        gate.clear()
        with pytest.raises(UpstreamError, match="did not answer within"):
            await hung.aget("API_KEY")
        gate.set()

    asyncio.run(main())


def test_a_child_of_a_fork_works_whatever_the_threads_of_its_parent_did(place: Path) -> None:
    """Threads read, refresh and are told while forks happen; every child answers and ends well."""
    origin = MemoryOrigin(API_KEY=TEXT)
    one = made(origin, poll=0.001)
    one.on_rotate("API_KEY", lambda _: None)
    parent, stop = one._used.instance, threading.Event()

    def work() -> None:
        while not stop.is_set():
            one.get("API_KEY")
            one.refresh("API_KEY")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    statuses = []
    try:
        for _ in range(20):
            pid = os.fork()
            if not pid:
                os._exit(_child(one, parent))
            statuses.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    finally:
        stop.set()
        for thread in threads:
            thread.join(WAIT_S)
        one.close()
    assert statuses == [0] * 20


def _child(one: Secrets, parent: str) -> int:
    """What a child finds; exits by number, since a test's report is its parent's."""
    try:
        if one.refresh("API_KEY").reveal() != TEXT or one._used.instance == parent:
            return 1
        told = threading.Event()
        one.on_rotate("API_KEY", lambda _: told.set())
        assert isinstance(one._given, MemoryOrigin)
        one._given.put("API_KEY", TEXT + "2")
        one._watcher.wake()
        return 0 if told.wait(WAIT_S) and one.get("API_KEY").version == 2 else 2
    except BaseException:  # noqa: BLE001
        return 3


def test_a_child_makes_an_origin_of_its_own_and_leaves_the_parents_open(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = list[MemoryOrigin]()

    def connect(*_: Any) -> MemoryOrigin:
        origins.append(MemoryOrigin(API_KEY=TEXT))
        return origins[-1]

    monkeypatch.setattr(client, "origin_of", connect)
    one = Secrets(application=Application("app", "app", "memory:"))
    one.get("API_KEY")
    one.get("API_KEY")
    assert len(origins) == 1
    one.after_fork()
    one.refresh("API_KEY")
    assert len(origins) == 2
    assert one._outgrown == origins[:1]


def test_it_is_neither_shown_nor_copied(place: Path) -> None:
    one = made(MemoryOrigin(API_KEY=TEXT))
    one.get("API_KEY")
    assert TEXT not in f"{one} {one!r} {vars(one)}"
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            attempt(one)
