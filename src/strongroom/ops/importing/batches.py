"""Which imports wait for somebody. Counts and ids only, so it is shown to whoever opens the room."""

from dataclasses import dataclass

from strongroom.gate import occupancy
from strongroom.ops.local import Local


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A batch as people see it; `staged` of `total` versions are written, `published` in use."""

    id: str
    kind: str
    state: str
    total: int
    created_us: int
    created_by: str


def unfinished(room: Local) -> list[Unfinished]:
    """The batches that wait for somebody, oldest first. Counts only, so not recorded."""
    return _batches(room, only_unfinished=True)


def batches(room: Local) -> list[Unfinished]:
    """The newest batches first, whatever became of them."""
    return _batches(room, only_unfinished=False)


def _batches(room: Local, *, only_unfinished: bool) -> list[Unfinished]:
    rows = room.gate.consult(lambda desk: occupancy.listed(desk, unfinished=only_unfinished))
    return [
        Unfinished(
            row.id.hex(), row.kind, row.state, row.total, row.created_us, row.created_by.hex()
        )
        for row in rows
    ]
