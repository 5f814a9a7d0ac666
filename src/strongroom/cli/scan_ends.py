"""A scan that is ended before its time: it leaves nothing on the disk, and says that it has no result."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)
_SAID: Final = "interrupted: not everything was scanned, and nothing is said of what was\n"


@contextmanager
def tidy() -> Iterator[None]:
    """Let a signal unwind the block instead of ending the process where it is.

    A signal that is ignored, as under `nohup`, stays so.

    Raises:
        SystemExit: 128 and the signal's number.
        KeyboardInterrupt: as it came.
    """
    ours = [number for number in _ENDS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write(_SAID)
        raise
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
