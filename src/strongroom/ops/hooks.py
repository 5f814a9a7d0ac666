"""Git hooks that scan: put where git looks for them, beside what is there already.

A hook that is there is kept: it gets another name, and ours runs it first with the same words and
the same input. The hook's own text says whose it is, so that nothing of anybody else is removed.
"""

import os
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from strongroom.errors import ConflictError, InvalidError, MachineError, NotFoundError

MARK: Final = "# strongroom-hook v1"
CHAINED: Final = ".before-strongroom"
HEAD_OCTETS: Final = 4096
_MODE: Final = 0o755
_ARGUMENTS: Final = {
    "pre-commit": "--staged",
    "pre-push": "--pre-push",
    "pre-receive": "--pre-receive",
}
_SCANNER: Final = "scanner="
_TEXT: Final = """\
#!/bin/sh
{mark} {name}
# Written by `strongroom hooks install`; `strongroom hooks uninstall` takes it away again.
before="$(dirname "$0")/{name}{chained}"
scanner={command}
[ -x "$scanner" ] || scanner=$(command -v strongroom) || {{
  echo "strongroom is not installed here any more, so nothing was scanned; \\`strongroom hooks install\\` mends it" >&2
  exit 1
}}
"""
_PLAIN: Final = """\
if [ -x "$before" ]; then "$before" "$@" || exit $?; fi
exec "$scanner" scan {argument}
"""
# Both need all of the input.
_FED: Final = """\
given=$(cat)
feed() { if [ -n "$given" ]; then printf '%s\\n' "$given"; fi; }
if [ -x "$before" ]; then feed | "$before" "$@" || exit $?; fi
feed | "$scanner" scan """


class Hook(StrEnum):
    """The hooks that scan."""

    PRE_COMMIT = "pre-commit"
    PRE_PUSH = "pre-push"
    PRE_RECEIVE = "pre-receive"


class State(StrEnum):
    """What stands where git looks for a hook."""

    ABSENT = "absent"
    OURS = "installed"
    OUTDATED = "outdated"  # ours, of an older text, or its scanner is gone
    UNUSABLE = "not-executable"  # ours, and git would not run it
    FOREIGN = "another"


@dataclass(frozen=True, slots=True)
class Found:
    """One hook: where it is, what it is, and whether one that was there before runs with it.

    `scanner` is what ours runs.
    """

    hook: Hook
    path: Path
    state: State
    chained: bool = False
    scanner: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository's hooks are. `shared`: they are those of other repositories too."""

    folder: Path
    bare: bool
    shared: bool = False


@dataclass(frozen=True, slots=True)
class HooksRequest:
    """The repository that `path` is in, and which of its hooks; none means those that fit it.

    `shared` allows a folder of hooks that other repositories use as well. `command` is what the
    hooks run; found by itself when empty.
    """

    path: Path
    hooks: tuple[Hook, ...] = ()
    shared: bool = False
    command: str = ""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    git: str = "git"


def place(request: HooksRequest) -> Place:
    """Where git looks for the hooks of a repository, as its configuration says.

    Raises:
        NotFoundError: `not-a-repository`.
        MachineError: `git-missing`, `git-failed`.
    """
    bare = _ask(request, "--is-bare-repository") == "true"
    top = Path(_ask(request, "--absolute-git-dir" if bare else "--show-toplevel"))
    common = _absolute(top, _ask(request, "--git-common-dir", at=top))
    folder = _absolute(top, _ask(request, "--git-path", "hooks", at=top))
    own = {top.resolve(), common.resolve()}
    where = folder.resolve()
    shared = not any(where.is_relative_to(one) for one in own)
    return Place(folder, bare, shared)


def status(request: HooksRequest) -> tuple[Found, ...]:
    """What there is of the hooks that were asked for.

    Raises:
        NotFoundError: `not-a-repository`.
        MachineError: `git-missing`, `git-failed`, `hook-unreadable`.
    """
    where = place(request)
    return tuple(_found(where.folder, hook) for hook in _asked(request, where))


def install(request: HooksRequest) -> tuple[Found, ...]:
    """Put the hooks there; those that are there already are left as they are.

    Raises:
        ConflictError: `hook-in-the-way`, `hooks-shared`.
        InvalidError: `hook-does-not-fit`: this kind of repository never runs it.
        NotFoundError: `not-a-repository`.
        MachineError: `git-missing`, `git-failed`, `hook-unreadable`, `hook-unwritable`.
    """
    where = place(request)
    hooks, command = _asked(request, where), _command(request)
    for hook in hooks:
        if where.bare and hook is not Hook.PRE_RECEIVE:
            raise InvalidError(
                "hook-does-not-fit",
                f"{hook} never runs in a bare repository",
                fix="install pre-receive there",
            )
    _unshared(request, where)
    before = [_found(where.folder, hook) for hook in hooks]
    for found in before:
        if found.state is State.FOREIGN:
            _movable(found)
    for found in before:
        if found.state is State.FOREIGN:
            _rename(found.path, found.path.with_name(f"{found.hook}{CHAINED}"))
        if found.state is not State.OURS or found.scanner != command:
            _write(found.path, text(found.hook, command))
    return tuple(_found(where.folder, hook) for hook in hooks)


