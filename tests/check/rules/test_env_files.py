"""Tests for strongroom.check.rules.env_files."""

from typing import Any

import pytest
from tests.check.build import subject

from strongroom.check.facts import EnvFile, GitFacts, Ignored
from strongroom.check.rules.env_files import history, ignored, mode, tracked
from strongroom.model.severity import Severity
from strongroom.source.seen import Area, EnvEntry, NotLookedAt
from strongroom.source.values import Value

SECRET = (EnvEntry("API_KEY", 1, Value.LITERAL),)
NO_GIT = GitFacts("not-a-repository", "not a git repository")


def env(path: str = ".env", **more: Any) -> EnvFile:
    usual = {"mode": 0o600, "tracked": False, "ignored": Ignored.YES, "in_history": False}
    return EnvFile(path, **{**usual, **more})


@pytest.mark.parametrize(
    ("bits", "count"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1), (0o644, 1)]
)
def test_only_its_owner_may_read_it(bits: int, count: int) -> None:
    judged = mode(subject(env_files=(env(mode=bits),)))

    assert (1, count) == (judged.examined, len(judged.findings))


def test_the_remedy_quotes_the_path() -> None:
    (found,) = mode(subject(env_files=(env("a b/.env", mode=0o644),))).findings

    assert "chmod 600 'a b/.env'" == found.remedy
    assert "0644" in found.message


def test_a_shared_file_is_guarded_when_it_holds_a_secret() -> None:
    shared = env(".env.test", mode=0o644, private=False, tracked=True)
    holding = env(".env.test", mode=0o644, private=False, tracked=True, entries=SECRET)

    assert () == mode(subject(env_files=(shared,))).findings
    assert () == tracked(subject(env_files=(shared,))).findings
    assert 1 == len(mode(subject(env_files=(holding,))).findings)
    assert 1 == len(tracked(subject(env_files=(holding,))).findings)


def test_a_file_that_could_not_be_read_is_a_gap() -> None:
    judged = mode(subject(not_looked_at=(NotLookedAt(".env", "unreadable", "", Area.ENV),)))

    assert "1 env file not looked at" == judged.gap


@pytest.mark.parametrize(
    ("entries", "severity"), [((), Severity.HIGH), (SECRET, Severity.CRITICAL)]
)
def test_a_tracked_file_is_worse_with_a_secret_in_it(
    entries: tuple[EnvEntry, ...], severity: Severity
) -> None:
    (found,) = tracked(subject(env_files=(env(tracked=True, entries=entries),))).findings

    assert severity is found.severity
    assert "git rm --cached .env" in found.remedy


@pytest.mark.parametrize("rule", [tracked, ignored, history])
def test_without_git_nothing_is_judged(rule: Any) -> None:
    judged = rule(subject(git=NO_GIT, env_files=(env(),)))

    assert (0, (), NO_GIT.why) == (judged.examined, judged.findings, judged.gap)


@pytest.mark.parametrize(
    ("state", "message"),
    [(Ignored.NO, "not ignored"), (Ignored.HERE_ONLY, "in this clone only")],
)
def test_a_name_that_is_not_ignored(state: Ignored, message: str) -> None:
    (found,) = ignored(subject(env_ignored=state)).findings

    assert message in found.message
    assert ".gitignore" == found.place.path


def test_one_missing_line_is_one_finding() -> None:
    files = (
        env("a/.env", ignored=Ignored.NO),
        env(ignored=Ignored.NO),
        env(".env.prod", ignored=Ignored.NO),
    )
    judged = ignored(subject(env_ignored=Ignored.NO, env_files=files))

    assert {".env", ".env.prod"} == {f.place.path for f in judged.findings}


def test_what_is_ignored_is_no_finding() -> None:
    assert () == ignored(subject(env_ignored=Ignored.YES, env_files=(env(),))).findings


def test_the_history_is_told_once_the_file_is_not_tracked() -> None:
    gone = env(mode=None, in_history=True)

    assert 1 == len(history(subject(env_files=(gone,))).findings)
    assert () == history(subject(env_files=(env(in_history=True, tracked=True),))).findings


def test_a_cut_history_is_a_gap() -> None:
    assert "shallow" in history(subject(git=GitFacts(shallow=True))).gap
    assert "slow" == history(subject(git=GitFacts(history_why="slow"))).gap


def test_without_a_commit_the_history_holds_nothing() -> None:
    judged = history(subject(git=GitFacts(commits=False)))

    assert (1, "no commits yet", "") == (judged.examined, judged.noun, judged.gap)
