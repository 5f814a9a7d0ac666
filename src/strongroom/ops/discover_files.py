"""Write what a discovery found: planned first, each file whole, what is there kept."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from strongroom.discover import outputs
from strongroom.discover.report import Report
from strongroom.errors import ConflictError, InvalidError, LimitError, MachineError
from strongroom.model.policy import Policy
from strongroom.ops.saving import save

FILE_BYTES_MAX: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files to write. `today` is when periods begin."""

    declaration: bool = False
    env_example: bool = False
    gitignore: bool = False
    inventory: Path | None = None
    environment: str = "production"
    owner: str | None = None
    today: date = date.min

    @property
    def any(self) -> bool:
        """Whether anything is to be written."""
        return self.declaration or self.env_example or self.gitignore or self.inventory is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One file: its text before and after, and in words what is added."""

    path: Path
    before: str
    after: str
    what: str
    added: int

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


def plan(root: Path, report: Report, policy: Policy | None, wanted: Wanted) -> tuple[Change, ...]:
    """What would be written below `root`; nothing is.

    Raises:
        ConflictError: `declaration-unmergeable`, `file-exists`.
        InvalidError: `file-not-text`, `file-not-regular`.
        LimitError: `file-too-large`.
        MachineError: `file-unreadable`.
    """
    items = outputs.expected(report)
    changes: list[Change] = []
    makers: tuple[tuple[bool, str, str, Callable[[str], tuple[str, int]]], ...] = (
        (
            wanted.declaration,
            "strongroom.toml",
            "secrets declared",
            lambda t: outputs.declaration(t, items),
        ),
        (
            wanted.env_example,
            ".env.example",
            "names added",
            lambda t: outputs.env_example(t, items),
        ),
        (wanted.gitignore, ".gitignore", "entries added", outputs.gitignore),
    )
    for chosen, name, what, make in makers:
        if chosen:
            before = _read(root / name)
            after, added = make(before)
            changes.append(Change(root / name, before, after, f"{added} {what}", added))
    if wanted.inventory is not None:
        before = _read(wanted.inventory)
        after = outputs.inventory(items, policy, wanted.environment, wanted.owner, wanted.today)
        if before and before != after:
            raise ConflictError(
                "file-exists", f"{wanted.inventory} exists", fix="name another file"
            )
        what = f"{len(items)} rows; strongroom import {wanted.inventory} --format inventory"
        changes.append(Change(wanted.inventory, before, after, what, 0 if before else len(items)))
    return tuple(changes)


def apply(changes: Sequence[Change]) -> None:
    """Write what changed, each file whole or not at all.

    Raises:
        MachineError: `output-unwritable`.
    """
    for change in changes:
        if change.changed:
            save(change.path, change.after.encode())


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise InvalidError("file-not-regular", f"{path} is a link, or no regular file")
        if not path.exists():
            return ""
        data = path.read_bytes()
    except OSError as error:
        raise MachineError("file-unreadable", f"{path} cannot be read: {error.strerror}") from None
    if len(data) > FILE_BYTES_MAX:
        raise LimitError("file-too-large", f"{path} has more than {FILE_BYTES_MAX:,} bytes")
    text = None
    with suppress(UnicodeDecodeError):  # whose `object` is all of the file
        text = data.decode()
    if text is None:
        raise InvalidError("file-not-text", f"{path} is no UTF-8 text")
    return text
