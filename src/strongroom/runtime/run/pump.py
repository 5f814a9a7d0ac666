"""Copies what the command prints, masked, in a thread for each stream."""

import os
import select
from contextlib import suppress
from threading import Thread
from typing import BinaryIO, Final

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.pump import IDLE_SECONDS
from strongroom.runtime.masking.stream import Stream

READ_OCTETS: Final = 256 * 1024
# When the command has ended: how long the rest is waited for, and how much of it is taken, where
# something that it left running holds the stream open.
REST_S: Final = 0.1
REST_OCTETS_MAX: Final = 8 * 1024 * 1024


class Pump:
    """From a descriptor to a stream, until its end or until `finish`."""

    def __init__(self, source: int, target: BinaryIO, masker: Masker) -> None:
        self._source = source
        self._target = target
        self._stream = Stream(masker)
        self._stop, self._stopper = os.pipe()
        self.error: OSError | None = None
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """The command has ended: copy what is there, then end."""
        with suppress(OSError):
            os.write(self._stopper, b".")
        self._thread.join()
        os.close(self._stop)
        os.close(self._stopper)

    def _run(self) -> None:
        try:
            self._copy()
            self._write(self._stream.close())
        except OSError as error:
            self.error = error
        finally:
            # Whoever reads behind us went away: the command is told by its own next write.
            os.close(self._source)

    def _copy(self) -> None:
        poller = select.poll()
        poller.register(self._source, select.POLLIN)
        poller.register(self._stop, select.POLLIN)
        waited, rest = False, -1
        while True:
            holding = self._stream.holds and not waited
            timeout = REST_S if rest >= 0 else IDLE_SECONDS if holding else None
            ready = poller.poll(None if timeout is None else timeout * 1000)
            if not ready and rest >= 0:
                return
            if not ready:
                self._write(self._stream.idle())
                waited = True
            for fd, _ in ready:
                if fd == self._stop:
                    poller.unregister(self._stop)
                    rest = 0
                    continue
                piece = self._read()
                if piece is None:
                    continue
                if not piece:
                    return
                self._write(self._stream.feed(piece))
                waited = False
                rest += len(piece) if rest >= 0 else 0
            if rest > REST_OCTETS_MAX:
                return

    def _read(self) -> bytes | None:
        """What is there; None when it is gone again, nothing at the end."""
        try:
            return os.read(self._source, READ_OCTETS)
        except BlockingIOError:
            return None
        except OSError:
            return b""  # the other end of a terminal is closed

    def _write(self, data: bytes) -> None:
        if data:
            self._target.write(data)
            self._target.flush()
