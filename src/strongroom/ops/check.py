"""Check a folder of source code, and the document's own inventory, against a policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from strongroom import __version__
from strongroom.check import sarif
from strongroom.check.engine import evaluate
from strongroom.check.report import Report
from strongroom.check.repository.look import look
from strongroom.check.rule import Subject
from strongroom.errors import InvalidError
from strongroom.model.policy import Policy
from strongroom.model.severity import Severity


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


def _relative(request: CheckRequest) -> str:
    """The document's path as a finding shows it: below the folder if it is there."""
    document, root = request.document.resolve(), request.path.resolve()
    return str(document.relative_to(root) if document.is_relative_to(root) else request.document)
