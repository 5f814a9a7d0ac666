"""Tests for strongroom.scan.drive."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.scan.build import RECIPE, Folders, token, write

from strongroom.scan import starting
from strongroom.scan.drive import Totals, Watch, drive
from strongroom.scan.sources.folder import Folder

if TYPE_CHECKING:
    from strongroom.scan.findings.found import Found


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    one = token()
    files = {"a.py": f"{one}\n{token()}", "node_modules/x": "x", "b.py": one}
    return Folders(tuple(write(tmp_path / str(n), files) for n in range(2)))


def run(
    source: Folders, *, jobs: int, early: bool = False
) -> tuple[set[tuple[bytes, str, int]], Totals]:
    found: list[Found] = []
    totals = drive(source, RECIPE, Watch(found.extend), jobs, early=early)
    return {(f.secret, f.place.path, f.place.line) for f in found}, totals


def test_processes_find_the_same_as_one(folders: Folders) -> None:
    one_by_one = [run(Folders((folder,)), jobs=1) for folder in folders.folders]
    found, totals = run(folders, jobs=2)
    again, _ = run(folders, jobs=2, early=True)

    assert found == again == one_by_one[0][0] | one_by_one[1][0]
    assert 4 == totals.items == sum(t.items for _, t in one_by_one)
    assert sorted(m for _, t in one_by_one for m in t.missed) == totals.missed


def test_processes_that_are_not_needed_go(folders: Folders) -> None:
    found, totals = run(Folders(folders.folders[:1]), jobs=2, early=True)

    assert 3 == len(found)
    assert 2 == totals.items


def test_progress_counts_up_to_what_is_expected(folders: Folders) -> None:
    told: list[tuple[int, int, int, int]] = []

    def tell(totals: Totals, items: int, octets: int) -> None:
        told.append((totals.items, totals.octets, items, octets))

    drive(folders, RECIPE, Watch(lambda _: None, tell), 1)
    items, octets, all_items, all_octets = told[-1]

    assert (4, 4) == (items, all_items)
    assert octets == all_octets


def test_a_folder_is_scanned_while_it_is_walked(tmp_path: Path) -> None:
    one = token()
    write(tmp_path, {f"d{n}/a.py": f"{'x = 1' * 300_000}\nk = '{one}'\n" for n in range(8)})
    told: list[tuple[int, int]] = []
    found: list[Found] = []

    def tell(totals: Totals, items: int, octets: int) -> None:
        told.append((totals.items, items))

    ready = [starting.start()]
    totals = drive(Folder(tmp_path), RECIPE, Watch(found.extend, tell), 2, ready=ready)

    assert {f"d{n}/a.py" for n in range(8)} == {f.place.path for f in found}
    assert 8 == totals.items
    assert (8, 8) == told[-1]
    assert ready[0].returncode is not None
