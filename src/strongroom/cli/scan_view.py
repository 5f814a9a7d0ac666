"""How a scan looks in a terminal, and how its report is given in every form."""

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich import filesize
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from strongroom.cli import render
from strongroom.cli.render import SEVERITY_STYLE
from strongroom.cli.scan_forms import octets
from strongroom.scan.reporters import words
from strongroom.scan.reporters.plain import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from strongroom.ops.scan import Outcome
    from strongroom.scan.drive import Totals
    from strongroom.scan.findings.found import Found
    from strongroom.scan.findings.report import Report
    from strongroom.scan.model import Leak, NotScanned

PLACES_MAX: Final = 6
GAPS_MAX: Final = 20
WARNINGS_MAX: Final = 20


class Bar:
    """Progress with rate and time left, on standard error where a terminal is there to see it."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = render.err()
        self._hidden = quiet or not self._console.is_terminal
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, totals: "Totals", items: int, octets: int) -> None:
        """Show that `totals` were looked at; of `octets`, or where they are not known, of `items`."""
        if self._hidden:
            return
        if self._bar is None:
            count = DownloadColumn(binary_units=True) if octets else MofNCompleteColumn()
            speed = TextColumn("{task.fields[rate]}/s")
            self._bar = Progress(
                TextColumn("scanning"), BarColumn(), count, speed, TimeRemainingColumn(),
                console=self._console, transient=True,
            )  # fmt: skip
            self._bar.start()  # not before: processes are started without threads about
            self._task = self._bar.add_task("", total=octets or items or None, rate="- ")
        done = totals.octets if octets else totals.items
        elapsed = self._bar.tasks[0].elapsed or 0
        rate = filesize.decimal(int(totals.octets / elapsed)) if elapsed else "- "
        self._bar.update(self._task, completed=done, rate=rate)


def give(outcome: "Outcome", form: str, output: Path | None) -> None:
    """Print the report in a form, or write it into a file that only its owner reads.

    Raises:
        MachineError: `output-unwritable`.
    """
    if output is not None:
        from strongroom.ops.saving import save

        save(output, octets(outcome.report, form), private=True)
    elif form == "text":
        show(outcome.report)
    else:
        render.raw(octets(outcome.report, form))


def live(form: str) -> "Callable[[Sequence[Found]], None]":
    """What shows findings at once, each value once: lines for people, or JSON lines."""
    seen: set[tuple[str, bytes]] = set()

    def tell(found: "Sequence[Found]") -> None:
        for one in found:
            if one.mark is not None or (one.rule, one.secret) in seen:
                continue
            seen.add((one.rule, one.secret))
            if form in {"json", "jsonl"}:
                from strongroom.scan.reporters import json_report

                body = {"rule": one.rule, "severity": one.severity, "confidence": one.confidence}
                place = one.place._asdict()
                render.raw(json_report.line("place", {**body, **place}))
                continue
            text = Text(f"{one.severity:<8} ", style=SEVERITY_STYLE[one.severity])
            text.append(safe(f"{words.where(one.place)}  "), style="bold")
            text.append(safe(one.place.masked), style="")
            text.append(f"  [{one.rule}]", style="dim")
            render.out().print(text, soft_wrap=True)
            sys.stdout.flush()

    return tell


def show(report: "Report") -> None:
    """Print the whole report for people.

    Nothing that was scanned may begin a line of its own: a name with a line feed in it could pass for
    our words, or in a build's log for a workflow command.
    """
    console = render.out()
    for leak in report.leaks:
        _leak(console, leak)
    gaps(console, report.not_scanned)
    for warning in report.warnings[:WARNINGS_MAX]:
        console.print(Text(safe(f"note: {warning}"), style="yellow"), soft_wrap=True)
    if len(report.warnings) > WARNINGS_MAX:
        more = len(report.warnings) - WARNINGS_MAX
        console.print(f"... and {more} more notes; --json has them all", style="dim")
    style = "bold red" if report.leaks else "bold green"
    console.print(Text(words.closing(report), style=style), soft_wrap=True)


def _leak(console: Console, leak: "Leak") -> None:
    head = Text(f"{leak.severity:<8} ", style=SEVERITY_STYLE[leak.severity])
    head.append(safe(words.title(leak)), style="bold")
    facts = f"  {leak.shape}, {leak.confidence}"
    if leak.validity != "unknown":
        facts += f", {leak.validity}"
    head.append(safe(f"{facts}  [{leak.rule}]"), style="dim")
    console.print(head, soft_wrap=True)
    for place in leak.places[:PLACES_MAX]:
        line = Text("  ")
        line.append(safe(words.where(place)), style="cyan")
        said = words.since(place)
        if place.via:
            said = ", ".join(filter(None, (said, f"decoded from {', '.join(place.via)}")))
        if said:
            line.append(safe(f"  {said}"), style="dim")
        console.print(line, soft_wrap=True)
        if place.masked:
            console.print(Text(f"    {safe(place.masked)}"), soft_wrap=True)
    if len(leak.places) > PLACES_MAX:
        more = len(leak.places) - PLACES_MAX
        console.print(f"  ... and at {words.counted(more, 'more place')}", style="dim")
    tail = Text("  remedy: ", style="dim")
    tail.append(safe(words.remedy(leak)))
    tail.append(f"  {leak.fingerprint}", style="dim")
    console.print(tail, soft_wrap=True)
    console.print()


def gaps(console: Console, every: "Sequence[NotScanned]") -> None:
    """Print what could not be scanned, and how much was left out."""
    missed = [one for one in every if not one.by_choice]
    if missed:
        grid = render.table("path", "code", "why", title=f"not scanned: {len(missed)}")
        for one in missed[:GAPS_MAX]:
            grid.add_row(Text(safe(one.path)), render.cell(one.code, "dim"), Text(safe(one.why)))
        console.print(grid)
        if len(missed) > GAPS_MAX:
            console.print(
                f"... and {len(missed) - GAPS_MAX} more; --json has them all", style="dim"
            )
        console.print()
    if left_out := words.left_out(every):
        console.print(render.cell(left_out, "dim"))


def show_values(outcome: "Outcome") -> None:
    """Write the secrets themselves, each behind its fingerprint; whoever calls has asked."""
    for leak in outcome.report.leaks:
        value = outcome.values[leak.fingerprint].decode("utf-8", "backslashreplace")
        sys.stdout.write(f"{leak.fingerprint}  {render.safe(value)}\n")
    sys.stdout.flush()
