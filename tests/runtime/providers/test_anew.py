"""Many are refused at once: one asks, and all of them learn what it learned."""

import asyncio
from threading import Event, Thread

import pytest

from strongroom.runtime.providers.anew import Anew

PAUSE_S = 5.0


class Clock:
    def __init__(self) -> None:
        self.now, self.looks, self.second = 1000.0, 0, Event()

    def __call__(self) -> float:
        self.looks += 1
        if self.looks == 2:
            self.second.set()
        return self.now


def test_whoever_comes_while_another_asks_waits_for_the_answer() -> None:
    clock, go, order = Clock(), Event(), list[str]()
    anew = Anew(60.0, clock)

    def question() -> None:
        order.append("asked")
        assert go.wait(30)
        order.append("answered")

    def come() -> None:
        anew.ask(question)
        order.append("on")

    threads = [Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert clock.second.wait(30)
    go.set()
    for thread in threads:
        thread.join(30)
    assert order == ["asked", "answered", "on", "on"]


def test_asyncio_waits_too_and_one_who_gives_up_ends_it_for_nobody() -> None:
    async def run() -> None:
        anew, go, asked = Anew(PAUSE_S, Clock()), asyncio.Event(), []
        begun = asyncio.Event()

        async def question() -> None:
            asked.append(1)
            begun.set()
            await go.wait()

        first, second, third = (asyncio.create_task(anew.aask(question)) for _ in range(3))
        await begun.wait()
        await asyncio.sleep(0)  # the other two come to where they wait
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert not third.done()
        go.set()
        await asyncio.gather(first, third)
        assert asked == [1]

    asyncio.run(asyncio.wait_for(run(), 30))


def test_one_question_in_a_while() -> None:
    clock, asked = Clock(), list[float]()
    anew = Anew(PAUSE_S, clock)
    for step in (0.0, 1.0, 3.9, 0.1, 0.0):
        clock.now += step
        anew.ask(lambda: asked.append(clock.now))
    assert asked == [1000.0, 1005.0]


def test_a_question_that_fails_is_its_askers_error_and_stops_nobody_else() -> None:
    clock = Clock()
    anew = Anew(PAUSE_S, clock)

    def question() -> None:
        raise OSError

    with pytest.raises(OSError):
        anew.ask(question)
    anew.ask(question)  # a moment ago somebody asked, and that has ended
    clock.now += PAUSE_S
    with pytest.raises(OSError):
        anew.ask(question)
