import pytest

from strongroom.scan.ruleset.model import Rule
from strongroom.scan.ruleset.paths import matches, wanted


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*.pem", "a/b/key.pem"),
        (".npmrc", "web/.npmrc"),
        ("tests/", "a/tests/b/c.py"),
        ("tests/fixtures/**", "tests/fixtures/a/b.txt"),
        ("a/*/c.txt", "a/b/c.txt"),
        ("a/**/c.txt", "a/c.txt"),
        ("a/**/c.txt", "a/x/y/c.txt"),
        ("/a/b", "a/b"),
        ("./a/b", "a/b/c"),
        ("*.txt", "data.zip!docs/b.txt"),
        ("file-?.ini", "file-7.ini"),
    ],
)
def test_a_glob_matches(glob: str, path: str) -> None:
    assert matches([glob], path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*.pem", "a/b/key.pem.txt"),
        (".npmrc", "web/x.npmrc"),
        ("a/*/c.txt", "a/b/d/c.txt"),
        ("/a/b", "x/a/b"),
        ("tests/", "mytests/a.py"),
        ("a+b", "aab"),
    ],
)
def test_a_glob_matches_nothing_else(glob: str, path: str) -> None:
    assert not matches([glob], path)


def test_a_rule_without_paths_is_for_every_file() -> None:
    assert wanted(Rule(id="r", title="", pattern="x"), "any/file")


def test_a_piece_without_a_path_passes() -> None:
    assert wanted(Rule(id="r", title="", pattern="x", paths=("*.py",)), "")


def test_both_the_globs_and_the_pattern_are_asked() -> None:
    rule = Rule(id="r", title="", pattern="x", paths=("*.tf",), path_pattern="prod")

    assert wanted(rule, "prod/main.tf")
    assert not wanted(rule, "dev/main.tf")
    assert not wanted(rule, "prod/main.py")
