"""The lane of one process: entries numbered without a gap, in the order of what happened."""

import secrets
from typing import Final

from strongroom.audit import detail as details
from strongroom.audit.entry import Entry, Outcome, encode
from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.db.tables.log import DetailRow, EntryRow

LANE_BYTES: Final = 16
_SALTS: Final = 64


class Lane:
    """Collects the entries of one transaction. A lane ends when an outcome is unknown."""

    def __init__(self) -> None:
        self.id = secrets.token_bytes(LANE_BYTES)
        self._seq = 0  # of the last entry that is durable or about to be
        self._durable = (0, 0)  # seq and time of the last durable one
        self._at_us = 0
        self._entries: list[EntryRow] = []
        self._details: list[DetailRow] = []
        self._salts = b""

    @property
    def waiting(self) -> bool:
        """Whether this transaction has written or will write an entry."""
        return self._seq > self._durable[0]

    def add(
        self,
        change_seq: int,
        now_us: int,
        *,
        blob: bytes,
        verb: str,
        outcome: Outcome,
        reason: str = "",
        changes: int = 0,
        principal: bytes,
        secret: bytes,
        environment: str,
        version: int,
        kind: str = "",
        object_id: bytes = b"",
        policy: bytes,
    ) -> None:
        """One entry, with what may be erased of it; time never goes back within a lane."""
        lane, seq, at_us = self.id, self._seq + 1, max(now_us, self._at_us)
        salt = self._salt()
        leaf = encode(
            Entry(lane, seq, change_seq, at_us, verb, outcome, reason, changes, principal, secret,
                  environment, version, kind, object_id, policy, details.digest(salt, blob))
        )  # fmt: skip
        self._entries.append(EntryRow(lane, seq, change_seq, at_us, leaf))
        self._details.append(DetailRow(lane, seq, salt, blob))
        self._seq, self._at_us = seq, at_us

    def write(self, db: Db) -> None:
        """Append what was added; before a change, so that each entry names its own place."""
        if self._entries:
            log.append(db, self._entries, self._details)
            self._entries, self._details = [], []

    def finish(self, db: Db) -> None:
        """Append the rest, and tell the sequencer where the lane ends now."""
        self.write(db)
        if self.waiting:
            log.mark_fresh(db, self.id, self._seq)

    def durable(self) -> None:
        """The transaction was committed."""
        self._durable = (self._seq, self._at_us)

    def undone(self) -> None:
        """The transaction was rolled back, and this is known."""
        self._seq, self._at_us = self._durable
        self._entries, self._details = [], []

    def _salt(self) -> bytes:
        if not self._salts:
            self._salts = secrets.token_bytes(_SALTS * details.SALT_BYTES)
        salt, self._salts = self._salts[: details.SALT_BYTES], self._salts[details.SALT_BYTES :]
        return salt
