"""A process that scans one part: started by the pool, asked and answering over its pipes.

It reads a recipe and a part from its standard input and writes messages to its standard output,
each a pickle behind its length in 4 octets. Both ends are our own.
"""

import pickle
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Final

from strongroom.errors import StrongroomError
from strongroom.scan.worker import Message, Worker

PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class Failed:
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
            worker = Worker(pickle.load(given))  # noqa: S301 - from the one who started us
            worker.warm()
            worker.look(pickle.load(given), emit)  # noqa: S301 - as above
            emit(None)
        except (BrokenPipeError, EOFError):
            raise
        except StrongroomError as error:
            emit(Failed(type(error).__name__, error.code, error.message, error.fix))
        except BaseException as error:  # noqa: BLE001 - its words may repeat what it read
            emit(Failed("", "scan-worker-failed", place(error)))
    sys.stdout = None


def place(error: BaseException) -> str:
    """What went wrong and where, without the error's own words: they may repeat a value."""
    steps = [
        f"{Path(frame.f_code.co_filename).stem}:{line}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} at {' '.join(steps[-PLACES:])}"
