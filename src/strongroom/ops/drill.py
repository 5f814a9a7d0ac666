"""Operations on drills that were held. Holding one is in `wiring`: it opens other rooms."""

from typing import Final

from strongroom.gate.shown import ListEvidence, Shown
from strongroom.ops.local import Local, done

RESTORE: Final = "drill-restore"
KINDS: Final = (RESTORE,)


def held(room: Local, limit: int = 100) -> list[Shown]:
    """The newest drills, newest first, passed and failed.

    Raises:
        DeniedError: the caller may not read the log.
    """
    found = done(room.gate.look(room.caller, ListEvidence(KINDS, limit)))
    assert isinstance(found, list)
    return found
