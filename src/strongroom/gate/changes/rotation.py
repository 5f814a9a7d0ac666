"""A rotation: begun, taken by an engine, moved on by it, and steered by a person.

What a step changes of the secret and how far the rotation is then stand in one transaction, with
the entry of the log, the line of the journal and the messages that are owed: after a crash either
all of it is there or nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Cell
from strongroom.db.tables import rotations, work
from strongroom.db.tables.rotations import ROTATION, RULE, RotationRow, StepRow
from strongroom.db.tables.work import OutboxRow
from strongroom.errors import ConflictError, DeniedError, NotFoundError
from strongroom.gate import approval
from strongroom.gate.changes.secret import AddVersion, Made, OnSecret, Value
from strongroom.gate.changes.version import Promote, Retire
from strongroom.gate.changes.void import TOPIC
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

APPROVE: Final = "approve"
_STEERED: Final = frozenset(
    {"paused", "aborting", "confirmed", "emergency", "grace_us", "due_us", "code"}
)


PAUSED: Final = "paused"  # the code of one that a person lets rest
BEFORE: Final = "before"  # the code of one that waits for another member of its group


class Mark(NamedTuple):
    """A group of rotations: a digest of what was asked for, and when, in ms since 1970 UTC.

    It is the end of each member's id, so that a group is found again without a table of its own.
    """

    asked: bytes  # 4 bytes
    begun_ms: int

    def __bytes__(self) -> bytes:
        return self.asked + self.begun_ms.to_bytes(6, "big")

    def marks(self, rotation_id: bytes) -> bool:
        """Whether that rotation is one of the group."""
        return rotation_id[_OWN_BYTES:] == bytes(self)

    def id_of(self, secret_id: bytes, tries: int) -> bytes:
        """The id of a member, of which so many have ended before."""
        text = bytes(self) + secret_id + tries.to_bytes(4, "big")
        return hashlib.sha256(text).digest()[:_OWN_BYTES] + bytes(self)


def mark_of(row: RotationRow) -> Mark | None:
    """The group that a rotation is one of, or None."""
    end = row.id[_OWN_BYTES:]
    mark = Mark(end[:4], int.from_bytes(end[4:], "big"))
    # A random id may end in anything, and is not made of its secret's.
    tries = range(_TRIES_MAX)
    return mark if any(mark.id_of(row.secret_id, n) == row.id for n in tries) else None


_OWN_BYTES: Final = 6
_TRIES_MAX: Final = 100


@dataclass(frozen=True)
class Begin(OnSecret):
    """Begin a rotation, or make one that goes on an emergency. The result is its row.

    `act` is what the journal calls it, `approve` where somebody lets one begin that waits for it; an
    engine takes it up from `not_before_us`, or at once, and one that is `paused` when it is resumed.
    With `mark` it is one of a group: its id is made of that and of the secret's, so that the database
    has one of them at most.
    """

    address: Address
    target_id: bytes
    overlap: bool
    grace_us: int
    watch_us: int
    lead_us: int = 0
    emergency: bool = False
    act: str = "begin"
    not_before_us: int = 0
    paused: bool = False
    mark: Mark | None = None

    verb = Verb.ROTATE

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """Who approves may rotate, and approve."""
        return ((Verb.APPROVE, self.address),) if self.act == APPROVE else ()

    def apply(self, to: Writer) -> Applied:
        """Write its row.

        Raises:
            NotFoundError: `secret-unknown`, `version-none`.
            ConflictError: `secret-deleted`, `rotation-running`, `group-tried`, `group-done`.
            DeniedError: `approval-needed`, `approval-own`.
        """
        held = to.active(self.address)
        if held.current.n is None:
            raise NotFoundError("version-none", "that secret has no value yet")
        said = "" if self.emergency else self._approved(to, held.row.id)
        before = rotations.last(to.db, held.row.id, 1)
        # The last one stays the last, though the clock was put back since.
        begun_us = max([to.now_us, *(one.begun_us + 1 for one in before)])
        old = rotations.live(to.db, held.row.id)
        if old is not None:
            to.snapshot.seal.check(ROTATION, old)
            if not self.emergency or old.emergency:
                raise ConflictError(
                    "rotation-running",
                    "a rotation of that secret has not ended",
                    fix="`strongroom rotate status` says how far it is; resume or abort it",
                )
            row = to.update(
                ROTATION,
                old._replace(emergency=1, paused=int(self.paused), grace_us=0, watch_us=0,
                             due_us=max(to.now_us, self.not_before_us), state=_resumed(to, old),
                             code=BEFORE if self.paused else old.code),
            )  # fmt: skip
            return _applied(held.row.id, row, "escalate")
        self._refuse_done(before)
        row = to.insert(
            ROTATION,
            RotationRow(
                id=self._id(to, held.row.id), secret_id=held.row.id, target_id=self.target_id,
                state="planned", open="", overlap=int(self.overlap), emergency=int(self.emergency),
                paused=int(self.paused),
                aborting=0, confirmed=0, old_n=held.current.n, new_n=None, failures=0, mints=0,
                begun_us=begun_us, begun_by=to.actor, reached_us=to.now_us, promoted_us=0,
                grace_us=self.grace_us, watch_us=self.watch_us, lead_us=self.lead_us,
                due_us=max(to.now_us, self.not_before_us), code=BEFORE if self.paused else "",
                held_by="[]", holder=b"", fence=0, lease_us=0,
            ),
        )  # fmt: skip
        _note(to, row, self.act, said, 0)
        return _applied(held.row.id, row, self.act, said)

    def _refuse_done(self, before: list[RotationRow]) -> None:
        """Of two who begin one group at once, the second may have looked before the first ended."""
        if self.mark is None:
            return
        if any(
            one.state == "done" and self.mark.begun_ms * 1000 <= one.promoted_us for one in before
        ):
            raise ConflictError(
                "group-done",
                "that secret has had another value since the group began",
                fix="nothing: it is done; --again begins anew",
            )

    def _approved(self, to: Writer, secret_id: bytes) -> str:
        """How it was approved, where its rule asks for that: `alone`, or empty."""
        rule = to.load(RULE, secret_id)
        if rule is None or rule.mode != APPROVE:
            return ""
        if self.act != APPROVE:
            raise DeniedError(
                "approval-needed",
                "rotations of that secret wait until somebody approves them",
                fix=f"`strongroom rotate approve {self.address}`; after a leak, `--emergency`",
            )
        return approval.by(to, self.address, rule.changed_by)

    def _id(self, to: Writer, secret_id: bytes) -> bytes:
        if self.mark is None:
            return new_id()
        tries = sum(self.mark.marks(one.id) for one in rotations.of_secret(to.db, secret_id))
        if tries >= _TRIES_MAX:
            raise ConflictError(
                "group-tried",
                "that secret was taken back too often in this group",
                fix="mend what `strongroom rotate explain` names, and begin anew with --again",
            )
        return self.mark.id_of(secret_id, tries)


class OnRotation(OnSecret):
    """A change of one rotation's row."""

    rotation: bytes
    verb = Verb.ROTATE

    def row(self, to: Writer) -> RotationRow:
        """Its row, of the secret at the address.

        Raises:
            NotFoundError: `rotation-unknown`.
        """
        held = to.secret(self.address)
        row = to.load(ROTATION, self.rotation)
        if row is None or row.secret_id != held.row.id:
            raise NotFoundError("rotation-unknown", "that secret has no such rotation")
        return row


