"""When a group of rotations was begun that has members which people change by hand.

What the room rotates says by its rows when the group began. Where a person does it all there is no
such row, and nothing would say that he did it after that. So the room keeps the marks of the last
groups, in one of its own facts.
"""

from dataclasses import dataclass
from typing import Final

from strongroom.db.tables.house import META, MetaRow
from strongroom.gate.changes.rotation import Mark
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.desk import Desk
from strongroom.gate.rows import Meta
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

KEPT_US: Final = 24 * 3_600_000_000
MARKS_MAX: Final = 1_000
_BYTES: Final = 10


@dataclass(frozen=True)
class BeginByHand(OnSecret):
    """Keep the mark of a group, by the right to rotate one member that is changed by hand."""

    address: Address
    mark: Mark

    verb = Verb.ROTATE

    def apply(self, to: Writer) -> Applied:
        """Write it beside those of the last day, at most the newest thousand.

        Raises:
            NotFoundError: `secret-unknown`. ConflictError: `secret-deleted`.
        """
        held = to.active(self.address)
        old = to.load(META, Meta.GROUPS)
        since_ms = (to.now_us - KEPT_US) // 1000
        kept = [one for one in _marks(old) if one.begun_ms >= since_ms and one != self.mark]
        value = b"".join(bytes(one) for one in [self.mark, *kept[: MARKS_MAX - 1]])
        (to.insert if old is None else to.update)(META, MetaRow(Meta.GROUPS, value))
        said = {"act": "by-hand", "group": bytes(self.mark).hex()}
        return Applied(None, held.row.id, 0, "rotation", held.row.id, said)


def marked_by_hand(desk: Desk, asked: bytes, since_us: int) -> Mark | None:
    """The last group that was asked for in these words since then and has members by hand.

    Raises:
        TamperedError: the row was changed.
    """
    row = META.get(desk.db, Meta.GROUPS)
    found = _marks(None if row is None else desk.snapshot.seal.check(META, row))
    mine = (one for one in found if one.asked == asked and one.begun_ms * 1000 >= since_us)
    return max(mine, default=None)


def _marks(row: MetaRow | None) -> list[Mark]:
    value = b"" if row is None else row.value
    parts = (value[k : k + _BYTES] for k in range(0, len(value), _BYTES))
    return [Mark(part[:4], int.from_bytes(part[4:], "big")) for part in parts]
