"""Tests for strongroom.scan.sources.git, against the real git."""

import os
from pathlib import Path

import pytest
from tests.scan.sources.build import git, opened, repository, save

from strongroom.errors import InvalidError, MachineError, NotFoundError
from strongroom.scan.sources.asking import HOOK_VARIABLES, environment
from strongroom.scan.sources.commits import Range
from strongroom.scan.sources.git import Repository, open_, said_by
from strongroom.scan.sources.history import History
from strongroom.scan.sources.staged import Staged


def test_a_repository_is_opened_from_any_folder_in_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"d/a": b"1"})

    assert b"true\n" == open_(root / "d", os.environ).run("rev-parse", "--is-inside-work-tree")


def test_what_is_none_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as failed:
        open_(tmp_path, os.environ)
    assert ("not-a-repository", True) == (failed.value.code, bool(failed.value.fix))

    with pytest.raises(MachineError) as refused:
        open_(tmp_path / "gone", os.environ)
    assert refused.value.code == "git-failed"

    with pytest.raises(MachineError) as absent:
        Repository(tmp_path, environment(os.environ), "git-that-is-not-there").run("version")
    assert absent.value.code == "git-missing"

    root = repository(tmp_path / "r")
    (root / ".git/config").write_text("[core\n")
    with pytest.raises(InvalidError) as broken:
        open_(root, os.environ)
    assert broken.value.code == "repository-unusable"


def test_a_hooks_variables_stay_only_where_they_are_asked_for() -> None:
    given = {"GIT_DIR": "/x", "GIT_INDEX_FILE": "i", "GIT_EXTERNAL_DIFF": "evil", "HOME": "/h"}

    assert "GIT_DIR" not in environment(given)
    kept = environment(given, HOOK_VARIABLES)
    assert {"GIT_DIR": "/x", "GIT_INDEX_FILE": "i", "HOME": "/h"}.items() <= kept.items()
    assert "GIT_EXTERNAL_DIFF" not in kept


def test_output_is_streamed_while_input_is_given(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    oid = git(root, "rev-parse", "HEAD:a")
    many = 20_000
    with opened(root).stream(
        "cat-file", "--batch-check", "--buffer", given=iter([(oid + b"\n") * many])
    ) as running:
        assert many == sum(1 for _ in running.out)
        assert (0, b"") == running.end()


def test_a_stream_that_is_left_ends_git(tmp_path: Path) -> None:
    root = repository(tmp_path)
    with opened(root).stream("cat-file", "--batch", given=iter(())) as running:
        process = running.process
    assert process.poll() is not None


def test_what_git_says_is_one_line_without_control_characters() -> None:
    assert said_by(b"warning: x\nfatal: bad \x1b[31mname\n") == "bad ?[31mname"
    assert said_by(b"") == ""
    assert len(said_by(b"x" * 1000)) == 200


def test_nothing_that_a_repository_names_is_run(tmp_path: Path) -> None:
    """Each program that its configuration can name would leave a mark."""
    root = repository(tmp_path / "r")
    save(root, {"a": b"1", ".gitattributes": b"* diff=evil filter=evil\n"})
    save(root, {"a": b"2"})
    mark = tmp_path / "mark"
    evil = f"touch {mark}"
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.evil.command",
        "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "gpg.program",
        "core.editor", "core.alternateRefsCommand", "pager.log", "remote.evil.uploadpack",
        "interactive.diffFilter",
    ):  # fmt: skip
        git(root, "config", key, evil)
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "remote.evil.url", os.fspath(tmp_path / "other"))
    git(root, "config", "remote.evil.promisor", "true")
    git(root, "config", "extensions.partialClone", "evil")
    git(root, "config", "core.repositoryFormatVersion", "1")
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor"):
        path = root / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{evil}\n")
        path.chmod(0o755)
    (root / "c").write_bytes(b"3")
    git(root, "add", "c")
    mark.unlink(missing_ok=True)
    asked = opened(root)
    sources = (History(asked), Staged(asked), Range(asked, "main"))
    pieces = [list(part.pieces()) for source in sources for part in source.parts(1)]
    oid = git(root, "rev-parse", "main:a").decode()
    (root / ".git/objects" / oid[:2] / oid[2:]).rename(tmp_path / "o")
    pieces += [list(part.pieces()) for source in sources for part in source.parts(1)]

    assert 6 == len(pieces)
    assert all(pieces)
    assert not mark.exists()
