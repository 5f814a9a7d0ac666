"""Exports: every entry, verifiable elsewhere, harmless in a spreadsheet."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.standalone import exports

from strongroom.errors import ConflictError, DeniedError, InvalidError
from strongroom.model.address import Address
from strongroom.ops import access, audit, secret
from strongroom.ops import audit_export as ops
from strongroom.ops.audit import Filter
from strongroom.ops.audit_export import ExportRequest, Format
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("production/api/SECRET_KEY")


@pytest.fixture(autouse=True)
def _busy(room: Local) -> None:
    request = secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada")
    secret.generate_into(room, request)
    for reason in ("to look at it", "=1+1", "@sum(a1)"):
        secret.read(room, KEY, reason=reason)
        audit.sequence(room)


def _verified(tmp_path: Path, room: Local, export: Path) -> tuple[int, dict[str, object]]:
    return exports.run(exports.alone(tmp_path), export, str(audit.verifier_key(room)))


def test_an_export_verifies_without_us(room: Local, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    made = ops.export(room, ExportRequest(tmp_path / "log"), lambda *step: seen.append(step))
    status, report = _verified(tmp_path, room, made.out)

    assert (status, report["ok"]) == (0, True)
    assert (report["size"], made.entries) == (made.end, made.end)
    assert seen[-1] == (made.end, made.end)
    assert "export the log" in {line.kind for line in audit.list_entries(room, Filter())}


@pytest.mark.parametrize("first", [1, 2, 3, 4])
def test_a_part_verifies_too_and_ends_at_a_checkpoint(
    room: Local, tmp_path: Path, first: int
) -> None:
    made = ops.export(room, ExportRequest(tmp_path / "log", first=first, end=first + 1))
    status, report = _verified(tmp_path, room, made.out)

    assert (status, report["first"], report["good"]) == (0, first, made.end)
    assert made.end >= first + 1


def test_since_begins_at_the_checkpoint_before(room: Local, tmp_path: Path) -> None:
    (line, *_) = audit.list_entries(room, Filter(verb="read"))
    made = ops.export(room, ExportRequest(tmp_path / "log", since_us=line.at_us))
    lines = made.out.read_bytes().splitlines()

    assert 0 < made.first <= line.place
    assert json.loads(lines[1])["place"] == made.first
    assert _verified(tmp_path, room, made.out)[0] == 0


def test_an_erased_detail_is_marked_and_the_rest_verifies(
    room: Local, place: Place, tmp_path: Path
) -> None:
    with sqlite3.connect(place.folder / "room.db") as db:
        db.execute("DELETE FROM detail")
    db.close()
    made = ops.export(room, ExportRequest(tmp_path / "log"))
    status, report = _verified(tmp_path, room, made.out)

    assert status == 0
    assert report["erased"] == made.erased > 3
    assert b'"erased":true' in made.out.read_bytes()


def _cells(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_a_spreadsheet_runs_nothing_of_it(room: Local, tmp_path: Path) -> None:
    made = ops.export(room, ExportRequest(tmp_path / "log.csv", Format.CSV))
    rows = _cells(made.out)

    assert not [c for row in rows for c in row.values() if c[:1] and c[0] in "=+-@\t\r|%"]
    assert ops._harmless("=1+1") == "'=1+1"
    assert ops._harmless("\t=1") == "'\t=1"
    assert len([row for row in rows if row["leaf"]]) == made.entries
    assert len([row for row in rows if row["checkpoint"]]) == made.checkpoints
    assert all(row["salt"] and row["detail"] for row in rows if row["leaf"])


def test_both_formats_say_the_same(room: Local, tmp_path: Path) -> None:
    made = ops.export(room, ExportRequest(tmp_path / "log"))
    sheet = ops.export(room, ExportRequest(tmp_path / "csv", Format.CSV, end=made.end))
    said = [json.loads(line) for line in made.out.read_bytes().splitlines()]
    entries = [line for line in said if "leaf" in line]
    rows = [row for row in _cells(sheet.out) if row["leaf"]]

    for line, row in zip(entries, rows, strict=False):
        assert (line["leaf"], line["says"]["verb"]) == (row["leaf"], row["verb"])
        assert (line["blob"], line["says"]["time"]) == (row["detail"], row["time"])


@pytest.mark.parametrize(("first", "end"), [(5, 5), (-1, None), (10**6, None), (0, 10**6), (3, 2)])
def test_a_range_that_is_empty_is_refused(
    room: Local, tmp_path: Path, first: int, end: int | None
) -> None:
    with pytest.raises(InvalidError):
        ops.export(room, ExportRequest(tmp_path / "log", first=first, end=end))

    assert not (tmp_path / "log").exists()


def test_nothing_is_overwritten_and_who_may_not_audit_gets_nothing(
    room: Local, tmp_path: Path
) -> None:
    (tmp_path / "log").write_bytes(b"old")
    with pytest.raises(ConflictError):
        ops.export(room, ExportRequest(tmp_path / "log"))
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.export(room, ExportRequest(tmp_path / "new"))

    assert (tmp_path / "log").read_bytes() == b"old"
    assert not (tmp_path / "new").exists()


def test_pages_are_put_together_without_a_seam(
    room: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ops.export(room, ExportRequest(tmp_path / "a", end=4))
    monkeypatch.setattr(ops, "PAGE", 1)
    pages = ops.export(room, ExportRequest(tmp_path / "b", end=4))

    assert whole.sha256 == pages.sha256


def test_the_verifier_is_written_out_as_it_ships(tmp_path: Path) -> None:
    digest = ops.write_verifier(tmp_path / "v.py")

    assert (tmp_path / "v.py").read_bytes() == ops.verifier_source()
    assert len(digest) == 64
    with pytest.raises(ConflictError):
        ops.write_verifier(tmp_path / "v.py")
