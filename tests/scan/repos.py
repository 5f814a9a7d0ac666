"""Repositories with made up secrets in them, and rules that find only those."""

import os
import subprocess
from itertools import count
from pathlib import Path

RULES = """\
extend = false
[[rules]]
id = "acme-token"
title = "Acme token"
pattern = '\\bacme_[0-9a-f]{32}\\b'
severity = "high"
"""
ENVIRON = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}


_later = count(1)


def git(folder: Path, *words: str, given: str = "", environ: dict[str, str] = ENVIRON) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, env=environ, check=True, capture_output=True,
        input=given.encode(),
    )  # fmt: skip
    return done.stdout.decode().strip()


def repository(folder: Path, rules: str = RULES) -> Path:
    """An empty one, whose rules find nothing but Acme's tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / ".strongroom-scan.toml").write_text(rules)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "begin")
    return folder


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    git(folder, "add", name)
    # Of two commits at one time none is the older.
    when = {"GIT_AUTHOR_DATE": f"{1_770_000_000 + next(_later)} +0000"}
    git(folder, "commit", "-qm", f"change {name}", environ=ENVIRON | when)
    return git(folder, "rev-parse", "HEAD")
