"""How a discovery looks in a terminal: secrets first, then what belongs to them, then doubts."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from strongroom.cli import render
from strongroom.discover.report import Item, Report
from strongroom.discover.sorts import Sort
from strongroom.inventory import formats
from strongroom.ops.discover_files import Change

TITLES: Final = {
    Sort.SECRET: "secrets",
    Sort.COMPONENT: "parts of credentials, no secrets alone",
    Sort.AMBIGUOUS: "perhaps: say what they are in strongroom.toml",
    Sort.IDENTIFIER: "identifiers",
    Sort.CONFIG: "configuration",
}
_SHOWN: Final = (Sort.SECRET, Sort.COMPONENT, Sort.AMBIGUOUS)
_STYLE: Final = {"high": "green", "medium": "", "low": "yellow"}
LISTED_MAX: Final = 20
COLUMNS: Final = (
    "name", "sort", "confidence", "why", "needed", "scopes", "type", "period_days", "owner", "default",
    "path", "line", "places", "gaps",
)  # fmt: skip


def show(report: Report, *, everything: bool, policy: bool) -> None:
    """Print the whole report for people."""
    console = render.out()
    for sort in TITLES:
        rows = [i for i in report.of(sort) if everything or (sort in _SHOWN and _needed(i))]
        if rows:
            _group(console, TITLES[sort], rows, policy=policy and sort is Sort.SECRET)
    if report.composites:
        grid = render.table("put together in the code", "of", "where", title="composites")
        for one in report.composites[:LISTED_MAX]:
            where = f"{one.path}:{one.line}"
            grid.add_row(*map(render.cell, (one.name, ", ".join(one.composed_of), where)))
        console.print(grid)
        console.print()
    _gaps(console, report)
    _unread(console, report)
    console.print(closing(report, everything=everything), style="bold", soft_wrap=True)


def as_csv(report: Report) -> str:
    """Every name as a row of CSV (RFC 4180), with its first place."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in report.items:
        first = item.places[0]
        row = (
            item.name, item.sort, item.confidence, item.why, _need(item), " ".join(item.scopes),
            item.type or "", str(item.period_days or ""), item.owner or "", item.default or "",
            render.safe(first.path), str(first.line), str(len(item.places)),
            " ".join(sorted({gap.clause for gap in item.gaps})),
        )  # fmt: skip
        writer.writerow(formats.harmless(row))
    return out.getvalue()


def show_plan(plan: Sequence[Change], *, dry_run: bool) -> None:
    """Print what was written, or would be."""
    console = render.out()
    for change in plan:
        verb = "unchanged" if not change.changed else "would write" if dry_run else "wrote"
        more = f": {change.what}" if change.changed else ""
        console.print(Text(render.safe(f"{verb} {change.path}{more}")), soft_wrap=True)


def closing(report: Report, *, everything: bool) -> str:
    """The one line that says it all."""
    counted = [i for i in report.items if everything or _needed(i)]
    counts = Counter(i.sort for i in counted)
    secrets = [i for i in counted if i.sort is Sort.SECRET]
    needed = sum(i.required is True and i.runtime for i in secrets)
    parts = [
        f"{counts[Sort.SECRET]} secrets ({needed} required at run time)",
        f"{counts[Sort.AMBIGUOUS]} perhaps",
        f"{counts[Sort.COMPONENT]} parts",
        f"{counts[Sort.CONFIG] + counts[Sort.IDENTIFIER]} others",
    ]
    hidden = "" if everything else "; --all shows everything"
    return f"{', '.join(parts)} in {report.files} files{hidden}"


def _needed(item: Item) -> bool:
    return any(scope.value != "test" for scope in item.scopes)


def _group(console: Console, title: str, rows: Sequence[Item], *, policy: bool) -> None:
    heads = ["name", "needed", *(("type", "every", "owner") if policy else ("why",)), "where"]
    grid = render.table(*heads, title=f"{title}: {len(rows)}")
    grid.columns[0].no_wrap = True
    for item in rows:
        first = item.places[0]
        more = f" +{len(item.places) - 1}" if len(item.places) > 1 else ""
        cells = [render.cell(item.name, _STYLE[item.confidence]), render.cell(_need(item), "dim")]
        if policy:
            every = f"{item.period_days} days" if item.period_days else ""
            every = every or ("on compromise" if item.type else "")
            cells += [render.cell(text or "-") for text in (item.type, every, item.owner)]
        else:
            cells.append(render.cell(item.why, "dim"))
        grid.add_row(*cells, render.cell(f"{first.path}:{first.line}{more}", "dim"))
    console.print(grid)
    console.print()


def _need(item: Item) -> str:
    """Whether it must be there, and when, where that is not when the program runs."""
    word = {True: "required", False: "optional", None: ""}[item.required]
    return word if item.runtime else " ".join(filter(None, (word, "/".join(item.scopes))))


def _gaps(console: Console, report: Report) -> None:
    found = [(i, g) for i in report.items if _needed(i) for g in i.gaps]
    if not found:
        return
    grid = render.table(
        "clause", "name", "what", "where", title=f"against the policy: {len(found)}"
    )
    for item, gap in sorted(found, key=lambda f: (f[1].clause, f[0].name)):
        where = f"{gap.path}:{gap.line}" if gap.path else ""
        grid.add_row(
            render.cell(gap.clause, "bold"),
            render.cell(item.name),
            render.cell(gap.message),
            render.cell(where, "dim"),
        )
    console.print(grid)
    console.print()


def _unread(console: Console, report: Report) -> None:
    rows = [(n.path, n.code, n.why) for n in report.not_looked_at]
    rows += [(f"{t.path}:{t.line}" if t.line else t.path, t.code, t.why) for t in report.troubles]
    if not rows:
        return
    grid = render.table(
        "path", "code", "why", title=f"not looked at, or not understood: {len(rows)}"
    )
    for row in rows[:LISTED_MAX]:
        grid.add_row(*map(render.cell, row))
    console.print(grid)
    if len(rows) > LISTED_MAX:
        console.print(f"... and {len(rows) - LISTED_MAX} more; --json names them all", style="dim")
    console.print()
