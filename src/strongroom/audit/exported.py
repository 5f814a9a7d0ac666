"""The log as lines of JSON, for whoever verifies it elsewhere. Format: docs/spec/audit-export.md.

A header, then entries in the log's order, and each checkpoint after the last entry that it
covers. What an entry says stands there twice: in its leaf, which is what was signed, and in
words, which a verifier holds against the leaf.
"""

from collections.abc import Sequence
from time import gmtime, strftime
from typing import Any, Final

import msgspec

from strongroom.audit.entry import NO_DETAIL, Entry, decode
from strongroom.audit.verifier import Row
from strongroom.errors import AuditBrokenError

VERSION: Final = 1
_encoder: Final = msgspec.json.Encoder()


def header(origin: str, first: int, end: int, before: Sequence[bytes]) -> bytes:
    """The first line: entries from `first` up to `end`, behind a tree with the peaks `before`."""
    return _line(
        {
            "strongroom_log": VERSION,
            "origin": origin,
            "first": first,
            "end": end,
            "before": [peak.hex() for peak in before],
        }
    )


def checkpoint(note: str) -> bytes:
    """A signed note; also the line that an anchor file keeps."""
    return _line({"checkpoint": note})


def entry(place: int, row: Row) -> bytes:
    """One place of the log: its leaf, its detail or that it was erased, and what it says."""
    fields: dict[str, object] = {
        "place": place,
        "lane": row.lane.hex(),
        "seq": row.seq,
        "leaf": None if row.leaf is None else row.leaf.hex(),
    }
    read = _read(row.leaf)
    if read is not None:
        fields["says"] = says(read)
    if row.detail is not None:
        fields["salt"] = row.detail[0].hex()
        fields["blob"] = row.detail[1].decode("utf-8", "replace")
    elif read is not None and read.detail != NO_DETAIL:
        fields["erased"] = True
    return _line(fields)


def says(read: Entry) -> dict[str, Any]:
    """What a leaf says, in words; every field that is not empty, bytes in hex."""
    found = {
        "time": time(read.at_us),
        "verb": read.verb,
        "outcome": read.outcome.name.lower(),
        "reason": read.reason,
        "principal": _id(read.principal),
        "environment": read.environment,
        "secret": _id(read.secret),
        "version": read.version,
        "kind": read.object_kind,
        "object": read.object_id.hex(),
        "policy": _id(read.policy),
        "changes": read.changes,
        "change_seq": read.change_seq,
    }
    return {name: value for name, value in found.items() if value not in {"", 0}}


def time(us: int) -> str:
    """UTC to the microsecond, as ISO 8601; of any number that a leaf can hold."""
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(us // 1_000_000))}.{us % 1_000_000:06d}Z"


def _read(leaf: bytes | None) -> Entry | None:
    try:
        return None if leaf is None else decode(leaf)
    except AuditBrokenError:
        return None  # the leaf itself is exported; the verifier names it


def _id(raw: bytes) -> str:
    return raw.hex() if any(raw) else ""


def _line(fields: dict[str, object]) -> bytes:
    return _encoder.encode(fields) + b"\n"
