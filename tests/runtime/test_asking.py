"""What an origin gave, and how often and for how long it is asked. Races are made by barriers."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

import pytest

from strongroom.errors import DeniedError, StrongroomError, UpstreamError
from strongroom.runtime.asking import Asking, Key
from strongroom.runtime.cache import Rules
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.memory import MemoryOrigin

TEXT = secrets.token_urlsafe(32)
WAIT_S = 30.0
KEY: Key = ("KEY", False)
ALL: Key = ("KEY", True)
AWAY = UpstreamError("away", "nobody answers", retryable=True)
DENIED = DeniedError("denied", "no")


class Counting(MemoryOrigin):
    """Counts what it is asked; while `gate` is closed it does not answer."""

    def __init__(self, **texts: str) -> None:
        super().__init__(**texts)
        self.asked: list[tuple[str, ...]] = []
        self.reached = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        self.asked.append(tuple(sorted(names or ())))
        self.reached.set()
        assert self.gate.wait(WAIT_S)
        return super().fetch(names)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def made(
    origin: MemoryOrigin, *, deadline_s: float = WAIT_S, clock: Callable[[], float] | None = None
) -> Asking:
    rules = Rules(ttl_s=100.0, max_stale_s=1000.0)
    return Asking(
        lambda: origin, rules, deadline_s=deadline_s, clock=clock or Time(), draw=lambda: 0.0
    )


def ask(asking: Asking, key: Key = KEY, *, anew: bool = False) -> Any:
    """The version that comes out, or the error."""
    found = asking.begin(key, anew=anew)
    held = asking.wait(key, found) if isinstance(found, Future) else found
    if held.error is not None:
        return held.error
    return None if held.value is None else held.value[0].version


def test_a_value_is_asked_for_once_in_its_time() -> None:
    origin, clock = Counting(KEY=TEXT), Time()
    asking = made(origin, clock=clock)
    assert [ask(asking) for _ in range(3)] == [1, 1, 1]
    assert len(origin.asked) == 1
    origin.put("KEY", TEXT + "2")
    clock.now = 100.0
    assert ask(asking) == 2


def test_many_who_want_it_at_once_ask_once() -> None:
    """And nobody gets an older answer than the others."""
    origin = Counting(KEY=TEXT)
    asking, count = made(origin), 32
    start, found = threading.Barrier(count), list[Any]()
    origin.gate.clear()

    def want() -> None:
        start.wait(WAIT_S)
        future = asking.begin(KEY)
        begun.release()
        assert isinstance(future, Future)
        found.append(asking.wait(KEY, future))

    begun = threading.Semaphore(0)
    threads = [threading.Thread(target=want) for _ in range(count)]
    for one in threads:
        one.start()
    assert all(begun.acquire(timeout=WAIT_S) for _ in threads)
    origin.gate.set()
    for one in threads:
        one.join(WAIT_S)
    assert origin.asked == [("KEY",)]
    assert len({id(one) for one in found}) == 1


def test_many_who_want_it_at_once_get_the_same_error() -> None:
    origin = Counting(KEY=TEXT)
    asking = made(origin)
    origin.gate.clear()
    origin.failure = AWAY
    futures = [asking.begin(KEY) for _ in range(8)]
    origin.gate.set()
    assert {
        ask_ for f in futures if isinstance(f, Future) for ask_ in [f.result(WAIT_S).error]
    } == {AWAY}
    assert len(futures) == 8
    assert len(origin.asked) == 1


def test_names_that_are_wanted_while_it_is_busy_are_asked_for_together() -> None:
    origin = Counting(KEY=TEXT, B_KEY=TEXT + "b", C_KEY=TEXT + "c")
    asking = made(origin)
    origin.gate.clear()
    futures = [asking.begin(KEY)]
    assert origin.reached.wait(WAIT_S)
    futures += [asking.begin((name, False)) for name in ("B_KEY", "C_KEY")]
    origin.gate.set()
    for one in futures:
        assert isinstance(one, Future)
        one.result(WAIT_S)
    assert origin.asked == [("KEY",), ("B_KEY", "C_KEY")]


def test_who_wants_it_anew_gets_no_answer_to_an_earlier_question() -> None:
    """A rotation lies between them: the answer on its way may be the old value."""
    origin = Counting(KEY=TEXT)
    asking = made(origin)
    origin.gate.clear()
    early = asking.begin(KEY)
    assert origin.reached.wait(WAIT_S)
    late = [asking.begin(KEY, anew=True) for _ in range(3)]
    assert asking.begin(KEY) is not early
    assert len({id(one) for one in late}) == 1
    origin.gate.set()
    assert isinstance(late[0], Future)
    late[0].result(WAIT_S)
    assert len(origin.asked) == 2


def test_an_origin_that_does_not_answer_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    """Neither who has a value nor who has none; and no question is put behind the one that hangs."""
    origin, clock = Counting(KEY=TEXT), Time()
    asking = made(origin, deadline_s=0.01, clock=clock)
    asking.deadline_s = WAIT_S
    assert ask(asking) == 1
    asking.deadline_s = 0.01
    origin.gate.clear()
    try:
        clock.now = 100.0
        assert ask(asking) == 1
        found = ask(asking, ("B_KEY", False))
        assert isinstance(found, UpstreamError)
        assert (found.code, found.retryable) == ("origin-slow", True)
        clock.now = 2000.0
        assert ask(asking).code == "origin-slow"
        assert caplog.text.count("its last value serves on") == 1
    finally:
        origin.gate.set()


def test_one_waits_for_a_value_that_is_due_and_the_others_go_on_with_it() -> None:
    origin, clock = Counting(KEY=TEXT), Time()
    asking = made(origin, clock=clock)
    assert ask(asking) == 1
    origin.put("KEY", TEXT + "2")
    origin.gate.clear()
    clock.now = 100.0
    first = asking.begin(KEY)
    assert isinstance(first, Future)
    assert [ask(asking) for _ in range(3)] == [1, 1, 1]
    origin.gate.set()
    first.result(WAIT_S)
    assert ask(asking) == 2


def test_a_denial_ends_serving_at_once_with_all_versions() -> None:
    """P-6.1."""
    origin = Counting(KEY=TEXT)
    asking = made(origin)
    assert [ask(asking), ask(asking, ALL)] == [1, 1]
    origin.failure = DENIED
    assert ask(asking, anew=True) is DENIED
    assert ask(asking) is DENIED
    assert ask(asking, ALL) is DENIED
    assert all(held.value is None for held in asking.everything().values())


def test_one_name_that_is_denied_does_not_take_the_others_along() -> None:
    class Choosy(Counting):
        def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
            if "SECRET" in (names := list(names or ())):
                raise DENIED
            return super().fetch(names)

    origin = Choosy(KEY=TEXT)
    asking = made(origin)
    keys: list[Key] = [KEY, ("SECRET", False), ("ABSENT", False)]
    hold = threading.Event()
    asking._desk.call(lambda: hold.wait(WAIT_S))
    futures = {key: asking.begin(key) for key in keys}
    hold.set()
    outcomes = {}
    for key, future in futures.items():
        assert isinstance(future, Future)
        held = future.result(WAIT_S)
        outcomes[key[0]] = held.error or (held.value and held.value[0].version)
    assert outcomes == {"KEY": 1, "SECRET": DENIED, "ABSENT": None}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"KEY": None},
        {"KEY": TEXT},
        {"KEY": Delivery("KEY", TEXT.encode(), 1, "x")},  # type: ignore[arg-type]
        {"KEY": Delivery("KEY", TEXT * 50_000, 1, "x")},
    ],
    ids=["nothing", "none", "a text", "bytes", "too much"],
)
def test_an_answer_that_is_none_is_one_clear_error(
    answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Garbage(MemoryOrigin):
        def fetch(self, *_: Any) -> Any:
            return answer

    with caplog.at_level(logging.DEBUG):
        found = ask(made(Garbage()))
    assert isinstance(found, UpstreamError)
    assert found.code in {"origin-failed", "origin-answer-unusable"}
    assert TEXT not in f"{found} {found.__cause__} {found.__context__} {caplog.text}"
    assert caplog.records[0].levelno == logging.ERROR


def test_an_empty_value_is_missing() -> None:
    """C-9."""
    assert ask(made(MemoryOrigin(KEY=""))) is None
    assert ask(made(MemoryOrigin(KEY="")), ALL) is None


def test_what_stays_the_same_stays_the_same_object_and_is_masked() -> None:
    origin = MemoryOrigin(KEY=TEXT)
    asking = made(origin)
    ask(asking)
    first = asking.peek(KEY)
    ask(asking, anew=True)
    second = asking.peek(KEY)
    assert first is not None
    assert second is not None
    assert first.value is not None
    assert second.value is not None
    assert first.value[0] is second.value[0]
    assert MASKER.text(TEXT) == "[KEY@v1]"
    assert TEXT not in repr(first)


def test_the_current_version_and_all_versions_do_not_disagree_for_long() -> None:
    origin = Counting(KEY=TEXT)
    asking = made(origin)
    assert [ask(asking), ask(asking, ALL)] == [1, 1]
    origin.put("KEY", TEXT + "2")
    assert ask(asking, anew=True) == 2
    assert ask(asking, ALL) == 2
    held = asking.peek(ALL)
    assert held is not None
    assert held.value is not None
    assert [one.version for one in held.value] == [2, 1]


def test_that_it_is_away_and_back_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    origin = Counting(KEY=TEXT)
    asking = made(origin)
    ask(asking)
    with caplog.at_level(logging.INFO):
        origin.failure = AWAY
        for _ in range(3):
            assert ask(asking, anew=True) == 1
        origin.failure = None
        for _ in range(2):
            ask(asking, anew=True)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "KEY could not be fetched (away: nobody answers); its last value serves on",
        "the origin of the secrets answers again",
    ]


def test_only_so_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strongroom.runtime.asking.HELD_MAX", 3)
    asking = made(MemoryOrigin())
    for number in range(5):
        ask(asking, (f"NAME_{number}", False))
    assert [name for name, _ in asking.everything()] == ["NAME_2", "NAME_3", "NAME_4"]


def test_something_else_is_asked_with_a_deadline_too() -> None:
    origin = MemoryOrigin(KEY=TEXT)
    asking = made(origin)
    assert asking.call(lambda one: one.mark(), WAIT_S) == origin.mark()
    gate = threading.Event()
    found = asking.call(lambda _: gate.wait(WAIT_S), 0.01)
    gate.set()
    assert isinstance(found, StrongroomError)


def test_who_is_told_of_changes_and_fails_keeps_no_answer_from_others() -> None:
    def changed(name: str) -> None:
        raise RuntimeError(name)

    origin = Counting(KEY=TEXT)
    asking = Asking(
        lambda: origin, Rules(ttl_s=100.0, max_stale_s=1000.0), deadline_s=WAIT_S, clock=Time(),
        draw=lambda: 0.0, changed=changed,
    )  # fmt: skip
    assert ask(asking) == 1
