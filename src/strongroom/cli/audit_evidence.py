"""`strongroom audit prove|check-proof|export|verifier`: the log for people outside of the room."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from strongroom.audit import exported, proven
from strongroom.audit.proven import Included
from strongroom.cli import render
from strongroom.cli.audit import us
from strongroom.cli.room import Json, RoomFolder, Segments, opened
from strongroom.errors import InvalidError, MachineError
from strongroom.ops import audit_export, audit_proof
from strongroom.ops.audit_export import ExportRequest, Format
from strongroom.ops.audit_proof import ProofRequest
from strongroom.ops.new_file import new_file

Key = Annotated[
    str,
    Parameter(help="The log's public key as noted; of a restored room all of them, with commas."),
]
Out = Annotated[Path | None, Parameter(name="--out", help="Write to this new file.")]


def prove(
    entry: str | None = None,
    *,
    address: str | None = None,
    at: str | None = None,
    between: Annotated[tuple[str, str] | None, Parameter(negative="")] = None,
    detail: bool = False,
    out: Out = None,
    segments: Segments = None,
    room: RoomFolder = None,
) -> int:
    """Prove that an entry is in the log, or that the log continues an older checkpoint.

    The proof is a small JSON document. It can be checked with the log's public key alone, by
    `strongroom audit check-proof`, and shows nothing of any other entry.

    Parameters
    ----------
    entry
        Its place in the log, or lane/seq.
    address
        Instead of the place: the address that the entry is about; with --at.
    at
        The second at which it happened: 2026-11-24T13:05:00, in UTC.
    between
        OLD NEW: the sizes of two checkpoints, or files that hold them.
    detail
        Add names and reasons to the proof of an entry.
    """
    if between is not None and (entry, address, at) != (None, None, None):
        raise InvalidError("entry-invalid", "a proof is about an entry or about two checkpoints")
    with opened(room) as local:
        proof = (
            audit_proof.prove_between(local, *between, segments)
            if between is not None
            else audit_proof.prove(local, ProofRequest(entry, address, us(at), detail, segments))
        )
    document = proven.encode(proof)
    if out is None:
        render.raw(document)
    else:
        with new_file(out) as stream:
            stream.write(document)
        render.out().print(f"wrote {render.safe(str(out))}", soft_wrap=True)
    return 0


def check_proof(
    proof: Annotated[Path, Parameter(allow_leading_hyphen=True)], *, key: Key, json: Json = False
) -> int:
    """Check a proof with the log's public key alone; no room is needed.

    Parameters
    ----------
    proof
        The document that `audit prove` wrote; - for standard input.
    """
    shown = audit_proof.check(_read(proof), key)
    if isinstance(shown, Included):
        said = exported.says(shown.entry)
        body: dict[str, object] = {"place": shown.place, **said, "detail": shown.detail}
        sizes = [shown.checkpoint.size]
        text = f"entry {shown.place:,} is in the log of {shown.checkpoint.size:,} entries"
    else:
        body, sizes = {}, [shown.old.size, shown.new.size]
        text = f"the log of {shown.new.size:,} entries begins with that of {shown.old.size:,}"
    if json:
        render.json({"ok": True, "sizes": sizes, **body})
        return 0
    console = render.out()
    console.print(text, style="green")
    for name, value in body.items():
        if value not in {"", None} if not isinstance(value, dict) else value:
            console.print(render.cell(f"  {name:12}{value}"), soft_wrap=True)
    return 0


def export(
    *,
    out: Annotated[Path, Parameter(help="Write to this new file, for its owner alone.")],
    format: Format = Format.JSONL,  # noqa: A002 - the option's name
    first: Annotated[int, Parameter(name="--from")] = 0,
    end: Annotated[int | None, Parameter(name="--to")] = None,
    since: str | None = None,
    segments: Segments = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Write the log to a file that an auditor reads and verifies elsewhere. It is recorded.

    Every entry is there with its leaf and its detail, and the checkpoints that sign it. A
    detail that was erased is marked. No value is in it.

    Parameters
    ----------
    format
        jsonl for the verifier, csv for spreadsheets.
    first
        From this place on.
    end
        Before this place; the end is moved on to the next checkpoint.
    since
        What came since then: 2026-11-24 or 2026-11-24T13:05:00, in UTC.
    """
    wanted = ExportRequest(out, format, first, end, us(since), segments)
    with opened(room) as local, bar("exporting") as progress:
        made = audit_export.export(local, wanted, progress)
    if json:
        render.json(made)
        return 0
    console = render.out()
    console.print(f"wrote {render.safe(str(made.out))}", soft_wrap=True)
    console.print(
        f"places {made.first:,} to {made.end:,}: {made.entries:,} entries, {made.erased:,} without"
        f" their detail, {made.checkpoints:,} checkpoints"
    )
    console.print(f"sha256 {made.sha256}", soft_wrap=True)
    if made.format is Format.JSONL:
        console.print(
            "give it to whoever verifies, with `strongroom audit verifier --out FILE`;\n"
            "the log key and checkpoints from elsewhere he brings himself",
            style="dim",
        )
    return 0


def verifier(*, out: Annotated[Path, Parameter(help="Write to this new file.")]) -> int:
    """Write the standalone verifier for an auditor: one file that needs Python and cryptography."""
    digest = audit_export.write_verifier(out)
    console = render.out()
    console.print(f"wrote {render.safe(str(out))}", soft_wrap=True)
    console.print(f"sha256 {digest}", soft_wrap=True)
    return 0


def _read(path: Path) -> bytes:
    most = proven.DOCUMENT_BYTES_MAX + 1
    if str(path) == "-":
        return sys.stdin.buffer.read(most)
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise MachineError("proof-unreadable", f"{path} cannot be read: {reason}") from None


@contextmanager
def bar(what: str) -> Iterator[audit_export.Progress]:
    """Progress on standard error, at a terminal only."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    console = render.err()
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
