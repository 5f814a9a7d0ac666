"""Tests for strongroom.check.facts."""

from tests.check.build import facts

from strongroom.check.facts import GitFacts
from strongroom.source.seen import Area, NotLookedAt


def test_a_gap_is_one_of_its_area_only() -> None:
    found = facts(
        not_looked_at=(
            NotLookedAt("a.py", "syntax-error", "", Area.PYTHON),
            NotLookedAt("b.py", "syntax-error", "", Area.PYTHON),
            NotLookedAt("c", "symlink", ""),
        )
    )

    assert "2 python files not looked at" == found.gap(Area.PYTHON)
    assert found.gap(Area.CONFIG) == ""


def test_a_folder_that_stays_closed_is_a_gap_in_every_area() -> None:
    found = facts(not_looked_at=(NotLookedAt("x", "unreadable", "", Area.FOLDER),))

    assert {"1 folder not looked at"} == {found.gap(a) for a in (Area.PYTHON, Area.ENV)}


def test_git_is_usable_when_it_has_no_problem() -> None:
    assert GitFacts().usable
    assert not GitFacts("git-missing").usable
