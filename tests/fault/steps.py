"""Kill a process at each thing that it does to the disk, one after the other."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strongroom.db.sqlite import SqliteDb

# What leaves something on a disk, or takes it away.
STEPS: list[tuple[Any, str]] = [
    (os, "fsync"), (os, "link"), (Path, "mkdir"), (Path, "rename"), (Path, "rmdir"), (Path, "unlink"),
    (SqliteDb, "begin"), (SqliteDb, "commit"), (SqliteDb, "close"),
]  # fmt: skip


def killed_at(n: int, attempt: Callable[[], object]) -> bool:
    """Run `attempt` in a child that kills itself at its n-th step; whether it came so far."""
    pid = os.fork()
    if not pid:
        left = n

        def step(real: Callable[..., object]) -> Callable[..., object]:
            def counted(*args: object, **more: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **more)

            return counted

        for owner, name in STEPS:
            setattr(owner, name, step(getattr(owner, name)))
        try:
            attempt()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)
