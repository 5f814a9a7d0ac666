"""`strongroom context`: make, use, list, forget."""

import json
from pathlib import Path

import pytest

from strongroom.cli.main import main


@pytest.fixture(autouse=True)
def _own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("STRONGROOM_CONTEXT", raising=False)
    monkeypatch.chdir(tmp_path)


def _listed(capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, object]:
    capsysbinary.readouterr()
    assert 0 == main(["context", "list", "--json"])
    found: dict[str, object] = json.loads(capsysbinary.readouterr().out)
    return found


def test_a_context_is_made_used_changed_and_forgotten(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert 0 == main(["context", "set", "work", "--policy", "p.md"])
    assert 0 == main(["context", "set", "home", "--room", "r"])
    assert 0 == main(["context", "use", "work"])
    assert 0 == main(["context", "set", "work", "--room", "r2"])
    assert {
        "current": "work",
        "contexts": [
            {"name": "home", "policy": None, "room": str(tmp_path / "r")},
            {"name": "work", "policy": str(tmp_path / "p.md"), "room": str(tmp_path / "r2")},
        ],
    } == _listed(capsysbinary)

    assert 0 == main(["context", "remove", "work"])
    assert None is _listed(capsysbinary)["current"]


def test_the_table_marks_the_one_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    main(["context", "list"])
    assert "no contexts" in capsys.readouterr().out
    main(["context", "set", "work"])
    main(["context", "list"])
    assert "*  work" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["use", "nope"], 5, "context-unknown"),
        (["remove", "nope"], 5, "context-unknown"),
        (["set", "a b"], 78, "context-name-invalid"),
    ],
)
def test_unknown_and_badly_named_contexts(
    argv: list[str], status: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status == main(["context", *argv])
    assert f"[{code}]" in capsys.readouterr().err


def test_a_context_of_the_environment_must_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRONGROOM_CONTEXT", "nope")

    assert 78 == main(["context", "list"])
    assert "[context-unknown]" in capsys.readouterr().err
