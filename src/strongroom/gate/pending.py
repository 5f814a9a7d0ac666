"""Operations on their way through one flush: prepared, decided, recorded, settled.

Each knows how to prepare itself on the snapshot and what its entry says. What it prepared
(a value, a listing) stays in here until its record is durable.
"""

from typing import Final

from strongroom.audit.entry import Outcome
from strongroom.crypto import envelope
from strongroom.crypto.envelope import Sealed
from strongroom.errors import (
    AuditBrokenError,
    NotFoundError,
    RequestError,
    SealedError,
    StrongroomError,
    TamperedError,
)
from strongroom.gate.decision import Ask, Verdict
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Caller, Delivered, Done, Failed, ReadRequest, Refused
from strongroom.gate.writer import NO_ID, Change, sealed
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Verb

# What ends one operation and not its group. Errors of the database end the group.
SOFT: Final = (RequestError, SealedError, TamperedError, AuditBrokenError)
# Who looks for leaks of old values exports them; who rotates must see what he replaces, and what he
# has not promoted yet. To applications and people only what is in use is delivered.
_READABLE: Final = {"current", "previous"}
_READABLE_TO: Final = {Verb.EXPORT: _READABLE | {"retired"}}


class Pending:
    """One operation. It is settled by an `outcome`, or by the `failure` of its whole group.

    `refusal` and `error` are what its entry will say; they may still change before the
    commit, so nobody outside of the flush looks at them.
    """

    __slots__ = (
        "also", "ask", "caller", "change_seq", "error", "failure", "kind", "object_id", "outcome",
        "reason", "recorded", "refusal", "secret_id", "urgent", "verdict", "verdicts", "version",
    )  # fmt: skip

    def __init__(self, caller: Caller, ask: Ask, reason: str, also: tuple[Ask, ...] = ()) -> None:
        self.caller = caller
        self.ask = ask
        self.also = also  # what else must be allowed
        self.reason = reason
        self.verdict: Verdict | None = None  # on `ask`, or the first that refuses
        self.verdicts: tuple[Verdict, ...] = ()  # on `also`
        self.refusal: str = ""
        self.error: StrongroomError | None = None
        self.outcome: object = None
        self.failure: StrongroomError | None = None
        self.change_seq = 0
        self.urgent = False
        self.recorded = True
        self.secret_id = NO_ID
        self.version = 0
        self.kind = ""
        self.object_id = b""

    @property
    def settled(self) -> bool:
        """Whether it has come to an end."""
        return self.outcome is not None or self.failure is not None

    @property
    def writes(self) -> bool:
        """Whether it needs the exclusive lock: a change, or what uses something up."""
        verdict = self.verdict
        return verdict is not None and verdict.allowed and bool(verdict.grant or verdict.token)

    def prepare(self, desk: Desk) -> None:
        """Decide, and get ready what would be handed out."""
        self.error, self.refusal = None, ""
        self.drop()
        try:
            self.verdict = desk.decisions.judge(desk.db, self.ask, desk.now_us)
            self.secret_id = self.verdict.secret_id
            if self.also:
                self._judge_others(desk, self.verdict)
            if self.allowed(self.verdict):
                self.get_ready(desk)
            else:
                self.refusal = self.verdict.code
        except SOFT as error:
            self.error = error

    def _judge_others(self, desk: Desk, first: Verdict) -> None:
        """Decide the rest too; the first refusal is the answer to all of it."""
        judge = desk.decisions.judge
        self.verdicts = tuple(judge(desk.db, ask, desk.now_us) for ask in self.also)
        self.verdict = next((v for v in (first, *self.verdicts) if not v.allowed), first)

    def allowed(self, verdict: Verdict) -> bool:
        """Whether this verdict lets it through."""
        return verdict.allowed

    def ends_by(self, now_us: int) -> bool:
        """Whether the time of its verdict has passed, or it has none."""
        verdict = self.verdict
        return verdict is None or (verdict.until_us is not None and now_us >= verdict.until_us)

    def stands(self, desk: Desk, prepared_head: int) -> bool:
        """Whether what was prepared at `prepared_head` may still be relied on."""
        del prepared_head
        return self.verdict is not None and desk.decisions.stands(self.verdict, desk.now_us)

    def get_ready(self, desk: Desk) -> None:
        """Fetch what will be handed out."""

    def drop(self) -> None:
        """Forget what was to be handed out."""

    def bytes_held(self) -> int:
        """How much is waiting to be handed out."""
        return 0

    def settle(self, release_by_ns: int) -> None:
        """The record is durable: come to an end."""
        verdict = self.verdict
        if self.refusal:
            rule, missing = (verdict.rule, verdict.missing) if verdict else (None, 0)
            self.outcome = Refused(self.refusal, self.change_seq, rule, missing, self.recorded)
        elif self.error is not None:
            self.outcome = Failed(self.error, self.change_seq)
        else:
            self.outcome = self.hand_over(release_by_ns)
        self.drop()

    def fail(self, failure: StrongroomError) -> None:
        """Nothing is recorded for certain: let go of everything."""
        self.drop()
        self.failure = failure

    def hand_over(self, release_by_ns: int) -> object:
        """What was prepared, now that it may be seen."""
        raise NotImplementedError

    def record_outcome(self) -> tuple[Outcome, str]:
        """How its entry says that it ended."""
        if self.refusal:
            return Outcome.REFUSED, self.refusal
        if self.error is not None:
            return Outcome.FAILED, self.error.code
        return Outcome.GRANTED, ""

    def detail(self) -> dict[str, str]:
        """What may be erased of its entry: names and reasons, never a value."""
        caller, verdict = self.caller, self.verdict
        found: dict[str, str] = {}
        if self.ask.path is not None:
            found["path"] = self.ask.path
        if verdict is not None:
            if verdict.person is not None:
                found["principal"] = verdict.person.principal.name
            if verdict.rule is not None:
                found["rule"] = verdict.rule
        if caller.source is not None:
            found["source"] = caller.source
        if caller.agent:
            found["agent"] = caller.agent
        if self.reason:
            found["reason"] = self.reason
        if caller.token is not None:
            found["token"] = caller.token.hex()
        if caller.approvals:
            found["approvals"] = " ".join(sorted(who.hex() for who in caller.approvals))
        return found


