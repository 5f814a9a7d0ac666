"""One flush: a group of operations, one transaction, one commit, and only then the values.

1. Follow the changes since, without the lock; decide and open everything on the snapshot.
2. Take the lock. Read the head and the clock in later statements: in one statement with
   the lock they would be older than it.
3. Decide again what a change since may touch, or whose time has passed.
4. Changes, and reads that use something up: in a savepoint, decided under the lock.
5. Append the entries; commit.
6. If that failed, or may have: let go of values, snapshot and lane, and of the connection.
7. Settle. The values carry the time by which they must be gone.

One flush is in flight in a process; `strongroom.gate.queue` sees to that.
"""

from collections.abc import Callable
from contextlib import suppress

from strongroom.db.interface import (
    Begin,
    DbBusyError,
    DbDamagedError,
    DbError,
    DbFullError,
    DbMissingError,
)
from strongroom.db.tables import log
from strongroom.errors import ConfigError, IntegrityError, StrongroomError
from strongroom.gate import attempts
from strongroom.gate.desk import Desk
from strongroom.gate.ledger import NO_APPLIED, Ledger
from strongroom.gate.operation import full, unrecorded
from strongroom.gate.pending import SOFT, Pending, PendingChange
from strongroom.gate.reserve import SLICES
from strongroom.gate.room import NS_PER_MS, Room
from strongroom.gate.writer import Applied, Writer, digest


class _ExclusiveNeededError(Exception):
    """A read turned out to use something up after the shared lock was taken."""


