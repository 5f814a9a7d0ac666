"""How adopting a repository looks in a terminal: what it expects, what is wrong, what to do."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from strongroom.cli import render
from strongroom.cli.render import SEVERITY_STYLE
from strongroom.discover.report import Item
from strongroom.model.policy import Policy
from strongroom.ops.adopt import INVENTORY, Adoption, Violation

if TYPE_CHECKING:
    from strongroom.ops.adopt_room import Taken
    from strongroom.wiring import Founded

ROWS_MAX: Final = 40


def show(adoption: Adoption, policy: Policy | None, document: Path | None) -> None:
    """Print what was found and what is planned."""
    console = render.out()
    secrets = adoption.secrets
    console.print(
        render.safe(
            f"{adoption.application}: {len(secrets)} secrets expected, "
            f"{adoption.report.files:,} files looked at"
        ),
        style="bold",
    )
    _secrets(console, secrets)
    elsewhere = adoption.only_elsewhere
    if elsewhere:
        names = ", ".join(item.name for item in elsewhere[:ROWS_MAX])
        console.print(
            render.cell(f"only in pipelines and builds: {names}"), style="dim", soft_wrap=True
        )
    _policy(console, policy, document)
    _violations(console, adoption.violations())
    for trouble in adoption.report.troubles[:ROWS_MAX]:
        line = f"{trouble.path}:{trouble.line}  {trouble.why}  [{trouble.code}]"
        console.print(render.cell(line, "yellow"), soft_wrap=True)
    unread = adoption.report.not_looked_at
    if unread:
        console.print(f"not looked at: {len(unread)}; --json names them", style="dim")
    _files(console, adoption)


def _secrets(console: Console, secrets: Sequence[Item]) -> None:
    if not secrets:
        return
    grid = render.table("secret", "needed", "type", "rotated", "owner", "where")
    for item in secrets[:ROWS_MAX]:
        first = item.places[0]
        more = f" +{len(item.places) - 1}" if len(item.places) > 1 else ""
        grid.add_row(
            render.cell(item.name, "bold"),
            render.cell({True: "yes", False: "no", None: "?"}[item.required]),
            render.cell(item.type or item.kind or "?"),
            render.cell(f"{item.period_days} days" if item.period_days else "-"),
            render.cell(item.owner or "?"),
            render.cell(f"{first.path}:{first.line}{more}", "dim"),
        )
    console.print(grid)
    if len(secrets) > ROWS_MAX:
        console.print(f"... and {len(secrets) - ROWS_MAX} more; --json has them all", style="dim")


def _policy(console: Console, policy: Policy | None, document: Path | None) -> None:
    console.print()
    if policy is None:
        console.print(
            "no policy: nothing was judged. Name the document with --policy FILE", style="yellow"
        )
        return
    counts = Counter(clause.status for clause in policy.clauses)
    said = ", ".join(f"{n} {status}" for status, n in counts.most_common())
    console.print(
        render.cell(f"{document}: {len(policy.clauses)} clauses apply ({said})"), soft_wrap=True
    )


def _violations(console: Console, found: Sequence[Violation]) -> None:
    if not found:
        return
    grid = render.table(
        "clause", "", "worst", "such as", "at", title="what violates the policy today"
    )
    for one in found[:ROWS_MAX]:
        severity = str(one.severity or "gap")
        more = f" +{one.count - 1}" if one.count > 1 else ""
        grid.add_row(
            render.cell(one.clause, "bold"),
            render.cell(one.count),
            render.cell(severity, SEVERITY_STYLE.get(severity, "dim")),
            render.cell(one.what),
            render.cell(f"{one.places[0]}{more}", "dim"),
        )
    console.print(grid)


def _files(console: Console, adoption: Adoption) -> None:
    console.print()
    for change in adoption.changes:
        said = change.what if change.changed else "nothing to add"
        how = ("add to" if change.before else "write") if change.changed else "keep"
        console.print(render.cell(f"{how:<7} {change.path}: {said}"), soft_wrap=True)
    if adoption.hook is not None:
        said = "git scans for secrets at each commit"
        console.print(render.cell(f"{'write':<7} {adoption.hook.path}: {said}"), soft_wrap=True)


def show_room(made: "Founded | None", taken: "Taken | None") -> None:
    """Print the room that was made, its recovery code, and what it keeps now."""
    console = render.out()
    if made is not None:
        console.print(render.cell(f"\nroom      {made.folder}"), soft_wrap=True)
        console.print(render.cell(f"key file  {made.keyfile}"), soft_wrap=True)
        console.print("\nRecovery code, shown this once. Write it down and keep it elsewhere:\n")
        sys.stdout.write(f"    {made.recovery.reveal()}\n\n")
    if taken is not None:
        console.print(
            render.cell(f"{len(taken.names)} values of .env are kept for {taken.environment}")
        )
        for left in taken.left:
            line = f"not taken in: {left.name}: {left.why}  [{left.code}]"
            console.print(render.cell(line, "yellow"), soft_wrap=True)


def show_end(adoption: Adoption, document: Path | None, *, written: bool, room: bool) -> None:
    """Print what to do next."""
    console = render.out()
    if not written:
        console.print("\nnothing was written: this is the plan", style="bold")
        return
    steps = []
    if adoption.check and any(f.rule == "env-file-tracked" for f in adoption.check.findings):
        steps.append("git rm --cached .env                 it is tracked; what it holds has leaked")
    if room and not adoption.says_origin:
        steps.append('origin = "room"                      in [application] of strongroom.toml')
    if any(change.path.name == INVENTORY for change in adoption.changes):
        steps.append(f"fill in {INVENTORY}, then strongroom import {INVENTORY} --format inventory")
    if adoption.secrets:
        steps.append("strongroom validate --no-values     in CI: the declaration is whole")
    if document is not None:
        steps.append("strongroom check .                  each finding with its remedy")
        steps.append("strongroom check . --fail-on high   in CI: nothing gets worse")
    else:
        steps.append("strongroom adopt --policy FILE      once there is a document")
    steps.append("strongroom scan --history           what has leaked before")
    if not room and document is not None:
        steps.append("strongroom adopt --room             keep the secrets of .env in a room")
    console.print("\nnext:", style="bold")
    for step in steps:
        console.print(render.cell(f"  {step}"), soft_wrap=True)
