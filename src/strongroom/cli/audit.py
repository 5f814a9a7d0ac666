"""`strongroom audit`: read the log, verify it, sign it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.audit.problem import Report
from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, Segments, opened
from strongroom.errors import InvalidError
from strongroom.ops import audit as ops

NOT_WHOLE: Final = 11  # as an IntegrityError
PROBLEMS_SHOWN: Final = 50

app = App(name="audit", help="Read, verify and sign the audit log; prove, export, anchor it.")
for _name, (_target, _summary) in {
    "prove": ("audit_evidence:prove", "Prove an entry, or that the log continues a checkpoint."),
    "check-proof": ("audit_evidence:check_proof", "Check a proof with the log's public key."),
    "export": ("audit_evidence:export", "Write the log to a file for auditors."),
    "prune": ("audit_prune:prune", "Move old entries into sealed files."),
    "anchor": ("audit_anchor:app", "Keep checkpoints outside of the room."),
    "verifier": ("audit_evidence:verifier", "Write the standalone verifier to a file."),
}.items():
    app.command(f"strongroom.cli.{_target}", name=_name, help=_summary)


@app.command(name="list")
def list_(
    *,
    since: str | None = None,
    until: str | None = None,
    principal: str | None = None,
    address: str | None = None,
    verb: str | None = None,
    outcome: str | None = None,
    limit: int = 50,
    segments: Segments = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List the newest entries, as their leaves in the signed log say.

    Parameters
    ----------
    since
        From this time on: 2026-11-24 or 2026-11-24T13:05:00, in UTC.
    until
        Before this time.
    principal
        By this principal.
    address
        Of this address, or below it when it ends in a slash.
    verb
        With this verb.
    outcome
        granted, refused or failed
    limit
        At most so many.
    """
    wanted = ops.Filter(us(since), us(until), principal, address, verb, outcome, limit, segments)
    with opened(room) as local:
        lines = ops.list_entries(local, wanted)
        moved = 0 if segments else ops.moved_below(local)
    if json:
        render.json(lines)
        return 0
    table = render.table("place", "time (UTC)", "principal", "verb", "outcome", "what")
    table.columns[1].no_wrap = True
    style = {"refused": "red", "failed": "yellow", "granted": ""}
    for line in lines:
        what = line.address + (f" version {line.version}" if line.version else "")
        if line.kind == "acknowledgement":  # no read of the value, though who may read may say it
            what = f"{'no longer in use' if 'ended' in line.detail else 'in use'}: {what}"
        if line.kind == "reveal":
            what = f"shown to a person before it is current: {what}"
        if line.kind == "rotation":
            what = _rotation(line.detail, what)
        rest = " ".join(x for x in (what, line.kind if not what else "", line.reason) if x)
        table.add_row(
            render.cell(line.place, "dim"),
            render.cell(_time(line.at_us)),
            render.cell(line.principal),
            render.cell(line.verb),
            render.cell(line.outcome, style[line.outcome]),
            render.cell(rest),
        )
    render.out().print(table if lines else "no entries")
    if moved and len(lines) < limit:
        note = f"entries before {moved:,} were moved out of the room: --segments DIR lists them too"
        render.err().print(note, style="dim")
    return 0


@app.command
def verify(
    *,
    key: Annotated[
        str | None,
        Parameter(
            help="The log's public key as noted; of a restored room all of them, with commas."
        ),
    ] = None,
    segments: Segments = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Verify the whole log; exit 11 when anything was deleted, edited, cut off or reordered."""
    with opened(room) as local:
        report = ops.verify(local, key, segments)
        # Shown before the room is closed: a log that was edited cannot be signed again, and
        # closing says so.
        _show(report, key, json=json)
    return 0 if report.ok else NOT_WHOLE


def _show(report: Report, key: str | None, *, json: bool) -> None:
    if json:
        render.json(ops.as_document(report))
        return
    console = render.out()
    console.print(
        f"{report.entries:,} entries, {report.signed:,} of them under {report.checkpoints:,} "
        f"checkpoints that hold, in {report.lanes:,} lanes; {report.erased:,} details erased"
    )
    if report.first:
        console.print(
            f"entries before {report.first:,} were moved, and their files are not where they were"
            " put: not read.\n--segments DIR says where they are",
            style="yellow",
        )
    if report.ok:
        console.print(
            "what was read is whole" if report.first else "the log is whole", style="green"
        )
        if key is None:
            console.print(
                "checked with the room's own key: use --key with the key that you noted, since\n"
                "whoever holds the room's keys could have signed another history",
                style="dim",
            )
        return
    table = render.table("problem", "place", "")
    for p in report.problems[:PROBLEMS_SHOWN]:
        last = f" … {p.index + p.count - 1}" if p.index is not None and p.count > 1 else ""
        place = "-" if p.index is None else f"{p.index}{last}"
        table.add_row(render.cell(p.kind, "bold red"), render.cell(place), render.cell(p.message))
    console.print(table)
    more = max(0, len(report.problems) - PROBLEMS_SHOWN) + report.unreported
    rest = f"; {more:,} more problems" if more else ""
    console.print(f"the log is not whole{rest}", style="bold red")


@app.command
def checkpoint(*, output: Path | None = None, room: RoomFolder = None) -> int:
    """Sign the log as far as it goes and print the checkpoint, to be kept elsewhere.

    The anchors of the room keep it too; exit 8 when one could not be written.

    Parameters
    ----------
    output
        Write to this file, which must not exist, instead of standard output.
    """
    from strongroom.cli.audit_anchor import show_pushed
    from strongroom.ops import audit_anchor
    from strongroom.ops.policy import write_new

    with opened(room) as local:
        note = ops.checkpoint(local)
        pushed = audit_anchor.push(local) if audit_anchor.any_of(local) else []
    if output is None:
        render.raw(note.encode())
    else:
        write_new(output, note)
        render.out().print(f"wrote {render.safe(str(output))}", soft_wrap=True)
    show_pushed(pushed)
    return max((one.error.exit for one in pushed if one.error), default=0)


def us(text: str | None) -> int | None:
    """A time in UTC as people write it, in µs since 1970.

    Raises:
        InvalidError: `time-invalid`.
    """
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(
            "time-invalid", "that is no time", fix="write 2026-11-24 or 2026-11-24T13:05:00"
        ) from None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return int(when.timestamp() * 1_000_000)


def _rotation(detail: Mapping[str, str], what: str) -> str:
    """A step of a rotation, with how long each took where all of them are known (P-5.13)."""
    begun = " begun" if detail.get("code") == "begun" else ""
    took = f" ({detail['durations']} ms)" if "durations" in detail else ""
    return f"rotation, {detail.get('act', 'step')}{begun}: {what}{took}"


def _time(us: int) -> str:
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
