"""Operations on the audit log: list, verify, checkpoint."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.audit.checkpoint import origin_of
from strongroom.audit.entry import Outcome
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Report
from strongroom.audit.tree import TILE_LEAVES
from strongroom.db.tables import archive, log
from strongroom.errors import AuditBrokenError, InvalidError, NotFoundError
from strongroom.gate.inspect import OpenLog, verify_log
from strongroom.gate.lineage import lineage
from strongroom.gate.logbook import Logbook
from strongroom.gate.views import ENTRIES_MAX, ListEntries, Logged
from strongroom.ops.local import Local, done

LISTED_MAX: Final = 10_000
# Looks are recorded by the name of their class; people read words.
_LOOKS: Final = {
    "listfolder": "list a folder",
    "showsecret": "show a secret",
    "lookoverhouse": "look over the house",
    "listchecks": "list checks",
    "listconsumers": "list consumers",  # until acknowledgements stood beside them
    "listuse": "list consumers",
    "opensurvey": "look over an environment",
    "listprincipals": "list principals",
    "listshares": "list shares",
    "listalarms": "list alarms",
    "listgrants": "list grants",
    "listtokens": "list tokens",
    "listenvironments": "list environments",
    "listslots": "list seal slots",
    "listentries": "list the log",
    "openlog": "read the whole log",
    "prove": "prove an entry",
    "provebetween": "prove a checkpoint",
    "exportlog": "export the log",
    "beginprune": "move old entries",
    "opensearch": "search an environment",
    "takebackup": "take a backup",
    "listevidence": "list evidence",
    "listanchors": "list anchors",
    "listkeks": "list keys",
    "listtargets": "list targets",
    "showrotation": "look at a rotation",
    "listchannels": "list channels",
    "lookatoutbox": "look at what is owed to people",
    "why": "ask why",
    "who": "ask who",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries: times in µs since 1970 UTC, the rest compared with what the leaf says."""

    since_us: int | None = None
    until_us: int | None = None
    principal: str | None = None
    address: str | None = None  # an address, or the beginning of one that ends in `/`
    verb: str | None = None
    outcome: str | None = None
    limit: int = 100
    segments: Path | None = None  # where what was moved out of the room stands now


@dataclass(frozen=True, slots=True)
class Line:
    """One entry for people: what its leaf says, and its detail unless that was erased."""

    place: int
    at_us: int
    principal: str
    verb: str
    outcome: str
    reason: str
    address: str
    version: int
    kind: str
    change_seq: int
    detail: dict[str, str]


def list_entries(room: Local, wanted: Filter) -> list[Line]:
    """The newest entries that fit, oldest of them first. Reading the log is recorded too.

    Raises:
        InvalidError: `limit-invalid`, `outcome-unknown`.
    """
    if not 1 <= wanted.limit <= LISTED_MAX:
        raise InvalidError("limit-invalid", f"a list has 1 to {LISTED_MAX:,} entries")
    outcomes = [o.name.lower() for o in Outcome]
    if wanted.outcome is not None and wanted.outcome not in outcomes:
        raise InvalidError("outcome-unknown", f"an outcome is one of {', '.join(outcomes)}")
    sequence(room)
    size = room.gate.status().log_size
    found: list[Line] = []
    floor = 0 if wanted.segments else moved_below(room)
    for page in _pages_backwards(room, size, floor, wanted.segments):
        fitting = [line for logged in page if _fits(line := _line(logged), wanted)]
        found = fitting + found
        oldest = page[0].entry.at_us if page else 0
        if len(found) >= wanted.limit or (wanted.since_us and oldest < wanted.since_us):
            break
    return found[-wanted.limit :]


def moved_below(room: Local) -> int:
    """The place of the first entry that the room itself keeps; not recorded."""
    return room.gate.consult(lambda desk: archive.floor(desk.db))


def verify(room: Local, key: str | None = None, segments: Path | None = None) -> Report:
    """Check the whole log against its signatures.

    What was moved is read from `segments`, or where it was put; without it the report begins
    at the first entry that is left.

    `key` is the text of the log's public key, noted when the room was made; of a room that
    was restored, the keys of its instances with commas, oldest first. Without it the
    key of this room's slots is used, which shows damage and shows nothing about whoever
    holds the room's keys.

    Raises:
        AuditBrokenError: `vkey-malformed` and its like for a key that cannot be read.
    """
    # A log that was edited cannot go on, and is to be verified all the same.
    with suppress(AuditBrokenError):
        sequence(room)
    done(room.gate.look(room.caller, OpenLog()))
    *earlier, wanted = parse_keys(key) if key else own_keys(room)
    return verify_log(
        room.gate.connect, wanted, earlier, book=lambda db: Logbook(db, room.keys, segments)
    )


