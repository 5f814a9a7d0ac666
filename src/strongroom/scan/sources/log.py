"""Which commit brought which blob under which name: one pass of `git log`.

The pass gives the names of files, which are looked at themselves, and says where a finding
is from. It costs about a tenth of reading all blobs, so it is made once, by one of the parts.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.git import Repository, said_by
from strongroom.scan.sources.objects import in_lines, missing, whole_lines

# Merges as what no parent has (`-c`); the reflog holds older stashes and what was amended.
ARGUMENTS: Final = (
    "log", "--raw", "--no-abbrev", "--no-renames", "--diff-filter=AMT", "-c", "--no-color",
    "--no-show-signature", "--no-mailmap", "--no-ext-diff", "--no-textconv", "--no-notes",
    "--encoding=UTF-8", "--format=%x01%H%x01%at%x01%an%x01%S",
)  # fmt: skip
EVERYTHING: Final = ("--all", "--reflog")
END: Final = b"\x01end\n"
MISSING_MAX: Final = 100
# A change is `:mode mode oid oid A<tab>name`; a merge's has a mode and an oid for each parent.
_CHANGE: Final = re.compile(rb"^:[^\t\n]* ([0-9a-f]{40,64}) [A-Z]+\t(.+)$", re.MULTILINE)
_SUBMODULE: Final = re.compile(rb"^:[^\t\n]* 160000 [^\t\n]*\t.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LogPart:
    """The pass. `spool` is the file that it is kept in, if at all; whole if it ends with `END`."""

    repository: Repository
    spool: Path | None
    partial: bool = False  # a partial clone: blobs are absent by intention

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """The names that files ever had, a line each in one piece, and blobs that are absent."""
        names: set[bytes] = set()
        oids = bytearray()
        width = 20
        with (
            closing(_Kept(self.spool)) as kept,
            self.repository.stream(*ARGUMENTS, *EVERYTHING) as git,
        ):
            for text in whole_lines(git.out):
                kept.write(text)
                changes = _CHANGE.findall(
                    _SUBMODULE.sub(b"", text) if b" 160000 " in text else text
                )
                if changes:
                    width = len(changes[0][0]) // 2
                    names.update([name for _, name in changes])
                    oids += bytes.fromhex(b"".join({oid for oid, _ in changes}).decode())
            code, said = git.end()
            if code:
                yield NotScanned("", "history-broken", f"git: {said_by(said)}")
            else:
                kept.write(END)
        if names:
            yield Piece(b"\n".join(sorted(names)), Origin("", Medium.FILE_NAME))
        yield from self._absent(bytes(oids), width)

    def _absent(self, oids_: bytes, width: int) -> Iterator[NotScanned]:
        """Blobs that commits name and the repository doesn't have."""
        absent: list[str] = []
        with self.repository.stream(
            "cat-file", "--batch-check=%(objectname)", "--buffer", given=in_lines(oids_, width)
        ) as git:
            for text in whole_lines(git.out):
                absent.extend(line.decode() for line in text.split(b"\n") if b" " in line)
            code, said = git.end()
        if self.partial and (code or absent):
            # Git ends at the first file that it would have to fetch, so there is no number.
            yield NotScanned("", "partial-clone", "files of its history were never fetched")
            return
        if code:
            yield NotScanned("", "repository-corrupt", f"git: {said_by(said)}")
        oids = dict.fromkeys(line.partition(" ")[0] for line in absent)
        for oid in list(oids)[:MISSING_MAX]:
            yield missing(oid)
        if len(oids) > MISSING_MAX:
            why = f"{len(oids) - MISSING_MAX} more are missing"
            yield NotScanned("", "object-missing", why)


class _Kept:
    """The file for the log. Where the disk refuses, it is not whole, and git is asked again."""

    def __init__(self, path: Path | None) -> None:
        self._handle: int | None = None
        if path is not None:
            with suppress(OSError):
                self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def write(self, data: bytes) -> None:
        try:
            while self._handle is not None and data:
                data = data[os.write(self._handle, data) :]
        except OSError:
            self.close()

    def close(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
        self._handle = None
