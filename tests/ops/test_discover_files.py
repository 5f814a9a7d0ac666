"""Tests for strongroom.ops.discover_files."""

import os
from datetime import date
from pathlib import Path

import pytest

from strongroom.errors import StrongroomError
from strongroom.ops.discover import DiscoverRequest, discover
from strongroom.ops.discover_files import Change, Wanted, apply, plan


def wanted(folder: Path) -> Wanted:
    inventory = folder / "inventory.md"
    return Wanted(True, True, True, inventory, "production", "Ada", date(2026, 1, 1))


def planned(folder: Path) -> tuple[Change, ...]:
    return plan(folder, discover(DiscoverRequest(folder, None, os.environ)), None, wanted(folder))


def test_a_plan_writes_nothing_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import os\nos.environ['API_KEY']\n")
    first = planned(tmp_path)
    assert ["app.py"] == [p.name for p in tmp_path.iterdir()]
    apply(first)
    held = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert {"app.py", "strongroom.toml", ".env.example", ".gitignore", "inventory.md"} == set(held)

    again = planned(tmp_path)
    assert [False] * 4 == [c.changed for c in again]
    apply(again)
    assert held == {p.name: p.read_bytes() for p in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("strongroom.toml", b"secrets = 1\n", "declaration-unmergeable"),
        (".env.example", b"\xff\xfe", "file-not-text"),
        (".gitignore", b"x" * 3_000_000, "file-too-large"),
        ("inventory.md", b"somebody's\n", "file-exists"),
    ],
)
def test_what_cannot_be_merged_is_left_alone(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(StrongroomError) as failed:
        planned(tmp_path)

    assert code == failed.value.code
    assert [name] == [p.name for p in tmp_path.iterdir()]


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".gitignore").symlink_to(outside)

    with pytest.raises(StrongroomError) as failed:
        planned(tmp_path / "work")

    assert "file-not-regular" == failed.value.code
    assert b"" == outside.read_bytes()


def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    change = Change(tmp_path / "none" / "x", "", "text", "", 1)

    with pytest.raises(StrongroomError) as failed:
        apply([change])

    assert "output-unwritable" == failed.value.code