class Flusher:
    """Holds the connection, the snapshot and the lane of this process."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._desk: Desk | None = None
        self._ledger = Ledger(room.limits.refusals_a_minute)
        self.trouble: StrongroomError | None = None  # of the last flush

    def flush(self, batch: list[Pending]) -> list[Pending]:
        """Settle each of `batch`, or fail it; return those that did not fit into one commit."""
        try:
            later = self._flush(batch)
        except StrongroomError as error:
            self.trouble = error
            # These say more than that nothing is recorded.
            keep = isinstance(error, IntegrityError | ConfigError | DbMissingError)
            for op in batch:
                if not op.settled:
                    op.fail(error if keep else unrecorded(error))
            return []
        except BaseException:
            self._let_go()
            for op in batch:
                if not op.settled:
                    op.fail(unrecorded(DbError("gate-interrupted", "the flush was interrupted")))
            raise
        return later

    def _flush(self, batch: list[Pending]) -> list[Pending]:
        reserve = self._room.reserve
        if reserve is not None and not reserve.ready(self._now_us()):
            batch = self._only_urgent(batch)
        try:
            later = self._attempt(batch)
        except DbFullError as error:
            if reserve is None:
                raise
            reserve.doubt()
            self.trouble = error
            return self._squeeze(self._only_urgent(batch))
        self.trouble = None if reserve is None or reserve.whole else full()
        return later

    def with_desk(self, work: Callable[[Desk], None]) -> None:
        """Look at something on this process's connection, outside of any transaction."""
        desk = self._desk or self._sit_down()
        try:
            desk.snapshot.refresh(desk.db)
            work(desk)
        except DbError:
            self._let_go()
            raise

    def upkeep(self) -> None:
        """Housekeeping of the database, after values were handed over."""
        if self._desk is not None:
            self._desk.db.upkeep()

    def close(self) -> None:
        """Let go of the connection and of everything that was loaded."""
        self._let_go()

    def _now_us(self) -> int:
        return self._room.clocks.monotonic_ns() // 1_000

    def _only_urgent(self, batch: list[Pending]) -> list[Pending]:
        for op in batch:
            if not op.urgent:
                op.fail(full())
        return [op for op in batch if op.urgent]

    def _squeeze(self, batch: list[Pending]) -> list[Pending]:
        """Do what cannot wait, freeing the reserve slice by slice."""
        reserve = self._room.reserve
        for _ in range(SLICES):
            if not batch or reserve is None or not reserve.give():
                break
            with suppress(DbFullError):
                if self._desk is not None:
                    # The engine's own log can be written over once it is in the file.
                    self._desk.db.upkeep(eager=True)
                return self._attempt(batch)
        for op in batch:
            op.fail(full())
        return []

    def _attempt(self, batch: list[Pending]) -> list[Pending]:
        if not batch:
            return []
        desk = self._desk or self._sit_down()
        committing = False
        try:
            self._prepare(desk, batch)
            now, later = self._fitting(batch)
            try:
                self._decide(desk, now, exclusive=any(op.writes for op in now))
            except _ExclusiveNeededError:
                self._undo(desk)
                self._prepare(desk, now)
                self._decide(desk, now, exclusive=True)
            committing = self._ledger.close(desk)
            sent_ns = self._room.clocks.monotonic_ns()
            if committing:
                desk.db.commit()
            else:
                desk.db.rollback()
        except BaseException as error:
            for op in batch:
                op.drop()
            if committing or not isinstance(error, StrongroomError):
                self._unknown(desk, error)
            elif desk.begun or not isinstance(error, DbBusyError):
                self._undo(desk)
            raise
        if committing:
            self._ledger.durable(desk.now_us)
        release_by_ns = sent_ns + self._room.limits.release_ms * NS_PER_MS
        for op in now:
            op.settle(release_by_ns)
        return later

    def _sit_down(self) -> Desk:
        self._desk = Desk(self._room.connect(), self._room)
        return self._desk

    def _prepare(self, desk: Desk, batch: list[Pending]) -> None:
        desk.begun = False
        desk.now_us = desk.db.clock_us()
        desk.snapshot.refresh(desk.db)
        held = 0
        for op in batch:
            if held <= self._room.limits.group_bytes_max:
                op.prepare(desk)
                held += op.bytes_held()

    def _fitting(self, batch: list[Pending]) -> tuple[list[Pending], list[Pending]]:
        held = 0
        for number, op in enumerate(batch):
            if held > self._room.limits.group_bytes_max:
                return batch[:number], batch[number:]
            held += op.bytes_held()
        return batch, []

    def _decide(self, desk: Desk, batch: list[Pending], *, exclusive: bool) -> None:
        """Steps 2 to 4, and what the entries say."""
        prepared = desk.snapshot.head
        desk.db.begin(Begin.CHANGE if exclusive else Begin.RECORD)
        desk.begun = True
        desk.snapshot.refresh(desk.db)
        desk.now_us = desk.db.clock_us()
        for op in batch:
            applied, changes, proof = NO_APPLIED, 0, b""
            moved = desk.snapshot.head != prepared or op.ends_by(desk.now_us)
            if moved and not op.writes and not op.stands(desk, prepared):
                op.prepare(desk)
            if op.writes:
                if not exclusive:
                    raise _ExclusiveNeededError
                self._ledger.lane.write(desk.db)
                applied, changes, proof = self._change(desk, op)
            op.change_seq = desk.snapshot.head
            self._ledger.record(desk, op, applied, changes, proof)

    def _change(self, desk: Desk, op: Pending) -> tuple[Applied, int, bytes]:
        """Do one change under the lock; what it did, how many writes, and their digest."""
        snapshot, start = desk.snapshot, desk.snapshot.head
        if isinstance(op, PendingChange) and op.founding:
            allowed = True
        else:
            Pending.prepare(op, desk)
            allowed = not op.refusal and op.error is None
        if not allowed:
            return NO_APPLIED, 0, b""
        writer = Writer(
            desk.db, self._room, snapshot, desk.now_us, op.caller.principal, snapshot.head
        )
        applied = NO_APPLIED
        try:
            with desk.db.savepoint():
                _spend(writer, op)
                if isinstance(op, PendingChange):
                    applied = op.change.apply(writer)
        except SOFT as error:
            op.error = error
            if writer.head != start:
                # Rows that were undone may have been loaded in between.
                snapshot.forget(start)
            limit = self._room.limits.tries_an_hour
            attempts.note(desk.db, op.ask, error, desk.now_us, limit)
            return NO_APPLIED, 0, b""
        changes = log.changes_after(desk.db, start, writer.head - start)
        snapshot.follow(desk.db, changes, writer.written, writer.bindings)
        if len(changes) != writer.head - start or snapshot.head != writer.head:
            raise DbDamagedError("db-unguarded", "a write left no change: its trigger is gone")
        return applied, len(changes), digest(changes) if changes else b""

    def _undo(self, desk: Desk) -> None:
        """Nothing was committed, and this is known."""
        try:
            desk.db.rollback()
        except StrongroomError:
            self._let_go()
            return
        self._ledger.lane.undone()
        desk.clear()

    def _unknown(self, desk: Desk, error: BaseException) -> None:
        """Something may have been committed: start anew."""
        if isinstance(error, DbFullError):
            # Opening the file anew needs the very space that there is none of.
            with suppress(StrongroomError):
                desk.db.rollback()
                desk.clear()
                self._ledger.start_anew()
                return
        self._let_go()

    def _let_go(self) -> None:
        desk, self._desk = self._desk, None
        self._ledger.start_anew()
        if desk is not None:
            desk.db.close()


def _spend(writer: Writer, op: Pending) -> None:
    """Take one use of what is counted, once. If the change then fails, none was taken."""
    if op.verdict is None or (isinstance(op, PendingChange) and not op.change.spends):
        return
    # Here, since most rights are not counted, and changes take longer to import than a read.
    verdicts = (op.verdict, *op.verdicts)
    grants = dict.fromkeys(v.grant for v in verdicts if v.grant is not None)
    if grants:
        from strongroom.gate.changes.people import spend_grant  # noqa: PLC0415

        for grant in grants:
            spend_grant(writer, grant)
    if op.verdict.token is not None:
        from strongroom.gate.changes.token import spend_token  # noqa: PLC0415

        spend_token(writer, op.verdict.token)
