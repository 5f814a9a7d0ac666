"""Look at a folder of source code once, and say what is there: the only I/O of a check.

Git is asked four times whatever the size of the repository, and each file is opened once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.check import notes_source, python_source
from strongroom.check.facts import (
    CodeUse,
    EnvExample,
    EnvFile,
    GitFacts,
    Ignored,
    Note,
    RepositoryFacts,
)
from strongroom.errors import InvalidError
from strongroom.source import config_source, env_source, files
from strongroom.source.git import Entry, Git, Refused
from strongroom.source.paths import ENV_PATTERNS, area, is_development, is_fixture, shown
from strongroom.source.seen import Area, ConfigEntry, EnvEntry, NotLookedAt

SUBMODULE: Final = "160000"
Progress = Callable[[int, int], None]
PROGRESS_EVERY: Final = 64
# The repository around it ignores the whole folder: git's silence is no answer.
IGNORED: Final = Refused("folder-ignored", "ignored by the repository around it")


@dataclass(slots=True)
class _Seen:
    """What has been read so far."""

    uses: list[CodeUse] = field(default_factory=list)
    entries: list[ConfigEntry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    env: dict[str, tuple[int | None, tuple[EnvEntry, ...]]] = field(default_factory=dict)
    examples: list[EnvExample] = field(default_factory=list)
    counts: dict[Area, int] = field(default_factory=dict)
    unread: list[NotLookedAt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The paths to look at, and what git says of them."""

    paths: tuple[str, ...]
    git: GitFacts
    tracked: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()
    ignored_by: Mapping[str, str] = field(default_factory=dict)


def look(
    root: Path, environ: Mapping[str, str], progress: Progress | None = None, *, git: str = "git"
) -> RepositoryFacts:
    """What is in the folder `root`. `progress` is called with (files done, files in all).

    Raises:
        NotFoundError: `path-not-found`.
        InvalidError: `path-not-a-folder`.
        MachineError: `path-unreadable`.
    """
    files.must_be_a_folder(root)
    seen = _Seen()
    listed = _list(root, Git(root, environ, git), seen)
    for done, path in enumerate(listed.paths):
        if progress and done % PROGRESS_EVERY == 0:
            progress(done, len(listed.paths))
        _look_at(root, path, seen)
    if progress:
        progress(len(listed.paths), len(listed.paths))
    return _facts(listed, seen)


def _list(root: Path, git: Git, seen: _Seen) -> _Listed:
    try:
        shallow, is_root = git.place()
        listing = git.files()
        on_disk = git.ignored(ENV_PATTERNS)
        refused = None if listing.entries or is_root else IGNORED
    except Refused as error:
        refused = error
    if refused:
        seen.unread.append(NotLookedAt(".git", refused.code, refused.why))
        return _Listed(tuple(files.walk(root, seen.unread)), GitFacts(refused.code, refused.why))
    seen.unread += [
        NotLookedAt(shown(f), "unreadable", "no permission to open it", Area.FOLDER)
        for f in listing.unreadable
    ]
    paths = dict.fromkeys((*(e.path for e in _whole(listing.entries, seen)), *on_disk))
    envs = [p for p in paths if area(p) is Area.ENV]
    try:
        ignored_by = git.ignored_by([".env", *envs])
    except Refused as refused:
        seen.unread.append(NotLookedAt(".git", refused.code, refused.why))
        return _Listed(tuple(paths), GitFacts(refused.code, refused.why))
    facts, added = _history(git, shallow=shallow)
    tracked = frozenset(e.path for e in listing.entries if e.mode)
    if facts.history_why or facts.shallow:
        seen.unread.append(_cut(facts))
    return _Listed(tuple(paths), facts, tracked, added, ignored_by)


def _history(git: Git, *, shallow: bool) -> tuple[GitFacts, tuple[str, ...]]:
    try:
        if not git.has_commits():
            return GitFacts(shallow=shallow, commits=False), ()
        return GitFacts(shallow=shallow), git.ever_added(ENV_PATTERNS)
    except Refused as refused:
        return GitFacts(shallow=shallow, history_why=refused.why), ()


