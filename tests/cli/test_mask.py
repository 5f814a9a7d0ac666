"""The same command through the full command line."""

import secrets

import pytest
from tests.cli.rooms import Terminal, terminal

__all__ = ["terminal"]


def test_names_may_be_repeated_and_separated(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {name: secrets.token_hex(16) for name in "ABC"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    words = ["mask", "--env-names", "A,B", "--env-names=C"]

    assert terminal.run(*words, stdin=" ".join(values.values()).encode()) == 0
    assert terminal.out == b"[A] [B] [C]"


def test_nothing_known_is_an_error_before_anything_is_read(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("HOST=x\n", "utf-8")

    assert terminal.run("mask", "--env-file", ".env", stdin=b"text") == 78
    assert terminal.out == b""
    assert b"[mask-nothing-known]" in terminal.err
