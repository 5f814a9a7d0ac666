"""Carrying out an import: stage everything unseen, then publish; or go on, or take it back.

There is no file beside the database: a batch (`strongroom.gate.changes.batch`) holds all that
is needed to go on after a crash, but for the values that were not staged yet.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from strongroom.crypto.encoding import frame
from strongroom.crypto.keyring import new_id
from strongroom.db.tables.batches import BatchRow
from strongroom.errors import (
    ConflictError,
    DeniedError,
    InvalidError,
    NotFoundError,
    StrongroomError,
)
from strongroom.gate import occupancy
from strongroom.gate.changes.batch import (
    DropPart,
    OnBatch,
    OpenBatch,
    OpenPart,
    PublishPart,
    SetBatch,
    Stage,
    State,
)
from strongroom.gate.changes.reject import RejectWrite
from strongroom.gate.changes.secret import Made
from strongroom.gate.occupancy import Batch
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing.batches import unfinished
from strongroom.ops.importing.plan import Progress, silent
from strongroom.ops.importing.request import Action, ImportRequest, Item, Plan
from strongroom.ops.local import Local, done, refusal

PART: Final = 32  # versions in one transaction, so that it holds the lock for under 20 ms
PARTS_AT_ONCE: Final = 4  # to publish is one write for each new secret
REJECTED_MAX: Final = 1_000  # rows with weak values that are recorded one by one


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import or of its end. `id` is empty when nothing was written."""

    id: str
    state: str
    created: int = 0
    versions: int = 0
    skipped: int = 0


