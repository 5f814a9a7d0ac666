"""Evidence: what was shown stays as it was recorded."""

import hashlib
import json

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.audit.entry import decode
from strongroom.db.tables.evidence import EVIDENCE
from strongroom.errors import InvalidError, TamperedError
from strongroom.gate.fsck import fsck
from strongroom.gate.operation import Done, Refused
from strongroom.gate.rows import Seal
from strongroom.gate.shown import ListEvidence, RecordEvidence, Shown


def listed(world: World, *kinds: str) -> list[Shown]:
    answer = world.again().look(world.owner, ListEvidence(kinds))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, list)
    return answer.result


def test_evidence_is_listed_newest_first_and_by_kind(world: World) -> None:
    for kind, passed in (("a", True), ("b", True), ("a", False)):
        world.time.us += 1
        world.gate.change(world.owner, RecordEvidence(kind, passed, {"n": 7}))

    assert [(one.kind, one.outcome, one.by) for one in listed(world, "a", "b")] == [
        ("a", "failed", "ann"), ("b", "passed", "ann"), ("a", "passed", "ann"),
    ]  # fmt: skip
    assert [one.report["n"] for one in listed(world, "b")] == [7]
    assert listed(world, "none") == []


def test_the_entry_of_the_log_names_the_report_by_its_digest(world: World) -> None:
    """So that whoever has the signed log can hold a report against it."""
    world.gate.change(world.owner, RecordEvidence("drill", True, {"x": "y"}))
    db = world.room.connect()
    ((leaf,),) = db.query("SELECT leaf FROM entry ORDER BY at_us DESC, change_seq DESC LIMIT 1")
    (row,) = EVIDENCE.where(db)
    db.close()
    assert isinstance(leaf, bytes)

    assert hashlib.sha256(row.report.encode()).digest() == row.digest
    assert decode(leaf).object_kind == "evidence"
    assert decode(leaf).object_id.startswith(row.digest[:16])
    assert json.loads(row.report)["x"] == "y"


def test_a_report_that_was_edited_is_not_shown(world: World) -> None:
    world.gate.change(world.owner, RecordEvidence("drill", False, {}))
    by_hand(world, "UPDATE evidence SET outcome = 'passed'", drop=True)

    with pytest.raises(TamperedError):
        listed(world, "drill")


def test_evidence_that_was_deleted_is_missed(world: World) -> None:
    world.gate.change(world.owner, RecordEvidence("drill", False, {}))
    by_hand(world, "DELETE FROM evidence", drop=True)
    db = world.room.connect()

    assert [p.kind.value for p in fsck(db, Seal(world.room.keys.row_mac))] == ["missing"]
    db.close()


def test_who_may_not_administer_records_nothing(world: World) -> None:
    answer = world.gate.change(world.developer, RecordEvidence("drill", True, {}))

    assert isinstance(answer, Refused)
    assert listed(world, "drill") == []
    assert isinstance(world.gate.look(world.developer, ListEvidence(("drill",))), Refused)


def test_a_report_has_a_bound(world: World) -> None:
    with pytest.raises(InvalidError) as error:
        world.gate.change(world.owner, RecordEvidence("drill", True, {"x": "y" * 9_000}))
    assert error.value.code == "evidence-too-large"
