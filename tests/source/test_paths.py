"""Tests for strongroom.source.paths."""

import os

import pytest

from strongroom.source.paths import area, is_development, is_fixture, shown
from strongroom.source.seen import Area


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/b.py", Area.PYTHON), (".env", Area.ENV), (".env.example", Area.ENV), ("a.yaml", Area.CONFIG),
     ("README.md", Area.DOCUMENT), ("logo.png", Area.OTHER), (".env.md", Area.DOCUMENT)],
)  # fmt: skip
def test_a_path_has_an_area(path: str, expected: Area) -> None:
    assert expected is area(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("tests/x.py", True), ("a/Fixtures/x.json", True), ("test_x.py", True), ("x_test.py", True),
     ("conftest.py", True), ("docker-compose.override.yml", True), ("settings_local.py", True),
     ("app/latest.py", False), ("contest.py", False), ("app/main.py", False), ("device.py", False)],
)  # fmt: skip
def test_what_is_for_development(path: str, *, expected: bool) -> None:
    assert expected is is_development(path)


def test_bytes_that_are_no_text_are_shown() -> None:
    assert "caf\\xe9.py" == shown(os.fsdecode(b"caf\xe9.py"))
    assert "café.py" == shown("café.py")


def test_a_fixture_lies_in_a_folder_of_tests() -> None:
    assert is_fixture("tests/apps/.env")
    assert not is_fixture("dev/.env")
    assert not is_fixture("tests")
