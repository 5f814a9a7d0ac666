"""Tests for strongroom.ops.scan_baseline."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.scan.findings.build import RULES, hit, piece, token

from strongroom.errors import ConfigError, NotFoundError
from strongroom.ops.scan_baseline import Accepting, write
from strongroom.scan.findings import baseline, found
from strongroom.scan.findings.baseline import Entry
from strongroom.scan.findings.collect import Collector, Gathered

OLD = Entry("0" * 32, "r", "old")


def gathered(*values: bytes) -> tuple[Gathered, ...]:
    collector = Collector(RULES)
    for value in values:
        text = piece(value)
        collector.add(found.of(text, [hit(text, value)], keep=True))
    return collector.gathered()


def test_all_that_is_found_by_the_same_terms(tmp_path: Path) -> None:
    path = tmp_path / "b"
    every = gathered(token(), token())
    made = write(Accepting(path, "a test", "ada", date(2027, 1, 1)), [OLD], every)
    again = write(Accepting(path, "another"), baseline.parse(path.read_text()), every)
    entries = baseline.parse(path.read_text())

    assert (1, 2) == (made.kept, made.added)
    assert (3, 0) == (again.kept, again.added)
    assert {"old", "another"} == {entry.reason for entry in entries}


def test_only_what_peers_accept(tmp_path: Path) -> None:
    one, two = token(), token()
    rows = [{"RuleID": "r", "File": "x", "StartLine": 1, "Secret": one.decode()}]
    (tmp_path / "r.json").write_text(json.dumps(rows))
    (tmp_path / ".gitleaksignore").write_text("no.py:r:9\n")
    peers = (tmp_path / "r.json", tmp_path / ".gitleaksignore")
    asked = Accepting(tmp_path / "b", expires=date(2027, 1, 1), peers=peers)
    made = write(asked, [], gathered(one, two))
    (entry,) = baseline.parse((tmp_path / "b").read_text())

    assert 1 == made.added
    assert ("accepted for gitleaks in r.json", date(2027, 1, 1)) == (entry.reason, entry.expires)
    assert any("nothing that we found" in note for note in made.notes)


def test_a_peer_that_cannot_be_read(tmp_path: Path) -> None:
    for peer, kind in ((tmp_path / "none", NotFoundError), (tmp_path, ConfigError)):
        with pytest.raises(kind):
            write(Accepting(tmp_path / "b", peers=(peer,)), [], ())
    assert not (tmp_path / "b").exists()
