"""Repositories for the tests of the sources, made by the real git."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from strongroom.scan.model import INSIDE, Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.asking import environment
from strongroom.scan.sources.git import Repository

AUTHOR = "Ada Lovelace"
_WHO = {
    "GIT_AUTHOR_NAME": AUTHOR,
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": AUTHOR,
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(root: Path, *arguments: str, given: bytes = b"", when: int = 1_700_000_000) -> bytes:
    """The output of one command; commits are made at `when`."""
    dates = {f"GIT_{who}_DATE": f"{when} +0000" for who in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", *arguments],
        cwd=root,
        env={**os.environ, **_WHO, **dates},
        input=given,
        capture_output=True,
        check=True,
    )
    return done.stdout.strip()


def repository(root: Path, *arguments: str) -> Path:
    """An empty one whose branch is `main`."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main", *arguments)
    return root


def save(
    root: Path, files: dict[str, bytes], message: str = "change", when: int = 1_700_000_000
) -> str:
    """Write files, commit everything, and say the commit's id."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message, when=when)
    return git(root, "rev-parse", "HEAD").decode()


def opened(root: Path, *keep: str, **environ: str) -> Repository:
    """The repository as the sources have it."""
    return Repository(root, environment({**os.environ, **environ}, keep))


def split(found: Iterable[Piece | NotScanned]) -> tuple[list[Piece], list[NotScanned]]:
    """The pieces but names inside of archives, and what was not scanned."""
    everything = list(found)
    return (
        [one for one in everything if isinstance(one, Piece) and not names_inside((one,))],
        [one for one in everything if isinstance(one, NotScanned)],
    )


def texts(found: Iterable[Piece | NotScanned]) -> dict[str, bytes]:
    """The data of pieces by their path, nothing being unscanned."""
    pieces, unscanned = split(found)
    assert [] == [one for one in unscanned if not one.by_choice]
    return {piece.origin.path: piece.data for piece in pieces}


def names_inside(found: Iterable[Piece | NotScanned]) -> list[bytes]:
    """What is said of names inside of archives, a line each."""
    return [
        line
        for piece in found
        if isinstance(piece, Piece) and piece.origin.medium is Medium.FILE_NAME
        for line in piece.data.split(b"\n")
        if INSIDE.encode() in line
    ]


def codes(found: Iterable[Piece | NotScanned]) -> dict[str, str]:
    """The codes of what was not scanned, by its path."""
    return {one.path: one.code for one in split(found)[1]}


def origin(path: str = "a") -> Origin:
    """A file."""
    return Origin(path)
