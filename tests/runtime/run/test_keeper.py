"""The keeper: messages, and what it does behind a process that is gone (see test_supervise too)."""

import os
import signal
import socket

from strongroom.runtime.run import keeper
from strongroom.runtime.run.keeper import Channel, Kind, Message, Setting, packed, unpacked


def test_a_command_and_its_environment_arrive_as_they_are() -> None:
    argv, environ = unpacked(packed(["a", "", "b=c d"], {"A": "x=y\n", "E": "", "U": "é"}))

    assert argv == [b"a", b"", b"b=c d"]
    assert environ == {b"A": b"x=y\n", b"E": b"", b"U": "é".encode()}


def test_messages_keep_their_borders_and_an_end_is_an_end() -> None:
    one, two = map(Channel, socket.socketpair())
    one.send(Kind.SIGNAL, 15)
    one.send(Kind.STARTED, 1 << 40, b"\0abc")

    assert two.receive() == Message(Kind.SIGNAL, 15)
    assert two.receive() == Message(Kind.STARTED, 1 << 40, b"\0abc")
    one.sock.close()
    assert two.receive() is None
    assert not two.send(Kind.SIGNAL, 15) or two.receive() is None
    two.sock.close()


def kept(mask: frozenset[int] = frozenset(), **more: object) -> tuple[int, Channel]:
    null = os.open(os.devnull, os.O_RDWR)
    setting = Setting((null, null, null), False, True, mask, 5.0, **more)  # type: ignore[arg-type]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        return keeper.fork(setting, [])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(null)


def test_one_keeper_starts_one_command_after_another() -> None:
    pid, channel = kept()
    for code in (3, 4):
        channel.send(Kind.START, 0, packed(["sh", "-c", f"exit {code}"], dict(os.environ)))
        started, ended = channel.receive(), channel.receive()
        assert started
        assert started.kind is Kind.STARTED
        assert ended == Message(Kind.ENDED, code << 8)
    channel.sock.close()

    assert os.waitpid(pid, 0) == (pid, 0)


def test_behind_a_process_that_is_gone_it_ends_the_command_and_cleans_up() -> None:
    told, tell = os.pipe()
    pid, channel = kept(clean=lambda: os.write(tell, b"cleaned"))
    channel.send(Kind.START, 0, packed(["sleep", "1000"], dict(os.environ)))
    started = channel.receive()
    assert started
    channel.sock.close()

    assert os.waitpid(pid, 0) == (pid, 0)
    assert os.read(told, 16) == b"cleaned"
    for fd in (told, tell):
        os.close(fd)


def test_a_command_that_cannot_be_started_is_told_by_its_errno() -> None:
    pid, channel = kept()
    channel.send(Kind.START, 0, packed(["no-such-command"], {"PATH": "/nowhere"}))

    assert channel.receive() == Message(Kind.FAILED, 2)
    channel.sock.close()
    os.waitpid(pid, 0)
