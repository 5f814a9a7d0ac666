"""`strongroom policy` at the terminal: what is shown, JSON, exit codes, bad files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.policy.samples import EXAMPLE, SMALL

from strongroom.cli.main import main


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("STRONGROOM_POLICY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


def test_compile_counts_what_was_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["policy", "compile", str(EXAMPLE)])
    shown = capsys.readouterr().out

    assert "enforced" in shown
    assert "9 types, 3 environments, 4 roles, 5 rows of inventory" in shown


def test_compile_for_machines(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert 0 == main(["policy", "compile", str(EXAMPLE), "--json"])
    policy = json.loads(capsysbinary.readouterr().out)

    assert 64 == len(policy["sha256"])
    assert policy["access"]["matrix"]["Developer"] == {
        "Production": False,
        "Staging": True,
        "Development": True,
    }


def test_show_has_every_part(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "SECRETS_POLICY.md").write_text(
        f"{EXAMPLE.read_text('utf-8')}\n<!-- strongroom: P-4.7 length=20 -->\n", "utf-8"
    )
    assert 0 == main(["policy", "show"])
    shown = capsys.readouterr().out

    for part in (
        "Types of secrets",
        "Environments",
        "Who may read where",
        "Numbers",
        "Inventory",
        "Contacts",
        "Clauses",
        "Contradictions",
        "Overrides",
    ):
        assert part in shown
    assert "at least 20 characters" in shown


def test_show_for_machines_is_the_same_as_compile(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    main(["policy", "show", str(EXAMPLE), "--json"])
    shown = capsysbinary.readouterr().out
    main(["policy", "compile", str(EXAMPLE), "--json"])

    assert shown == capsysbinary.readouterr().out


@pytest.mark.parametrize("clause", ["P-5.10", "P-1.1", "C-12"])
def test_explain(clause: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["policy", "explain", clause, "--policy", str(EXAMPLE)])
    shown = capsys.readouterr().out

    assert clause in shown
    assert "tested by" in shown


def test_explain_for_machines_and_unknown(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert 0 == main(["policy", "explain", "P-5.10", "--policy", str(EXAMPLE), "--json"])
    assert "P-5.10" == json.loads(capsysbinary.readouterr().out)["id"]
    assert 5 == main(["policy", "explain", "P-77.7", "--policy", str(EXAMPLE)])


def test_diff_says_what_is_looser_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text(SMALL)
    (tmp_path / "b.md").write_text(SMALL.replace("90 days", "365 days"))

    assert 1 == main(["policy", "diff", "a.md", "b.md"])
    assert "1 changes: 0 stricter, 1 looser" in capsys.readouterr().out
    assert 0 == main(["policy", "diff", "a.md", "a.md"])
    assert "mean the same" in capsys.readouterr().out
    assert 1 == main(["policy", "diff", "a.md", "b.md", "--json"])


def test_render_writes_a_document_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["policy", "render", str(EXAMPLE), "--output", "new.md"])
    assert 6 == main(["policy", "render", str(EXAMPLE), "--output", "new.md"])
    capsys.readouterr()
    assert 0 == main(["policy", "render", str(EXAMPLE)])
    assert (tmp_path / "new.md").read_text("utf-8") == capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 3, "policy-empty"),
        (b"\x00", 3, "policy-not-text"),
        (b"# Hello\n", 3, "policy-not-recognised"),
        (b"x" * 2_000_000, 7, "policy-too-large"),
    ],
)
def test_bad_documents_end_with_a_code(
    content: bytes, status: int, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.md").write_bytes(content)

    assert status == main(["policy", "compile", "bad.md"])
    assert f"[{code}]" in capsys.readouterr().err


LOOK = """
import sys
from pathlib import Path
from strongroom.errors import StrongroomError
from strongroom.ops.policy import read
try:
    read(Path(sys.argv[1]))
except StrongroomError as error:
    print(error.code)
"""


def test_a_file_that_others_own_is_unreadable_and_no_traceback(tmp_path: Path) -> None:
    """Root may read everything, so the look is taken by another user."""
    (tmp_path / "p.md").write_text(SMALL)
    (tmp_path / "p.md").chmod(0o600)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run(
        [*user, sys.executable, "-c", LOOK, str(tmp_path / "p.md")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "policy-unreadable" == done.stdout.strip()


def test_a_name_that_is_no_text_is_shown_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert 5 == main(["policy", "compile", "/nowhere/\udcff.md"])
    error = capsys.readouterr().err

    assert "[policy-not-found]" in error
    assert error.isascii() or "\udcff" not in error
