"""How a check looks in a terminal: findings by file, the scoreboard, one closing line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from strongroom.check.report import Report
from strongroom.cli import render
from strongroom.cli.render import SEVERITY_STYLE, STATUS_STYLE
from strongroom.model.finding import Finding, Score, Verdict
from strongroom.model.severity import Severity
from strongroom.source.seen import NotLookedAt

UNREAD_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Form:
    """How a report is given, and which severity makes the command fail."""

    json: bool
    sarif: bool
    output: Path | None
    fail_on: Severity


class Bar:
    """Progress on standard error, where a terminal is there to see it."""

    def __init__(self) -> None:
        console = render.err()
        self._bar = Progress(
            TextColumn("looking at files"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def advance(self, done: int, total: int) -> None:
        """Show that `done` of `total` files were looked at."""
        if self._task is None:
            self._task = self._bar.add_task("", total=total)
        self._bar.update(self._task, completed=done, total=total)


def show(report: Report) -> None:
    """Print the whole report for people."""
    console = render.out()
    for path, found in groupby(report.findings, key=lambda f: f.place.path if f.place else ""):
        _file(console, path, list(found), report.document)
    _unread(console, report.not_looked_at)
    _scoreboard(console, report.scoreboard)
    for note in report.notes:
        console.print(Text(render.safe(f"note: {note}"), style="dim"))
    console.print()
    console.print(closing(report), style="bold")


def closing(report: Report) -> str:
    """The one line that says it all."""
    counts = Counter(f.severity for f in report.findings)
    kinds = ", ".join(f"{counts[s]} {s}" for s in Severity if counts[s])
    total = len(report.findings)
    noun = "finding" if total == 1 else "findings"
    return (
        f"{total} {noun}{f' ({kinds})' if kinds else ''}; "
        f"{report.count(Verdict.PASS)} clauses pass, {report.count(Verdict.FAIL)} fail, "
        f"{report.count(Verdict.NOT_EVALUATED)} not evaluated"
    )


def _file(console: Console, path: str, found: list[Finding], document: str) -> None:
    console.print(Text(render.safe(path), style="bold underline"))
    for finding in found:
        line = finding.place.line if finding.place else 0
        head = Text("  ")
        head.append(f"{line or '-':>4}  ", style="dim")
        head.append(f"{finding.severity:<8}  ", style=SEVERITY_STYLE[finding.severity])
        head.append(f"{finding.clause:<6}  ", style="bold")
        head.append(render.safe(finding.message))
        head.append(f"  [{finding.rule}]", style="dim")
        console.print(head, soft_wrap=True)
        tail = Text("        remedy: ", style="dim")
        tail.append(render.safe(finding.remedy), style="none")
        if finding.policy_lines:
            said = ", ".join(map(str, finding.policy_lines[:6]))
            tail.append(render.safe(f"  ({document}, line {said})"), style="dim")
        console.print(tail, soft_wrap=True)
    console.print()


def _unread(console: Console, items: Iterable[NotLookedAt]) -> None:
    rows = list(items)
    if not rows:
        return
    grid = render.table("path", "code", "why", title=f"not looked at: {len(rows)}")
    for item in rows[:UNREAD_MAX]:
        grid.add_row(render.cell(item.path), render.cell(item.code, "dim"), render.cell(item.why))
    console.print(grid)
    if len(rows) > UNREAD_MAX:
        console.print(f"... and {len(rows) - UNREAD_MAX} more; --json names them all", style="dim")
    console.print()


def _scoreboard(console: Console, scores: Iterable[Score]) -> None:
    rows = list(scores)
    judged = [s for s in rows if s.verdict is not Verdict.NOT_EVALUATED]
    grid = render.table("clause", "verdict", "findings", "rests on", title="scoreboard")
    for score in judged:
        grid.add_row(*_cells(score))
    # Those that nothing could be said about are told in full where there is a gap to close.
    for basis, same in _by_basis(s for s in rows if s.verdict is Verdict.NOT_EVALUATED):
        first, *others = same
        name = first.clause if not others else f"{first.clause} and {len(others)} more"
        grid.add_row(
            render.cell(name),
            render.cell(first.verdict, STATUS_STYLE[first.verdict]),
            "",
            render.cell(basis, "dim"),
        )
    console.print(grid)


def _cells(score: Score) -> tuple[Text, Text, Text, Text]:
    return (
        render.cell(score.clause),
        render.cell(score.verdict, STATUS_STYLE[score.verdict]),
        render.cell(score.findings or ""),
        render.cell(score.basis, "dim"),
    )


def _by_basis(scores: Iterable[Score]) -> list[tuple[str, list[Score]]]:
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(score.basis, []).append(score)
    return list(groups.items())
