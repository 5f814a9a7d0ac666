"""What the kernel does for us, seen in a child."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable

from strongroom.runtime.run import kernel

GET_DUMPABLE = 3


def _in_child(check: Callable[[], bool]) -> int:
    pid = os.fork()
    if not pid:
        os._exit(int(not check()))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_process_can_be_closed_to_others() -> None:
    def closed() -> bool:
        return kernel.undumpable() and ctypes.CDLL(None).prctl(GET_DUMPABLE, 0, 0, 0, 0) == 0

    assert _in_child(closed) == 0


def test_a_child_ends_with_its_parent() -> None:
    ready, tell = os.pipe()
    pid = os.fork()
    if not pid:
        grandchild = os.fork()
        if not grandchild:
            kernel.end_with_parent(signal.SIGKILL)
            os.write(tell, b".")
            signal.pause()
        os.read(ready, 1)
        os._exit(0)
    os.close(tell)
    os.waitpid(pid, 0)

    assert os.read(ready, 1) == b""  # every writer is gone
    os.close(ready)


def test_signals_can_be_read_from_a_descriptor() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    fd = kernel.signal_descriptor(frozenset({int(signal.SIGUSR1)}))
    assert fd is not None
    # To this thread: one that another test left behind does not block it, and it would end us.
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    assert os.read(fd, 128)[0] == signal.SIGUSR1
    os.close(fd)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
