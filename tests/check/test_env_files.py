"""`.env` files end to end, in real repositories: ignored, untracked, not in the history, 0600."""

import os
from pathlib import Path

import pytest
from tests.check.build import DOCUMENT, NOW, POLICY, git, repository, save, write

from strongroom.check.engine import evaluate
from strongroom.check.repository.look import look
from strongroom.check.rule import Subject

RULES = frozenset(
    {"env-file-tracked", "env-file-in-history", "env-file-not-ignored", "env-file-mode"}
)


def found(root: Path) -> set[tuple[str, str]]:
    report = evaluate(Subject(look(root, os.environ), POLICY, DOCUMENT, NOW), rules=RULES)
    return {(f.rule.removeprefix("env-file-"), f.place.path) for f in report.findings if f.place}


def env(root: Path, mode: int, name: str = ".env") -> Path:
    write(root, {name: "API_KEY=hunting99\n"})
    (root / name).chmod(mode)
    return root


def test_a_file_as_it_should_be(tmp_path: Path) -> None:
    assert set() == found(env(repository(tmp_path, {".gitignore": ".env\n"}), 0o600))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666, 0o601])
def test_a_mode_that_lets_others_in(tmp_path: Path, mode: int) -> None:
    root = env(repository(tmp_path, {".gitignore": ".env\n"}), mode)

    assert {("mode", ".env")} == found(root)


def test_a_tracked_file_though_it_is_ignored(tmp_path: Path) -> None:
    root = env(repository(tmp_path, {".gitignore": ".env\n"}), 0o600)
    git(root, "add", "-f", ".env")

    assert {("tracked", ".env")} == found(root)


def test_an_ignore_rule_of_this_clone_alone(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": ""})
    (root / ".git/info/exclude").write_text(".env\n")

    assert {("not-ignored", ".gitignore")} == found(root)
    assert {("not-ignored", ".env")} == found(env(root, 0o600))


def test_a_file_that_an_exception_lets_through(tmp_path: Path) -> None:
    root = env(
        repository(tmp_path, {".gitignore": ".env*\n!/x/.env.production\n"}),
        0o600,
        "x/.env.production",
    )

    assert {("not-ignored", "x/.env.production")} == found(root)


def test_a_file_of_the_past(tmp_path: Path) -> None:
    root = env(repository(tmp_path, {"a.py": ""}), 0o600)
    save(root)
    git(root, "rm", "-q", "--cached", ".env")
    save(write(root, {".gitignore": ".env\n"}))

    assert {("in-history", ".env")} == found(root)


def test_a_template_is_meant_to_be_shared(tmp_path: Path) -> None:
    assert set() == found(
        repository(tmp_path, {".env.example": "API_KEY=\n", ".gitignore": ".env\n"})
    )


def test_a_file_of_a_test_counts_when_it_holds_a_secret(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"tests/app/.env": "FOO=1\n", ".gitignore": "/.env\n"}
    root = repository(tmp_path, files)

    assert set() == found(root)
    assert ("tracked", "tests/app/.env") in found(env(root, 0o600, "tests/app/.env"))
