"""Tests for strongroom.cli.generate."""

import json
import re
from pathlib import Path

import pytest

from strongroom.cli.main import main
from strongroom.generate.kinds import names
from strongroom.generate.password import SYMBOLS

DOCUMENT = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a policy in it or above, and no configuration of the person's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    for name in ("STRONGROOM_POLICY", "STRONGROOM_CONTEXT", "STRONGROOM_ROOM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_value_alone_goes_to_standard_output(capsys: CAPTURE) -> None:
    assert main(["generate", "jwt"]) == 0

    shown = capsys.readouterr()
    assert re.fullmatch(r"[0-9a-f]{64}\n", shown.out)
    assert "jwt: 256 bits (P-4.1), hexadecimal, 32 bytes" in shown.err
    assert "no policy document" in shown.err
    assert shown.out.strip() not in shown.err


def test_the_document_decides(capsys: CAPTURE) -> None:
    assert main(["generate", "API_KEY", "--policy", str(DOCUMENT), "--env", "staging"]) == 0

    shown = capsys.readouterr()
    assert shown.out.startswith("api_test_")
    assert "no policy document" not in shown.err


def test_json_is_one_document(capsys: CAPTURE) -> None:
    assert main(["generate", "password", "--for", "url", "--length", "20", "--json"]) == 0

    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert shown.err == ""
    assert len(document["value"]) == 20
    assert {"type", "kind", "bits", "format", "clause", "environment", "notes"} < set(document)
    assert "public" not in document


def test_several_values_are_a_line_each(capsys: CAPTURE) -> None:
    assert main(["generate", "data-key", "--count", "3"]) == 0
    assert len(set(capsys.readouterr().out.splitlines())) == 3

    assert main(["generate", "data-key", "--count", "3", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["values"]) == 3


def test_a_pair_is_private_then_public(capsys: CAPTURE) -> None:
    assert main(["generate", "ed25519"]) == 0

    out = capsys.readouterr().out
    assert out.index("BEGIN PRIVATE KEY") < out.index("BEGIN PUBLIC KEY")

    assert main(["generate", "ed25519", "--json"]) == 0
    assert "PUBLIC" in json.loads(capsys.readouterr().out)["public"]


def test_a_file_keeps_the_value_off_the_screen(nowhere: Path, capsys: CAPTURE) -> None:
    assert main(["generate", "ed25519", "--out", "key"]) == 0

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "written to key.pub" in shown.err
    assert "PRIVATE" in (nowhere / "key").read_text()
    assert "PUBLIC" in (nowhere / "key.pub").read_text()

    assert main(["generate", "jwt", "--out", "other", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"] == ["other"]
    assert "value" not in document

    assert main(["generate", "jwt", "--out", "other"]) == 6
    assert "file-exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["Sentry", "--policy", str(DOCUMENT)], 3, "provider-issues"),
        (["jwtt"], 3, "perhaps jwt"),
        (["jwt", "--bits", "128"], 3, "128 bits asked for, 256 required (P-4.1)"),
        (["jwt", "--brand", "x"], 2, "option-unfit"),
        (["jwt", "--policy", "none.md"], 5, "none.md"),
        ([], 2, "usage"),
    ],
)
def test_failures_say_what_to_do(
    arguments: list[str], status: int, words: str, capsys: CAPTURE
) -> None:
    assert status == main(["generate", *arguments])

    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err


def test_the_guide_names_every_kind_and_every_target() -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/generate.md").read_text("utf-8")

    assert [name for name in names() if f"| `{name}` |" not in guide] == []
    for target, symbols in SYMBOLS.items():
        assert re.search(rf"\| `{target}`[^|]*\| `{re.escape(symbols)}` \|", guide)
