"""Taking the log outside, so that somebody else can read and verify it."""

import base64
import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final

from strongroom.audit import exported
from strongroom.audit.checkpoint import origin_of
from strongroom.audit.entry import decode
from strongroom.audit.verifier import Row
from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.db.tables.log import Checkpoint
from strongroom.errors import AuditBrokenError, InvalidError
from strongroom.gate.evidence import ExportLog
from strongroom.gate.logbook import Logbook
from strongroom.ops.audit import sequence
from strongroom.ops.local import Local, done
from strongroom.ops.new_file import new_file

VERIFIER: Final = "strongroom_verify.py"
PAGE: Final = 4_096
Progress = Callable[[int, int], None]


class Format(StrEnum):
    """`jsonl` is for verifiers, `csv` for spreadsheets; both hold every entry whole."""

    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Places from `first` up to `end`, or what came since `since_us` (µs since 1970, UTC).

    The end is moved on to the next checkpoint, so that what is exported can be verified;
    `since_us` is moved back to the checkpoint before it.
    """

    out: Path
    format: Format = Format.JSONL
    first: int = 0
    end: int | None = None
    since_us: int | None = None
    segments: Path | None = None  # where what was moved out of the room stands now


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: places `first` up to `end`, and the file's SHA-256 in hex."""

    out: Path
    format: Format
    first: int
    end: int
    entries: int
    erased: int
    checkpoints: int
    sha256: str


def export(
    room: Local, wanted: ExportRequest, progress: Progress = lambda _done, _of: None
) -> Exported:
    """Write the log to a new file, 0600; the record of it is durable before the file is made.

    Raises:
        InvalidError: `export-range`.
        DeniedError: the caller may not read the log.
        ConflictError: `file-exists`; MachineError: `file-unwritable`.
        NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
    """
    sequence(room)
    first = wanted.first
    with closing(room.gate.connect()) as db:
        if wanted.since_us is not None:
            first = max(first, log.signed_before(db, wanted.since_us))
        size = log.size(db)
        end = size if wanted.end is None else wanted.end
        if not 0 <= first < end <= size:
            raise InvalidError(
                "export-range",
                f"the log has entries 0 to {size - 1}; nothing of it is between these two",
                fix="--from is the first place, --to the one after the last",
            )
        looked = done(room.gate.look(room.caller, ExportLog(first, end, wanted.segments)))
        assert isinstance(looked, tuple)
        last, before = looked
        sheet = _Csv() if wanted.format is Format.CSV else _Jsonl()
        origin = origin_of(room.instance_id)
        sha, entries, erased, notes = hashlib.sha256(), 0, 0, 0
        with new_file(wanted.out) as stream:

            def write(data: bytes) -> None:
                sha.update(data)
                stream.write(data)

            write(sheet.header(origin, first, last, before))
            book = Logbook(db, room.keys, wanted.segments)
            for item in _items(db, book, first, last):
                if isinstance(item, Checkpoint):
                    notes += 1
                    write(sheet.checkpoint(item))
                    progress(item.size - first, last - first)
                else:
                    place, row = item
                    entries, erased = entries + 1, erased + (row.detail is None)
                    write(sheet.entry(place, row))
    return Exported(wanted.out, wanted.format, first, last, entries, erased, notes, sha.hexdigest())


def verifier_source() -> bytes:
    """The standalone verifier, as it ships."""
    return resources.files("strongroom.standalone").joinpath(VERIFIER).read_bytes()


def write_verifier(out: Path) -> str:
    """Write the standalone verifier to a new file; its SHA-256 in hex.

    Raises:
        ConflictError: `file-exists`; MachineError: `file-unwritable`.
    """
    source = verifier_source()
    with new_file(out) as stream:
        stream.write(source)
    return hashlib.sha256(source).hexdigest()


def _items(db: Db, book: Logbook, first: int, end: int) -> Iterator[tuple[int, Row] | Checkpoint]:
    """Entries in order, and each checkpoint after the last entry that it covers."""
    at = first
    while at < end:
        until = min(end, at + PAGE)
        notes = {one.size: one for one in log.checkpoints(db, at, until, PAGE)}
        rows = book.rows(at, until - at)
        for place, row in enumerate(rows, start=at):
            yield place, row
            if note := notes.get(place + 1):
                yield note
        if not rows:
            return
        at += len(rows)


class _Jsonl:
    """See `strongroom.audit.exported`."""

    header = staticmethod(exported.header)
    entry = staticmethod(exported.entry)

    @staticmethod
    def checkpoint(found: Checkpoint) -> bytes:
        """A line of its own."""
        return exported.checkpoint(found.note)


class _Csv:
    """One row for each entry, and one for each checkpoint, whose note is in base64."""

    COLUMNS: Final = (
        "place", "time", "outcome", "verb", "reason", "environment", "kind", "version",
        "principal", "secret", "changes", "change_seq", "object", "policy", "lane", "seq",
        "erased", "detail", "salt", "leaf", "checkpoint",
    )  # fmt: skip

    def header(self, _origin: str, _first: int, _end: int, _before: object) -> bytes:
        """The names of the columns."""
        return _row(self.COLUMNS)

    def entry(self, place: int, row: Row) -> bytes:
        """Everything that the line of JSON holds."""
        fields: dict[str, object] = {"place": place, "lane": row.lane.hex(), "seq": row.seq}
        if row.leaf is not None:
            fields["leaf"] = row.leaf.hex()
            try:
                fields |= exported.says(decode(row.leaf))
            except AuditBrokenError:
                fields["reason"] = "undecodable"
        fields["erased"] = "" if row.detail else "erased"
        if row.detail:
            fields["salt"] = row.detail[0].hex()
            fields["detail"] = row.detail[1].decode("utf-8", "replace")
        return _row(tuple(fields.get(name, "") for name in self.COLUMNS))

    def checkpoint(self, found: Checkpoint) -> bytes:
        """Its place is the one after the last entry that it covers."""
        note = base64.b64encode(found.note.encode()).decode()
        fields = {"place": found.size, "time": exported.time(found.at_us), "checkpoint": note}
        return _row(tuple(fields.get(name, "") for name in self.COLUMNS))


def _row(cells: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_harmless(str(cell)) for cell in cells])
    return text.getvalue().encode()


def _harmless(text: str) -> str:
    """`text` so that a spreadsheet shows it: it would run what begins like a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")) else text
