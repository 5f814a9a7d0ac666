"""Signals as something to wait for, with who sent them."""

import os
import signal
import subprocess
import sys

import pytest

from strongroom.runtime.run import kernel
from strongroom.runtime.run.signals import Signals, passed_on

SOME = frozenset({int(signal.SIGUSR1), int(signal.SIGWINCH)})


KILL = """
import os, select, signal
from strongroom.runtime.run.signals import Received, Signals

with Signals(frozenset({int(signal.SIGUSR1), int(signal.SIGWINCH)})) as signals:
    os.kill(os.getpid(), signal.SIGUSR1)
    assert select.select([signals.fd], [], [], 30)[0]
    assert list(signals.read()) == [Received(signal.SIGUSR1, by_key=False, sender=os.getpid())]
    assert list(signals.read()) == []
"""


def test_a_kill_names_its_sender_and_is_no_key() -> None:
    """In a process of its own: a thread of another test would take the signal, and end the run."""
    subprocess.run([sys.executable, "-c", KILL], check=True, timeout=60)


def test_where_nothing_tells_who_sent_it_keys_are_what_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kernel, "signal_descriptor", lambda _: None)
    handler = signal.getsignal(signal.SIGUSR1)
    with Signals(SOME) as signals:
        for number in (signal.SIGUSR1, signal.SIGWINCH):
            os.kill(os.getpid(), number)

        assert {(r.number, r.by_key) for r in signals.read()} == {
            (int(signal.SIGUSR1), False),
            (int(signal.SIGWINCH), True),
        }
    assert signal.getsignal(signal.SIGUSR1) is handler


def test_what_is_ignored_is_not_passed_on_nor_what_is_about_this_process() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        found = passed_on()
    finally:
        signal.signal(signal.SIGHUP, before)

    assert signal.SIGHUP not in found
    assert not found & {signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV, signal.SIGCHLD}
    assert found >= {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGRTMIN}


def test_everything_is_as_before_behind_it() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    with Signals(SOME):
        assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) >= SOME

    assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) == before
