"""Which streams are terminals, and terminals that stand in for others."""

import os
import pty
import termios

import pytest

from strongroom.runtime.run.terminal import Layout, layout, make, resize


@pytest.mark.parametrize(
    ("stdin", "stdout", "stderr", "same", "person", "expected"),
    [
        (1, 1, 1, 1, 1, Layout(control=True, keys=True, out=True, joined=True, err=True)),
        (0, 1, 1, 1, 1, Layout(control=True, keys=False, out=True, joined=True, err=True)),
        (1, 0, 1, 0, 1, Layout(control=False, keys=False, out=False, joined=False, err=True)),
        (1, 1, 0, 0, 1, Layout(control=True, keys=True, out=True, joined=False, err=False)),
        (0, 0, 0, 1, 0, Layout(control=False, keys=False, out=False, joined=True, err=False)),
        (0, 0, 0, 0, 0, Layout(control=False, keys=False, out=False, joined=False, err=False)),
        (1, 1, 1, 1, 0, Layout(control=False, keys=False, out=True, joined=True, err=True)),
    ],
)
def test_what_is_a_terminal_for_us_is_one_for_the_command(
    stdin: int, stdout: int, stderr: int, same: int, person: int, expected: Layout
) -> None:
    assert expected == layout(
        stdin=bool(stdin), stdout=bool(stdout), stderr=bool(stderr), same=bool(same),
        person=bool(person),
    )  # fmt: skip


def test_a_stand_in_has_size_and_manners_of_the_original() -> None:
    outer, original = pty.openpty()
    termios.tcsetwinsize(original, (12, 34))
    manners = termios.tcgetattr(original)
    manners[3] &= ~termios.ECHO
    termios.tcsetattr(original, termios.TCSANOW, manners)
    ours, theirs = make(original)

    assert os.isatty(theirs)
    assert termios.tcgetwinsize(theirs) == (12, 34)
    assert not termios.tcgetattr(theirs)[3] & termios.ECHO
    termios.tcsetwinsize(original, (56, 78))
    resize(ours, original)
    assert termios.tcgetwinsize(theirs) == (56, 78)
    for fd in (outer, original, ours, theirs):
        os.close(fd)
