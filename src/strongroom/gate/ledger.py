"""The books of a flush: which entry each operation gets, and which refusals are only counted."""

from typing import Final

from strongroom.audit import detail as details
from strongroom.audit.entry import Outcome
from strongroom.db.tables import work
from strongroom.gate.decision import PRINCIPAL_UNKNOWN, Ask
from strongroom.gate.desk import Desk
from strongroom.gate.limits import Refusals
from strongroom.gate.pending import Pending, PendingChange, PendingRead
from strongroom.gate.record import Lane
from strongroom.gate.writer import Applied

BLOBS_MAX: Final = 20_000
NO_APPLIED: Final = Applied()


class Ledger:
    """The lane of this process and its counts of refusals."""

    def __init__(self, refusals_a_minute: int) -> None:
        self.lane = Lane()
        self._refusals = Refusals(refusals_a_minute)
        self._blobs: dict[tuple[object, ...], bytes] = {}

    def durable(self, now_us: int) -> None:
        """What was written is committed."""
        self.lane.durable()
        self._refusals.written(now_us)

    def start_anew(self) -> None:
        """Nobody knows what was committed: nothing is numbered in the old lane any more."""
        self.lane = Lane()

    def record(self, desk: Desk, op: Pending, applied: Applied, changes: int, proof: bytes) -> None:
        """Write the entry of an operation that was decided, if it gets one."""
        outcome, reason = op.record_outcome()
        if isinstance(op, PendingChange) and op.founding and op.error is not None:
            return  # there is no room to record it in, or one that does not know who asked
        if outcome is Outcome.REFUSED and not self._logs_refusal(desk, op):
            op.recorded = False
            return
        if isinstance(op, PendingChange):
            op.result = applied.result
            op.applied = applied.detail
            if any(applied.secret_id):
                op.secret_id = applied.secret_id
            op.version, op.kind, op.object_id = applied.version, applied.kind, applied.object_id
        # What uses something up is told by that: its last use is counted from it.
        used = changes and not isinstance(op, PendingChange)
        kind = "use" if used else op.kind or ("use" if changes else "")
        self._enter(
            desk, op, op.ask, outcome, reason,
            blob=self._blob(op),
            changes=changes,
            kind=kind,
            object_id=op.object_id + proof if kind else b"",
        )  # fmt: skip
        for ask in op.also:
            if ask[2:4] != op.ask[2:4]:
                # Another place that it concerns: it must be found there too. Claims no change.
                blob = details.encode({**op.detail(), "path": ask.path or ""})
                self._enter(desk, op, ask, outcome, reason, blob=blob)

    def _enter(
        self,
        desk: Desk,
        op: Pending,
        ask: Ask,
        outcome: Outcome,
        reason: str,
        *,
        blob: bytes,
        changes: int = 0,
        kind: str = "",
        object_id: bytes = b"",
    ) -> None:
        authority = desk.snapshot.authority(desk.db)
        where = ask.environment or ""
        self.lane.add(
            op.change_seq,
            desk.now_us,
            blob=blob,
            verb=ask.verb.value,
            outcome=outcome,
            reason=reason,
            changes=changes,
            principal=op.caller.principal,
            secret=op.secret_id,
            environment=where if where in authority.environments else "",
            version=op.version,
            kind=kind,
            object_id=object_id,
            policy=authority.policy,
        )

    def _logs_refusal(self, desk: Desk, op: Pending) -> bool:
        # Who is not known is counted where he is turned away, and cannot fill the log.
        known = op.refusal != PRINCIPAL_UNKNOWN
        return known and self._refusals.log(op.caller.principal, desk.now_us)

    def close(self, desk: Desk) -> bool:
        """Append what is left; whether there is anything to commit."""
        due = self.lane.waiting or self._refusals.due(desk.now_us)
        if due:
            for principal, minute, n in self._refusals.owed():
                work.count_overflow(desk.db, principal, minute, n)
        self.lane.finish(desk.db)
        return due

    def _blob(self, op: Pending) -> bytes:
        """The detail of an entry as it is kept. The same read is asked for again and again."""
        if not isinstance(op, PendingRead):
            return details.encode(op.detail())
        verdict = op.verdict
        name = verdict.person.principal.name if verdict and verdict.person else ""
        key = (op.ask, op.reason, verdict.rule if verdict else None, name)
        found = self._blobs.get(key)
        if found is None:
            if len(self._blobs) >= BLOBS_MAX:
                self._blobs.clear()
            found = self._blobs[key] = details.encode(op.detail())
        return found
