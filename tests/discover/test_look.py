"""Tests for strongroom.discover.look, in real folders and repositories."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.check.build import repository

from strongroom.discover import look as module
from strongroom.discover.look import Looked, look
from strongroom.errors import StrongroomError


def names(looked: Looked) -> set[str]:
    return {m.name for m in looked.mentions}


def codes(looked: Looked) -> dict[str, str]:
    return {n.path: n.code for n in looked.unread}


FILES = {
    "app.py": "import os\nos.environ['A_TOKEN']\n",
    ".env.example": "B_TOKEN=\n",
    "docker-compose.yml": "services:\n  web:\n    environment:\n      C_TOKEN: ${D_TOKEN}\n",
    "vendor/lib.py": "import os\nos.environ['OTHERS']\n",
    "README.md": "os.environ['NOT_CODE']\n",
}


def test_a_repository_is_looked_at_as_git_lists_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {**FILES, ".gitignore": ".env\nout/\n"})
    (root / ".env").write_text("E_TOKEN=x\n")
    (root / "out").mkdir()
    (root / "out" / "built.py").write_text("import os\nos.environ['BUILT']\n")
    found = look(root, os.environ)

    assert {"A_TOKEN", "B_TOKEN", "D_TOKEN", "E_TOKEN"} <= names(found)
    assert not {"OTHERS", "BUILT", "NOT_CODE"} & names(found)
    assert {"vendor": "vendored"} == codes(found)


def test_a_folder_without_git(tmp_path: Path) -> None:
    for path, text in {**FILES, "node_modules/x.py": "import os\nos.environ['OTHERS']\n"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = look(tmp_path, os.environ)

    assert {"A_TOKEN", "B_TOKEN", "D_TOKEN"} <= names(found)
    assert {"vendor", "node_modules"} == set(codes(found))


def test_what_is_not_looked_at_is_named(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"import os\nx = '" + b"y" * 10_000_000 + b"'\n")
    (tmp_path / "nul.env").write_bytes(b"A=\0")
    (tmp_path / "real.py").write_text("import os\nos.environ['A_TOKEN']\n")
    (tmp_path / "link.py").symlink_to("real.py")
    (tmp_path / "out.py").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("import os\nos.environ['B_TOKEN']\n")
    found = look(tmp_path, os.environ)

    assert {
        "big.py": "too-large", "nul.env": "holds-nul", "link.py": "symlink",
        "out.py": "symlink-outside", "pipe.py": "not-a-file",
    } == codes(found)  # fmt: skip
    assert {("A_TOKEN", "real.py"), ("B_TOKEN", "\\xff.py")} == {
        (m.name, m.path) for m in found.mentions
    }


def test_a_repository_inside_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"app.py": "x = 1\n"})
    (root / "inner").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root / "inner", check=True)
    (root / "inner" / "x.py").write_text("x = 1\n")

    assert {"inner": "submodule"} == codes(look(root, os.environ))


@pytest.mark.parametrize(("name", "code"), [("none", "path-not-found"), ("file", "path-not-a-folder")])  # fmt: skip
def test_what_is_no_folder(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StrongroomError) as failed:
        look(tmp_path / name, os.environ)

    assert code == failed.value.code


def test_progress_ends_with_all(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    seen: list[tuple[int, int]] = []
    look(tmp_path, os.environ, lambda done, total: seen.append((done, total)))

    assert (1, 1) == seen[-1]


def test_files_that_are_not_kept_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES_MAX", 1)
    (tmp_path / "env.py").write_text("import os\ndef text(n):\n    return os.environ[n]\n")
    (tmp_path / "app.py").write_text("from env import text\ntext('A_TOKEN')\n")

    assert {"A_TOKEN"} == names(look(tmp_path, os.environ))
