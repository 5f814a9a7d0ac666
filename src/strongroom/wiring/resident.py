"""A room that stays open in a program that does other things (docs/adr/0221).

Between two uses it holds no lock and no transaction, so that others go on meanwhile. It is opened
anew where it may have become another one: after an error, when its file was replaced, when its
policy changed, and behind a fork: a child never touches what its parent opened.
"""

import atexit
import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Final, NamedTuple
from weakref import WeakSet

from strongroom import config
from strongroom.db.interface import DbBusyError
from strongroom.errors import (
    ConfigError,
    IntegrityError,
    MachineError,
    NotFoundError,
    RequestError,
    StrongroomError,
    UpstreamError,
)
from strongroom.ops.local import Local
from strongroom.wiring.opening import find_folder, open_room
from strongroom.wiring.place import place_of
from strongroom.wiring.process import DATABASE

WAIT_S: Final = 5.0  # for another thread; a busy database is waited for as long
SIGN_S: Final = 10.0  # what was read is in the signed log after so long, or at the end


class _Opened(NamedTuple):
    """A room, what closes it, and the place of its file."""

    room: Local
    stack: ExitStack
    file: bytes


class Resident:
    """The room in `folder`, or the one that the command line would find from here.

    `agent` stands in the log beside the operating system's user. Threads take turns.
    """

    def __init__(self, folder: Path | None, agent: str) -> None:
        self._folder = folder
        self._agent = agent
        self._cwd = Path.cwd()
        self._place = folder and self._cwd / folder
        self._start()
        _ALL.add(self)

    def _start(self) -> None:
        self._lock = RLock()
        self._opened: _Opened | None = None
        self._read_at: float | None = None  # what is not signed yet, by the monotonic clock

    @property
    def label(self) -> str:
        """`the room at …`, if its folder is known."""
        return f"the room at {self._place}" if self._place else "the room"

    @contextmanager
    def use(self, *, reads: bool = False) -> Iterator[Local]:
        """The room for the length of a call; `reads` says that entries are written.

        Raises:
            UpstreamError: (retryable) `origin-busy`: a thread or process holds it for too long.
            ConfigError: `room-not-found`, and those of `open_room`; what else it raises too.
        """
        with self._turn():
            try:
                if self._opened is not None and not self._same(self._opened):
                    self._drop()
                if self._opened is None:
                    self._opened = self._open()
                if reads and self._read_at is None:
                    self._read_at = time.monotonic()
                yield self._opened.room
                self._sign(self._opened)
            except (RequestError, ConfigError):
                raise
            except StrongroomError as error:
                if isinstance(error, MachineError) and getattr(error, "retryable", False):
                    raise UpstreamError(
                        "origin-busy",
                        f"{self.label}: {error.message}",
                        fix=error.fix,
                        retryable=True,
                    ) from None
                # Whatever is wrong may be gone with the next opening.
                self._drop()
                raise

    def close(self) -> None:
        """Sign what was read and let go of the room; the next use opens it again."""
        with self._turn():
            self._drop()

    def before_fork(self) -> bool:
        """Wait until no thread is in the room; whether it is to be let go in the parent.

        A child has no other threads, and SQLite in it would wait for ever for one that was.
        """
        return self._lock.acquire(timeout=WAIT_S)

    def in_parent(self) -> None:
        """Go on, after `before_fork`."""
        self._lock.release()

    def in_child(self) -> None:
        """Forget what the parent opened, and do not close it."""
        opened = self._opened
        if opened is not None:
            # What SQLite closes here it would undo under the parent's hands. One reference too
            # many keeps it from that, at the end of the process too.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(opened))
        self._start()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=WAIT_S):
            raise UpstreamError(
                "origin-busy", f"{self.label}: other threads wait for it too", retryable=True
            )
        try:
            yield
        finally:
            self._lock.release()

    def _open(self) -> _Opened:
        settings = config.load(os.environ, self._cwd)
        with ExitStack() as stack:
            try:
                folder = find_folder(settings, self._folder)
                room = stack.enter_context(open_room(settings, os.environ, folder))
            except NotFoundError as error:
                # Not that of a secret, for which it would mean that it was taken away.
                raise ConfigError("room-not-found", error.message, fix=error.fix) from None
            self._place = folder
            room = replace(room, caller=room.caller._replace(agent=self._agent))
            return _Opened(room, stack.pop_all(), place_of(folder / DATABASE))

    def _same(self, opened: _Opened) -> bool:
        """Whether the file is still the one that was opened, and the policy in force too."""
        try:
            if place_of(opened.room.folder / DATABASE) != opened.file:
                return False
            policy = opened.room.gate.consult(lambda desk: desk.snapshot.authority(desk.db).policy)
        except DbBusyError:
            raise
        except (MachineError, IntegrityError):
            # Removed, or turned into another instance: opening it says what it is.
            return False
        return policy == bytes.fromhex(opened.room.policy.sha256)[: len(policy)]

    def _sign(self, opened: _Opened) -> None:
        """Give what was read its place in the log from time to time, and never keep the turn."""
        if self._read_at is None or time.monotonic() - self._read_at < SIGN_S:
            return
        self._read_at = None
        with suppress(StrongroomError):
            opened.room.gate.sequence()
            opened.room.gate.step_aside()

    def _drop(self) -> None:
        opened, self._opened, self._read_at = self._opened, None, None
        if opened is not None:
            with suppress(StrongroomError):
                opened.stack.close()


_ALL: Final[WeakSet[Resident]] = WeakSet()
_stopped: list[Resident] = []  # during a fork


def _before_fork() -> None:
    _stopped.extend(one for one in list(_ALL) if one.before_fork())


def _in_parent() -> None:
    while _stopped:
        _stopped.pop().in_parent()


def _in_child() -> None:
    _stopped.clear()
    for one in list(_ALL):
        one.in_child()


def _at_end() -> None:
    for one in list(_ALL):
        with suppress(StrongroomError):
            one.close()


os.register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_child)
atexit.register(_at_end)
