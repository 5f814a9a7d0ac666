"""Tests for strongroom.scan.findings.peers."""

import hashlib
import json

import pytest
from tests.scan.findings.build import RULES, hit, piece, token

from strongroom.errors import ConfigError
from strongroom.scan.findings import found, peers
from strongroom.scan.findings.collect import Collector, Gathered


def gathered(value: bytes, path: str = "a/b.py", line: int = 3) -> Gathered:
    text = piece(b"\n" * (line - 1) + b"key = '" + value + b"'", path)
    collector = Collector(RULES)
    collector.add(found.of(text, [hit(text, value)], keep=True))
    return collector.gathered()[0]


def carried(name: str, body: object, *every: Gathered) -> tuple[int, str]:
    data = body if isinstance(body, str) else json.dumps(body)
    made = peers.carry(name, data.encode(), every, owner="ada")
    assert all(e.owner == "ada" and e.reason for e in made.entries.values())
    return len(made.entries), "\n".join(made.notes)


def test_detect_secrets_by_the_sha1_of_the_secret() -> None:
    value = token()
    row = {
        "type": "Acme",
        "hashed_secret": hashlib.sha1(value, usedforsecurity=False).hexdigest(),
        "line_number": 9,
    }
    lost = {**row, "hashed_secret": "0" * 40, "line_number": 4}
    count, notes = carried(
        "x/.secrets.baseline",
        {"results": {"z.py": [row, lost, "nonsense"]}},
        gathered(value),
        gathered(token()),
    )

    assert 1 == count
    assert "z.py:4 (Acme): nothing that we found" in notes
    assert "filters and plugins" in notes


def test_what_detect_secrets_keeps_no_value_of_is_matched_by_its_place() -> None:
    """As version 1.5 writes it for tokens of GitHub and for private keys."""
    rows = [
        {"type": kind, "line_number": line, "hashed_secret": hashlib.sha1(text).hexdigest()}
        for kind, line, text in (
            ("GitHub Token", 3, b"ghp"),
            ("Private Key", 8, b"BEGIN RSA PRIVATE KEY"),
            ("Private Key", 9, b"BEGIN PRIVATE KEY"),
        )
    ]
    count, notes = carried(
        ".secrets.baseline",
        {"results": {"a/b.py": rows}},
        gathered(token()),
        gathered(token(), line=8),
        gathered(token(), "else.py"),
    )

    assert 2 == count
    assert "3 entries say a kind of secret and not which" in notes
    assert "a/b.py:9 (Private Key): nothing that we found" in notes


def test_detect_secrets_takes_along_what_stands_before_a_key_of_azure() -> None:
    value = token()
    row = {"hashed_secret": hashlib.sha1(b"AccountKey=" + value).hexdigest(), "line_number": 1}

    assert 1 == carried("b.json", {"results": {"z": [row]}}, gathered(value))[0]


def test_a_report_of_gitleaks_by_secret_or_by_place() -> None:
    one, two = token(), token()
    rows = [
        {"RuleID": "r", "File": "else.py", "StartLine": 1, "Secret": one.decode()},
        {"RuleID": "r", "File": "a/c.py", "StartLine": 3, "Secret": "REDACTED"},
        {"RuleID": "r", "File": None},
    ]
    count, notes = carried(
        "report.json", rows, gathered(one), gathered(two, "a/c.py"), gathered(token())
    )

    assert 2 == count
    assert "1 entries hold no secret" in notes


def test_an_ignore_file_of_gitleaks_by_place() -> None:
    text = "# head\n0123abc:a/b.py:rule:3\na/b.py:rule:4 # comment\nnonsense\n"
    count, notes = carried("d/.gitleaksignore", text, gathered(token()), gathered(token(), "q.py"))

    assert 1 == count
    assert ".gitleaksignore:4: no fingerprint" in notes
    assert "line 3: nothing that we found" in notes


def test_patterns_of_git_secrets_speak_for_every_place() -> None:
    text = "# head\na/b[.]py:3\n(\n" + "x" * 600
    count, notes = carried(".gitallowed", text, gathered(token()), gathered(token(), "c.py"))

    assert 1 == count
    assert ".gitallowed:3: the pattern cannot be read" in notes
    assert ".gitallowed:4: the pattern is too long" in notes


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "scan-peer-baseline-invalid"),
        ("[" * 100_000, "scan-peer-baseline-invalid"),
        ("3", "scan-peer-baseline-unknown"),
        ("{}", "scan-peer-baseline-unknown"),
        ("[1]", "scan-peer-baseline-unknown"),
    ],
)
def test_what_is_of_no_tool(body: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        peers.carry("x.json", body.encode(), ())

    assert code == caught.value.code
    assert caught.value.__context__ is None


def test_no_value_is_in_what_is_made() -> None:
    value = token()
    rows = [{"RuleID": "r", "File": "f", "StartLine": 1, "Secret": value.decode()}]
    made = peers.carry("r.json", json.dumps(rows).encode(), [gathered(token())])

    assert value.decode() not in repr(made)
