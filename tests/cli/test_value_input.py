"""Values from standard input, a terminal, a file."""

import io
import os
import sys
from pathlib import Path

import pytest

from strongroom.cli import value_input
from strongroom.errors import StrongroomError


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (b"a", b"a"),
        (b"a\n", b"a"),
        (b"a\r\n", b"a"),
        (b"a\n\n", b"a\n"),
        (b"", b""),
        (b"\r", b"\r"),
    ],
)
def test_one_line_end_is_taken_off(
    typed: bytes, value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))

    assert value == value_input.read()


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(b"a\n")

    assert b"a\n" == value_input.from_file(tmp_path / "v")


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (value_input.VALUE_BYTES_MAX + 1))
    codes = {}
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe", tmp_path / "large", Path("a\x00")):
        with pytest.raises(StrongroomError) as error:
            value_input.from_file(path)
        codes[path.name] = error.value.code

    assert {
        tmp_path.name: "value-not-a-file",
        "none": "value-unreadable",
        "pipe": "value-not-a-file",
        "large": "value-too-large",
        "a\x00": "value-unreadable",
    } == codes
