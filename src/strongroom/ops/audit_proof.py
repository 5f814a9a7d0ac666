"""Proofs about the log: made by a room, checked by anybody who has the log's public key."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.audit import proven
from strongroom.audit.checkpoint import open_by_one_of
from strongroom.audit.note import NOTE_BYTES_MAX
from strongroom.audit.proven import Consistency, Continued, Included, Inclusion
from strongroom.errors import InvalidError, MachineError, NotFoundError
from strongroom.gate.evidence import Place, Prove, ProveBetween, between
from strongroom.ops.audit import Filter, list_entries, own_keys, parse_keys, sequence
from strongroom.ops.local import Local, done

_SECOND_US: Final = 1_000_000
_PLACE: Final = re.compile(r"([0-9a-f]{32})/([1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """Which entry: its place in the log, `lane/seq`, or the address and second it happened at."""

    entry: str | None = None
    address: str | None = None
    at_us: int | None = None
    detail: bool = False
    segments: Path | None = None  # where what was moved out of the room stands now


def prove(room: Local, wanted: ProofRequest) -> Inclusion:
    """A proof that an entry is in the log as it is signed now. Making it is recorded.

    Raises:
        InvalidError: `entry-invalid`; NotFoundError: `entry-unknown`; ConflictError:
            several entries fit.
        DeniedError: the caller may not read the log.
    """
    entry = _named(room, wanted)
    sequence(room)
    found = done(room.gate.look(room.caller, Prove(entry, wanted.detail, wanted.segments)))
    assert isinstance(found, Inclusion)
    return found


def prove_between(room: Local, old: str, new: str, segments: Path | None = None) -> Consistency:
    """A proof that the log at checkpoint `new` begins with the log at `old`. It is recorded.

    Each is a checkpoint's size, or a file that holds its note.

    Raises:
        InvalidError: `checkpoint-unreadable`; NotFoundError: `checkpoint-unknown`.
        AuditBrokenError: a note is not of this log, or the room's log does not continue it.
    """
    sequence(room)
    *earlier, key = own_keys(room)
    notes = [_note_of(one) for one in (old, new)]
    sizes = [
        int(one) if note is None else open_by_one_of(note, (*earlier, key))[0].size
        for one, note in zip((old, new), notes, strict=True)
    ]
    found = done(room.gate.look(room.caller, ProveBetween(sizes[0], sizes[1], segments)))
    assert isinstance(found, tuple)
    kept_old, kept_new, path = found
    made = between(notes[0] or kept_old, notes[1] or kept_new, path)
    if not (made.old and made.new):
        raise NotFoundError(
            "checkpoint-unknown",
            "the log has no checkpoint of that size",
            fix="`strongroom audit checkpoint` signs one now",
        )
    # A note from outside may speak of another history; whoever asks learns it here.
    proven.check(made, key, earlier)
    return made


def check(document: bytes, key: str) -> Included | Continued:
    """What a proof shows to whoever holds the log's public keys alone. No room is needed.

    Raises:
        InvalidError: `vkey-invalid`, `proof-malformed`.
        AuditBrokenError: it does not show it.
    """
    *earlier, wanted = parse_keys(key)
    return proven.check(proven.decode_proof(document), wanted, earlier)


def _named(room: Local, wanted: ProofRequest) -> int | Place:
    if wanted.entry is None and wanted.address is not None and wanted.at_us is not None:
        return _at(room, wanted.address, wanted.at_us, wanted.segments)
    if wanted.entry is None or wanted.address is not None or wanted.at_us is not None:
        raise _invalid()
    if match := _PLACE.fullmatch(wanted.entry):
        return Place(bytes.fromhex(match[1]), int(match[2]))
    if not re.fullmatch(r"[0-9]{1,18}", wanted.entry):
        raise _invalid()
    return int(wanted.entry)


def _at(room: Local, address: str, at_us: int, segments: Path | None) -> int:
    second = at_us - at_us % _SECOND_US
    fit = Filter(second, second + _SECOND_US, address=address, segments=segments)
    places = [line.place for line in list_entries(room, fit)]
    if not places:
        raise NotFoundError(
            "entry-unknown",
            "nothing happened to that address in that second",
            fix="`strongroom audit list --address ADDRESS` shows when something did",
        )
    if len(places) > 1:
        raise InvalidError(
            "entry-ambiguous",
            f"several entries fit: {', '.join(map(str, places[:10]))}",
            fix="name one by its number",
        )
    return places[0]


def _note_of(text: str) -> str | None:
    """The note in the file of that name; None where `text` is a size."""
    if re.fullmatch(r"[0-9]{1,18}", text):
        return None
    try:
        with Path(text).open("rb") as stream:
            return stream.read(NOTE_BYTES_MAX + 1).decode()
    except UnicodeDecodeError:
        raise InvalidError("checkpoint-unreadable", "that file holds no checkpoint") from None
    except (OSError, ValueError):
        raise MachineError(
            "checkpoint-unreadable",
            "that file cannot be read",
            fix="give the size of a checkpoint, or a file that `audit checkpoint` wrote",
        ) from None


def _invalid() -> InvalidError:
    return InvalidError(
        "entry-invalid",
        "an entry is named by its place, by lane/seq, or by --address and --at",
        fix="`strongroom audit list` shows the place of each entry",
    )