@dataclass(frozen=True)
class Claim(OnRotation):
    """An engine takes a rotation for `lease_us`. The result is the row as it is then.

    With `since_us`, from another one too whose claim would have to be from before then: it has written
    nothing since, and the fence keeps it from writing anything more.
    """

    address: Address
    rotation: bytes
    holder: bytes
    lease_us: int
    since_us: int = 0

    def apply(self, to: Writer) -> Applied:
        """Count the fence up; whoever had it before cannot write any more.

        A lease that ends later than any is given for is of a clock that was put back since.

        Raises:
            NotFoundError: `rotation-unknown`. ConflictError: `rotation-taken`, `rotation-ended`.
        """
        row = self.row(to)
        if row.state in {"done", "rolled-back"}:
            raise ConflictError("rotation-ended", "that rotation has ended")
        left_us, claimed_us = row.lease_us - to.now_us, row.lease_us - self.lease_us
        alive = 0 < left_us <= rotations.LEASE_MAX_US and claimed_us >= self.since_us
        if row.holder != self.holder and alive:
            raise ConflictError(
                "rotation-taken",
                "another process works on that rotation",
                fix="wait: its claim ends by itself within a minute or two",
            )
        row = to.update(
            ROTATION,
            row._replace(
                holder=self.holder, fence=row.fence + 1, lease_us=to.now_us + self.lease_us
            ),
        )
        return _applied(row.secret_id, row, "claim")


