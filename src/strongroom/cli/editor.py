"""A person's editor on a private file that does not outlive it.

The file lies in a folder that only its owner can enter, in memory where the machine has
such a place. Whatever happens but a `kill -9`, it is overwritten and removed; what that
leaves, the next edit removes. Editors that are known are told to keep no copies.
"""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

from strongroom.errors import InvalidError, LimitError, MachineError
from strongroom.secret.value import VALUE_BYTES_MAX

PREFIX: Final = "strongroom-edit-"
SHEET_BYTES_MAX: Final = 8 * VALUE_BYTES_MAX  # JSON may spell a value longer than it is
_VIM: Final = (
    "-n", "-i", "NONE",
    "-c", "set nobackup nowritebackup noswapfile noundofile",
)  # fmt: skip
_EMACS: Final = (
    "--eval",
    "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)",
    "--eval",
    "(setq auto-save-list-file-prefix nil)",
)
# What each editor takes to keep neither swap files, backups, undo files nor a history.
_QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("vim", "nvim"), _VIM),
    "gvim": ("-f", *_VIM),  # else it ends at once, and its window stays
    **dict.fromkeys(("nano", "pico"), ("--ignorercfiles",)),
    **dict.fromkeys(("emacs",), _EMACS),
    **dict.fromkeys(("ed",), ()),
}
_USUAL: Final = ("vim", "nano", "vi")
_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)
_LEFT_TO_IT: Final = (signal.SIGINT, signal.SIGQUIT)


class Editor(NamedTuple):
    """A command to which a file's name is added. `quiet`: it was told to keep no copies."""

    argv: tuple[str, ...]
    name: str
    quiet: bool


class Folder(NamedTuple):
    """Where the file lies. `in_memory`: it never reaches a disk, but for swapping."""

    path: Path
    in_memory: bool


def find(environ: Mapping[str, str]) -> Editor:
    """$VISUAL, $EDITOR, or what is usual; split into words as a shell does, run by none.

    Raises:
        InvalidError: `editor-invalid`. MachineError: `editor-missing`.
    """
    text = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if text:
        try:
            words = shlex.split(text)
        except ValueError:
            raise InvalidError("editor-invalid", "$VISUAL or $EDITOR is no command") from None
    else:
        words = [name for name in _USUAL if shutil.which(name)][:1]
    program = shutil.which(words[0]) if words else None
    if program is None:
        raise MachineError(
            "editor-missing",
            "there is no editor" if not words else "the editor that is set is not there",
            fix="set $EDITOR to one, e.g. EDITOR=vim",
        )
    name = _name(program)
    return Editor((program, *_QUIET.get(name, ()), *words[1:]), name, name in _QUIET)


def _name(program: str) -> str:
    """What a program is: `vi` is often a link to another, and vim comes as vim.basic."""
    return Path(program).resolve().name.partition(".")[0].removesuffix("-nox")


@contextmanager
def folder(environ: Mapping[str, str]) -> Iterator[Folder]:
    """A folder of our own, wiped and removed at the end, also by a signal that ends us.

    Raises:
        MachineError: `edit-no-folder`, `edit-not-removed`.
    """
    places = _places(environ)
    for place in places:
        _sweep(place.path)
    before = {number: signal.signal(number, _end) for number in _ENDS}
    made = None
    try:
        made = _make(places)
        yield made
    finally:
        for number in _ENDS:
            signal.signal(number, _ignore)
        try:
            if made is not None:
                wipe(made.path)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def edit(editor: Editor, file: Path, sheet: bytes) -> bytes:
    """Write `sheet` into `file`, let it be edited, and give back what stands there then.

    Raises:
        MachineError: `editor-failed`, `edit-unreadable`. LimitError: `value-too-large`.
    """
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(sheet)
    home = str(file.parent)
    # An editor's own temporary files belong in here too.
    environ = {**os.environ, "TMPDIR": home, "TMP": home, "TEMP": home}
    # Keys that interrupt are the editor's, as long as it runs.
    before = {number: signal.signal(number, _ignore) for number in _LEFT_TO_IT}
    try:
        status = subprocess.run([*editor.argv, str(file)], env=environ, check=False).returncode
    except OSError as error:
        raise MachineError("editor-failed", f"the editor: {error.strerror}") from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if status != 0:
        raise MachineError("editor-failed", f"the editor ended with {status}; nothing was changed")
    try:
        data = file.read_bytes() if file.stat().st_size <= SHEET_BYTES_MAX else None
    except OSError as error:
        raise MachineError("edit-unreadable", f"the edited file: {error.strerror}") from None
    if data is None:
        raise LimitError("value-too-large", f"a value has at most {VALUE_BYTES_MAX:,} bytes")
    return data


def wipe(made: Path) -> None:
    """Overwrite every file in there and remove all of it.

    Raises:
        MachineError: `edit-not-removed`.
    """
    for parent, _, names in os.walk(made):
        for name in names:
            with suppress(OSError):
                _overwrite(Path(parent) / name)
    with suppress(OSError):
        shutil.rmtree(made)
    if made.exists():
        raise MachineError(
            "edit-not-removed",
            f"{made} could not be removed, and the value is in it",
            fix="remove it yourself",
        )


def _overwrite(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, bytes(min(left, 1 << 20)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _places(environ: Mapping[str, str]) -> list[Folder]:
    """Where the folder may lie, the best first."""
    named = [environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm", tempfile.gettempdir()]  # noqa: S108
    mounts = _mounts()
    found = [
        Folder(path, _in_memory(path, mounts))
        for text in named
        if text and (path := Path(text)).is_dir() and os.access(path, os.W_OK | os.X_OK)
    ]
    return sorted(found, key=lambda place: not place.in_memory)


def _make(places: list[Folder]) -> Folder:
    for path, in_memory in places:
        with suppress(OSError):
            return Folder(
                Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=path)), in_memory
            )
    raise MachineError(
        "edit-no-folder",
        "there is no place for a private file",
        fix="set $TMPDIR to a folder that you can write",
    )


def _sweep(place: Path) -> None:
    """Wipe what an edit that was killed has left; it was ours, and its process is gone."""
    for left in place.glob(f"{PREFIX}*-*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        with suppress(OSError, MachineError):
            mine = not left.is_symlink() and left.is_dir() and left.stat().st_uid == os.getuid()
            if mine and pid.isascii() and pid.isdigit() and not _alive(int(pid)):
                wipe(left)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _mounts() -> dict[str, str]:
    """Type of file system by where it is mounted, where the system says so."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return {}
    fields = [line.split(" ") for line in lines]
    return {field[1]: field[2] for field in fields if len(field) > 2}


def _in_memory(path: Path, mounts: Mapping[str, str]) -> bool:
    real = path.resolve()
    kind = next((mounts[str(p)] for p in (real, *real.parents) if str(p) in mounts), "")
    return kind in {"tmpfs", "ramfs"}


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    raise SystemExit(128 + number)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Nothing; and unlike SIG_IGN, a program that is started does not inherit it."""
    del number, frame
