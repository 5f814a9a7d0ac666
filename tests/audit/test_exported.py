"""Lines of an export: everything of an entry, and words that are those of its leaf."""

import json

from tests.audit.logs import honest

from strongroom.audit import exported
from strongroom.audit.entry import NUMBER_MAX, decode
from strongroom.audit.verifier import Row

ROW = honest(1).rows[0]


def test_a_line_holds_all_that_a_verifier_needs() -> None:
    line = json.loads(exported.entry(7, ROW))
    assert ROW.leaf is not None
    assert ROW.detail is not None

    assert (line["place"], line["seq"], line["lane"]) == (7, 1, ROW.lane.hex())
    assert (line["leaf"], line["salt"]) == (ROW.leaf.hex(), ROW.detail[0].hex())
    assert line["blob"] == ROW.detail[1].decode()
    assert line["says"] == exported.says(decode(ROW.leaf))
    assert "erased" not in line


def test_an_erased_detail_is_marked() -> None:
    line = json.loads(exported.entry(7, ROW._replace(detail=None)))

    assert line["erased"]
    assert not {"salt", "blob"} & line.keys()


def test_what_is_missing_or_unreadable_is_exported_all_the_same() -> None:
    assert json.loads(exported.entry(0, Row(b"l" * 16, 1, None)))["leaf"] is None
    assert json.loads(exported.entry(0, Row(b"l" * 16, 1, b"\xff")))["leaf"] == "ff"
    broken = ROW._replace(detail=(bytes(16), b"\xff"))
    assert json.loads(exported.entry(0, broken))["blob"] == "\ufffd"


def test_only_what_is_said_is_said() -> None:
    assert ROW.leaf is not None
    said = exported.says(decode(ROW.leaf))

    assert said["time"] == "2026-09-21T14:13:20.000000Z"
    assert "" not in said.values()
    assert exported.time(NUMBER_MAX).startswith("294247-01-10")


def test_header_and_checkpoint() -> None:
    head = json.loads(exported.header("strongroom/x", 3, 9, [b"\x01", b"\x02"]))

    assert head == {
        "strongroom_log": 1, "origin": "strongroom/x", "first": 3, "end": 9, "before": ["01", "02"]
    }  # fmt: skip
    assert json.loads(exported.checkpoint("a\n— b\n")) == {"checkpoint": "a\n— b\n"}