def uninstall(request: HooksRequest) -> tuple[Found, ...]:
    """Take our hooks away, and put back what was there before; what is not ours stays.

    Raises:
        ConflictError: `hooks-shared`.
        NotFoundError: `not-a-repository`.
        MachineError: `git-missing`, `git-failed`, `hook-unreadable`, `hook-unwritable`.
    """
    where = place(request)
    hooks = _asked(request, where)
    _unshared(request, where)
    for hook in hooks:
        found = _found(where.folder, hook)
        if found.state in {State.ABSENT, State.FOREIGN}:
            continue
        beside = found.path.with_name(f"{hook}{CHAINED}")
        if beside.is_file() or beside.is_symlink():  # theirs, even if git would not run it
            _rename(beside, found.path)
        else:
            _remove(found.path)
    return tuple(_found(where.folder, hook) for hook in hooks)


def text(hook: Hook, command: str) -> str:
    """The hook as it is written."""
    head = _TEXT.format(mark=MARK, name=hook, chained=CHAINED, command=shlex.quote(command))
    argument = _ARGUMENTS[hook]
    if hook is Hook.PRE_COMMIT:
        return head + _PLAIN.format(argument=argument)
    return head + _FED + argument + (' "$@"\n' if hook is Hook.PRE_PUSH else "\n")


def _asked(request: HooksRequest, where: Place) -> Sequence[Hook]:
    if request.hooks:
        return tuple(dict.fromkeys(request.hooks))
    return (Hook.PRE_RECEIVE,) if where.bare else (Hook.PRE_COMMIT, Hook.PRE_PUSH)


def _command(request: HooksRequest) -> str:
    """The program beside this interpreter, which a hook finds whatever its PATH is."""
    if request.command:
        return request.command
    beside = Path(sys.executable).with_name("strongroom")
    return str(beside) if beside.is_file() else shutil.which("strongroom") or "strongroom"


def _unshared(request: HooksRequest, where: Place) -> None:
    if where.shared and not request.shared:
        raise ConflictError(
            "hooks-shared",
            f"core.hooksPath points at {where.folder}, where other repositories have their hooks too",
            fix="add --shared to have them all scanned, or set core.hooksPath for this repository",
        )


def _found(folder: Path, hook: Hook) -> Found:
    path = folder / hook
    chained = os.access(path.with_name(f"{hook}{CHAINED}"), os.X_OK)
    try:
        if not path.exists() and not path.is_symlink():
            return Found(hook, path, State.ABSENT)
        if path.is_symlink() or not path.is_file():
            return Found(hook, path, State.FOREIGN)
        said = path.read_bytes()[:HEAD_OCTETS].decode("utf-8", "replace")
        mode = path.stat().st_mode
    except OSError as error:
        raise MachineError("hook-unreadable", f"{path}: {error.strerror}") from None
    if f"\n{MARK} {hook}\n" not in said:
        return Found(hook, path, State.FOREIGN)
    if not mode & stat.S_IXUSR:
        return Found(hook, path, State.UNUSABLE, chained)
    scanner = _scanner(said)
    fine = said == text(hook, scanner) and shutil.which(scanner) is not None
    return Found(hook, path, State.OURS if fine else State.OUTDATED, chained, scanner)


def _scanner(said: str) -> str:
    """The program that a hook's text names; of whichever environment it is, it scans."""
    for line in said.splitlines():
        if line.startswith(_SCANNER):
            with suppress(ValueError):
                return " ".join(shlex.split(line.removeprefix(_SCANNER)))
    return ""


def _movable(found: Found) -> None:
    """Whether a hook of somebody else can run before ours.

    Raises:
        ConflictError: `hook-in-the-way`.
    """
    beside = found.path.with_name(f"{found.hook}{CHAINED}")
    ours = f"strongroom scan {_ARGUMENTS[found.hook]}"
    if found.path.is_symlink() or not found.path.is_file():
        raise ConflictError(
            "hook-in-the-way",
            f"{found.path} is a link, or no file, and belongs to another tool",
            fix=f"have that tool run `{ours}`",
        )
    if beside.exists() or beside.is_symlink():
        raise ConflictError(
            "hook-in-the-way",
            f"{found.path} is not ours, and {beside.name} is there already",
            fix=f"put `{ours}` into {found.path.name}, or take one of the two away",
        )


def _write(path: Path, body: str) -> None:
    beside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, flags, _MODE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(body)
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error) from None


def _rename(path: Path, to: Path) -> None:
    try:
        path.rename(to)
    except OSError as error:
        raise _unwritable(to, error) from None


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> MachineError:
    return MachineError(
        "hook-unwritable",
        f"{path} cannot be written: {error.strerror}",
        fix="run it as a user who may write there",
    )


def _absolute(top: Path, said: str) -> Path:
    return top / said


def _ask(request: HooksRequest, *words: str, at: Path | None = None) -> str:
    # The user's own configuration counts here: it says where git looks for hooks. Within a hook,
    # the variables of git would point elsewhere.
    environ = {k: v for k, v in request.environ.items() if not k.startswith("GIT_")}
    try:
        done = subprocess.run(
            [request.git, "rev-parse", *words],
            cwd=at or request.path,
            env=environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except NotADirectoryError:
        raise NotFoundError("not-a-repository", f"{request.path} is no folder") from None
    except FileNotFoundError:
        if not (at or request.path).is_dir():
            raise NotFoundError("not-a-repository", f"there is no folder {request.path}") from None
        raise MachineError("git-missing", "git is not installed, or not on the PATH") from None
    except OSError as error:
        raise MachineError("git-failed", f"git could not be run: {error.strerror}") from None
    if done.returncode:
        raise NotFoundError(
            "not-a-repository",
            f"{request.path} is in no git repository that git would work with",
            fix="run it in a repository; `git status` there says what git thinks",
        )
    return os.fsdecode(done.stdout.removesuffix(b"\n"))
