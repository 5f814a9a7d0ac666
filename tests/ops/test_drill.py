"""Drills that were held are listed, whatever came of them."""

from strongroom.gate.shown import RecordEvidence
from strongroom.ops import drill
from strongroom.ops.local import Local, done


def test_failed_drills_are_listed_too_and_other_evidence_is_not(room: Local) -> None:
    for kind, passed in ((drill.RESTORE, True), (drill.RESTORE, False), ("backup", True)):
        done(room.gate.change(room.caller, RecordEvidence(kind, passed, {})))

    assert sorted(one.outcome for one in drill.held(room)) == ["failed", "passed"]
    assert len(drill.held(room, 1)) == 1
