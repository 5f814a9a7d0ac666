"""A function whose credential was refused is called once more, if there is another one."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from strongroom.errors import UpstreamError
from strongroom.runtime import retrying
from strongroom.runtime.retrying import Retrying
from strongroom.runtime.secret import Secret

TEXT = secrets.token_urlsafe(32)


class RefusedError(Exception):
    """The other side did not accept it."""


def refused(error: BaseException) -> bool:
    return isinstance(error, RefusedError)


def version(number: int) -> Secret:
    return Secret(f"{TEXT}{number}", name="KEY", version=number)


class Shelf:
    """`now` is what was given last, `next` what a refresh gives."""

    def __init__(self) -> None:
        self.now: Secret | None = version(1)
        self.next: Secret | Exception = version(2)
        self.refreshes = 0

    def peek(self, _: str) -> Secret | None:
        return self.now

    def refresh(self, _: str) -> Secret:
        self.refreshes += 1
        if isinstance(self.next, Exception):
            raise self.next
        self.now = self.next
        return self.next

    async def arefresh(self, name: str) -> Secret:
        return self.refresh(name)


def sync(retry: Retrying, body: Callable[[], int]) -> int:
    return retry(body)()


def coroutine(retry: Retrying, body: Callable[[], int]) -> int:
    @retry
    async def call() -> int:
        return body()

    return asyncio.run(call())


Way = Callable[[Retrying, Callable[[], int]], int]


@pytest.fixture(params=[sync, coroutine])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


class Body:
    """Accepts version `good` of the secret, and counts."""

    def __init__(self, shelf: Shelf, good: int) -> None:
        self.shelf, self.good, self.calls = shelf, good, 0

    def __call__(self) -> int:
        self.calls += 1
        if self.shelf.now is None or self.shelf.now.version != self.good:
            raise RefusedError(self.calls)
        return self.calls


def test_it_is_called_again_with_the_new_value(way: Way) -> None:
    shelf = Shelf()
    assert way(Retrying(shelf, "KEY", refused), Body(shelf, good=2)) == 2
    assert shelf.refreshes == 1


def test_it_is_never_called_a_third_time(way: Way) -> None:
    shelf = Shelf()
    body = Body(shelf, good=99)
    with pytest.raises(RefusedError) as caught:
        way(Retrying(shelf, "KEY", refused), body)
    assert (body.calls, caught.value.args) == (2, (2,))


def test_without_another_value_its_own_error_comes_out(way: Way) -> None:
    shelf = Shelf()
    shelf.next = version(1)
    body = Body(shelf, good=2)
    with pytest.raises(RefusedError):
        way(Retrying(shelf, "KEY", refused), body)
    assert body.calls == 1


def test_a_failing_origin_does_not_take_the_place_of_its_error(way: Way) -> None:
    shelf = Shelf()
    shelf.next = UpstreamError("x", "down", retryable=True)
    with pytest.raises(RefusedError):
        way(Retrying(shelf, "KEY", refused), Body(shelf, good=2))


def test_another_error_is_none_of_its_business(way: Way) -> None:
    shelf = Shelf()

    def fail() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        way(Retrying(shelf, "KEY", refused), fail)
    assert shelf.refreshes == 0


def test_a_value_that_changed_meanwhile_is_not_asked_for_again(way: Way) -> None:
    shelf, calls = Shelf(), list[int]()

    def body() -> int:
        calls.append(0)
        if len(calls) == 1:
            shelf.now = version(2)
            raise RefusedError
        return len(calls)

    assert way(Retrying(shelf, "KEY", refused), body) == 2
    assert shelf.refreshes == 0


def test_one_that_stays_refused_is_not_asked_for_with_every_call(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("strongroom.runtime.retrying.time.monotonic", lambda: now)
    shelf = Shelf()
    shelf.next = version(1)
    retry = Retrying(shelf, "KEY", refused)
    for _ in range(3):
        with pytest.raises(RefusedError):
            retry(Body(shelf, good=2))()
    assert shelf.refreshes == 1
    now += retrying.PAUSE_S
    shelf.next = version(2)
    assert way(retry, Body(shelf, good=2)) == 2


def test_a_function_keeps_its_name_arguments_and_result() -> None:
    @Retrying(Shelf(), "KEY", refused)
    def add(one: int, *, other: int) -> Any:
        """Adds."""
        return one + other

    assert (add(1, other=2), add.__name__, add.__doc__) == (3, "add", "Adds.")
