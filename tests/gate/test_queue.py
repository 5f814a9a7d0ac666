"""Tests for strongroom.gate.queue."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from strongroom.errors import MachineError
from strongroom.gate.decision import Ask
from strongroom.gate.operation import Caller
from strongroom.gate.pending import Pending
from strongroom.gate.queue import Queue
from strongroom.model.principal import Verb

CALLER = Caller(bytes(16))


def op() -> Pending:
    return Pending(CALLER, Ask(CALLER, Verb.READ, None, None, False), "")


class Groups:
    """A flush that notes its groups and whether two were ever in flight."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.upkeeps = 0
        self.defer = 0
        self._busy = Lock()

    def flush(self, batch: list[Pending]) -> list[Pending]:
        assert self._busy.acquire(blocking=False), "two flushes in flight"
        self.sizes.append(len(batch))
        now, later = batch[: len(batch) - self.defer], batch[len(batch) - self.defer :]
        self.defer = 0
        for item in now:
            item.outcome = "done"
        self._busy.release()
        return later

    def upkeep(self) -> None:
        self.upkeeps += 1


def test_a_group_is_bounded() -> None:
    groups = Groups()
    queue = Queue(groups.flush, groups.upkeep, group_max=4)
    ops = [op() for _ in range(10)]
    queue.settle(ops)

    assert groups.sizes == [4, 4, 2]
    assert groups.upkeeps == 3
    assert all(item.settled for item in ops)


def test_what_did_not_fit_goes_first_next_time() -> None:
    groups = Groups()
    groups.defer = 3
    queue = Queue(groups.flush, groups.upkeep, group_max=4)
    queue.settle([op() for _ in range(6)])

    assert groups.sizes == [4, 4, 1]


def test_one_flush_is_in_flight_and_everybody_is_answered() -> None:
    groups, start = Groups(), Barrier(8)
    queue = Queue(groups.flush, groups.upkeep, group_max=16)

    def client() -> bool:
        start.wait()
        for _ in range(50):
            ops = [op() for _ in range(3)]
            queue.settle(ops)
            assert all(item.outcome == "done" for item in ops)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: client(), range(8)))
    assert sum(groups.sizes) == 8 * 50 * 3


def test_a_flush_that_breaks_leaves_the_turn_to_others() -> None:
    def broken(_: list[Pending]) -> list[Pending]:
        raise KeyboardInterrupt

    groups = Groups()
    queue = Queue(broken, groups.upkeep, group_max=4)
    with pytest.raises(KeyboardInterrupt):
        queue.settle([op()])
    queue._flush = groups.flush
    queue.settle([op()])

    assert groups.sizes == [1]


def test_work_alone_excludes_a_flush() -> None:
    groups = Groups()
    queue = Queue(groups.flush, groups.upkeep, group_max=4)
    with pytest.raises(MachineError):
        queue.alone(lambda: (_ for _ in ()).throw(MachineError("broken", "")))
    seen: list[bool] = []
    queue.alone(lambda: seen.append(queue._flushing))

    assert seen == [True]
    queue.settle([op()])
