"""Tests for strongroom.ops.scan_source."""

from pathlib import Path

import pytest
from tests.scan.repos import ENVIRON, git, repository

from strongroom.errors import InvalidError, NotFoundError, UsageError
from strongroom.ops import scan_source as sources
from strongroom.ops.scan_source import Chosen
from strongroom.scan.model import Piece


def paths(chosen: Chosen) -> set[str]:
    return {
        one.origin.path
        for part in chosen.source.parts(1)
        for one in part.pieces()
        if isinstance(one, Piece) and one.origin.path  # names have none
    }


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    for name in ("a/x.py", "b/y.py", "z.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("text")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("given", "found", "what"),
    [
        ([], {"a/x.py", "b/y.py", "z.py"}, "folder ."),
        (["."], {"a/x.py", "b/y.py", "z.py"}, "folder ."),
        (["a"], {"a/x.py"}, "folder a"),
        (["a", "z.py"], {"a/x.py", "z.py"}, "folder a, z.py"),
        (["../project/b"], {"y.py"}, "folder ../project/b"),
    ],
)
def test_paths_are_named_from_where_one_is(
    work: Path, given: list[str], found: set[str], what: str
) -> None:
    chosen = sources.folder([Path(one) for one in given], work)

    assert found == paths(chosen)
    assert what == chosen.what


def test_folders_apart_are_named_from_what_they_share(work: Path) -> None:
    assert {"a/x.py", "z.py"} == paths(sources.folder([work / "a", work / "z.py"], work))


def test_a_single_file_elsewhere(work: Path) -> None:
    assert {"x.py"} == paths(sources.folder([work / "a" / "x.py"], work / "b"))


def test_the_top_of_the_repository_has_baseline_and_rules(work: Path) -> None:
    repository(work)
    (work / sources.BASELINE).touch()
    found = sources.project(sources.folder([Path("a")], work / "a"))

    assert (work / sources.BASELINE, work / ".strongroom-scan.toml") == (
        found.baseline,
        found.rules,
    )


def test_where_there_is_neither(work: Path) -> None:
    assert sources.Project() == sources.project(sources.folder([], work))
    assert sources.Project() == sources.project(sources.stdin(work))


def test_what_is_asked_of_a_repository(work: Path) -> None:
    repository(work)
    head = git(work, "rev-parse", "HEAD")
    every = sources.history(work, ENVIRON)
    some = sources.history(work, ENVIRON, "HEAD")
    push = sources.pre_push(work, ENVIRON, [f"r {head} r {'0' * 40}"], "origin")
    received = sources.pre_receive(work, ENVIRON, [f"{'0' * 40} {head} r", ""])

    assert (True, True) == (every.reachable, every.early)
    assert ("HEAD",) == some.revisions
    assert head == push.revisions[0]
    assert (head, "--not", "--all") == received.revisions
    assert sources.Project() == sources.project(received)
    assert sources.staged(work, ENVIRON).empty


@pytest.mark.parametrize("commits", ["", "--all", "--output=x"])
def test_an_option_is_no_range(work: Path, commits: str) -> None:
    repository(work)
    with pytest.raises(InvalidError) as caught:
        sources.history(work, ENVIRON, commits)

    assert "range-unusable" == caught.value.code


def test_a_folder_that_is_none_is_named(work: Path) -> None:
    for path, code in ((work / "gone", "path-not-found"), (work / "z.py", "not-a-repository")):
        with pytest.raises(NotFoundError) as caught:
            sources.history(path, ENVIRON)
        assert (code, True) == (caught.value.code, str(path) in caught.value.message)
        with pytest.raises(NotFoundError) as caught:
            sources.staged(path, ENVIRON)
        assert code == caught.value.code


def test_where_there_is_no_repository(work: Path) -> None:
    with pytest.raises(NotFoundError):
        sources.history(work, ENVIRON)
    with pytest.raises(UsageError) as caught:
        sources.pre_receive(work, ENVIRON, ["", ""])

    assert "scan-no-hook" == caught.value.code


def test_a_push_by_hand_has_nothing_to_scan_and_one_of_git_may_have(work: Path) -> None:
    repository(work)
    with pytest.raises(UsageError) as caught:
        sources.pre_push(work, ENVIRON, [""])
    up_to_date = sources.pre_push(work, ENVIRON, [""], "origin", "../x.git")
    deletion = f"(delete) {'0' * 40} refs/heads/x {'1' * 40}"
    deleted = sources.pre_push(work, ENVIRON, [deletion, ""], "origin", "../x.git")

    assert "scan-no-hook" == caught.value.code
    assert "no reference" in up_to_date.notes[0]
    assert "only deletes" in deleted.notes[0]


def test_all_of_a_folder_is_looked_at_whatever_else_is_named(work: Path) -> None:
    every = paths(sources.folder([], work))

    assert len(every) > 1
    for given in (["."], [".", "a"], ["a", "."]):
        assert every == paths(sources.folder([Path(one) for one in given], work))