def carry_out(
    room: Local, request: ImportRequest, plan: Plan, progress: Progress = silent
) -> Imported:
    """Write all of a plan that has no issues; a crash leaves a batch to resume or to abort.

    Raises:
        InvalidError: `import-refused`; a row cannot be written after all, and none was.
        DeniedError: the reason's code. GateError: as `Gate.change`; look at `unfinished`.
    """
    if not plan.ok:
        raise ValueError("a plan with issues is not carried out")
    writes = plan.writes
    skipped = plan.count(Action.SKIP)
    if not writes:
        return Imported("", "nothing", skipped=skipped)
    batch, at = new_id(), writes[0].address
    opening = OpenBatch(batch, at, source=_source(room, request), total=len(writes))
    work = _Work(room, batch, at, Verb.WRITE, request.reason)
    work.stage(writes, 0, progress, first=[opening])
    work.publish(-(-len(writes) // PART), progress)
    return _summary(batch, plan)


def reject(room: Local, request: ImportRequest, plan: Plan, *, dry: bool = False) -> None:
    """Leave in the log which writes were refused; of a dry run those that tell something.

    What is too weak, `strongroom strength` says as well; that a value stands elsewhere, or that
    somebody may not write, only an attempt tells.
    """
    telling: list[RejectWrite] = []
    weak: list[RejectWrite] = []
    for issue in plan.issues:
        if issue.refused is not None:
            kind = weak if issue.code == "value-refused" else telling
            kind.append(RejectWrite(issue.refused, InvalidError(issue.code, issue.message)))
    # What tells something comes first and whole: no number of weak rows hides it.
    changes = telling if dry else telling + weak[:REJECTED_MAX]
    for start in range(0, len(changes), PART):
        room.gate.changes(room.caller, changes[start : start + PART], request.reason)


def resume(
    room: Local,
    id_start: str = "",
    request: ImportRequest | None = None,
    progress: Progress = silent,
) -> Imported:
    """Go on with an unfinished import. Before all is staged, that needs its source again.

    Raises:
        NotFoundError: `batch-unknown`. ConflictError: `batch-foreign`, `batch-ambiguous`,
            `source-differs`, `source-needed`.
        InvalidError: `import-refused`.
    """
    found = _find(room, id_start)
    row = found.row
    reason = request.reason if request else ""
    work = _again(room, row, reason, back=row.state == State.ABORTING)
    if row.state == State.ABORTING:
        return _abort(work, found, progress)
    if row.state == State.STAGING and len(found.written) < row.total:
        if request is None:
            raise ConflictError(
                "source-needed",
                f"{len(found.written)} of {row.total} are staged; the rest needs the source",
                fix="strongroom import resume SOURCE with the options of the first time, or abort",
            )
        if not hmac.compare_digest(_source(room, request), row.source):
            raise ConflictError(
                "source-differs",
                "that is not the source, or are not the options, that the import began with",
                fix="give the same again, or abort",
            )
        plan = plans.make(room, request, staged=dict(found.written), progress=progress)
        if not plan.ok:
            reject(room, request, plan)
            raise InvalidError(
                "import-refused",
                f"{len(plan.issues)} rows cannot be written any more",
                fix="`strongroom import abort`, then import again to see them",
            )
        rest = [item for item in plan.writes if item.action is not Action.STAGED]
        work.stage(rest, len(found.parts), progress)
        work.publish(len(found.parts) - (-len(rest) // PART), progress)
        return _summary(row.id, plan)
    work.publish(len(found.parts), progress, begun=row.state == State.PUBLISHING)
    return Imported(row.id.hex(), State.PUBLISHED, created=row.total)


def abort(
    room: Local, id_start: str = "", reason: str = "", progress: Progress = silent
) -> Imported:
    """Destroy what an unfinished import has staged. One that is being published only goes on.

    Raises:
        NotFoundError: `batch-unknown`.
        ConflictError: `batch-foreign`, `batch-ambiguous`, `batch-publishing`.
    """
    found = _find(room, id_start)
    if found.row.state == State.PUBLISHING:
        raise ConflictError(
            "batch-publishing",
            "that import is partly in use, and only goes on",
            fix="strongroom import resume",
        )
    return _abort(_again(room, found.row, reason, back=True), found, progress)


@dataclass(frozen=True, slots=True)
class _Work:
    """Changes of one batch by one caller."""

    room: Local
    batch: bytes
    at: Address | None
    verb: Verb
    reason: str

    def stage(
        self, items: Sequence[Item], parts: int, progress: Progress, first: Sequence[Change] = ()
    ) -> None:
        """Write all of `items`, as parts behind the `parts` that there are; or take all back."""
        ids = _ids()
        for start in range(0, len(items), PART):
            progress("staging", start, len(items))
            chunk = [
                item if item.secret_id else replace(item, secret_id=next(ids))
                for item in items[start : start + PART]
            ]
            k = parts + start // PART
            members = tuple(Made(item.secret_id, item.version) for item in chunk)
            opening = OpenPart(self.batch, self.at, self.verb, k=k, members=members)
            changes = [*first, opening, *(_stage(self.batch, k, item) for item in chunk)]
            answers = self.room.gate.changes(self.room.caller, changes, self.reason)
            for change, answer in zip(changes, answers, strict=True):
                if not isinstance(answer, Done):
                    self._take_back(change, answer, parts_done=k + 1, progress=progress)
            first = ()
        progress("staging", len(items), len(items))

    def publish(self, parts: int, progress: Progress, *, begun: bool = False) -> None:
        """Let everybody see it. From here it only goes forward.

        Raises:
            DeniedError: the reason's code; the caller may not write there any more.
        """
        if not begun:
            for k in range(parts):
                self._may_publish(self._places(k))
            self.make(SetBatch(self.batch, self.at, self.verb, state=State.PUBLISHING))
        for first in range(0, parts, PARTS_AT_ONCE):
            progress("publishing", first, parts)
            self._each(
                PublishPart(self.batch, self.at, self.verb, k=k, places=self._places(k))
                for k in range(first, min(first + PARTS_AT_ONCE, parts))
            )
        self.make(SetBatch(self.batch, self.at, self.verb, state=State.PUBLISHED))
        progress("publishing", parts, parts)

    def _places(self, k: int) -> tuple[Address, ...]:
        return self.room.gate.consult(lambda desk: occupancy.places(desk, self.batch, k))

    def _may_publish(self, places: tuple[Address, ...]) -> None:
        """Before there is no way back: the gate decides each part again."""
        if self.verb is Verb.ADMINISTER:
            return
        for place, code in self.refused(places).items():
            words = code.replace("-", " ")
            raise DeniedError(
                code,
                f"{place}: you may not write there any more: {words}",
                fix="strongroom import abort, or somebody who administers the room resumes",
            )

    def refused(self, places: tuple[Address, ...]) -> dict[Address, str]:
        """At which of the places the caller may not write, and by which code."""
        stand, reason = occupancy.stand, bool(self.reason)
        found = self.room.gate.consult(
            lambda desk: stand(desk, self.room.caller, places, reason=reason)
        )
        both = zip(places, found, strict=True)
        return {place: s.code for place, s in both if s.kind is occupancy.Kind.REFUSED}

    def drop(self, parts: int, progress: Progress, *, begun: bool = False) -> int:
        """Destroy what was staged; how many."""
        if not begun:
            self.make(SetBatch(self.batch, self.at, self.verb, state=State.ABORTING))
        count = 0
        for k in range(parts):
            progress("taking back", k, parts)
            dropped = self.make(DropPart(self.batch, self.at, self.verb, k=k))
            count += dropped if isinstance(dropped, int) else 0
        self.make(SetBatch(self.batch, self.at, self.verb, state=State.ABORTED))
        progress("taking back", parts, parts)
        return count

    def _each(self, changes: Iterable[OnBatch]) -> None:
        """Some changes in one transaction, each of which must do."""
        for answer in self.room.gate.changes(self.room.caller, changes, self.reason):
            done(answer)

    def make(self, change: OnBatch) -> object:
        """One change that must do; its result."""
        return done(self.room.gate.change(self.room.caller, change, self.reason))

    def _take_back(
        self, change: Change, answer: Refused | Failed, *, parts_done: int, progress: Progress
    ) -> None:
        """A row was refused after all: nothing of the import stays."""
        error: StrongroomError = answer.error if isinstance(answer, Failed) else refusal(answer)
        if not isinstance(change, OpenBatch):
            known = self.room.gate.consult(lambda desk: occupancy.batch(desk, self.batch))
            if known is not None:
                self.drop(min(parts_done, len(known.parts)), progress)
        where = f"{change.environment}/{change.path}: " if isinstance(change, Stage) else ""
        raise InvalidError(
            "import-refused",
            f"{where}{error.message}; nothing was imported",
            fix=error.fix,
        )


def _ids() -> Iterator[bytes]:
    """Ids of new secrets, 16 bytes: random beginnings, counted on.

    In their order they go to the end of each index; at random each would touch pages of its own
    all over the file.
    """
    beginning, counted = secrets.token_bytes(8), 0
    while True:
        yield beginning + counted.to_bytes(4, "big") + secrets.token_bytes(4)
        counted += 1


def _stage(batch: bytes, k: int, item: Item) -> Stage:
    return Stage(
        item.address, batch, k, Made(item.secret_id, item.version), item.type, item.owner,
        item.kept, item.description, item.action is Action.CREATE, item.over, item.kept is None,
        item.every_us, item.next_us,
    )  # fmt: skip


def _summary(batch: bytes, plan: Plan) -> Imported:
    staged = plan.count(Action.STAGED)
    return Imported(
        batch.hex(),
        State.PUBLISHED,
        plan.count(Action.CREATE) + staged,
        plan.count(Action.NEW_VERSION),
        plan.count(Action.SKIP),
    )


def _abort(work: _Work, found: Batch, progress: Progress) -> Imported:
    work.drop(len(found.parts), progress, begun=found.row.state == State.ABORTING)
    return Imported(found.row.id.hex(), State.ABORTED)


def _find(room: Local, id_start: str) -> Batch:
    rows = [row for row in unfinished(room) if row.id.startswith(id_start.lower())]
    if not rows:
        raise NotFoundError(
            "batch-unknown",
            "there is no unfinished import of that id" if id_start else "no import is unfinished",
        )
    if len(rows) > 1:
        raise ConflictError(
            "batch-ambiguous",
            f"{len(rows)} imports are unfinished",
            fix="name one with --id; `strongroom import list` shows them",
        )
    found = room.gate.consult(lambda desk: occupancy.batch(desk, bytes.fromhex(rows[0].id)))
    assert found is not None
    return found


def _again(room: Local, row: BatchRow, reason: str, *, back: bool) -> _Work:
    """Work on a batch that is there: as the one who began it, or as an administrator.

    Who may not write there any more takes it `back` as an administrator too, if he is one.
    """
    at = Address.parse(row.place)
    mine = _Work(room, row.id, at, Verb.WRITE, reason)
    if row.created_by == room.caller.principal and not (back and mine.refused((at,))):
        return mine
    return _Work(room, row.id, None, Verb.ADMINISTER, reason)


def _source(room: Local, request: ImportRequest) -> bytes:
    """32 bytes that are equal for the same source and options, and tell nothing without a key."""
    said = (
        request.format_id, request.environment, request.folder, request.type, request.owner,
        request.on_conflict.value,
    )  # fmt: skip
    parts = [(text or "").encode() for text in said]
    return hmac.digest(
        room.keys.detail, frame(b"strongroom/batch/source/v1", request.data, *parts), "sha256"
    )
