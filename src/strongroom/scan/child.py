"""A process that scans parts: started by the pool, asked and answering over its pipes.

It reads a recipe and then parts from its standard input, and writes messages to its standard output,
each a pickle behind its length in 4 octets; None says that a part is done. Both ends are our own.
"""

import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.errors import StrongroomError
from strongroom.scan.worker import Message, Worker

PLACES: Final = 4


class Failed(NamedTuple):
    """Why a part could not be looked at: the three words of an error, and its class's name."""

    kind: str
    code: str
    message: str
    fix: str | None = None


def main() -> None:
    """The process of its own. It ends when it is done, or nobody listens any more."""
    # Ctrl-C reaches it too; the one who started it ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given, out = sys.stdin.buffer, sys.stdout.buffer

    def emit(message: Message | Failed | None) -> None:
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        out.write(len(data).to_bytes(4, "big") + data)
        out.flush()

    with suppress(BrokenPipeError, EOFError):
        try:
            _load()
            worker = Worker(pickle.load(given))  # noqa: S301 - from the one who started us
            worker.warm()
            while True:  # until there is no more to read
                worker.look(pickle.load(given), emit)  # noqa: S301 - as above
                emit(None)
        except (BrokenPipeError, EOFError):
            raise
        except StrongroomError as error:
            emit(Failed(type(error).__name__, error.code, error.message, error.fix))
        except BaseException as error:  # noqa: BLE001 - its words may repeat what it read
            emit(Failed("", "scan-worker-failed", place(error)))
    sys.stdout = None


def _load() -> None:
    """What every engine needs, while whoever started us finds out what to scan by."""
    from strongroom.scan.engine import engine  # noqa: F401, PLC0415 - `worker` would, later

    with suppress(ImportError):  # not installed, or of another processor
        from strongroom.scan.engine import compiled  # noqa: F401, PLC0415 - as above


def place(error: BaseException) -> str:
    """What went wrong and where, without the error's own words: they may repeat a value."""
    from traceback import walk_tb  # noqa: PLC0415 - where something went wrong

    steps = [
        f"{Path(frame.f_code.co_filename).stem}:{line}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} at {' '.join(steps[-PLACES:])}"
