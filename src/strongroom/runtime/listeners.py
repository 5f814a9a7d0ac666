"""Who wants to know when a secret has another value. No lock is held while one is told."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import Final

from strongroom.runtime.secret import Secret

Callback = Callable[[Secret], object]
LOG: Final = logging.getLogger("strongroom.runtime")


class _Listener:
    __slots__ = ("busy", "callback", "ended", "name", "told")

    def __init__(self, name: str, callback: Callback, told: Secret | None) -> None:
        self.name = name
        self.callback = callback
        self.told = told
        self.busy = False
        self.ended = False


class Listeners:
    """Each is told one thing at a time, in order, and always what is the newest by then."""

    def __init__(self, current: Callable[[str], Secret | None]) -> None:
        self._current = current
        self._all: list[_Listener] = []
        self._lock = Lock()

    def after_fork(self) -> None:
        """In a child: who was being told in another thread is told there no more."""
        self._lock = Lock()
        for one in self._all:
            one.busy = False

    def add(self, name: str, callback: Callback) -> Callable[[], None]:
        """Tell `callback` from the next change on; gives what ends that."""
        one = _Listener(name, callback, self._current(name))
        with self._lock:
            self._all.append(one)

        def end() -> None:
            with self._lock:
                one.ended = True
                if one in self._all:
                    self._all.remove(one)

        return end

    def names(self) -> frozenset[str]:
        """Of which secrets somebody wants to know."""
        with self._lock:
            return frozenset(one.name for one in self._all)

    def announce(self, name: str) -> None:
        """`name` may have another value: whoever does not know it is told."""
        with self._lock:
            concerned = [one for one in self._all if one.name == name]
        for one in concerned:
            self._tell(one)

    def _tell(self, one: _Listener) -> None:
        while True:
            with self._lock:
                secret, known = self._current(one.name), one.told
                if one.busy or one.ended or secret is None or secret is known:
                    return
                one.told = secret
                if known is None or same(known, secret):
                    continue  # the first value is no rotation
                one.busy = True
            try:
                one.callback(secret)
            except Exception as error:  # noqa: BLE001 - neither the others nor the watcher suffer
                # Its text may hold the value.
                LOG.error(  # noqa: TRY400 - so may its traceback
                    "what was to be done after %s rotated failed: %s",
                    one.name,
                    type(error).__name__,
                )
            finally:
                with self._lock:
                    one.busy = False


def same(one: Secret, other: Secret) -> bool:
    """Whether they are one version of one secret."""
    return one.version == other.version and one == other


def identical(one: tuple[Secret, ...], other: tuple[Secret, ...]) -> bool:
    """Whether they are the very same objects: nothing is to be read anew then."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
