"""What the kernel offers and Python does not: on Linux, nothing elsewhere."""

import ctypes
import sys
from typing import Any, Final

_SET_PDEATHSIG: Final = 1
_SET_DUMPABLE: Final = 4
_LINUX: Final = sys.platform == "linux"
_libc: Final[Any] = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def undumpable() -> bool:
    """No core dump of this process, and its memory and environment closed to others of this user.

    It holds for children too until they run a program: the kernel then makes that one dumpable.
    """
    return _LINUX and _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0) == 0


def end_with_parent(signo: int) -> bool:
    """Send this process `signo` when its parent ends; it stays so through `exec`."""
    return _LINUX and _libc.prctl(_SET_PDEATHSIG, signo, 0, 0, 0) == 0


def signal_descriptor(numbers: frozenset[int]) -> int | None:
    """A descriptor that these signals, which are blocked already, can be read from; or None."""
    if not _LINUX:
        return None
    bits = ctypes.sizeof(ctypes.c_ulong) * 8
    mask = (ctypes.c_ulong * (1024 // bits))()
    for number in numbers:
        mask[(number - 1) // bits] |= 1 << (number - 1) % bits
    flags = 0o2000000 | 0o4000  # SFD_CLOEXEC, SFD_NONBLOCK
    made = _libc.signalfd(-1, ctypes.byref(mask), flags)
    return int(made) if made >= 0 else None
