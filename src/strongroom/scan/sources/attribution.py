"""Where in a history a blob is from: which commits brought it, whose, when, under which name."""

import os
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.scan.model import Medium
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.objects import Object, objects, whole_lines
from strongroom.scan.sources.quoting import unquoted
from strongroom.scan.sources.spool import ARGUMENTS, EVERYTHING, awaited

SEEN_MAX: Final = 50  # of one blob, the oldest: a licence is in every branch
_NOTES: Final = b"refs/notes/"
_MARK: Final = b"\x01"
_TAGGER: Final = re.compile(rb"^tagger (.*?) ?<[^>\n]*> (-?\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A commit that brought a blob, or that has a message; a tag under the tag's own id.

    `when_us` is the author's time, microseconds since 1970, UTC. `path` is the name of the
    file; empty for the message of a commit, the reference for that of a tag.
    """

    commit: str
    author: str
    when_us: int
    path: str
    medium: Medium = Medium.BLOB


def attribute(
    repository: Repository,
    oids: Collection[str],
    *,
    revisions: Sequence[str] = EVERYTHING,
    spool: Path | None = None,
) -> dict[str, tuple[Seen, ...]]:
    """For each blob, commit or tag the commits it is from, oldest first, at most `SEEN_MAX`.

    What no commit of `revisions` reaches is not in the answer. `spool` is the log that
    `History` kept, which spares asking git.

    Raises:
        StrongroomError: git can't be run.
    """
    wanted = {oid.encode() for oid in oids}
    if not wanted:
        return {}
    found: dict[bytes, deque[Seen]] = {}
    for oid, seen in _commits(_texts(repository, revisions, spool), wanted):
        found.setdefault(oid, deque(maxlen=SEEN_MAX)).append(seen)
    if wanted - found.keys():
        found |= {oid: deque((seen,)) for oid, seen in _tags(repository, wanted)}
    return {oid.decode(): _oldest_first(seen) for oid, seen in found.items()}


def reached(repository: Repository, oids: Collection[str]) -> set[str]:
    """Those of them that some reference reaches, by commits, tags or by itself; all, where git fails.

    Raises:
        StrongroomError: git can't be run.
    """
    wanted = {oid.encode() for oid in oids}
    found: set[bytes] = set()
    with repository.stream("rev-list", "--objects", "--no-object-names", *EVERYTHING) as git:
        for text in whole_lines(git.out):
            found |= wanted.intersection(text.split(b"\n"))
        if git.end()[0]:
            return set(oids)
    return {oid.decode() for oid in found}


def _oldest_first(seen: Collection[Seen]) -> tuple[Seen, ...]:
    # The log has the newest first; times of authors may say otherwise, and are believed.
    behind = sorted(enumerate(seen), key=lambda one: (one[1].when_us, -one[0]))
    return tuple(one for _, one in behind)


def _texts(repository: Repository, revisions: Sequence[str], spool: Path | None) -> Iterator[bytes]:
    file = awaited(spool) if spool else None
    if file is not None:
        with file:
            yield from whole_lines(file)
        return
    with repository.stream(*ARGUMENTS, *revisions) as git:
        yield from whole_lines(git.out)


def _commits(texts: Iterator[bytes], wanted: set[bytes]) -> Iterator[tuple[bytes, Seen]]:
    head: list[bytes] = []
    for text in texts:
        for line in text.split(b"\n"):
            first = line[:1]
            if first == b":":
                facts, _, name = line.partition(b"\t")
                oid = facts.rsplit(b" ", 2)[1]
                if oid in wanted and len(head) == 5:
                    medium = Medium.NOTE if head[3].startswith(_NOTES) else Medium.BLOB
                    yield oid, _seen(head, os.fsdecode(unquoted(name)), medium)
            elif first == _MARK:
                head = line.split(_MARK, 4)  # an author may be called anything
                if head[1] in wanted and len(head) == 5:
                    yield head[1], _seen(head, "", Medium.COMMIT_MESSAGE)


def _seen(head: list[bytes], path: str, medium: Medium) -> Seen:
    _, commit, when, _, author = head
    seconds = int(when) if when.lstrip(b"-").isdigit() else 0
    name = author.decode("utf-8", "backslashreplace")
    return Seen(commit.decode(), name, seconds * 1_000_000, path, medium)


def _tags(repository: Repository, wanted: set[bytes]) -> Iterator[tuple[bytes, Seen]]:
    # Asked for no more, it does not open the objects, of which one may be broken.
    out = repository.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags")
    rows = (line.partition(b" ") for line in out.split(b"\n"))
    names = {oid: name for oid, _, name in rows if oid in wanted}
    width = len(next(iter(names), b"")) // 2
    for found in objects(repository, bytes.fromhex(b"".join(names).decode()), width):
        if isinstance(found, Object) and (tagger := _TAGGER.search(found.data)):
            oid = found.oid.encode()
            head = [b"", oid, tagger[2], b"", tagger[1]]
            yield oid, _seen(head, os.fsdecode(names[oid]), Medium.TAG_MESSAGE)
