"""Tests for strongroom.scan.sources.attribution, against the real git."""

from pathlib import Path

import pytest
from tests.scan.sources.build import AUTHOR, git, opened, repository, save

from strongroom.scan.sources import attribution
from strongroom.scan.sources.attribution import Seen, attribute


def test_the_oldest_commit_is_first(tmp_path: Path) -> None:
    root = repository(tmp_path)
    first = save(root, {"a": b"value"}, when=1_600_000_000)
    save(root, {"a": b"other"}, when=1_600_000_100)
    again = save(root, {"b": b"value"}, when=1_600_000_200)
    oid = git(root, "rev-parse", "HEAD:b").decode()

    assert {
        oid: (
            Seen(first, AUTHOR, 1_600_000_000_000_000, "a"),
            Seen(again, AUTHOR, 1_600_000_200_000_000, "b"),
        )
    } == attribute(opened(root), [oid])


def test_what_is_in_no_commit_is_in_no_answer(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    oid = git(root, "hash-object", "-w", "--stdin", given=b"dangling").decode()

    assert {} == attribute(opened(root), [oid])
    assert {} == attribute(opened(root), [])


def test_only_asked_revisions_answer(tmp_path: Path) -> None:
    root = repository(tmp_path)
    first = save(root, {"a": b"1"})
    save(root, {"a": b"2"})
    oids = [git(root, "rev-parse", f"{rev}:a").decode() for rev in (first, "HEAD")]

    assert {oids[1]} == attribute(opened(root), oids, revisions=(f"{first}..HEAD",)).keys()


def test_a_log_that_is_not_whole_is_not_believed(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1"})
    oid = git(root, "rev-parse", "HEAD:a").decode()
    for text in (b"", b"\x01half"):
        (tmp_path / "log").write_bytes(text)
        assert {oid} == attribute(opened(root), [oid], spool=tmp_path / "log").keys()
    assert {oid} == attribute(opened(root), [oid], spool=tmp_path / "gone").keys()


def test_of_many_the_oldest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution, "SEEN_MAX", 2)
    root = repository(tmp_path)
    for n in range(4):
        save(root, {f"f{n}": b"same"}, when=1_600_000_000 + n)
    oid = git(root, "rev-parse", "HEAD:f0").decode()

    assert ["f0", "f1"] == [seen.path for seen in attribute(opened(root), [oid])[oid]]


def test_a_name_that_is_no_text_survives(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"caf\udce9 \n": b"1"})
    oid = git(root, "rev-parse", "HEAD^{tree}:caf\udce9 \n").decode()

    assert ["caf\udce9 \n"] == [seen.path for seen in attribute(opened(root), [oid])[oid]]


def test_a_tag_that_is_broken_leaves_the_others(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    for name in "ab":
        git(root, "tag", "-a", name, "-m", name)
    oids = [git(root, "rev-parse", name).decode() for name in "ab"]
    (root / ".git/objects" / oids[1][:2] / oids[1][2:]).unlink()

    assert {oids[0]: ["refs/tags/a"]} == {
        oid: [one.path for one in seen] for oid, seen in attribute(opened(root), oids).items()
    }
