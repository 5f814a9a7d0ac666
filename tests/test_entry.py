"""What is understood at once runs at once; everything else goes to the full command line."""

import importlib.abc
import io
import secrets
import sys

import pytest

from strongroom.entry import main


def test_another_command_goes_to_the_full_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "policy" in capsys.readouterr().out


def test_help_of_a_quick_command_comes_from_the_full_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["mask", "--help"]) == 0
    assert "--env-names" in capsys.readouterr().out


def test_a_quick_command_runs_and_its_errors_look_like_all_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    value = secrets.token_urlsafe(32)
    monkeypatch.setenv("A_VALUE", value)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"a {value}".encode())))

    assert main(["mask", "--env-names", "A_VALUE"]) == 0
    assert capsys.readouterr().out == "a [A_VALUE]"
    assert main(["mask", "--env-names", "NOT_SET"]) == 78
    assert "[mask-value-missing]" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["mask", "--env-names", "NOT_SET"], ["--help"]])
def test_an_interrupt_while_something_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    class Interrupting(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == "strongroom.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "strongroom.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])

    assert 130 == main(words)
