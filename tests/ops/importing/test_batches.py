"""Which imports wait."""

from collections.abc import Callable

from tests.ops.importing.test_run import bring, interrupted, rows

from strongroom.ops import room as rooms
from strongroom.ops.importing import batches, run
from strongroom.ops.importing.request import ImportRequest
from strongroom.ops.local import Local


def test_only_what_was_interrupted_waits(room: Local, source: Callable[..., ImportRequest]) -> None:
    bring(room, source(*rows(2)))
    assert [] == batches.unfinished(room)
    assert () == rooms.status(room).unfinished
    given = [{**row, "name": f"production/b/{n}"} for n, row in enumerate(rows(run.PART + 1))]
    interrupted(room, source(*given), "staging", run.PART)

    (one,) = batches.unfinished(room)
    assert ("import", "staging", run.PART + 1) == (one.kind, one.state, one.total)
    assert room.caller.principal.hex() == one.created_by
    assert (one.id,) == rooms.status(room).unfinished
    assert ["staging", "published"] == [b.state for b in batches.batches(room)]
