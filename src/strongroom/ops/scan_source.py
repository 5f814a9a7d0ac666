"""The sources that a scan can be asked for, each with what it is called and how it is gone about."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.errors import InvalidError, NotFoundError, UsageError
from strongroom.scan.sources.interface import Source

if TYPE_CHECKING:
    from strongroom.scan.sources.git import Repository

BASELINE: Final = ".strongroom-baseline"
RULE_FILES: Final = (".strongroom-scan.toml", "strongroom.toml")
_DELETED: Final = "the push only deletes, so nothing was scanned"
_UP_TO_DATE: Final = (
    "git gave the hook no reference, so nothing was scanned; if something is pushed all the same,"
    " what runs the hook does not hand it its standard input"
)


class Chosen(NamedTuple):
    """A source, its name for people, and the folder whose baseline and rules count; no `root`, none.

    `repository` says where blobs are from, asked for `revisions`, or for all; `reachable`: what
    nothing there reaches does not count. `shares`: it is worth more than one process, `early`: they are worth starting at once.
    `empty`: there may be nothing in it. `whole`: it is all that a baseline speaks of. `notes`: what to say of it.
    """

    source: Source
    what: str
    root: Path | None = None
    repository: "Repository | None" = None
    revisions: tuple[str, ...] = ()
    reachable: bool = False
    shares: bool = False
    early: bool = False
    empty: bool = False
    whole: bool = False
    notes: tuple[str, ...] = ()


class Project(NamedTuple):
    """What lies in a folder that is scanned: its baseline and its rules."""

    baseline: Path | None = None
    rules: Path | None = None


def folder(paths: Sequence[Path], cwd: Path, *, everything: bool = False) -> Chosen:
    """Files and folders as they are on disk; without any, the folder `cwd`."""
    from strongroom.scan.sources.folder import Folder  # noqa: PLC0415 - each source on its own

    named = [str(path) for path in paths]
    what = f"folder {', '.join(named) or '.'}"
    if not named or "." in named:  # all of it, whatever else is named
        return Chosen(Folder(Path(), (), everything), what, _root(cwd), shares=True, whole=True)
    if all(_below(path) for path in paths):
        source = Folder(Path(), tuple(named), everything)
        return Chosen(source, what, _root(cwd), shares=True)
    if len(paths) == 1:
        whole = paths[0].is_dir()
        source = Folder(paths[0], (), everything)
        top = paths[0] if whole else paths[0].parent
        return Chosen(source, what, _root(top), shares=True, whole=whole)
    absolute = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - links are left alone
    source = Folder(Path(os.path.commonpath(absolute)), tuple(absolute), everything)
    return Chosen(source, what, _root(cwd), shares=True)


def history(
    path: Path, environ: Mapping[str, str], commits: str | None = None, *, unreachable: bool = False
) -> Chosen:
    """All that a repository has, or what a range of commits brings.

    Raises:
        NotFoundError: `path-not-found`, `not-a-repository`.
        InvalidError: `repository-unusable`, `range-unusable`.
        MachineError: `git-missing`, `git-failed`.
    """
    from strongroom.scan.sources.git import open_  # noqa: PLC0415 - each source on its own

    _must_be_folder(path)
    repository = open_(path, environ)
    root = _root(path)
    if commits is not None:
        if commits.startswith("-") or not commits.strip():
            raise InvalidError(
                "range-unusable",
                "that is no range of commits",
                fix="name it as `git log` takes it, like main..HEAD",
            )
        from strongroom.scan.sources.commits import Range  # noqa: PLC0415 - as above

        what = f"commits {commits} of {path}"
        return Chosen(Range(repository, commits), what, root, repository, (commits,), shares=True)
    from strongroom.scan.sources.history import History  # noqa: PLC0415 - as above

    return Chosen(
        History(repository),
        f"history of {path}",
        root,
        repository,
        reachable=not unreachable,
        shares=True,
        early=True,
        whole=True,
    )


def staged(path: Path, environ: Mapping[str, str]) -> Chosen:
    """What the next commit brings.

    Raises:
        NotFoundError: `path-not-found`, `not-a-repository`.
        InvalidError: `repository-unusable`.
        MachineError: `git-missing`, `git-failed`.
    """
    from strongroom.scan.sources.asking import HOOK_VARIABLES, environment  # noqa: PLC0415
    from strongroom.scan.sources.git import Repository  # noqa: PLC0415
    from strongroom.scan.sources.staged import Staged  # noqa: PLC0415 - each source on its own

    _must_be_folder(path)
    # Not asked first whether it is a repository: the source finds out, and each commit waits.
    repository = Repository(path, environment(environ, HOOK_VARIABLES))
    return Chosen(Staged(repository), "staged changes", _root(path), empty=True)


def follow(path: Path, cwd: Path) -> Chosen:
    """A log, as it grows; baseline and rules are those of where one is."""
    from strongroom.scan.sources.follow import Follow  # noqa: PLC0415 - each source on its own

    return Chosen(Follow(path), f"log {path}", _root(cwd), empty=True)


def pre_receive(path: Path, environ: Mapping[str, str], lines: Sequence[str]) -> Chosen:
    """What a push brings, in the hook of the repository that it comes to.

    Its baseline and rules would be those of whoever pushes, so there are none.

    Raises:
        NotFoundError: `not-a-repository`.
        InvalidError: `repository-unusable`.
        UsageError: `scan-no-hook`.
        MachineError: `git-missing`, `git-failed`.
    """
    from strongroom.scan.sources.asking import HOOK_VARIABLES  # noqa: PLC0415
    from strongroom.scan.sources.git import open_  # noqa: PLC0415
    from strongroom.scan.sources.prereceive import PreReceive  # noqa: PLC0415 - as above

    if not any(line.strip() for line in lines):
        raise no_hook()
    repository = open_(path, environ, HOOK_VARIABLES)
    source = PreReceive(repository, tuple(lines))
    new = [line.split(" ")[1] for line in lines if len(line.split(" ")) > 2]
    tips = tuple(one for one in new if one.strip("0"))
    asked = (*tips, "--not", "--all") if tips else ()
    return Chosen(source, "push", None, repository, asked, shares=True, empty=True)


def pre_push(
    path: Path, environ: Mapping[str, str], lines: Sequence[str], remote: str = "", to: str = ""
) -> Chosen:
    """What a push takes along, in the hook of the repository that it goes from.

    Git names the `remote` and the address that it pushes `to`, and gives no line where the other
    side has everything. Whoever runs it by hand names neither.

    Raises:
        NotFoundError: `not-a-repository`.
        InvalidError: `repository-unusable`, `push-unreadable`.
        UsageError: `scan-no-hook`.
        MachineError: `git-missing`, `git-failed`.
    """
    from strongroom.scan.sources.asking import HOOK_VARIABLES  # noqa: PLC0415
    from strongroom.scan.sources.git import open_  # noqa: PLC0415
    from strongroom.scan.sources.prepush import PrePush  # noqa: PLC0415 - each source on its own

    given = any(line.strip() for line in lines)
    if not given and not to:
        raise no_hook()
    repository = open_(path, environ, HOOK_VARIABLES)
    source = PrePush(repository, tuple(lines), remote)
    what = f"push to {remote}" if remote and ":" not in remote else "push"
    asked = source.revisions()
    notes = () if asked else (_DELETED if given else _UP_TO_DATE,)
    return Chosen(
        source, what, _root(path), repository, asked, shares=True, empty=True, notes=notes
    )


def stdin(cwd: Path) -> Chosen:
    """Standard input; baseline and rules are those of where one is."""
    from strongroom.scan.sources.stream import Stream  # noqa: PLC0415 - each source on its own

    return Chosen(Stream(0), "standard input", _root(cwd))


def project(chosen: Chosen) -> Project:
    """The baseline and the rules that lie in the root of what is scanned.

    Raises:
        ConfigError: `scan-rules-invalid`.
        MachineError: `scan-rules-unreadable`.
    """
    root = chosen.root
    if root is None:
        return Project()
    baseline = root / BASELINE
    rules = None
    if any((root / name).is_file() for name in RULE_FILES):
        from strongroom.scan.ruleset.files import project as of_folder  # noqa: PLC0415 - most have none

        rules = of_folder(root)
    return Project(baseline if baseline.exists() else None, rules)


def _below(path: Path) -> bool:
    return not path.is_absolute() and ".." not in path.parts


def _must_be_folder(path: Path) -> None:
    # `Path.is_dir` raises where a folder above may not be entered; git says so itself.
    if not os.path.lexists(path):
        raise NotFoundError(
            "path-not-found", f"{path} does not exist", fix="name a folder of a repository"
        )
    if os.path.isfile(path):  # noqa: PTH113
        raise NotFoundError(
            "not-a-repository",
            f"{path} is a file, and no folder of a repository",
            fix="name a folder that git knows, or scan it as a file",
        )


def _root(path: Path) -> Path:
    """The top of the repository that `path` is in, or itself."""
    start = Path(os.path.abspath(path))  # noqa: PTH100 - links are left alone
    for folder_ in (start, *start.parents):
        if (folder_ / ".git").exists():
            return folder_
    return start


def no_hook() -> UsageError:
    """What is said where a hook's command is run by hand."""
    return UsageError(
        "scan-no-hook",
        "nothing says what is pushed: git gives that to its hooks on standard input",
        fix="`strongroom hooks install` writes the hook",
    )
