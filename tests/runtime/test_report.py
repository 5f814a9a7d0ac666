"""What `strongroom validate` says."""

from pathlib import Path

import pytest

from strongroom.runtime.report import report


@pytest.fixture
def file(place: Path) -> Path:
    path = place / "strongroom.toml"
    path.write_text("[secrets.API_KEY]\n[secrets.SECRET_KEY]\nrequired = ['prod']\n", "utf-8")
    return path


def test_values_are_looked_at_where_they_are(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "changeme")
    monkeypatch.setenv("SECRET_KEY", "")
    found = report(file, "staging", values=True)

    assert (found.declared, found.required, found.errors, found.exit) == (2, 1, 1, 78)
    assert [p.code for p in found.problems] == ["placeholder"]


def test_without_values_the_template_is_held_against_the_declaration(file: Path) -> None:
    """P-3.3: in CI."""
    assert [p.code for p in report(file, None, values=False).problems] == ["example-missing"]
    (file.parent / ".env.example").write_text("API_KEY=\nHOST=\n???\n", "utf-8")
    found = report(file, None, values=False)

    assert [(p.name, p.code) for p in found.problems] == [
        (".env.example", "example-unreadable"),
        ("SECRET_KEY", "example-lacks"),
    ]
    (file.parent / ".env.example").write_text("API_KEY=\nSECRET_KEY=\nHOST=\n", "utf-8")
    assert report(file, None, values=False).exit == 0


def test_a_secret_in_the_template_that_is_not_declared_is_a_problem(file: Path) -> None:
    (file.parent / ".env.example").write_text("API_KEY=\nSECRET_KEY=\nDB_PASSWORD=\n", "utf-8")

    assert [p.code for p in report(file, None, values=False).problems] == ["undeclared"]