def checkpoint(room: Local) -> str:
    """Sign the log as far as it goes and return the newest checkpoint, a signed note.

    Raises:
        NotFoundError: `checkpoint-none`.
    """
    sequence(room)
    done(room.gate.look(room.caller, OpenLog()))
    notes = room.gate.consult(lambda desk: log.checkpoint_notes(desk.db))
    if not notes:
        raise NotFoundError("checkpoint-none", "the log has no checkpoint yet")
    return notes[-1]


def sequence(room: Local) -> None:
    """Give every entry its place, so that what is shown is complete."""
    while room.gate.sequence().more:
        pass


def verifier_key(room: Local) -> VerifierKey:
    """The public half of the key that signs this instance's checkpoints.

    Raises:
        InvalidError: `log-key-missing`: this process does not hold the log key.
    """
    if room.log_public is None:
        raise InvalidError("log-key-missing", "this process does not hold the log's key")
    return key_of(room.instance_id, room.log_public)


def own_keys(room: Local) -> list[VerifierKey]:
    """The keys that this room's checkpoints are under, the one of this instance last.

    Raises:
        InvalidError: `log-key-missing`.
    """
    found = room.gate.consult(lambda desk: lineage(desk.db, desk.snapshot.seal))
    return [*(origin.key for origin in found), verifier_key(room)]


def parse_keys(text: str) -> list[VerifierKey]:
    """The public keys that somebody noted, with commas between them, oldest instance first.

    Raises:
        AuditBrokenError: `vkey-invalid`.
    """
    return [VerifierKey.parse(part.strip()) for part in text.split(",")]


def key_of(instance_id: bytes, public: bytes) -> VerifierKey:
    """The text form that auditors note: origin, key id and key."""
    return VerifierKey(origin_of(instance_id), public)


def as_document(report: Report) -> dict[str, object]:
    """A report for machines; ids in hex."""
    return {
        "ok": report.ok,
        "entries": report.entries,
        "signed": report.signed,
        "checkpoints": report.checkpoints,
        "lanes": report.lanes,
        "details": report.details,
        "erased": report.erased,
        "unreported": report.unreported,
        "problems": [
            {
                "kind": p.kind,
                "index": p.index,
                "count": p.count,
                "lane": p.lane.hex() if p.lane else None,
                "seq": p.seq,
                "message": p.message,
            }
            for p in report.problems
        ],
    }


def _pages_backwards(
    room: Local, size: int, floor: int, segments: Path | None
) -> Iterator[list[Logged]]:
    end, moved = size, moved_below(room)
    while end > floor:
        # Of what was moved, a page is a tile.
        least = (end - 1) // TILE_LEAVES * TILE_LEAVES if end <= moved else moved
        first = max(least, end - ENTRIES_MAX)
        page = done(room.gate.look(room.caller, ListEntries(first, end - first, segments)))
        assert isinstance(page, list)
        yield page
        end = first


def _line(logged: Logged) -> Line:
    entry, detail = logged.entry, logged.detail or {}
    path = detail.get("path", "")
    where = f"{entry.environment}/{path}" if entry.environment and path else entry.environment
    return Line(
        place=logged.place,
        at_us=entry.at_us,
        principal=detail.get("principal", entry.principal.hex()[:8]),
        verb=entry.verb,
        outcome=entry.outcome.name.lower(),
        reason=entry.reason,
        address=where,
        version=entry.version,
        kind=_LOOKS.get(entry.object_kind, entry.object_kind),
        change_seq=entry.change_seq,
        detail=detail,
    )


def _fits(line: Line, wanted: Filter) -> bool:
    if wanted.since_us is not None and line.at_us < wanted.since_us:
        return False
    if wanted.until_us is not None and line.at_us >= wanted.until_us:
        return False
    if wanted.address is not None and line.address != wanted.address:
        folder = wanted.address.endswith("/") and line.address.startswith(wanted.address)
        if not folder:
            return False
    pairs = (
        (wanted.principal, line.principal),
        (wanted.verb, line.verb),
        (wanted.outcome, line.outcome),
    )
    return all(asked is None or asked == there for asked, there in pairs)