@dataclass(frozen=True)
class Advance(OnRotation):
    """Move a rotation on, as the engine that holds it. The result is the row as it is then.

    `columns` are those that change. `value` becomes a new pending version in place of the last,
    `promote` makes that one current, `retire` takes the old version out of use, `drop` the new one.
    `act` is what ended or, with the code `begun`, is about to begin; without one, there is no line.
    With `ending`, the target is about to end the old value.
    """

    address: Address
    rotation: bytes
    holder: bytes
    fence: int
    act: str
    code: str = ""
    took_us: int = 0
    columns: Mapping[str, Cell] = field(default_factory=dict)
    value: Value | None = None
    promote: bool = False
    retire: bool = False
    drop: bool = False
    messages: tuple[Mapping[str, object], ...] = ()
    restricts: bool = False
    ending: bool = False

    def apply(self, to: Writer) -> Applied:
        """Write all of it.

        Raises:
            NotFoundError: `rotation-unknown`.
            ConflictError: `rotation-fenced`, another engine took it; `version-not-current`;
                `old-is-current`, somebody went back to what is about to be ended.
        """
        row = self.row(to)
        if row.holder != self.holder or row.fence != self.fence:
            raise ConflictError("rotation-fenced", "another process took that rotation over")
        if self.ending and not row.emergency:
            self._refuse_current(to, row)
        new = dict(self.columns)
        # A clock that was put back since the last step would end a grace early once it is right.
        now_us = max(to.now_us, row.reached_us)
        if (self.drop or self.value is not None) and row.new_n is not None:
            self._out_of_use(to, row.new_n, {"pending"})
        if self.value is not None:
            made = AddVersion(self.address, self.value, pending=True).apply(to).result
            assert isinstance(made, Made)
            new["new_n"] = made.version
        if self.promote:
            assert row.new_n is not None
            Promote(self.address, row.new_n, after=row.old_n).apply(to)
            new["promoted_us"] = now_us
        if self.retire:
            self._out_of_use(to, row.old_n, {"previous"})
        if new.get("state", row.state) != row.state:
            new["reached_us"] = now_us
        row = to.update(ROTATION, row._replace(**new))  # type: ignore[arg-type]
        if self.act:
            _note(to, row, self.act, self.code, self.took_us)
        for body in self.messages:
            text = json.dumps({**body, "at_us": to.now_us}, ensure_ascii=False).encode()
            work.owe(to.db, OutboxRow(new_id(), TOPIC, text, to.now_us, 0, "due", to.now_us))
        return self._applied(to, row)

    def _refuse_current(self, to: Writer, row: RotationRow) -> None:
        """Whoever went back within the grace, by its version or its value, has the old one in use."""
        held = to.secret(self.address)
        if held.current.n is None or held.current.n == row.new_n:
            return
        marks = [
            {one.match for one in work.fingerprints_of(to.db, held.row.id, n) if one.match}
            for n in (held.current.n, row.old_n)
        ]
        if held.current.n == row.old_n or (marks[0] and marks[0] <= marks[1]):
            raise ConflictError("old-is-current", "the old value is the current one again")

    def _out_of_use(self, to: Writer, n: int, states: set[str]) -> None:
        held = to.secret(self.address)
        if to.version(held, n).state in states:
            Retire(self.address, n).apply(to)

    def _applied(self, to: Writer, row: RotationRow) -> Applied:
        applied = _applied(row.secret_id, row, self.act, self.code)
        if self.promote or row.state in {"done", "rolled-back"}:
            applied.detail["durations"] = durations(rotations.steps(to.db, row.id))
        return applied


@dataclass(frozen=True)
class Steer(OnRotation):
    """A person pauses, resumes, aborts, or says that he has looked and it may go on."""

    address: Address
    rotation: bytes
    word: str
    columns: Mapping[str, Cell]

    def apply(self, to: Writer) -> Applied:
        """Write it; an engine sees it at its next step.

        Raises:
            NotFoundError: `rotation-unknown`. ConflictError: `rotation-ended`.
        """
        assert set(self.columns) <= _STEERED
        row = self.row(to)
        if row.state in {"done", "rolled-back"}:
            raise ConflictError("rotation-ended", "that rotation has ended")
        new: dict[str, Cell] = {"due_us": to.now_us, **self.columns}
        if self.word in {"resume", "abort"}:
            new |= {"state": _resumed(to, row), "failures": 0}
        if self.word in {"pause", "resume"} and row.state == "planned" and not row.failures:
            new["due_us"] = row.due_us  # an approval is for its window, whoever looks meanwhile
        if self.word == "pause" and row.state != "needs-person":
            new["code"] = PAUSED
        if self.word == "resume" and row.code in {PAUSED, BEFORE}:
            new["code"] = ""
        row = to.update(ROTATION, row._replace(**new))  # type: ignore[arg-type]
        _note(to, row, self.word, "", 0)
        return _applied(row.secret_id, row, self.word)


def durations(steps: list[StepRow]) -> str:
    """How long each act took, in ms, in the order in which they ended: `mint=1 set=12 test=9`."""
    ended = (one for one in steps if one.took_us and one.code != "begun")
    return " ".join(f"{one.act}={one.took_us // 1000}" for one in ended)


def _resumed(to: Writer, row: RotationRow) -> str:
    """The state that a rotation which needed a person goes on from: the last it had before."""
    if row.state != "needs-person":
        return row.state
    before = [one.state for one in rotations.steps(to.db, row.id) if one.state != "needs-person"]
    return before[-1] if before else "planned"


def _note(to: Writer, row: RotationRow, act: str, code: str, took_us: int) -> None:
    step = StepRow(row.id, 0, act, row.state, code, row.fence, to.now_us, took_us)
    rotations.note(to.db, step)


def _applied(secret_id: bytes, row: RotationRow, act: str, code: str = "") -> Applied:
    said = {"act": act, "state": row.state}
    if code:
        said["code"] = code
    return Applied(row, secret_id, row.new_n or row.old_n, "rotation", row.id, said)
