"""The gate's face: reads, looks and changes; each is decided, recorded, and only then done."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from strongroom.db.interface import Connect
from strongroom.db.tables import log, people, work
from strongroom.db.tables.people import TOKEN
from strongroom.errors import ConflictError, StrongroomError, UnauthenticatedError
from strongroom.gate.attempts import ALARM
from strongroom.gate.authority import Authority
from strongroom.gate.desk import Desk
from strongroom.gate.flush import Flusher
from strongroom.gate.look import PendingView, View
from strongroom.gate.operation import (
    Caller,
    Delivered,
    Done,
    Failed,
    ReadRequest,
    Refused,
    closed,
    late,
)
from strongroom.gate.pending import Pending, PendingChange, PendingRead
from strongroom.gate.queue import Queue
from strongroom.gate.room import NS_PER_MS, Room
from strongroom.gate.writer import Change
from strongroom.model.address import Address

if TYPE_CHECKING:
    from strongroom.gate.sequencer import Sequenced, Sequencer

T = TypeVar("T")
Answer = Delivered | Refused | Failed
DeskWork = Callable[[Desk], None]


class Status(NamedTuple):
    """For readiness. `trouble` is the error that the last flush ended with."""

    ready: bool
    trouble: StrongroomError | None
    change_seq: int
    log_size: int
    signed_size: int
    policy: bytes  # first 8 bytes of the document's SHA-256, zero without one
    state: str  # `open`; `killed` or `restored`, which freeze every environment
    open_environments: tuple[str, ...]  # whose key this process holds
    alarms: int = 0  # that nobody has seen yet

    @property
    def killed(self) -> bool:
        """Whether every environment is known to be frozen at once."""
        return self.state not in {"", "open"}


class Gate:
    """The one door of a room. Safe for any number of threads."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._flusher = Flusher(room)
        self._queue = Queue(
            self._flusher.flush, self._flusher.upkeep, group_max=room.limits.group_max
        )
        self._sequencer: Sequencer | None = None  # until something is signed
        self._making = Lock()
        self._closed = False

    def read(
        self, caller: Caller, addresses: Iterable[Address | ReadRequest], reason: str = ""
    ) -> list[Answer]:
        """The values at `addresses`, in their order; all of them cost one commit or a few.

        Raises:
            GateError: `gate-unrecorded`, `gate-full`, `gate-late`, `gate-closed`: no value
                was handed out.
            IntegrityError: the database is damaged.
        """
        requests = (a if isinstance(a, ReadRequest) else ReadRequest(a) for a in addresses)
        ops = [PendingRead(caller, request, reason) for request in requests]
        self._run(ops)
        answers: list[Answer] = [op.outcome for op in ops]  # type: ignore[misc]
        now_ns = self._room.clocks.monotonic_ns()
        for answer in answers:
            if isinstance(answer, Delivered) and now_ns > answer.release_by_ns:
                raise late()
        return answers

    def change(self, caller: Caller, change: Change, reason: str = "") -> Done[object] | Refused:
        """Make one change.

        Raises:
            RequestError: it was allowed and cannot be done; the attempt is recorded.
            GateError: as `read`; the outcome may be unknown, so look before trying again.
        """
        (answer,) = self.changes(caller, [change], reason)
        if isinstance(answer, Failed):
            raise answer.error
        return answer

    def changes(
        self, caller: Caller, changes: Iterable[Change], reason: str = ""
    ) -> list[Done[object] | Refused | Failed]:
        """Make several changes, each on its own: one that fails undoes no other.

        Raises:
            GateError: as `change`.
        """
        ops = [PendingChange(caller, change, reason) for change in changes]
        return self._make(ops)

    def found(self, founder: bytes, first: Sequence[Change]) -> Done[object]:
        """Make an empty room into one: all of `first` in one transaction, or nothing.

        `founder` is the id of a principal that `first` adds.

        Raises:
            ConflictError: `room-founded`.
            GateError: as `change`.
        """
        # Here, since changes take longer to import than a read takes.
        from strongroom.gate.changes.house import Found  # noqa: PLC0415

        change = Found(tuple(first))
        ops = [PendingChange(Caller(founder), change, "", founding=True)]
        (answer,) = self._make(ops)
        if isinstance(answer, Failed):
            raise answer.error
        if isinstance(answer, Refused):
            raise ConflictError("room-founded", "this room has been founded already")
        return answer

    def look(self, caller: Caller, view: View, reason: str = "") -> Done[object] | Refused:
        """See what is no value: a folder, an owner, a rule, the log. Recorded like a read.

        Raises:
            RequestError: it was allowed and there is nothing to see.
            GateError: as `read`.
        """
        op = PendingView(caller, view, reason)
        self._run([op])
        answer = op.outcome
        if isinstance(answer, Failed):
            raise answer.error
        return answer  # type: ignore[return-value]

    def admit(self, lookup: bytes, source: str | None = None, agent: str = "") -> Caller:
        """Who holds the token with this keyed hash. What he may do is decided later.

        Raises:
            UnauthenticatedError: `token-unknown`; ended ones are refused by the decision.
            TamperedError: the row was changed.
        """
        found: list[Caller] = []

        def search(desk: Desk) -> None:
            row = people.token_by_lookup(desk.db, lookup)
            if row is not None:
                desk.snapshot.seal.check(TOKEN, row)
                found.append(Caller(row.principal_id, row.id, source, agent))

        self._with_desk(search)
        if not found:
            raise UnauthenticatedError("token-unknown", "that token is not known here")
        return found[0]

    def consult(self, work: Callable[[Desk], T]) -> T:
        """Ask the snapshot something that shows nothing of a secret; it is not recorded."""
        found: list[T] = []
        self._with_desk(lambda desk: found.append(work(desk)))
        return found[0]

    @property
    def connect(self) -> Connect:
        """Makes a connection of its own, for long looks that nobody should wait for."""
        return self._room.connect

    def sequence(self) -> "Sequenced":
        """Give new entries their places in the log and sign a checkpoint, if it is our turn.

        Raises:
            DbError: the database could not do it.
            AuditBrokenError: the log does not go on from what was signed.
        """
        # Here, since values are handed out before anything is signed.
        from strongroom.gate.sequencer import Sequencer  # noqa: PLC0415

        with self._making:  # a second one would hold the lease against the first
            sequencer = self._sequencer = self._sequencer or Sequencer(self._room)
        done = sequencer.run()
        while done.more:
            rest = sequencer.run()
            done = rest._replace(added=done.added + rest.added)
        return done

    def step_aside(self) -> None:
        """Let another process go on with the log at once, for one that stays open idle."""
        if self._sequencer is not None:
            self._sequencer.close()

    def status(self) -> Status:
        """Whether reads can be served, and where the room stands."""
        found: list[Status] = []
        try:
            self._with_desk(lambda desk: found.append(self._status(desk)))
        except StrongroomError as error:
            return Status(False, error, 0, 0, 0, bytes(8), "", ())
        return found[0]

    def close(self) -> None:
        """Seal the room in this process: nothing passes any more."""
        if not self._closed:
            self._closed = True
            self._queue.alone(self._flusher.close)
            self.step_aside()

    def _status(self, desk: Desk) -> Status:
        desk.snapshot.refresh(desk.db)
        last = log.last_checkpoint(desk.db)
        trouble = self._flusher.trouble
        authority = desk.snapshot.authority(desk.db)
        return Status(
            ready=trouble is None and not self._closed,
            trouble=trouble,
            change_seq=desk.snapshot.head,
            log_size=log.size(desk.db),
            signed_size=last.size if last else 0,
            policy=authority.policy,
            state=authority.state.decode(),
            open_environments=_open(desk, authority),
            alarms=work.count_owed(desk.db, ALARM),
        )

    def _make(self, ops: list[PendingChange]) -> list[Done[object] | Refused | Failed]:
        self._run(ops)
        committed_ns = self._room.clocks.monotonic_ns()
        answers: list[Done[object] | Refused | Failed] = [op.outcome for op in ops]  # type: ignore[misc]
        for op, answer in zip(ops, answers, strict=True):
            if (
                op.change.delivers
                and isinstance(answer, Done)
                and committed_ns > answer.release_by_ns
            ):
                raise late()
        pairs = zip(ops, answers, strict=True)
        if any(op.change.restricts and isinstance(answer, Done) for op, answer in pairs):
            # Whatever was committed before may be handed out until then, on any node.
            until_ns = committed_ns + self._room.limits.release_ms * NS_PER_MS
            self._wait(until_ns)
        return answers

    def _wait(self, until_ns: int) -> None:
        clocks = self._room.clocks
        while (left_ns := until_ns - clocks.monotonic_ns()) > 0:
            clocks.sleep_s(left_ns / 1e9)

    def _run(self, ops: Sequence[Pending]) -> None:
        if self._closed:
            raise closed()
        if not ops:
            return
        self._queue.settle(ops)
        failure = next((op.failure for op in ops if op.failure is not None), None)
        if failure is not None:
            raise failure

    def _with_desk(self, work: DeskWork) -> None:
        if self._closed:
            raise closed()
        self._queue.alone(lambda: self._flusher.with_desk(work))


def _open(desk: Desk, authority: Authority) -> tuple[str, ...]:
    held = {env for env, kek in authority.keks.items() if desk.room.kek(desk.db, kek)}
    return tuple(sorted(held))
