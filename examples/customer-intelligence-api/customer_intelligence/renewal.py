"""After a rotation of the key for fields: rows that an older key encrypted are written anew.

The old key is still accepted until its grace ends. What was not renewed by then could not be read
again, so this also runs at each start.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from customer_intelligence import customers
from customer_intelligence.database import Pool
from strongroom import Secrets
from strongroom.runtime.data_keys import DataKeys

LOG: Final = logging.getLogger("customer_intelligence")
AGAIN_S: Final = 60.0
_FIRST: Final = uuid.UUID(int=0)


class Renewal:
    """A thread that goes through all rows when it is asked to, and again after a failure."""

    def __init__(self, pool: Pool, keys: DataKeys) -> None:
        self._pool = pool
        self._keys = keys
        self._wanted = Event()
        self._ended = False
        self._thread = Thread(target=self._run, name="renewal", daemon=True)

    def ask(self) -> None:
        """Go through all rows soon."""
        self._wanted.set()

    def start(self) -> None:
        """Go through all rows now."""
        self.ask()
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch that is under way."""
        self._ended = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        pause: float | None = None
        while True:
            self._wanted.wait(pause)
            self._wanted.clear()
            if self._ended:
                return
            try:
                self._all()
                pause = None
            except Exception as error:  # noqa: BLE001 - the database may be away; requests go on
                LOG.error("rows could not be renewed: %s", type(error).__name__)  # noqa: TRY400 - it may show a row
                pause = AGAIN_S

    def _all(self) -> None:
        number: uuid.UUID | None = _FIRST
        written = unreadable = 0
        while number is not None and not self._ended:
            with self._pool.connection() as connection:
                done = customers.renew(connection, self._keys, number)
            number, written = done.last, written + done.written
            unreadable += done.unreadable
        if written:
            LOG.info("%d customers were encrypted anew with the newest key", written)
        if unreadable:
            LOG.error("%d customers can be opened by no key that is still accepted", unreadable)


@contextmanager
def running(secrets: Secrets, pool: Pool, keys: DataKeys, name: str) -> Iterator[None]:
    """After each rotation of `name`, and at the start."""
    renewal = Renewal(pool, keys)
    renewal.start()
    end = secrets.on_rotate(name, lambda _: renewal.ask())
    try:
        yield
    finally:
        end()
        renewal.stop()
