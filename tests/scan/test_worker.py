"""Tests for strongroom.scan.worker."""

from pathlib import Path

from tests.scan.build import ACME, RECIPE, token, write

from strongroom.scan.engine.engine import is_kept
from strongroom.scan.model import NotScanned
from strongroom.scan.sources.folder import Folder
from strongroom.scan.worker import Message, Progress, Recipe, Worker


def test_rules_are_compiled_for_all_processes_at_once(tmp_path: Path) -> None:
    recipe = Recipe(ACME, tmp_path / "cache")
    assert not is_kept(ACME, recipe.cache)
    Worker(recipe).prepare()

    assert is_kept(ACME, recipe.cache)
    assert is_kept(ACME, None)


def test_everything_of_a_part_is_told(tmp_path: Path) -> None:
    one = token()
    write(tmp_path, {"a.py": f"k = '{one}'\n", "b.txt": "nothing\n", "node_modules/c.js": one})
    told: list[Message] = []
    worker = Worker(RECIPE)
    for part in Folder(tmp_path).parts(1):
        worker.look(part, told.append)
    gaps = [m for m in told if isinstance(m, NotScanned)]
    found = [one for m in told if not isinstance(m, NotScanned | Progress) for one in m]
    done = [m for m in told if isinstance(m, Progress)]

    assert ["node_modules"] == [gap.path for gap in gaps]
    assert ["a.py"] == [each.place.path for each in found]
    assert (2, 8 + len(one) + 7) == (sum(p.items for p in done), sum(p.octets for p in done))
