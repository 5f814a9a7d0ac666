"""Tests for strongroom.agent.stop: who waits hears it, and a signal may say it at any moment."""

import subprocess
import sys
import threading

from strongroom.agent.stop import Stop

SAID_WHILE_WAITING = """
import signal
from strongroom.agent.stop import Stop
count = 0
def say(*_):
    global count
    count += 1
    stop.say()
stop = Stop()
signal.signal(signal.SIGALRM, say)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
while count < 5_000:
    stop.__init__()
    assert stop.wait(60) and stop.said()
signal.setitimer(signal.ITIMER_REAL, 0)
"""


def test_nobody_said_it() -> None:
    stop = Stop()
    assert not stop.wait(0)
    assert not stop.wait(-1)
    assert not stop.wait(0.001)
    assert not stop.said()


def test_it_stays_said() -> None:
    stop = Stop()
    stop.say()
    stop.say()
    assert stop.said()
    assert [stop.wait(60) for _ in range(4)] == [True] * 4


def test_who_waits_hears_it() -> None:
    stop = Stop()
    teller = threading.Timer(0.01, stop.say)
    teller.start()
    assert stop.wait(60)
    teller.join()


def test_signals_that_come_while_another_is_heard_stop_nobody() -> None:
    subprocess.run([sys.executable, "-c", SAID_WHILE_WAITING], check=True, timeout=60)