class PendingRead(Pending):
    """A value."""

    __slots__ = ("_facts", "_request", "_value")

    def __init__(self, caller: Caller, request: ReadRequest, reason: str) -> None:
        address = request.address
        ask = Ask(caller, request.verb, address.environment, address.path, bool(reason))
        super().__init__(caller, ask, reason)
        self.kind = request.kind
        self._request = request
        self._value: bytes | None = None
        self._facts = ("", 0, 0)

    def get_ready(self, desk: Desk) -> None:
        """Find the version, and open it.

        Raises:
            NotFoundError: `version-none`, `version-unknown`, `version-deleted`,
                `version-destroyed`.
            TamperedError: what is stored is not what was sealed for here.
        """
        address, asked = self._request.address, self._request.version
        held = desk.snapshot.secret(desk.db, address.environment, address.path)
        if held is None or held.row.state != "active":
            raise NotFoundError("secret-unknown", "there is no secret at that address")
        self.secret_id = held.row.id
        n = held.current.n if asked is None else asked
        if n is None:
            raise NotFoundError("version-none", "that secret has no value yet")
        found = desk.snapshot.version(desk.db, held, n)
        if found is None:
            raise NotFoundError("version-unknown", f"that secret has no version {n}")
        row, binding = found
        self.version = n
        if row.state == "destroyed":
            raise NotFoundError("version-destroyed", "that version was destroyed")
        if row.deleted_us is not None:
            raise NotFoundError("version-deleted", "that version was deleted")
        if self.ask.verb is not Verb.ROTATE:
            if row.compromised:
                self.refusal = "version-compromised"
            elif row.state not in _READABLE_TO.get(self.ask.verb, _READABLE):
                self.refusal = f"version-{row.state}"
        if self.refusal:
            return
        kek = desk.room.kek(desk.db, row.kek_id)
        if kek is None:
            self.error = sealed(address.environment)
            return
        self._value = envelope.open(Sealed(row.sealed, row.wrapped), binding, kek)
        self._facts = (row.type, row.created_us, row.expires_us)

    def stands(self, desk: Desk, prepared_head: int) -> bool:
        """As for others, and no change since may have touched the value."""
        touched = (("value", self.secret_id.hex()),)
        return super().stands(desk, prepared_head) and desk.snapshot.stands(prepared_head, touched)

    def drop(self) -> None:
        """Forget the value."""
        self._value = None

    def bytes_held(self) -> int:
        """The size of the value."""
        return len(self._value or b"")

    def hand_over(self, release_by_ns: int) -> Delivered:
        """The value."""
        type_, created_us, expires_us = self._facts
        return Delivered(
            self._request.address, self.secret_id, self.version, type_,
            Plaintext(self._value or b""), created_us, expires_us, self.change_seq, release_by_ns,
        )  # fmt: skip


class PendingChange(Pending):
    """A change. It is decided under the lock and nowhere else."""

    __slots__ = ("applied", "change", "founding", "result")

    def __init__(
        self, caller: Caller, change: Change, reason: str, *, founding: bool = False
    ) -> None:
        also = (
            Ask(caller, verb, place.environment, place.path, bool(reason))
            for verb, place in change.also
        )
        ask = Ask(caller, change.verb, change.environment, change.path, bool(reason))
        super().__init__(caller, ask, reason, tuple(also))
        self.change = change
        self.founding = founding
        self.applied: dict[str, str] = {}
        self.urgent = change.urgent
        self.result: object = None

    @property
    def writes(self) -> bool:
        """Always."""
        return True

    def allowed(self, verdict: Verdict) -> bool:
        """As for others, and what the change excuses."""
        return super().allowed(verdict) or verdict.code in self.change.excuses

    def prepare(self, desk: Desk) -> None:
        """Nothing is worth knowing before the lock is held."""

    def detail(self) -> dict[str, str]:
        """As for others, and what the change says of itself."""
        return {**super().detail(), "change": type(self.change).__name__, **self.applied}

    def hand_over(self, release_by_ns: int) -> Done[object]:
        """What it came to."""
        return Done(self.result, self.change_seq, release_by_ns)
