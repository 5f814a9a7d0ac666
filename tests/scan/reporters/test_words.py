"""Tests for strongroom.scan.reporters.words."""

import pytest
from tests.scan.reporters.build import LEAK, LOW, MESSAGE, PLACE

from strongroom.scan.model import Medium, Place
from strongroom.scan.reporters import words


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (PLACE, "a b/é,x.py:3"),
        (MESSAGE, "commit message 222222222222:1"),
        (Place("b.txt", 0, 0, 0, Medium.FILE_NAME, ""), "file name b.txt"),
        (Place("", 4, 1, 4, Medium.STREAM, ""), "stream:4"),
        (Place("", 0, 0, 0, Medium.FILE, ""), "input"),
    ],
)
def test_where(place: Place, said: str) -> None:
    assert said == words.where(place)


def test_sizes_and_counts() -> None:
    assert ["0 B", "1.0 KiB", "1.5 MiB", "2048.0 GiB"] == [
        words.size(n) for n in (0, 1024, 3 << 19, 1 << 41)
    ]
    assert ["1 box", "2 boxes"] == [words.counted(n, "box", "boxes") for n in (1, 2)]


def test_a_rule_says_where_it_is_revoked_and_a_room_whose_it_is() -> None:
    assert words.remedy(LEAK).endswith("(Acme)")
    assert words.REMEDY == words.remedy(LOW)
    assert words.title(LOW).endswith("production/KEY@v3 of the room")
    assert "" == words.since(PLACE)
