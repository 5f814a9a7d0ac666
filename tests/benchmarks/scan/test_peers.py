"""The adapters: each tool's report as it writes it, and what is made of it.

The tools themselves are large and are not installed here; reports of their real runs are what
these were cut from.
"""

import json
import sys
from pathlib import Path

import pytest
from benchmarks.scan.score import Finding, read_findings

from benchmarks.scan import clean, peers

READERS = {peer.name: peer.read for peer in peers.PEERS}
ROOT = Path("/corpus")
REPORTS: dict[str, object] = {
    "kingfisher": {
        "findings": [
            {"finding": {"path": "/corpus/a/b.py", "line": 3, "snippet": "one\ntwo\nthree"}}
        ]
    },
    "betterleaks": {
        "findings": [
            {
                "match": {"full": "curl x\n\nheader one\ntwo\nthree", "value": "one\ntwo\nthree"},
                "location": {"path": "a/b.py", "start_line": 1, "end_line": 9},
            }
        ]
    },
    "gitleaks": [
        {
            "File": "/corpus/a/b.py",
            "StartLine": 2,
            "EndLine": 5,
            "Match": "key =\none\ntwo\nthree",
            "Secret": "one\ntwo\nthree",
            "Tags": [],
        }
    ],
    "credsweeper": [
        {
            "line_data_list": [
                {"path": "./a/b.py", "line_num": line, "value": "one\ntwo\nthree"}
                for line in (3, 4, 4, 5)
            ]
        }
    ],
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_come_into_one_form(name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps(REPORTS[name]))

    assert list(READERS[name](report, ROOT)) == [Finding("a/b.py", 3, 5, "one\ntwo\nthree")]


def test_a_pair_is_two_findings(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    parts = [{"path": "a.py", "line_num": line, "value": f"part {line}"} for line in (7, 8)]
    report.write_text(json.dumps([{"line_data_list": parts}]))

    assert list(READERS["credsweeper"](report, ROOT)) == [
        Finding("a.py", 7, 7, "part 7"),
        Finding("a.py", 8, 8, "part 8"),
    ]


def test_a_tool_that_gives_hashes_only_names_the_line(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    row = {"line_number": 4, "hashed_secret": "0" * 40}
    report.write_text(json.dumps({"results": {"a.py": [row]}}))

    assert list(READERS["detect-secrets"](report, ROOT)) == [Finding("a.py", 4, 4)]


def test_decoded_secrets_keep_the_lines_of_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    row = {
        "match": {"full": "key\nvalue", "value": "value"},
        "location": {"path": "a.py", "start_line": 6, "end_line": 6},
        "encodings": ["base64"],
    }
    report.write_text(json.dumps({"findings": [row]}))

    assert list(READERS["betterleaks"](report, ROOT)) == [Finding("a.py", 6, 6, "value")]


def test_a_missing_tool_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert peers.scan(tmp_path / "venvs", tmp_path, tmp_path / "out") == {}

    assert "kingfisher is not installed: run setup" in capsys.readouterr().err


def test_a_tool_that_fails_is_quoted(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "raise SystemExit('out of luck')")
    peer = peers.PEERS[0]

    with pytest.raises(RuntimeError, match="kingfisher ended with 1: out of luck"):
        peers.run(tmp_path, peer, command, tmp_path, tmp_path / "report.json")


def test_findings_are_counted_by_source(tmp_path: Path) -> None:
    for name in ("django", "numpy"):
        (tmp_path / "sources" / name).mkdir(parents=True)
        (tmp_path / "sources" / name / "a.py").write_text("x = 1\n")
    rows = [{"file": "django/a.py", "line": line, "secret": None} for line in (1, 1, 2)]
    (tmp_path / "tool.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    table = clean.count(tmp_path / "sources", [tmp_path / "tool.jsonl"])

    assert len(read_findings(tmp_path / "tool.jsonl")) == 3
    assert "| django | 1 | 0.0 | 2 |" in table
    assert "| numpy | 1 | 0.0 | 0 |" in table
    assert "| **all** | 2 | 0.0 | 2 |" in table
