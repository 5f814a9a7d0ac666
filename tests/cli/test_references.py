"""Reports of what refers to a key, at the command line."""

import pytest
from tests.cli.rooms import Terminal
from tests.cli.test_data_key import ADDRESS, keyed

__all__ = ["keyed"]


def test_they_are_reported_listed_and_hold_a_version(keyed: Terminal) -> None:
    keyed.run("key", "rotate", ADDRESS)
    report = ("key", "references", ADDRESS, "--holder", "customers.email")
    (found,) = keyed.json(*report, "--items", "1=1500")
    assert ("customers.email", 1, 1500) == (found["holder"], found["version"], found["items"])
    assert 0 == keyed.run("key", "references", ADDRESS)
    assert b"1,500" in keyed.out
    destroy = ("secret", "destroy", ADDRESS, "--version", "1", "--yes")
    assert 6 == keyed.run(*destroy)
    assert b"version-referenced" in keyed.err
    assert b"1,500 items in customers.email" in keyed.err
    assert 0 == keyed.run(*report, "--none")
    assert b"nothing is reported" in keyed.out
    assert 0 == keyed.run(*destroy)


def test_a_file_is_counted(keyed: Terminal) -> None:
    keyed.run("key", "encrypt", ADDRESS, stdin=b"x")
    (keyed.folder / "texts").write_bytes(keyed.out * 3)
    (found,) = keyed.json("key", "references", ADDRESS, "--holder", "h", "--file", "texts")
    assert (3, 1) == (found["items"], found["version"])


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["--holder", "h"], 2, b"references-which"),
        (["--none"], 2, b"references-which"),
        (["--holder", "h", "--none", "--items", "1=1"], 2, b"references-which"),
        (["--holder", "h", "--items", "one"], 3, b"references-invalid"),
        (["--holder", "a b", "--none"], 3, b"holder-invalid"),
        (["--holder", "h", "--items", "9=1"], 5, b"version-unknown"),
        (["--holder", "h", "--file", "none"], 8, b"file-unreadable"),
    ],
    ids=range(7),
)
def test_what_cannot_be_is_said(keyed: Terminal, argv: list[str], status: int, code: bytes) -> None:
    assert status == keyed.run("key", "references", ADDRESS, *argv)
    assert code in keyed.err
