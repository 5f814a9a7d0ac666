"""`strongroom check --env` and `--stored`: a room against the policy that it runs."""

from pathlib import Path

import msgspec
from rich.text import Text

from strongroom.check.report import Report
from strongroom.cli import render
from strongroom.cli.check import ROOM_FORMAT, put
from strongroom.cli.check_view import Form, closing, show
from strongroom.cli.render import SEVERITY_STYLE
from strongroom.cli.room import opened
from strongroom.errors import UsageError
from strongroom.ops import check_room as ops
from strongroom.ops.check_room import RoomCheckRequest

RESOLVED_SHOWN = 20


def run(
    room: Path | None,
    env: tuple[str, ...],
    clauses: frozenset[str],
    rules: frozenset[str],
    form: Form,
) -> int:
    """Check the room now."""
    with opened(room) as local:
        checked = ops.check(local, RoomCheckRequest(env, clauses, rules))
    report = checked.result.report
    if form.sarif:
        put(checked.result.sarif(), form.output)
    elif form.json:
        head = {
            "format": ROOM_FORMAT,
            "as_of_us": checked.as_of_us,
            "environments": checked.environments,
            "kept": checked.kept,
        }
        put({**head, **msgspec.to_builtins(report)}, form.output)
    else:
        show(report)
        where = ", ".join(checked.environments)
        render.out().print(render.safe(f"as of {render.moment(checked.as_of_us)}, of {where}"))
    if not checked.kept:
        note = f"note: the room does not keep this check: {checked.why_not}"
        render.err().print(render.safe(note), style="dim")
    return 1 if checked.result.at_least(form.fail_on) else 0


def stored(room: Path | None, env: tuple[str, ...], form: Form) -> int:
    """Show the newest check that the room keeps."""
    if form.sarif:
        raise UsageError("format-missing", "a kept check is shown as text or with --json")
    with opened(room) as local:
        found = ops.stored(local, env)
    if form.json:
        head = {"format": f"{ROOM_FORMAT}/stored", "as_of_us": found.as_of_us}
        put({**head, **msgspec.to_builtins(found)}, form.output)
    else:
        _show(found)
    return 1 if found.at_least(form.fail_on) else 0


def _show(found: ops.StoredCheck) -> None:
    console = render.out()
    kept = found.report
    grid = render.table("severity", "clause", "where", "what", "since")
    for one in kept.open:
        finding = one.finding
        grid.add_row(
            render.cell(finding.severity, SEVERITY_STYLE[finding.severity]),
            render.cell(finding.clause),
            render.cell(finding.place.path if finding.place else ""),
            render.cell(finding.message),
            render.cell(render.day(one.first_us)),
        )
    console.print(grid)
    for one in kept.resolved[:RESOLVED_SHOWN]:
        where = one.finding.place.path if one.finding.place else ""
        console.print(
            Text(
                render.safe(
                    f"resolved by {render.day(one.resolved_us or 0)}: {one.finding.clause}"
                    f" {where} {one.finding.message}"
                ),
                style="green",
            ),
            soft_wrap=True,
        )
    counts = Report(
        kept.document, found.policy_sha256, kept.policy_version,
        tuple(one.finding for one in kept.open), kept.scoreboard, (), (), kept.notes,
    )  # fmt: skip
    console.print()
    console.print(closing(counts), style="bold")
    console.print(
        render.safe(
            f"as of {render.moment(found.as_of_us)}, of {', '.join(found.environments)},"
            f" by {found.run_by}; policy sha256 {found.policy_sha256[:12]}…"
        ),
        soft_wrap=True,
    )
    for as_of_us, count in found.earlier:
        console.print(f"earlier: {render.moment(as_of_us)}, {count} findings", style="dim")
