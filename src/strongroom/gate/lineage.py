"""Where an instance of a room comes from: the logs that its own log goes on from.

A restored room continues the tree of the log that it was restored with, under an origin and
a key of its own. The checkpoints before are under earlier keys, so those are kept, in a row
under the room's MAC.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from strongroom.audit.checkpoint import origin_of
from strongroom.audit.note import VerifierKey
from strongroom.db.interface import Db
from strongroom.db.tables.house import META
from strongroom.errors import TamperedError
from strongroom.gate.rows import Meta, Seal

ORIGINS_MAX: Final = 1_000


class Origin(msgspec.Struct, frozen=True):
    """An earlier instance, and the last that is known of its log. Ids and keys are bytes.

    `backup_id` is None where a live file was copied.
    """

    instance_id: bytes
    log_public: bytes
    log_size: int
    checkpoint: str | None
    at_us: int
    backup_id: bytes | None = None

    @property
    def key(self) -> VerifierKey:
        """The key that its checkpoints are under."""
        return VerifierKey(origin_of(self.instance_id), self.log_public)


def encode(origins: Sequence[Origin]) -> bytes:
    """The content of the row, oldest instance first."""
    return msgspec.json.encode(origins, order="deterministic")


def lineage(db: Db, seal: Seal) -> list[Origin]:
    """Of this room, oldest instance first; empty for one that was never restored.

    Raises:
        TamperedError: `row-tampered`, `lineage-malformed`.
    """
    row = META.get(db, Meta.LINEAGE)
    if row is None:
        return []
    try:
        return msgspec.json.decode(seal.check(META, row).value, type=list[Origin])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TamperedError(
            "lineage-malformed", "where the room comes from cannot be read"
        ) from None
