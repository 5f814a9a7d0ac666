"""Check a folder of source code, and the document's own inventory, against a policy."""

import os
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from strongroom import __version__
from strongroom.check import sarif
from strongroom.check.engine import evaluate
from strongroom.check.report import Report
from strongroom.check.repository.look import look
from strongroom.check.rule import Subject
from strongroom.errors import InvalidError, MachineError
from strongroom.model.finding import Severity
from strongroom.model.policy import Policy

_NEW: Final = 0o666  # less what the umask takes away
_PRIVATE: Final = 0o600  # until it has the mode of the old one
_RIGHTS: Final = 0o777


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check: the folder `path`, against `policy` as compiled from the file `document`.

    `now` carries its time zone; overdue days are counted in UTC. `clauses` and `rules` narrow the
    check when not empty. `environ` is what git is run with.
    """

    path: Path
    policy: Policy
    document: Path
    now: datetime
    clauses: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    environ: Mapping[str, str] = field(default_factory=dict)
    git: str = "git"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The report, and how many findings are at least as bad as asked about."""

    report: Report

    def at_least(self, severity: Severity) -> int:
        """How many findings are of `severity` or worse."""
        return sum(f.severity.rank <= severity.rank for f in self.report.findings)

    def sarif(self) -> dict[str, Any]:
        """The report as a SARIF 2.1.0 log."""
        return sarif.document(self.report, __version__)


def check(request: CheckRequest, progress: Callable[[int, int], None] | None = None) -> CheckResult:
    """Look at the folder once and judge what was seen.

    Raises:
        NotFoundError: `path-not-found`, `rule-unknown`, `clause-unknown`.
        InvalidError: `path-not-a-folder`; `time-without-zone`.
        MachineError: `path-unreadable`.
    """
    if request.now.tzinfo is None:
        raise InvalidError("time-without-zone", "the time of a check needs its time zone")
    facts = look(request.path, request.environ, progress, git=request.git)
    subject = Subject(facts, request.policy, _relative(request), request.now)
    return CheckResult(evaluate(subject, clauses=request.clauses, rules=request.rules))


def save(path: Path, data: bytes) -> None:
    """Write a report whole: beside its place first, then renamed over it, with the mode it had.

    Nobody can have planted the file beside it: its name is not foreseen, and it must be new.

    Raises:
        MachineError: `output-unwritable`; nothing is left of the new one.
    """
    beside = path.with_name(f".{path.name[:64]}-{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        mode = _mode(path)
        descriptor = os.open(beside, flags, _NEW if mode is None else _PRIVATE)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                if mode is not None:
                    os.fchmod(stream.fileno(), mode)
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise MachineError(
            "output-unwritable",
            f"{path} cannot be written: {error.strerror}",
            fix="name a file in a folder that you may write to",
        ) from None


def _mode(path: Path) -> int | None:
    """Who may do what with the file that is there; None where there is none, or a link."""
    with suppress(FileNotFoundError):
        there = path.lstat().st_mode
        return stat.S_IMODE(there) & _RIGHTS if stat.S_ISREG(there) else None
    return None


def _relative(request: CheckRequest) -> str:
    """The document's path as a finding shows it: below the folder if it is there."""
    document, root = request.document.resolve(), request.path.resolve()
    return str(document.relative_to(root) if document.is_relative_to(root) else request.document)
