"""Progress on standard error."""

import io
import sys

import pytest

from strongroom.cli import progress


class Screen(io.StringIO):
    """Standard error where a person looks at it."""

    def isatty(self) -> bool:
        return True


def test_a_person_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress.shown() as report:
        report("staging", 0, 10)
        report("staging", 10, 10)

    assert "staging" in screen.getvalue()
    assert "10/10" in screen.getvalue()


def test_a_log_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown() as report:
        report("staging", 1, 2)

    assert ("", "") == capsys.readouterr()


def test_a_closed_standard_error_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with progress.shown() as report:
        report("staging", 1, 2)
