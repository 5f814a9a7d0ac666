"""Typing at a real terminal: without an echo, beside standard input, told what is right."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from tests.cli.rooms import WEAK, Terminal

PHRASE = "plaza viking mossy unfold drench"
WAIT_S = 20
# The first terminal that the leader of a session opens is its own.
CHILD = """
import os, sys
tty = os.open(sys.argv[1], os.O_RDWR)
if sys.argv[2] == "tty":
    os.dup2(tty, 0)
os.execv(sys.executable, [sys.executable, "-m", "strongroom", *sys.argv[3:]])
"""


class Typist:
    """Somebody at a terminal: waits for a question, types an answer."""

    def __init__(self, master: int, child: subprocess.Popen[bytes]) -> None:
        self.screen = b""
        self._master, self._child = master, child
        self._seen = 0

    def answers(self, question: bytes, *lines: str) -> None:
        for line in lines:
            self._until(question)
            os.write(self._master, line.encode() + b"\n")

    def ends(self) -> int:
        while self._read():
            pass
        return self._child.wait(WAIT_S)

    def _until(self, question: bytes) -> None:
        end = time.monotonic() + WAIT_S
        while (at := self.screen.find(question, self._seen)) < 0:
            assert time.monotonic() < end, self.screen
            assert self._read(), self.screen
        self._seen = at + len(question)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], WAIT_S)[0]:
            return False
        with suppress(OSError):  # the other side is closed
            if data := os.read(self._master, 4096):
                self.screen += data
                return True
        return False


@contextmanager
def typist(*argv: str, stdin: bytes | None = None, **environ: str) -> Iterator[Typist]:
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, os.ttyname(slave), "tty" if stdin is None else "-", *argv],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave, start_new_session=True,
        env={**os.environ, "NO_COLOR": "1", **environ},
    )  # fmt: skip
    os.close(slave)
    assert child.stdin is not None
    child.stdin.write(stdin or b"")
    child.stdin.close()
    try:
        yield Typist(master, child)
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
        os.close(master)


def test_shares_are_typed_one_by_one_and_each_is_answered(kept: Terminal) -> None:
    """A mistyped and a repeated one are said at once; a value still comes from standard input."""
    shares = kept.json("seal", "add", "shamir", "--shares", "3", "--threshold", "2")["shares"]
    wrong = shares[0][:-1] + ("7" if shares[0][-1] != "7" else "8")
    with typist("secret", "set", WEAK, stdin=b"weak-2", STRONGROOM_SEAL="shamir") as person:
        person.answers(b"share (not shown): ", wrong, shares[2], shares[2], shares[1])
        assert 0 == person.ends(), person.screen

    for said in (b"group 10 of 10", b"share 3 is right; 1 more", b"share 3 was given already",
                 b"share 2 is right; that is enough"):  # fmt: skip
        assert said in person.screen
    assert not [text for text in (wrong, *shares) if text[:17].encode() in person.screen]
    kept.run("secret", "get", WEAK)
    assert b"weak-2" == kept.out


def test_a_new_passphrase_is_typed_twice_and_opens_the_room(kept: Terminal) -> None:
    new, again = b"new passphrase (not shown): ", b"once more: "
    with typist("seal", "add", "passphrase") as person:
        person.answers(new, PHRASE)
        person.answers(again, PHRASE + "s")
        assert 2 == person.ends()
        assert b"passphrase-differs" in person.screen
    with typist("seal", "add", "passphrase") as person:
        person.answers(new, PHRASE)
        person.answers(again, PHRASE)
        assert 0 == person.ends(), person.screen
    with typist("status", STRONGROOM_SEAL="passphrase") as opener:
        opener.answers(b"passphrase (not shown): ", PHRASE)
        assert 0 == opener.ends(), opener.screen

    assert 1 == sum(seal["kind"] == "passphrase" for seal in kept.json("seal", "list"))
    assert PHRASE.encode() not in person.screen + opener.screen


@pytest.mark.parametrize("text", ["plaza viking", "x" * 20])
def test_a_weak_one_is_not_asked_for_twice(kept: Terminal, text: str) -> None:
    with typist("seal", "add", "passphrase") as person:
        person.answers(b"new passphrase (not shown): ", text)
        assert 3 == person.ends()
    assert b"passphrase-weak" in person.screen
    assert b"once more" not in person.screen
