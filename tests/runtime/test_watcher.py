"""A thread that comes by as long as somebody holds what it watches."""

import gc
import threading
import weakref

from strongroom.runtime.watcher import Watcher

WAIT_S = 30.0


class Watched:
    def __init__(self, pause_s: float = 0.0) -> None:
        self.pause_s = pause_s
        self.came = threading.Semaphore(0)
        self.threads: set[threading.Thread] = set()

    def tick(self) -> float:
        self.threads.add(threading.current_thread())
        self.came.release()
        return self.pause_s


def test_it_comes_again_and_again_until_it_is_stopped() -> None:
    watched = Watched()
    watcher = Watcher(watched, first_s=0.0)
    watcher.ensure()
    assert not watched.threads
    watcher.start()
    watcher.start()
    assert all(watched.came.acquire(timeout=WAIT_S) for _ in range(3))
    watcher.stop(WAIT_S)
    assert len(watched.threads) == 1
    assert not any(thread.is_alive() for thread in watched.threads)


def test_it_comes_when_it_is_woken() -> None:
    watched = Watched(pause_s=3600.0)
    watcher = Watcher(watched, first_s=3600.0)
    watcher.start()
    for _ in range(2):
        watcher.wake()
        assert watched.came.acquire(timeout=WAIT_S)
    watcher.stop(WAIT_S)


def test_it_can_be_stopped_from_within_and_started_again() -> None:
    watched = Watched(pause_s=3600.0)
    watcher = Watcher(watched, first_s=0.0)
    watched.tick = lambda: (watcher.stop(WAIT_S), watched.came.release(), 0.0)[2]  # type: ignore[method-assign,func-returns-value]
    for _ in range(2):
        watcher.start()
        assert watched.came.acquire(timeout=WAIT_S)


def test_it_keeps_nobody_alive() -> None:
    watched = Watched(pause_s=3600.0)
    watcher = Watcher(watched, first_s=0.0)
    watcher.start()
    assert watched.came.acquire(timeout=WAIT_S)
    (thread,) = watched.threads
    gone = weakref.ref(watched)
    del watched
    gc.collect()
    watcher.wake()
    thread.join(WAIT_S)
    assert gone() is None
    assert not thread.is_alive()
