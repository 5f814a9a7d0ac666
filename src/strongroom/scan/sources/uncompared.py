"""What commits bring where git cannot compare: each new version of a file, whole.

A clone without the older versions (`--filter`), or one that is damaged, still has the newest.
"""

import os
from collections.abc import Iterator

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.git import Repository, never_fetched, said_by
from strongroom.scan.sources.log import FOLDERS, MISSING_MAX, changes_of
from strongroom.scan.sources.objects import in_lines, whole_lines
from strongroom.scan.sources.patches import blobs


def uncompared(repository: Repository, ids: bytes, width: int) -> Iterator[Piece | NotScanned]:
    """The versions that the commits `ids` bring, then their names; what is absent is named.

    Raises:
        StrongroomError: git can't be run.
    """
    paths: dict[str, list[str]] = {}
    names: dict[bytes, None] = {}
    with repository.stream(
        "diff-tree", "--stdin", "--root", "-r", "-c", "--raw", "--no-abbrev", "--no-renames",
        "--diff-filter=AMT", given=in_lines(ids, width),
    ) as git:  # fmt: skip
        for text in whole_lines(git.out):
            for oid, name in changes_of(text):
                paths.setdefault(oid.decode(), [os.fsdecode(name)])
                names[name] = None
        code, said = git.end()
    if code:
        why = FOLDERS if never_fetched(said) else f"git: {said_by(said)}"
        yield NotScanned("", "history-broken", why)
    there = _there(repository, paths)
    absent = [names_ for oid, names_ in paths.items() if oid not in there]
    for (path,) in absent[:MISSING_MAX]:
        yield NotScanned(path, "object-missing", "a version is lost, or was never fetched")
    if len(absent) > MISSING_MAX:
        yield NotScanned("", "object-missing", f"{len(absent) - MISSING_MAX} more are missing")
    yield from blobs(repository, there, Medium.BLOB)
    if names:
        yield Piece(b"\n".join(names), Origin("", Medium.FILE_NAME))


def _there(repository: Repository, paths: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those that the repository has. Git ends where it is asked for one that it would fetch."""
    with repository.stream(
        "cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered", "--buffer"
    ) as git:
        return {
            oid: paths[oid]
            for text in whole_lines(git.out)
            for oid in text.decode().split()
            if oid in paths
        }
