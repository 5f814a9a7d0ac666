"""Tests for strongroom.scan.sources.packs.sifted: what is passed over would not have been found."""

from collections.abc import Callable
from hashlib import sha1
from itertools import islice
from pathlib import Path

import pytest
from tests.scan.sources.build import opened
from tests.scan.sources.packs.build import Random, edited, imported
from tests.scan.sources.packs.rules import OWN, OWN_SET, TEXTS, rules

from strongroom.scan.findings.found import Found
from strongroom.scan.model import NotScanned, Passed, Piece
from strongroom.scan.sources.history import History, HistoryPart
from strongroom.scan.worker import Message, Progress, Recipe, Worker


class Whole:
    """A part that cannot tell what was looked at before."""

    def __init__(self, part: HistoryPart) -> None:
        self.extent = part.extent
        self.pieces = part.pieces


def looked_at(
    worker: Worker, root: Path, part: Callable[[HistoryPart], HistoryPart | Whole]
) -> tuple[list[Found], tuple[int, int]]:
    told: list[Message] = []
    for one in History(opened(root)).parts(1):
        worker.look(part(one), told.append)
    found = [f for m in told if not isinstance(m, Progress | NotScanned) for f in m]
    done = [m for m in told if isinstance(m, Progress)]
    assert not [m for m in told if isinstance(m, NotScanned)]
    return sorted(found, key=repr), (sum(p.items for p in done), sum(p.octets for p in done))


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Worker:
    return Worker(Recipe(None, tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize("seed", range(12))
def test_the_same_is_found_as_in_every_version_whole(
    seed: int, worker: Worker, tmp_path: Path
) -> None:
    random = Random(seed)
    files = {f"f{i}": list(islice(edited(random), 40)) for i in range(3)}
    root = imported(tmp_path / "r", files)
    found, counted = looked_at(worker, root, lambda part: part)

    assert (found, counted) == looked_at(worker, root, Whole)
    assert found


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Worker:
    return Worker(Recipe(rules(), tmp_path_factory.mktemp("cache"), OWN_SET))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_is_found_by_rules_of_all_kinds(seed: int, other: Worker, tmp_path: Path) -> None:
    random = Random(seed)
    files = {f"f{i}": list(islice(edited(random, 60, TEXTS), 60)) for i in range(3)}
    root = imported(tmp_path / "r", files)
    found, counted = looked_at(other, root, lambda part: part)

    assert (found, counted) == looked_at(other, root, Whole)
    assert found


def oid(data: bytes) -> str:
    return sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def sifting(root: Path, is_quiet: Callable[[bytes, bool], bool]) -> list[Piece | Passed]:
    (part,) = History(opened(root)).parts(1)
    found = list(part.sifted(is_quiet))
    assert not [one for one in found if isinstance(one, NotScanned)]
    return [one for one in found if not isinstance(one, NotScanned)]


def test_of_versions_only_what_is_new_is_asked_for(tmp_path: Path) -> None:
    body = b"".join(b"line %d of many\n" % i for i in range(400))
    versions = [body.replace(b"line %d of" % i, b"new %d of" % i) for i in range(100, 120)]
    root = imported(tmp_path / "r", {"a": versions})
    asked: list[tuple[bytes, bool]] = []

    def is_quiet(text: bytes, whole: bool) -> bool:
        asked.append((text, whole))
        return True

    sifting(root, is_quiet)
    parts = [text for text, whole in asked if not whole]
    assert len(versions) - 1 == len(parts)
    assert max(map(len, parts)) < len(body) / 10
    assert 1 == sum(text.startswith(b"line 0") for text, whole in asked if whole)


def test_what_differs_from_what_holds_something_is_asked_for_whole(tmp_path: Path) -> None:
    body = b"".join(b"line %d of many\n" % i for i in range(400))
    versions = [body.replace(b"line %d of" % i, b"new %d of" % i) for i in range(100, 120)]
    root = imported(tmp_path / "r", {"a": versions})
    whole = [piece for piece in sifting(root, lambda _, __: False) if isinstance(piece, Piece)]

    assert set(versions) <= {piece.data for piece in whole}


@pytest.mark.parametrize(
    "form", [OWN.encode(), b'"correct-horse-" +\n    "battery-staple"', OWN.encode().hex().encode()]
)
def test_values_of_a_room_are_found_in_each_version(form: bytes, tmp_path: Path) -> None:
    body = [b"line %d of many\n" % i for i in range(200)]
    versions = [b"".join([*body[:i], b"k = ", form, b"\n", *body[i:]]) for i in (50, 60, 150)]
    root = imported(tmp_path / "r", {"a": [b"".join(body), *versions]})
    worker = Worker(Recipe(own=OWN_SET))
    found, _ = looked_at(worker, root, lambda part: part)

    assert found == looked_at(worker, root, Whole)[0]
    assert {oid(version) for version in versions} <= {one.place.oid for one in found if one.own}
