"""Tests for strongroom.cli.discover and what it shows."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.check.build import GENERATED, repository
from tests.conftest import POLICY

from strongroom.cli.main import main

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository, nobody's configuration, and no policy beside it."""
    root = repository(
        tmp_path / "work",
        {
            "app.py": f"import os\nA = os.getenv('API_KEY', '{GENERATED}')\nB = os.environ['DB_USER']\n"
            "P = os.environ['DB_PASSWORD']\nURL = f'postgresql://{B}:{P}@db'\nC = os.getenv('DEBUG')\n"
            "D = os.getenv('SHOP_KEY')\nE = os.environ[f'{x()}_TOKEN']\n",
            "tests/test_app.py": "import os\nos.environ['TEST_PASSWORD']\n",
            "broken.py": "import os\nos.environ[\n",
        },
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("COLUMNS", "160")
    for name in ("STRONGROOM_POLICY", "STRONGROOM_CONTEXT", "STRONGROOM_ROOM"):
        monkeypatch.delenv(name, raising=False)
    return root


def test_the_table_for_people(capsys: CAPTURE) -> None:
    assert main(["discover"]) == 0

    shown = capsys.readouterr().out
    for word in ("API_KEY", "DB_PASSWORD", "DB_USER", "SHOP_KEY", "app.py:4", "P-8.11", "broken.py",
                 "name-computed", "composites", "2 secrets", "--all"):  # fmt: skip
        assert word in shown
    assert not [w for w in ("DEBUG", "TEST_PASSWORD", GENERATED) if w in shown]


def test_all_shows_configuration_and_tests(capsys: CAPTURE) -> None:
    assert main(["discover", "--all"]) == 0

    shown = capsys.readouterr().out
    assert "DEBUG" in shown
    assert "TEST_PASSWORD" in shown


def test_the_policy_proposes(capsys: CAPTURE) -> None:
    assert main(["discover", "--policy", str(POLICY)]) == 0

    shown = capsys.readouterr().out
    assert "90 days" in shown
    assert "P-10.1" in shown


def test_the_report_for_machines(capsys: CAPTURE) -> None:
    assert main(["discover", "--json", "--write", "--dry-run"]) == 0

    out = capsys.readouterr().out
    body = json.loads(out)
    assert "strongroom/discover/v1" == body["format"]
    assert {"name": "API_KEY", "sort": "secret", "default": "generated"}.items() <= body["items"][
        0
    ].items()
    assert 3 == len(body["files"])
    assert GENERATED not in out


def test_files_are_written_once(work: Path, capsys: CAPTURE) -> None:
    assert main(["discover", "--write", "--dry-run"]) == 0
    assert "would write" in capsys.readouterr().out
    assert not (work / "strongroom.toml").exists()

    assert main(["discover", "--write", "--inventory", "inventory.md", "--owner", "Ada"]) == 0
    assert "[secrets.API_KEY]" in (work / "strongroom.toml").read_text()
    assert "DB_PASSWORD=\n" in (work / ".env.example").read_text()
    assert "| DB_PASSWORD |" in (work / "inventory.md").read_text()
    capsys.readouterr()

    assert main(["discover", "--write", "--inventory", "inventory.md", "--owner", "Ada"]) == 0
    assert 4 == capsys.readouterr().out.count("unchanged")


@pytest.mark.parametrize(
    ("words", "status"), [(["nowhere"], 5), (["app.py"], 3), (["--policy", "none.md"], 5), (["--what"], 2)]
)  # fmt: skip
def test_what_cannot_be_done(words: list[str], status: int, capsys: CAPTURE) -> None:
    found = main(["discover", *words])

    assert (status, "") == (found, capsys.readouterr().out)


def test_csv_has_a_row_for_each_name_and_no_value(capsys: CAPTURE) -> None:
    assert main(["discover", "--format", "csv", "--policy", str(POLICY)]) == 0

    text = capsys.readouterr().out
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert GENERATED not in text
    assert {"API_KEY", "DB_PASSWORD", "DEBUG", "TEST_PASSWORD"} <= set(rows)
    found = rows["API_KEY"]
    assert ("secret", "generated", "app.py", "2") == tuple(
        found[name] for name in ("sort", "default", "path", "line")
    )
    assert "P-8.11" in found["gaps"].split()


def test_a_cell_of_csv_is_no_formula(work: Path, capsys: CAPTURE) -> None:
    (work / "=HYPERLINK.py").write_text("import os\nos.environ['EVIL_SECRET']\n")
    assert main(["discover", "--format", "csv"]) == 0

    assert ",'=HYPERLINK.py," in capsys.readouterr().out


def test_json_is_a_format_too(capsys: CAPTURE) -> None:
    assert main(["discover", "--format", "json"]) == 0
    by_format = capsys.readouterr().out
    assert main(["discover", "--json"]) == 0
    assert capsys.readouterr().out == by_format
    assert main(["discover", "--format", "xml"]) == 2
