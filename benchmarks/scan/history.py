"""Builds a git repository whose history has more than 500 MB of different blobs.

    python -m benchmarks.scan.history FOLDER [MEGABYTES [SOURCE…]]

The files are those of installed packages and of Python itself (or of the source folders given),
in their real sizes. Commit by commit some of them are edited as people edit: lines go, come from
elsewhere, move, or have a word replaced. So every version is a blob of its own that packs well as
a delta, as real history does. Side branches are merged, and releases tagged.

The same sources and size give the same commits; the last line printed says which. What is
installed differs between machines: compare tools on one machine only.
"""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import IO

from benchmarks.scan.corpus import words
from benchmarks.scan.corpus.draw import Draw

MEGABYTES = 520
_SUFFIXES = frozenset(
    ".py .pyi .js .css .html .json .txt .md .rst .toml .cfg .c .h .po .xml .yml".split()  # noqa: SIM905
)
_FILE_MAX = 512 * 1024
_FILES_MAX = 6000
_EDITED_MAX = 10  # files a commit
_BRANCH_EVERY, _BRANCH_COMMITS, _TAG_EVERY = 40, 6, 200
_BEGIN = 1_400_000_000  # of the first commit, in 2014


def sources(folders: list[Path]) -> Iterator[tuple[str, list[bytes]]]:
    """Text files below the folders by name, each as its lines."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _SUFFIXES or not path.is_file() or path.is_symlink():
                continue
            if 0 < path.stat().st_size <= _FILE_MAX and "__pycache__" not in path.parts:
                name = path.relative_to(folder).as_posix()
                yield f"{folder.name}/{name}", path.read_bytes().splitlines(keepends=True)


@dataclass
class Repository:
    """A stream for `git fast-import`, and what of it counts."""

    stream: IO[bytes]
    draw: Draw
    pool: list[tuple[str, list[bytes]]]
    files: dict[str, list[bytes]] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)
    size: int = 0
    commits: int = 0
    merges: int = 0
    tags: int = 0

    def commit(self, branch: str, names: list[str], *, first: str = "", merge: str = "") -> None:
        """One commit on `branch` with the present text of the named files."""
        self.commits += 1
        author = self.draw.pick(words.PEOPLE)
        when = _BEGIN + self.commits * 20_000 + self.draw.below(15_000)
        subject = f"{self.draw.pick(words.ACTIONS)} the {self.draw.pick(words.THINGS)}"
        message = f"{subject.capitalize()}\n".encode()
        who = f"{author.capitalize()} <{author}@example.com> {when} +0000"
        lines = [f"commit refs/heads/{branch}", f"mark :{self.commits}"]
        lines += [f"author {who}", f"committer {who}", f"data {len(message)}"]
        self.stream.write("\n".join(lines).encode() + b"\n" + message)
        if first:
            self.stream.write(f"from {first}\n".encode())
        if merge:
            self.merges += 1
            self.stream.write(f"merge {merge}\n".encode())
        for name in names:
            body = b"".join(self.files[name])
            key = sha1(body, usedforsecurity=False).digest()
            if key not in self.seen:
                self.seen.add(key)
                self.size += len(body)
            self.stream.write(f"M 100644 inline {name}\ndata {len(body)}\n".encode())
            self.stream.write(body + b"\n")

    def tag(self, branch: str) -> None:
        self.tags += 1
        when = _BEGIN + self.commits * 20_000
        head = f"tag v{self.tags // 10}.{self.tags % 10}\nfrom refs/heads/{branch}\n"
        head += f"tagger Release <release@example.com> {when} +0000\ndata 8\nRelease\n"
        self.stream.write(head.encode())

    def edit(self) -> list[str]:
        """Change some files, and now and then bring in a new one; returns their names."""
        names = self.draw.sample(list(self.files), self.draw.between(1, _EDITED_MAX))
        for name in names:
            lines = self.files[name] = list(self.files[name])
            for _ in range(self.draw.between(1, 4)):
                self._change(lines)
        if self.pool and self.draw.chance(60):
            name, lines = self.pool.pop()
            self.files[name] = lines
            names.append(name)
        return names

    def _change(self, lines: list[bytes]) -> None:
        draw = self.draw
        at, size = draw.below(len(lines) or 1), draw.between(1, 8)
        kind = draw.below(4)
        if kind == 0 and len(lines) > 2 * size:
            del lines[at : at + size]
        elif kind == 1:
            other = self.files[draw.pick(list(self.files))]
            start = draw.below(len(other) or 1)
            lines[at:at] = other[start : start + size]
        elif kind == 2 and len(lines) > 2 * size:
            moved = lines[at : at + size]
            del lines[at : at + size]
            to = draw.below(len(lines) or 1)
            lines[to:to] = moved
        else:
            word = draw.pick(words.THINGS).encode()
            for row in range(at, min(at + size, len(lines))):
                parts = lines[row].split(b" ")
                if len(parts) > 2:
                    parts[draw.below(len(parts) - 1)] = word
                    lines[row] = b" ".join(parts)


def write(stream: IO[bytes], folders: list[Path], limit: int) -> Repository:
    """Stream commits until the different blobs have `limit` bytes.

    Raises ValueError where the folders hold no text files.
    """
    draw = Draw("history")
    found = list(sources(folders))
    if not found:
        raise ValueError("no text files below the source folders")
    pool = draw.sample(found, _FILES_MAX)
    made = Repository(stream, draw, pool)
    start = len(pool) * 2 // 5
    made.files = dict(pool[:start] or pool[:1])
    made.pool = pool[start:]
    made.commit("main", sorted(made.files))
    while made.size < limit:
        if made.commits % _BRANCH_EVERY == 0:
            _side_branch(made)
        else:
            made.commit("main", made.edit())
        if made.commits % _TAG_EVERY == 0:
            made.tag("main")
    made.tag("main")
    return made


def _side_branch(made: Repository) -> None:
    """A branch of some commits, one on main beside it, and the merge of both."""
    branch = f"side-{made.commits}"
    base = f":{made.commits}"
    touched: set[str] = set()
    for number in range(_BRANCH_COMMITS):
        names = made.edit()
        touched.update(names)
        made.commit(branch, names, first="" if number else base)
    made.commit("main", made.edit())
    made.commit("main", sorted(touched), merge=f"refs/heads/{branch}")


def build(folder: Path, folders: list[Path], limit: int) -> Repository:
    """A bare repository in `folder`, packed as `git gc` would pack a grown one.

    Raises FileExistsError where the folder is there already, and CalledProcessError with git's
    words on standard error.
    """
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        made = write(process.stdin, folders, limit)
        process.stdin.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    # Anew (-f): what fast-import wrote is compared with whatever came before it in the stream.
    for line in (["repack", "-a", "-d", "-f", "-q"], ["gc", "-q", "--prune=now"]):
        subprocess.run(["git", "-C", str(folder), *line], check=True)
    return made


def measured(folder: Path) -> dict[str, int | str]:
    """What git itself counts: different blobs, their bytes, commits, the pack, the last commit."""

    def git(*arguments: str) -> str:
        line = ["git", "-C", str(folder), *arguments]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout

    form = "--batch-check=%(objecttype) %(objectsize)"
    rows = [row.split() for row in git("cat-file", "--batch-all-objects", form).splitlines()]
    return {
        "blobs": sum(kind == "blob" for kind, _ in rows),
        "blob_bytes": sum(int(size) for kind, size in rows if kind == "blob"),
        "commits": sum(kind == "commit" for kind, _ in rows),
        "merges": len(git("rev-list", "--all", "--merges").split()),
        "tags": len(git("tag").split()),
        "pack_bytes": sum(path.stat().st_size for path in folder.glob("objects/pack/*.pack")),
        "head": git("rev-parse", "main").strip(),
    }


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    megabytes = int(arguments[1]) if len(arguments) > 1 else MEGABYTES
    folders = [Path(name) for name in arguments[2:]] or [Path(sysconfig.get_path("stdlib"))]
    build(Path(arguments[0]), folders, megabytes * 1_000_000)
    for name, value in measured(Path(arguments[0])).items():
        print(f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
