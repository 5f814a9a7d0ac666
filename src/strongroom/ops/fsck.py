"""Is the room whole? The log against its signatures, then the state against the log."""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.audit.anchored import UNSHOWN, Judged, Verdict
from strongroom.audit.problem import Problem as LogProblem
from strongroom.audit.problem import Report
from strongroom.errors import AuditBrokenError
from strongroom.gate.fsck import PROBLEMS_MAX, Kind, Problem, fsck
from strongroom.gate.inspect import OpenLog, verify_log
from strongroom.gate.logbook import Logbook, moved_rows
from strongroom.gate.rows import Seal
from strongroom.ops import audit_anchor
from strongroom.ops.audit import own_keys, parse_keys, sequence
from strongroom.ops.importing.batches import unfinished
from strongroom.ops.local import Local, done

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `log` is None when the storage is damaged and so cannot be read through.

    `state` holds at most `PROBLEMS_MAX` problems; `cut` says that it is full.
    """

    state: tuple[Problem, ...]
    log: Report | None
    unfinished: tuple[str, ...] = ()  # imports to resume or to abort; no problem of the room
    anchors: tuple[Judged, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the state and the log are whole; never without having read both.

        An anchor that contradicts is a problem; one that cannot be read is only said.
        """
        whole = not self.state and self.log is not None and self.log.ok
        return whole and all(one.verdict in UNSHOWN | {Verdict.HOLDS} for one in self.anchors)

    @property
    def moved(self) -> int:
        """How many entries were moved into segments that were not read."""
        return self.log.first if self.log else 0

    @property
    def cut(self) -> bool:
        """Whether there may be more problems of the state than are listed."""
        return len(self.state) >= PROBLEMS_MAX


def check(
    room: Local,
    key: str | None = None,
    progress: Progress = lambda _: None,
    segments: Path | None = None,
) -> Checked:
    """Check storage, rows, changes and the log; recorded as a look at the log.

    Entries that were moved are read from `segments`, or where they were put; where they are not
    there, `moved` of the result says how many were not read.

    `key` is the log's public key as noted when the room was made; without it that of this
    room's slots is used. `progress` is called with a few words before each part.

    Raises:
        InvalidError: `vkey-invalid`, `log-key-missing`.
        DeniedError: the caller may not read the log.
    """
    *earlier, wanted = parse_keys(key) if key else own_keys(room)
    progress("placing what is new")
    # A log that was edited cannot go on, and is to be checked all the same.
    with suppress(AuditBrokenError):
        sequence(room)
    done(room.gate.look(room.caller, OpenLog()))
    progress("storage, rows and changes")
    with closing(room.gate.connect()) as db:
        seal = Seal(room.keys.row_mac)
        state = tuple(fsck(db, seal, lambda: moved_rows(db, room.keys, segments)))
    # Where the log's own rows cannot be believed, it cannot be read through either.
    if any(one.kind is Kind.STORAGE or one.table == "segment" for one in state):
        return Checked(state, None)
    progress("the log, its order and its signatures")
    waiting = () if state else tuple(one.id for one in unfinished(room))
    log = verify_log(
        room.gate.connect, wanted, earlier, book=lambda db: Logbook(db, room.keys, segments)
    )
    anchors: tuple[Judged, ...] = ()
    if not state and audit_anchor.any_of(room):
        progress("anchors")
        anchors = tuple(audit_anchor.judge(room, key))
    return Checked(state, log, waiting, anchors)


def as_document(found: Checked) -> dict[str, object]:
    """For machines: names of tables, keys of rows, numbers; never a value."""
    log = found.log
    return {
        "ok": found.ok,
        "state": [problem._asdict() for problem in found.state],
        "state_cut": found.cut,
        "unfinished": found.unfinished,
        "moved": found.moved,
        "anchors": [one._asdict() for one in found.anchors],
        "log": None
        if log is None
        else {
            "ok": log.ok,
            "entries": log.entries,
            "signed": log.signed,
            "checkpoints": log.checkpoints,
            "problems": [_log_problem(problem) for problem in log.problems],
            "unreported": log.unreported,
        },
    }


def _log_problem(problem: LogProblem) -> dict[str, object]:
    return {
        "kind": problem.kind,
        "index": problem.index,
        "count": problem.count,
        "message": problem.message,
    }
