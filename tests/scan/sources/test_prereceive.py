"""Tests for strongroom.scan.sources.prereceive, against the real git."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.scan.sources.build import git, opened, repository, save, split

from strongroom.errors import InvalidError
from strongroom.scan.model import NotScanned, Piece
from strongroom.scan.sources import commits
from strongroom.scan.sources.prereceive import PreReceive

ZEROS = "0" * 40
HOOK = """\
import json, os, sys
from pathlib import Path
from strongroom.scan.model import Piece
from strongroom.scan.sources.asking import HOOK_VARIABLES
from strongroom.scan.sources.git import open_
from strongroom.scan.sources.prereceive import PreReceive

source = PreReceive(open_(Path(), os.environ, HOOK_VARIABLES), tuple(sys.stdin))
seen = [p for part in source.parts(2) for p in part.pieces()]
said = [p.data.decode() if isinstance(p, Piece) else p.code for p in seen]
Path("seen").write_text(json.dumps(said))
"""


def found(root: Path, *lines: str) -> list[Piece | NotScanned]:
    parts = PreReceive(opened(root), lines).parts(2)
    return [one for part in parts for one in part.pieces()]


def test_in_a_hook_only_what_is_new_is_looked_at(tmp_path: Path) -> None:
    """The objects are in quarantine: without git's variables they would be missing."""
    served = repository(tmp_path / "served.git", "--bare")
    root = repository(tmp_path / "r")
    save(root, {"a": b"old\n"}, "first")
    git(root, "remote", "add", "origin", os.fspath(served))
    git(root, "push", "-q", "origin", "main")
    hook = served / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!{sys.executable}\n{HOOK}")
    hook.chmod(0o755)
    save(root, {"a": b"old\nnew\n"}, "second")
    git(root, "tag", "-a", "v1", "-m", "tagged")
    subprocess.run(
        ["git", "push", "-q", "origin", "main", "v1"],
        cwd=root,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert ["tagged\n", "second\n", "old\nnew\n"] == json.loads((served / "seen").read_text())


def test_deleted_references_bring_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path)
    tip = save(root, {"a": b"1"})
    assert [] == found(root, f"{tip} {ZEROS} refs/heads/main\n", "\n")
    assert [] == found(root)


def test_a_reference_may_point_at_anything(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    blob = git(root, "hash-object", "-w", "--stdin", given=b"loose").decode()
    tree = git(root, "rev-parse", "HEAD^{tree}").decode()
    (piece,), (unscanned,) = split(
        found(root, f"{ZEROS} {blob} refs/x/a\n", f"{ZEROS} {tree} refs/x/b\n")
    )
    assert (b"loose", "tree-without-commit") == (piece.data, unscanned.code)


def test_what_no_hook_is_given_is_refused(tmp_path: Path) -> None:
    root = repository(tmp_path)
    for line in ("nonsense", f"{ZEROS} --all refs/heads/main", f"{ZEROS} {ZEROS}"):
        with pytest.raises(InvalidError) as failed:
            found(root, line)
        assert failed.value.code == "push-unreadable"


def test_tags_are_followed_to_their_end(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    blob = git(root, "hash-object", "-w", "--stdin", given=b"loose").decode()
    for name, of in (("one", blob), ("two", "one"), ("three", "two"), ("tree", "HEAD^{tree}")):
        git(root, "tag", "-a", name, "-m", f"message {name}", of)
    tips = [git(root, "rev-parse", name).decode() for name in ("three", "tree")]
    pieces, unscanned = split(found(root, *(f"{ZEROS} {tip} refs/x/{tip}\n" for tip in tips)))

    assert {b"loose", *(b"message %s\n" % n for n in (b"one", b"two", b"three", b"tree"))} == {
        piece.data for piece in pieces
    }
    assert ["tree-without-commit"] == [one.code for one in unscanned]


def test_tags_without_end_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "TAGS_MAX", 1)
    root = repository(tmp_path)
    blob = git(root, "hash-object", "-w", "--stdin", given=b"loose").decode()
    git(root, "tag", "-a", "one", "-m", "a message", blob)
    tip = git(root, "rev-parse", "one").decode()
    (piece,), (unscanned,) = split(found(root, f"{ZEROS} {tip} refs/tags/one\n"))

    assert (b"a message\n", "tags-of-tags") == (piece.data, unscanned.code)