def _cut(facts: GitFacts) -> NotLookedAt:
    if facts.history_why:
        return NotLookedAt("the history", "git-failed", facts.history_why)
    return NotLookedAt("the history", "shallow-clone", "older commits are not in this clone")


def _whole(entries: Iterable[Entry], seen: _Seen) -> Iterable[Entry]:
    """The entries that are files; submodules are named as not looked at."""
    for entry in entries:
        # An untracked repository inside this one is listed as a folder.
        if entry.mode == SUBMODULE or entry.path.endswith("/"):
            why = "a repository of its own: check it on its own"
            seen.unread.append(files.skipped(entry.path.rstrip("/"), "submodule", why))
        else:
            yield entry


def _look_at(root: Path, path: str, seen: _Seen) -> None:
    kind = area(path)
    if kind is Area.OTHER:
        return
    content = files.read(root, path)
    if isinstance(content, NotLookedAt):
        seen.unread.append(content)
        return
    data = content.data
    if kind is Area.PYTHON:
        _python(data, path, seen)
    elif b"\0" in data:
        seen.unread.append(files.skipped(path, "holds-nul", "holds NUL bytes, so it is not text"))
        return
    elif kind is Area.ENV:
        _env(data, path, content.mode, seen)
    elif kind is Area.CONFIG:
        text = data.decode("utf-8", "replace")
        development = is_development(path)
        seen.entries += config_source.entries(text, shown(path), development=development)
    else:
        seen.notes += notes_source.in_document(data.decode("utf-8", "replace"), shown(path))
    seen.counts[kind] = seen.counts.get(kind, 0) + 1


def _python(data: bytes, path: str, seen: _Seen) -> None:
    if b"\0" in data or python_source.matters(data):
        try:
            seen.uses += python_source.uses(data, shown(path), development=is_development(path))
        except InvalidError as error:
            seen.unread.append(files.skipped(path, error.code, error.message))
            seen.counts[Area.PYTHON] = seen.counts.get(Area.PYTHON, 0) - 1
    if not is_development(path):
        seen.notes += notes_source.in_python(data.decode("utf-8", "replace"), shown(path))


def _env(data: bytes, path: str, mode: int, seen: _Seen) -> None:
    entries = env_source.entries(data.decode("utf-8", "replace"))
    if env_source.is_example(path.rpartition("/")[2]):
        seen.examples.append(EnvExample(shown(path), entries))
    else:
        seen.env[path] = (mode, entries)


def _facts(listed: _Listed, seen: _Seen) -> RepositoryFacts:
    added = [p for p in listed.added if env_source.is_env(p.rpartition("/")[2])]
    tracked = [p for p in listed.tracked if env_source.is_env(p.rpartition("/")[2])]
    return RepositoryFacts(
        git=listed.git,
        env_files=tuple(
            _env_file(path, listed, seen) for path in sorted({*seen.env, *added, *tracked})
        ),
        env_ignored=_ignored(".env", listed),
        examples=tuple(seen.examples),
        uses=tuple(seen.uses),
        entries=tuple(seen.entries),
        notes=tuple(seen.notes),
        python_files=seen.counts.get(Area.PYTHON, 0),
        config_files=seen.counts.get(Area.CONFIG, 0),
        documents=seen.counts.get(Area.DOCUMENT, 0),
        not_looked_at=tuple(sorted(seen.unread, key=lambda n: (n.path, n.code))),
    )


def _env_file(path: str, listed: _Listed, seen: _Seen) -> EnvFile:
    mode, entries = seen.env.get(path, (None, ()))
    name = path.rpartition("/")[2]
    return EnvFile(
        path=shown(path),
        mode=mode,
        tracked=path in listed.tracked,
        ignored=_ignored(path, listed),
        in_history=path in listed.added,
        entries=entries,
        private=env_source.is_private(name) and not is_fixture(path),
    )


def _ignored(path: str, listed: _Listed) -> Ignored:
    if not listed.git.usable:
        return Ignored.UNKNOWN
    source = listed.ignored_by.get(path)
    if source is None:
        return Ignored.NO
    return Ignored.YES if source.rpartition("/")[2] == ".gitignore" else Ignored.HERE_ONLY
