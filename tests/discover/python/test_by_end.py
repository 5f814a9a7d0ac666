"""Tests for strongroom.discover.python.by_end."""

import pytest

from strongroom.discover.python.by_end import ByEnd


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("src.app.base.Common", 1),
        ("app.base.Common", 1),
        ("app.Common", 1),  # a package hands on what its modules have
        ("other.Common", None),
        ("Common", None),
        ("app.Twice", None),
    ],
)
def test_a_thing_is_found_by_the_end_of_its_name(asked: str, found: int | None) -> None:
    things: ByEnd[int] = ByEnd()
    things.add("src.app.base.Common", 1)
    things.add("one.app.x.Twice", 2)
    things.add("two.app.x.Twice", 3)

    assert found == things.get(asked)
    assert {"Common", "Twice"} == things.words()
    assert 3 == len(things) == len(list(things))
