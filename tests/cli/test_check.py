"""Tests for strongroom.cli.check."""

import json
from pathlib import Path

import pytest
from tests.check.build import GENERATED, repository

from strongroom.cli.main import main

DOCUMENT = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one violation, nobody's configuration, and a policy beside it."""
    root = repository(
        tmp_path / "work",
        {
            "app.py": f"API_KEY = '{GENERATED}'\n",
            ".gitignore": ".env\n",
            "SECRETS_POLICY.md": DOCUMENT.read_text("utf-8"),
        },
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    for name in ("STRONGROOM_POLICY", "STRONGROOM_CONTEXT", "STRONGROOM_ROOM"):
        monkeypatch.delenv(name, raising=False)
    return root


def test_the_report_for_people(capsys: CAPTURE) -> None:
    assert main(["check"]) == 1

    shown = capsys.readouterr()
    assert "app.py" in shown.out
    assert "[hardcoded-secret]" in shown.out
    assert "scoreboard" in shown.out
    assert "clauses pass" in " ".join(shown.out.split())
    assert GENERATED not in shown.out + shown.err


def test_the_report_for_machines(capsys: CAPTURE) -> None:
    assert main(["check", "--json"]) == 1

    body = json.loads(capsys.readouterr().out)
    assert body["format"] == "strongroom/check/v1"
    assert {"hardcoded-secret"} == {
        f["rule"] for f in body["findings"] if f["place"]["path"] == "app.py"
    }
    assert {"pass", "fail", "not-evaluated"} == {s["verdict"] for s in body["scoreboard"]}


def test_sarif_into_a_file(work: Path, capsys: CAPTURE) -> None:
    assert main(["check", "--sarif", "--output", "out.sarif"]) == 1

    assert "" == capsys.readouterr().out
    assert "2.1.0" == json.loads((work / "out.sarif").read_text("utf-8"))["version"]


def test_sarif_on_standard_output(capsys: CAPTURE) -> None:
    assert main(["check", "--sarif", "--rule", "hardcoded-secret"]) == 1

    assert 1 == len(json.loads(capsys.readouterr().out)["runs"][0]["results"])


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--rule", "hardcoded-secret"], 1),
        (["--rule", "secret-logged"], 0),
        (["--rule", "env-file-mode", "--fail-on", "critical"], 0),
        (["--clause", "P-8.11", "--fail-on", "critical"], 1),
        (["--clause", "P-3.2"], 0),
        (["--json", "--sarif"], 2),
        (["--output", "x"], 2),
        (["--fail-on", "dreadful"], 2),
        (["--rule", "nope"], 5),
        (["--clause", "P-99.9"], 5),
        (["nowhere"], 5),
        (["app.py"], 3),
        (["--policy", "nowhere.md"], 5),
        (["--json", "--output", "no/where.json"], 8),
    ],
)
def test_how_it_ends(arguments: list[str], status: int, capsys: CAPTURE) -> None:
    assert status == main(["check", *arguments])
    assert "Traceback" not in capsys.readouterr().err


def test_another_folder_is_named_as_the_argument(work: Path, capsys: CAPTURE) -> None:
    repository(work.parent / "other", {"b.py": "log.info(api_key)\n"})

    assert main(["check", "../other", "--rule", "secret-logged"]) == 1
    assert "b.py" in capsys.readouterr().out
