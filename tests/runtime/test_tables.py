"""Tests for strongroom.runtime.tables."""

from pathlib import Path

import pytest

from strongroom.runtime import tables


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("[other]\nx = 1\n", {}),
        ("[validate]\nexpired = 'error'\n", {"expired": "error"}),
        ("[validate]\nexpired = 3\n", None),
        ("[validate]\nunknown = 'error'\n", None),
        ("validate = 'error'\n", None),
        ("[validate\n", None),
    ],
)
def test_a_table_of_texts_or_nothing(
    tmp_path: Path, text: str, found: dict[str, str] | None
) -> None:
    path = tmp_path / "strongroom.toml"
    assert tables.texts(path, "validate", {"expired"}) == {}
    path.write_text(text)
    assert tables.texts(path, "validate", {"expired"}) == found
