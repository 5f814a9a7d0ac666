"""Tests for strongroom.scan.first_look: it may only ever say what the whole scan would say."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scan.build import token
from tests.scan.repos import ENVIRON, RULES, git

from strongroom.scan import first_look
from strongroom.scan.engine import compiled, vectorscan
from strongroom.scan.engine.engine import Engine, key
from strongroom.scan.ruleset import files, packed
from strongroom.scan.ruleset.model import RuleSet

Look = Callable[[], str | None]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which a rule for Acme's tokens is compiled, and its pack."""
    folder = tmp_path_factory.mktemp("home")
    rules = files.parse(RULES, "rules.toml").rules
    (folder / "pack.jsonl").write_text(packed.pack(rules), "utf-8")
    every = RuleSet(rules, packed.digest(rules))
    cache = Path(first_look.cache({"HOME": str(folder)}) or "")
    Engine(every, cache=cache)
    said = first_look.pointer(
        every.digest, compiled.name(key(every)), compiled.HEAD_OCTETS, vectorscan.VERSION
    )
    (cache / first_look.POINTER).write_text(said, "ascii")
    (cache / first_look.POINTER).chmod(0o600)
    return folder


@pytest.fixture
def look(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """One look at the repository in the current folder, which has a commit."""
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("one\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(first_look, "_PACK", str(home / "pack.jsonl"))
    return lambda: first_look.clean({**ENVIRON, "HOME": str(home)})


def stage(name: str, data: str | bytes) -> None:
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    git(Path(), "add", "--", name)


def test_a_clean_commit_is_known_at_once(look: Look) -> None:
    stage("a.py", "one\ntwo = 'acme_'\n")
    stage("b.py", "three\n")

    assert "0 secrets found; 2 files scanned\n" == look()


def test_nothing_staged(look: Look) -> None:
    assert "0 secrets found; 0 files scanned\n" == look()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.py", "x\nk = '{}'\n"),
        ("b.py", "{}\n"),
        ("{}", "x\n"),
        ("a.py", "x" * 5000 + " {}\n"),
    ],
    ids=["changed", "new", "name", "long line"],
)
def test_a_secret_is_left_to_the_whole_scan(look: Look, name: str, data: str) -> None:
    one = token()
    stage(name.replace("{}", one), data.replace("{}", one))

    assert look() is None


@pytest.mark.parametrize(
    ("name", "data"),
    [("b.bin", b"a\x00b"), ("empty", b""), ('quo"te', b"x\n")],
    ids=["binary", "empty", "quoted"],
)
def test_what_a_patch_does_not_show_is_left_too(look: Look, name: str, data: bytes) -> None:
    stage(name, data)

    assert look() is None


def test_a_renamed_file_has_a_new_name(look: Look) -> None:
    git(Path(), "mv", "a.py", token())

    assert look() is None


def test_a_secret_that_goes_may_be_left_to_the_whole_scan_and_one_that_stays_too(
    look: Look,
) -> None:
    one = token()
    stage("a.py", f"{one}\n")
    git(Path(), "commit", "-qm", "two")
    stage("a.py", f"{one}\nmore\n")

    assert look() is None


@pytest.mark.parametrize("name", [".strongroom-scan.toml", "strongroom.toml"])
def test_rules_of_the_project_are_left_to_the_whole_scan(look: Look, name: str) -> None:
    Path(name).write_text("[scan]\n")

    assert look() is None


def test_another_table_of_the_projects_file_does_not_matter(look: Look) -> None:
    Path("strongroom.toml").write_text("[application]\nname = 'x'\n")

    assert look() is not None


def test_what_is_not_known_is_left(look: Look, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Path(first_look.cache({"HOME": str(home)}) or "")
    told = (cache / first_look.POINTER).read_text("ascii")
    for wrong in ("", told.replace("\npatterns-", "\n../"), told.replace("x86", "y"), "0" + told):
        (cache / first_look.POINTER).write_text(wrong, "ascii")
        assert look() is None or wrong == told
    (cache / first_look.POINTER).write_text(told, "ascii")
    (cache / first_look.POINTER).chmod(0o644)
    assert look() is None
    (cache / first_look.POINTER).chmod(0o600)
    assert look() is not None
    monkeypatch.setattr(first_look, "PATCH_OCTETS_MAX", 1)
    stage("a.py", "two\n")
    assert look() is None


def test_without_a_home_or_a_repository(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert first_look.clean({}) is None
    assert first_look.clean({"HOME": "relative"}) is None
    assert first_look.clean({**ENVIRON, "HOME": str(home), first_look.FINGERPRINTS: "x"}) is None
    assert first_look.clean({**os.environ, "HOME": str(home)}) is None


def test_an_unborn_branch_is_left(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    monkeypatch.chdir(tmp_path)

    assert first_look.clean({**ENVIRON, "HOME": str(home)}) is None


def test_lines_that_go_do_not_stand_between_those_that_stay(look: Look) -> None:
    """Two halves of a secret are joined whichever of them is new."""
    stage("a.py", 'one = "acme_half" +\n  old_end_of_it\n')
    git(Path(), "commit", "-qm", "two")
    stage("a.py", 'one = "acme_half" +\n  "new end of it"\n')
    assert look() is None
    stage("b.py", "two\n")
    git(Path(), "commit", "-qm", "three")
    stage("b.py", "three, no end of line")
    assert look() is not None


@pytest.mark.parametrize("kind", ["endless", "pipe", "large"])
def test_settings_that_are_no_small_file_are_left(look: Look, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo("strongroom.toml")
    elif kind == "endless":
        Path("strongroom.toml").symlink_to("/dev/zero")
    else:
        Path("strongroom.toml").write_bytes(b"#" * (first_look.SETTINGS_OCTETS_MAX + 1))

    assert look() is None


def test_a_patch_of_what_is_no_text_is_left(look: Look) -> None:
    stage(".gitattributes", "*.u16 diff\n")
    stage("a.u16", "one\n".encode("utf-16"))

    assert look() is None
