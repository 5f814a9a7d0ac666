"""Tests for strongroom.scan.engine.compiled."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from tests.scan.engine import matchers

from strongroom.scan.engine import compiled
from strongroom.scan.engine.matcher import Pattern


class Patterns:
    """Counts how often it is asked, which is when something is compiled."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> Sequence[Pattern]:
        self.asked += 1
        return matchers.PATTERNS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def lines(folder: Path | None, patterns: Patterns, key: str = "k") -> set[tuple[int, int]]:
    found = compiled.matcher(folder, key, patterns)
    return matchers.lines(found, matchers.TEXT)


def test_what_was_compiled_is_loaded_the_next_time(folder: Path) -> None:
    patterns = Patterns()
    first = lines(folder, patterns)
    assert lines(folder, patterns) == first
    assert patterns.asked == 1
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_other_patterns_are_compiled(folder: Path) -> None:
    patterns = Patterns()
    lines(folder, patterns)
    lines(folder, patterns, key="other")
    assert patterns.asked == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "bit", "foreign"])
def test_a_damaged_file_is_made_again(folder: Path, damage: str) -> None:
    patterns = Patterns()
    first = lines(folder, patterns)
    (file,) = folder.iterdir()
    good = file.read_bytes()
    body = b"no database"
    file.write_bytes({
        "empty": b"",
        "cut": good[:-10],
        "bit": good[:-1] + bytes([good[-1] ^ 1]),
        "foreign": compiled.MAGIC + sha256(body).digest() + body,
    }[damage])  # fmt: skip
    assert lines(folder, patterns) == first
    assert patterns.asked == 2
    assert file.read_bytes() == good


def test_what_others_could_have_written_is_not_trusted(folder: Path) -> None:
    patterns = Patterns()
    lines(folder, patterns)
    (file,) = folder.iterdir()
    file.chmod(0o660)
    lines(folder, patterns)
    assert patterns.asked == 2
    folder.chmod(0o770)
    lines(folder, patterns)
    assert patterns.asked == 3


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    patterns = Patterns()
    lines(folder, patterns)
    (file,) = folder.iterdir()
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    lines(folder, patterns)
    assert patterns.asked == 2


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    patterns = Patterns()
    (tmp_path / "file").write_text("x")
    assert lines(tmp_path / "file", patterns) == lines(None, patterns)
    assert patterns.asked == 2
