"""Empty places for anchors, and checkpoints to keep."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.audit.logs import ORIGIN, SIGNER, START_US

from strongroom.anchor.kinds import Kind
from strongroom.audit.checkpoint import Checkpoint, sign


def git(folder: Path, *command: str) -> str:
    """Git as its owner uses it, with his own settings."""
    settings = (
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.org",
        "-c",
        "init.defaultBranch=main",
    )
    done = subprocess.run(
        ["git", *settings, "-C", str(folder), *command], capture_output=True, check=True, text=True
    )
    return done.stdout


def repository(folder: Path) -> Path:
    """One with a commit, and changes that are not committed."""
    made = folder / "repo"
    made.mkdir()
    git(made, "init", "-q")
    (made / "a.txt").write_text("a\n", "utf-8")
    git(made, "add", "a.txt")
    git(made, "commit", "-q", "-m", "first")
    (made / "a.txt").write_text("b\n", "utf-8")
    (made / "b.txt").write_text("staged\n", "utf-8")
    git(made, "add", "b.txt")
    return made


PLACES: dict[Kind, Callable[[Path], Path]] = {
    Kind.FILE: lambda folder: folder / "anchor.jsonl",
    Kind.GIT: repository,
}


def note(size: int, origin: str = ORIGIN) -> str:
    return sign(Checkpoint(origin, size, bytes([size]) * 32, START_US + size), SIGNER)
