"""Tests for strongroom.cli.adopt_view."""

import pytest

from strongroom.cli.adopt_view import show, show_end
from strongroom.discover.interface import Trouble
from strongroom.discover.report import Report
from strongroom.ops.adopt import Adoption

EMPTY = Adoption(
    "shop", Report((), (), (Trouble("a\x1b[31m.tf", 3, "secret-in-state", "why"),), (), 7), None, ()
)


def test_names_from_a_repository_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(EMPTY, None, None)
    out = capsys.readouterr().out

    assert "\x1b" not in out
    assert "shop: 0 secrets expected, 7 files looked at" in out
    assert "[secret-in-state]" in out


def test_a_plan_says_that_nothing_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    show_end(EMPTY, None, written=False, room=False)

    assert "nothing was written" in capsys.readouterr().out
