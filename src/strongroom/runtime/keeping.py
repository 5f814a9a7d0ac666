"""What of an origin's answers goes into the last-known-good cache, when, and what comes back."""

import time
from threading import Lock
from typing import TYPE_CHECKING, Final

from strongroom.runtime.desk import Desk
from strongroom.runtime.last_good import RENEW_US, LastGood
from strongroom.runtime.listeners import LOG
from strongroom.runtime.sealed import Kept, Key
from strongroom.runtime.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names that a program asks for one after the other are written together.
TOGETHER_S: Final = 0.5
TRIES: Final = 20  # while another process writes


class Keeping:
    """Threads may share it. Writing is done in a thread of its own: nobody waits for a disk."""

    def __init__(self, last_good: LastGood) -> None:
        self._last_good = last_good
        self._written: dict[Key, Kept] = {}
        self._found: Mapping[Key, Kept] | None = None
        self._refused: set[Key] = set()  # whatever a file says, until the origin gives them again
        self._writer = Desk(idle_s=0.0)
        self.after_fork()

    def after_fork(self) -> None:
        """In a child: what is to be written is written by the parent."""
        self._lock = Lock()
        self._unwritten: dict[Key, Kept] = {}
        self._writer.after_fork()

    def said(self, key: Key, versions: tuple[Secret, ...], *, secret: bool = True) -> None:
        """The origin said so now; with no versions it refused, or has none: that is kept at once.

        `secret` is what the origin says of the name.
        """
        texts = tuple((one.version, one.reveal()) for one in versions)
        kept = Kept(self._last_good.now_us(), texts, secret)
        with self._lock:
            (self._refused.discard if versions else self._refused.add)(key)
            before = self._written.get(key)
            # Another process may have written over a refusal: that one is held against the file.
            same = versions and before is not None and before.versions == kept.versions
            if same and before and before.at_us <= kept.at_us < before.at_us + RENEW_US:
                return
            first = not self._unwritten
            self._unwritten[key] = kept
        if not versions:
            self.flush()
        elif first:
            self._writer.call(self._later)

    def recall(self, key: Key) -> tuple[float, tuple[Secret, ...]] | None:
        """How many seconds ago the origin last said what, if that may serve at all."""
        if self._found is None:
            self._found = self._last_good.load()
            if self._found:
                LOG.warning("the origin is away: values that were kept on this machine serve")
        kept = self._found.get(key)
        if kept is None or not kept.versions or key in self._refused:
            return None
        age_s = max(0.0, (self._last_good.now_us() - kept.at_us) / 1_000_000)
        made = (Secret(text, name=key[0], version=version) for version, text in kept.versions)
        return age_s, tuple(made)

    def answered(self) -> None:
        """The origin is there: the next time, what is kept is read anew."""
        self._found = None

    def flush(self) -> None:
        """Write what is to be written; while another process writes, a little later."""
        if not self._write():
            self._writer.call(self._later)

    def _later(self) -> None:
        for _ in range(TRIES):
            time.sleep(TOGETHER_S)
            if self._write():
                return

    def _write(self) -> bool:
        with self._lock:
            unwritten, self._unwritten = self._unwritten, {}
        if not unwritten:
            return True
        if self._last_good.store(unwritten):
            self._written |= unwritten
            return True
        with self._lock:
            self._unwritten = {**unwritten, **self._unwritten}
        return False
