"""Tests for strongroom.check.repository.look."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.check.build import GENERATED, git, repository, save, write

from strongroom.check.facts import Ignored, RepositoryFacts, Use
from strongroom.check.repository.look import look
from strongroom.errors import InvalidError, MachineError, NotFoundError, StrongroomError
from strongroom.source.git import Git, Refused
from strongroom.source.seen import Area

PYTHON = "API_KEY = 'hunting99'  # password: Summer-Of-24\n"


def seen(root: Path) -> RepositoryFacts:
    return look(root, os.environ)


def codes(found: RepositoryFacts) -> set[tuple[str, str]]:
    return {(n.path, n.code) for n in found.not_looked_at}


def test_everything_is_seen_and_no_value_kept(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": PYTHON,
        "tests/test_a.py": PYTHON,
        "b.yaml": f"password: {GENERATED}\n",
        "README.md": "The password is Summer-Of-24\n",
        ".env.example": "API_KEY=\n",
        ".gitignore": ".env\n",
        "logo.png": b"\0",
    }
    root = repository(tmp_path, files)
    write(root, {".env": f"API_KEY={GENERATED}\n"}).joinpath(".env").chmod(0o644)
    found = seen(root)

    assert (2, 1, 1) == (found.python_files, found.config_files, found.documents)
    assert [False, True] == [u.development for u in found.uses if u.use is Use.LITERAL]
    assert ["a.py", "README.md"] == sorted((n.path for n in found.notes), reverse=True)
    assert ["b.yaml"] == [e.path for e in found.entries]
    assert [".env.example"] == [e.path for e in found.examples]
    (env,) = found.env_files
    assert (".env", 0o644, False, Ignored.YES) == (env.path, env.mode, env.tracked, env.ignored)
    assert () == found.not_looked_at
    assert GENERATED not in repr(found)
    assert "Summer" not in repr(found)
    assert "hunting" not in repr(found)


def test_what_was_not_looked_at_is_named(tmp_path: Path) -> None:
    root = repository(
        tmp_path,
        {
            "bad.py": "API_KEY = ('x'",
            "nul.py": b"x\0",
            "nul.yaml": b"password: x\0",
            "gone.py": "",
            "ok.py": "",
        },
    )
    (root / "gone.py").unlink()
    os.mkfifo(root / ".env")
    (root / "loop.py").symlink_to("loop.py")
    save(root)
    found = seen(root)

    assert {
        ("bad.py", "syntax-error"), ("nul.py", "holds-nul"), ("nul.yaml", "holds-nul"),
        ("loop.py", "symlink-loop"),
    } <= codes(found)  # fmt: skip
    assert 1 == found.python_files
    assert "2 python files not looked at" == found.gap(Area.PYTHON)


def test_a_pipe_where_a_file_should_be_is_named(tmp_path: Path) -> None:
    """Git lists no pipes, so that only a walk meets one."""
    os.mkfifo(tmp_path / ".env")

    assert (".env", "not-a-file") in codes(seen(tmp_path))


def test_names_that_are_no_text(tmp_path: Path) -> None:
    root = repository(tmp_path, {}, commit=False)
    (root / os.fsdecode(b"caf\xe9.py")).write_text(PYTHON)

    assert {"caf\\xe9.py"} == {u.path for u in seen(root).uses}


def test_without_git_the_folder_is_walked(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": PYTHON, ".env": "A=1\n"})
    found = look(tmp_path, os.environ, git="no-such-git")

    assert (".git", "git-missing") in codes(found)
    assert (1, Ignored.UNKNOWN) == (found.python_files, found.env_ignored)
    assert [Ignored.UNKNOWN] == [f.ignored for f in found.env_files]
    assert (".git", "not-a-repository") in codes(seen(tmp_path))


def test_a_folder_that_the_repository_around_it_ignores_is_walked(tmp_path: Path) -> None:
    """Git lists nothing there, which must not read as nothing being there."""
    root = repository(tmp_path, {".gitignore": "out/\n", "out/a.py": PYTHON})
    found = seen(root / "out")

    assert 1 == found.python_files
    assert {(".git", "folder-ignored")} == codes(found)


def test_submodules_are_named(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"a.py": PYTHON})
    root = repository(tmp_path / "root", {"b.py": ""})
    git(root, "submodule", "--quiet", "add", str(inner), "sub")
    repository(root / "nested", {"c.py": ""})
    found = seen(root)

    assert {("sub", "submodule"), ("nested", "submodule")} == codes(found)
    assert 1 == found.python_files


def test_a_repository_without_commits(tmp_path: Path) -> None:
    found = seen(repository(tmp_path, {"a.py": PYTHON}, commit=False))

    assert (1, False) == (found.python_files, found.git.commits)


def test_a_shallow_clone(tmp_path: Path) -> None:
    save(repository(tmp_path / "r", {"a.py": ""}))
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path / 'r'}", "clone")

    assert ("the history", "shallow-clone") in codes(seen(tmp_path / "clone"))


def test_an_env_file_of_the_past_is_known_by_name(tmp_path: Path) -> None:
    root = repository(tmp_path, {".env": "A=1\n", "x/.env.local": "A=1\n"})
    git(root, "rm", "-q", "--cached", ".env", "x/.env.local")
    (root / "x/.env.local").unlink()
    save(write(root, {".gitignore": ".env*\n"}))

    assert [(".env", 0o644 & ~_umask(), True), ("x/.env.local", None, True)] == [
        (f.path, f.mode, f.in_history) for f in seen(root).env_files
    ]


def test_a_tracked_env_file_that_was_deleted_is_still_tracked(tmp_path: Path) -> None:
    root = repository(tmp_path, {".env": "A=1\n"})
    (root / ".env").unlink()

    (env,) = seen(root).env_files
    assert (True, None) == (env.tracked, env.mode)


@pytest.mark.parametrize("question", ["ignored_by", "ever_added"])
def test_a_git_that_stops_answering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    def fail(*_: object) -> None:
        raise Refused("git-timeout", "git took longer than 60 s")

    monkeypatch.setattr(Git, question, fail)
    found = seen(repository(tmp_path, {"a.py": ""}))

    assert "60 s" in found.git.why + found.git.history_why
    assert 1 == len(found.not_looked_at)


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write(tmp_path, {f"{n}.py": "" for n in range(70)})
    look(tmp_path, os.environ, lambda done, total: told.append((done, total)))

    assert [(0, 70), (64, 70), (70, 70)] == told


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("nothing", NotFoundError, "path-not-found"), ("file", InvalidError, "path-not-a-folder")],
)
def test_a_path_that_is_no_folder(
    tmp_path: Path, name: str, kind: type[StrongroomError], code: str
) -> None:
    write(tmp_path, {"file": ""})

    with pytest.raises(kind) as failed:
        seen(tmp_path / name)
    assert code == failed.value.code


def test_a_folder_that_the_machine_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", fail)

    with pytest.raises(MachineError) as failed:
        seen(tmp_path)
    assert "path-unreadable" == failed.value.code


AS_ANOTHER = """
import os, sys
from pathlib import Path
from strongroom.check.repository.look import look
if os.geteuid() == 0:
    os.setgroups([]), os.setresgid(65534, 65534, 65534), os.setresuid(65534, 65534, 65534)
found = look(Path(sys.argv[1]), os.environ)
print(sorted((n.path, n.code) for n in found.not_looked_at), found.python_files)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_another_users_folders_and_files_are_named(open_folder: Path) -> None:
    """As another user, since root may open everything; it imports first, and then gives up root."""
    root = repository(open_folder / "r", {"a.py": PYTHON, "shut.py": ""})
    write(root, {"closed/b.py": PYTHON})
    (root / "closed").chmod(0)
    (root / "shut.py").chmod(0)
    command = [sys.executable, "-c", AS_ANOTHER, str(root)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (root / "closed").chmod(0o700)

    assert out == "[('closed', 'unreadable'), ('shut.py', 'unreadable')] 1\n"


def _umask() -> int:
    held = os.umask(0)
    os.umask(held)
    return held
