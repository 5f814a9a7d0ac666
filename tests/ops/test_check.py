"""Tests for strongroom.ops.check."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from tests.check.build import NOW, POLICY, write

from strongroom.errors import InvalidError, MachineError
from strongroom.model.finding import Severity
from strongroom.ops.check import CheckRequest, check, save


def request(root: Path, document: Path | None = None, now: datetime = NOW) -> CheckRequest:
    return CheckRequest(root, POLICY, document or root / "P.md", now, environ=os.environ)


def test_findings_are_counted_from_a_severity_on(tmp_path: Path) -> None:
    result = check(request(write(tmp_path, {"a.py": "log.info(api_key)\nlog.info(api_key[:8])\n"})))
    counts = [result.at_least(s) for s in Severity]

    assert [0, 1, 2] == counts[:3]
    assert counts[3] == len(result.report.findings)


def test_a_document_below_the_folder_is_named_from_there(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"docs/P.md": ""})

    assert check(request(root, root / "docs/P.md")).report.document == "docs/P.md"
    assert str(tmp_path / "P.md") == check(request(root, tmp_path / "P.md")).report.document


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as failed:
        check(request(tmp_path, now=NOW.replace(tzinfo=None)))

    assert failed.value.code == "time-without-zone"


def test_only_what_was_asked_for_is_run(tmp_path: Path) -> None:
    asked = CheckRequest(
        tmp_path, POLICY, tmp_path, NOW, clauses=frozenset({"P-3.1"}), environ=os.environ
    )

    assert ["env-file-mode"] == [card.id for card in check(asked).report.rules]


def test_the_report_as_sarif_names_its_producer(tmp_path: Path) -> None:
    driver = check(request(tmp_path)).sarif()["runs"][0]["tool"]["driver"]

    assert "strongroom" == driver["name"]


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    save(tmp_path / "out.json", b"{}")

    assert b"{}" == (tmp_path / "out.json").read_bytes()
    assert ["out.json"] == [p.name for p in tmp_path.iterdir()]
    for bad in (tmp_path / "no" / "out.json", tmp_path / "out.json" / "x"):
        with pytest.raises(MachineError) as failed:
            save(bad, b"{}")
        assert failed.value.code == "output-unwritable"


def test_a_file_that_is_replaced_keeps_its_mode_and_a_new_one_has_that_of_the_umask(
    tmp_path: Path,
) -> None:
    modes = {}
    for mode in (0o600, 0o755, 0o664):
        path = tmp_path / f"{mode:o}"
        path.touch()
        path.chmod(mode)
        save(path, b"{}")
        modes[mode] = path.stat().st_mode & 0o777
    (tmp_path / "plain").touch()
    save(tmp_path / "new", b"{}")

    assert {mode: mode for mode in modes} == modes
    assert (tmp_path / "plain").stat().st_mode == (tmp_path / "new").stat().st_mode


def test_a_link_that_was_planted_beside_it_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / f".out.json.{os.getpid()}.tmp").symlink_to(outside)
    save(folder / "out.json", b"{}")

    assert "mine" == outside.read_text()
    assert not (folder / "out.json").is_symlink()
    assert b"{}" == (folder / "out.json").read_bytes()


def test_nothing_that_is_there_is_taken_for_the_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _count: "0")
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / ".out-0").symlink_to(outside)

    with pytest.raises(MachineError):
        save(tmp_path / "out", b"{}")
    assert "mine" == outside.read_text()
    assert [".out-0", "outside"] == sorted(p.name for p in tmp_path.iterdir())


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(MachineError):
        save(tmp_path / "out", b"{}")
    assert ["out"] == [p.name for p in tmp_path.iterdir()]
