"""Work that is done by one thread, which comes and goes, while others wait as long as they like."""

import secrets
import threading

import pytest

from strongroom.errors import StrongroomError, UpstreamError
from strongroom.runtime import desk
from strongroom.runtime.desk import Desk

VALUE = secrets.token_urlsafe(32)
WAIT_S = 30.0


def test_all_is_done_in_one_thread_that_is_not_the_callers() -> None:
    one = Desk()
    threads = [one.call(threading.current_thread).result(WAIT_S) for _ in range(3)]
    assert len(set(map(id, threads))) == 1
    assert threads[0] is not threading.current_thread()


def test_the_thread_goes_when_there_is_nothing_to_do_and_comes_again() -> None:
    one = Desk(idle_s=0.0)
    for _ in range(3):
        thread = one.call(threading.current_thread).result(WAIT_S)
        assert isinstance(thread, threading.Thread)
        thread.join(WAIT_S)
        assert not thread.is_alive()


def test_what_is_asked_for_from_the_thread_itself_is_done_at_once() -> None:
    one = Desk()
    assert one.call(lambda: one.call(lambda: 7).result(0)).result(WAIT_S) == 7


def test_who_gives_up_does_not_end_the_work() -> None:
    one, gate = Desk(), threading.Event()
    future = one.call(lambda: gate.wait(WAIT_S))
    assert not future.cancel()
    gate.set()
    assert future.result(WAIT_S) is True


def test_an_error_is_an_outcome_and_keeps_nothing_of_where_it_came_from() -> None:
    def fail(kind: type[BaseException]) -> object:
        local = VALUE
        raise kind(local)

    for kind in (ValueError, KeyboardInterrupt):
        found = desk.outcome(lambda k=kind: fail(k))  # type: ignore[misc]
        assert isinstance(found, UpstreamError)
        assert found.code == "origin-failed"
        assert VALUE not in f"{found} {found.fix} {found.__cause__} {found.__context__}"
        assert found.__traceback__ is None
    ours = desk.outcome(lambda: _raise(UpstreamError("x", "down")))
    assert isinstance(ours, StrongroomError)
    assert ours.__traceback__ is None


def test_where_no_thread_can_be_started_the_caller_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert Desk().call(threading.current_thread).result(0) is threading.current_thread()


def _raise(error: Exception) -> None:
    raise error
