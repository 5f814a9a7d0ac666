"""Many secrets at once, all or nothing: staged unseen, then published part by part (docs/adr/0141).

A part says which versions belong to it before any of them is written, so whatever a crash
leaves is known to some part: it is published, or it is dropped with its values. A secret that
is new stays absent to everybody until its part is published; a new version of one that is
there stays pending.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.db.interface import DbRefusedError
from strongroom.db.tables import batches, work
from strongroom.db.tables.batches import BATCH, PART, BatchRow, PartRow
from strongroom.db.tables.secrets import (
    CURRENT,
    SCHEDULE,
    SECRET,
    VERSION,
    CurrentRow,
    ScheduleRow,
    SecretRow,
    VersionRow,
)
from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.gate.changes.secret import (
    HERE,
    Made,
    OnSecret,
    Value,
    keep,
    needed,
    not_left,
    occupant,
    write,
)
from strongroom.gate.held import FREED, HELD_BACK
from strongroom.gate.rows import bounded, missing
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

PART_MAX: Final = 200  # members of a part, so that no change holds the lock for over 20 ms
_MEMBER_BYTES: Final = 20
_MARK: Final = 1 << 31  # of a version's number: the part has written that version


class State(StrEnum):
    """Where a batch stands."""

    STAGING = "staging"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    ABORTING = "aborting"
    ABORTED = "aborted"


_NEXT: Final = {
    State.STAGING: {State.PUBLISHING, State.ABORTING},
    State.PUBLISHING: {State.PUBLISHED},
    State.ABORTING: {State.ABORTED},
}


def encode(members: Iterable[Made]) -> bytes:
    """The members of a part as its row has them."""
    return b"".join(made.secret_id + made.version.to_bytes(4, "big") for made in members)


def decode(members: bytes) -> list[Made]:
    """What `encode` wrote, marked or not."""
    return [Made(made.secret_id, made.version & ~_MARK) for made in _split(members)]


def marked(members: bytes) -> frozenset[Made]:
    """Those members of which the part itself has written the pending version.

    Somebody else may have written one of the same number since the part was planned.
    """
    return frozenset(
        Made(made.secret_id, made.version & ~_MARK)
        for made in _split(members)
        if made.version & _MARK
    )


def _split(members: bytes) -> Iterator[Made]:
    for at in range(0, len(members), _MEMBER_BYTES):
        end = at + _MEMBER_BYTES
        yield Made(members[at : at + 16], int.from_bytes(members[at + 16 : end], "big"))


@dataclass(frozen=True)
class OnBatch(Change):
    """A change of a batch, decided like a write at `at`, its first address.

    Only who opened the batch may do so; with `verb` ADMINISTER, and no `at`, also whoever
    administers the room.
    """

    batch: bytes
    at: Address | None
    verb: Verb = Verb.WRITE

    def __post_init__(self) -> None:
        """Refuse what would be decided by another verb."""
        if self.verb is not (Verb.ADMINISTER if self.at is None else Verb.WRITE):
            raise ValueError("a batch is written to at an address, or administered without one")

    @property
    def environment(self) -> str | None:
        """Of the address."""
        return self.at.environment if self.at else None

    @property
    def path(self) -> str | None:
        """Of the address."""
        return self.at.path if self.at else None

    def _batch(self, to: Writer, *states: State) -> BatchRow:
        row = to.load(BATCH, self.batch)
        if row is None:
            raise NotFoundError("batch-unknown", "there is no batch of that id")
        mine = row.created_by == to.actor and row.place == str(self.at)
        if self.verb is not Verb.ADMINISTER and not mine:
            raise ConflictError(
                "batch-foreign",
                "somebody else began that batch",
                fix="he goes on with it, or somebody who administers the room",
            )
        if row.state not in states:
            raise ConflictError("batch-state", f"that batch is {row.state}")
        return row

    def _part(self, to: Writer, k: int) -> PartRow:
        row = to.load(PART, self.batch, k)
        if row is None:
            raise missing("a part of a batch")
        return row

    def _applied(self, result: object = None) -> Applied:
        return Applied(result, kind="batch", object_id=self.batch)


@dataclass(frozen=True)
class OpenBatch(OnBatch):
    """Begin a batch of `total` versions. `source` is 32 bytes, a keyed digest of what it writes."""

    kind: str = "import"
    source: bytes = bytes(32)
    total: int = 0

    def apply(self, to: Writer) -> Applied:
        """Add the batch's row.

        Raises:
            InvalidError: `batch-empty`.
        """
        if self.total < 1:
            raise InvalidError("batch-empty", "a batch writes at least one version")
        row = BatchRow(
            self.batch, self.kind, str(self.at), State.STAGING.value, self.source, self.total,
            to.now_us, to.actor, to.now_us,
        )  # fmt: skip
        to.insert(BATCH, row)
        return self._applied()


@dataclass(frozen=True)
class SetBatch(OnBatch):
    """Take a batch to its next state; to the last one when each of its parts is there."""

    state: State = State.PUBLISHING

    def apply(self, to: Writer) -> Applied:
        """Write the state.

        Raises:
            NotFoundError: `batch-unknown`. ConflictError: `batch-foreign`, `batch-state`.
        """
        before = [state for state, after in _NEXT.items() if self.state in after]
        row = self._batch(to, *before)
        if self.state in {State.PUBLISHED, State.ABORTED} and batches.has_open(to.db, self.batch):
            raise ConflictError("batch-state", "a part of that batch is still open")
        to.update(BATCH, row._replace(state=self.state.value, changed_us=to.now_us))
        return self._applied()


@dataclass(frozen=True)
class OpenPart(OnBatch):
    """Say which versions belong to part `k`, counted from 0, before they are staged."""

    k: int = 0
    members: tuple[Made, ...] = ()

    def apply(self, to: Writer) -> Applied:
        """Add the part's row.

        Raises:
            NotFoundError: `batch-unknown`.
            ConflictError: `batch-foreign`, `batch-state`; `batch-busy`, another process works
                on it.
            InvalidError: `part-too-large`.
        """
        self._batch(to, State.STAGING)
        if not 1 <= len(self.members) <= PART_MAX:
            raise InvalidError("part-too-large", f"a part has 1 to {PART_MAX} members")
        if to.load(PART, self.batch, self.k) is not None:
            raise ConflictError("batch-busy", "another process works on that batch")
        to.insert(PART, PartRow(self.batch, self.k, "open", encode(self.members)))
        return self._applied()


@dataclass(frozen=True)
class Stage(OnSecret):
    """Write one member of an open part: a secret that nobody sees yet, or a pending version.

    `made` is the member. Without a value the secret has none; `every_us` and `next_us` are its
    schedule, when `scheduled`. `over` says that an aborted batch has left a row there.
    """

    address: Address
    batch: bytes
    k: int
    made: Made
    type: str
    owner: str
    value: Value | None = None
    description: str = ""
    new: bool = True
    over: bool = False
    scheduled: bool = False
    every_us: int | None = None
    next_us: int | None = None

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Add the rows.

        Raises:
            ConflictError: `batch-closed`, `secret-exists`, `secret-deleted`,
                `version-not-current`, and those of `keep`.
        """
        part = to.snapshot.part(to.db, self.batch, self.k)
        if part is None or part.state != "open" or self.made not in _split(part.members):
            raise ConflictError("batch-closed", "that part of the batch is not open for it")
        if self.new:
            self._stage_secret(to)
        else:
            self._stage_version(to, part)
        return Applied(self.made, self.made.secret_id, self.made.version, "batch", self.batch)

    def _stage_secret(self, to: Writer) -> None:
        # Where nothing ever stood the schema looks, in the same step.
        old = occupant(to, self.address) if self.over else None
        if (old is not None) != self.over or (old and old.id != self.made.secret_id):
            raise ConflictError("version-not-current", "that address was used meanwhile")
        not_left(to, self.address, self.made.secret_id)
        row = SecretRow(
            id=self.made.secret_id,
            environment=self.address.environment,
            path=self.address.path,
            type=needed(self.type, "type"),
            owner=needed(self.owner, "owner"),
            store=HERE,
            state="deleted",
            frozen=0,
            reason=HELD_BACK + self.batch.hex(),
            description=bounded(self.description, "a description"),
            created_us=to.now_us,
            created_by=to.actor,
        )
        try:
            write(to, old)(SECRET, row)
        except DbRefusedError:
            raise ConflictError(
                "secret-exists", "there is a secret at that address already"
            ) from None
        n = None
        if self.value is not None:
            n = self.made.version
            keep(to, self.address, self.made, self.value, type_=self.type, state="current")
        current = CurrentRow(row.id, n, to.now_us)
        write(to, old)(CURRENT, current)
        if self.scheduled:
            schedule = ScheduleRow(row.id, self.every_us, self.next_us, 0, 0, to.now_us, to.actor)
            there = old is not None and to.load(SCHEDULE, row.id) is not None
            (to.update if there else to.insert)(SCHEDULE, schedule)

    def _stage_version(self, to: Writer, part: PartRow) -> None:
        held = to.active(self.address)
        if held.row.id != self.made.secret_id or self.value is None:
            raise ConflictError("version-not-current", "that address was used meanwhile")
        keep(to, self.address, self.made, self.value, type_=held.row.type, state="pending")
        mark = self.made._replace(version=self.made.version | _MARK)
        members = encode(mark if one == self.made else one for one in _split(part.members))
        to.update(PART, part._replace(members=members))


@dataclass(frozen=True)
class PublishPart(OnBatch):
    """Let everybody see what part `k` staged. Again is no error. Its result: how many.

    `places` are the addresses of its members. Decided by WRITE, it is so at each of them: a
    right that was withdrawn since the staging withholds the publishing too.
    """

    k: int = 0
    places: tuple[Address, ...] = ()

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """WRITE at each place, unless an administrator ends what somebody else began."""
        if self.verb is Verb.ADMINISTER:
            return ()
        return tuple((Verb.WRITE, place) for place in self.places)

    def apply(self, to: Writer) -> Applied:
        """New secrets come into use; pending versions become current.

        A version that a newer one has overtaken meanwhile becomes a previous one.

        Raises:
            NotFoundError: `batch-unknown`.
            ConflictError: `batch-foreign`, `batch-state`; `secret-frozen`, a secret or an
                environment of the part is; `batch-moved`, a member stands at none of `places`.
        """
        self._batch(to, State.PUBLISHING)
        part = self._part(to, self.k)
        if part.state == "published":
            return self._applied(0)
        members = list(_members(to, part))
        decided = {(place.environment, place.path) for place in self.places}
        standing = {(member.row.environment, member.row.path) for member in members}
        if self.verb is Verb.WRITE and not standing <= decided:
            raise ConflictError(
                "batch-moved", "a secret of the batch was moved meanwhile", fix="resume"
            )
        count = sum(_publish(to, self.batch, member) for member in members)
        to.update(PART, part._replace(state="published"))
        return self._applied(count)


@dataclass(frozen=True)
class DropPart(OnBatch):
    """Destroy what part `k` staged, fingerprints and all. Again is no error. Its result: how many."""

    k: int = 0

    def apply(self, to: Writer) -> Applied:
        """Destroy the versions; the addresses of new secrets are free again.

        Raises:
            NotFoundError: `batch-unknown`.
            ConflictError: `batch-foreign`, `batch-state`.
        """
        self._batch(to, State.ABORTING)
        part = self._part(to, self.k)
        if part.state == "dropped":
            return self._applied(0)
        count = sum(_drop(to, self.batch, member) for member in _members(to, part))
        to.update(PART, part._replace(state="dropped"))
        return self._applied(count)


class _Member(NamedTuple):
    """A member, its secret as it stands, not checked yet, and whether it bears the part's mark."""

    made: Made
    row: SecretRow
    mark: bool


def _members(to: Writer, part: PartRow) -> Iterator[_Member]:
    """The members that may have been written: a crash may have come before some of them."""
    marks = marked(part.members)
    for made in decode(part.members):
        row = SECRET.get(to.db, made.secret_id)
        if row is not None:
            yield _Member(made, row, made in marks)


def _publish(to: Writer, batch: bytes, member: _Member) -> int:
    made, row, _ = member
    environment = to.snapshot.authority(to.db).facts.get(row.environment)
    if row.frozen or environment is None or environment.frozen:
        raise ConflictError(
            "secret-frozen",
            "a secret or an environment of the batch is frozen",
            fix="thaw it, then resume",
        )
    if row.reason == HELD_BACK + batch.hex():
        to.amend(SECRET, row, state="active", reason="")
        return 1
    to.snapshot.seal.check(SECRET, row)
    version = _pending(to, member)
    if version is None or version.compromised or version.deleted_us is not None:
        return 0
    current = to.load(CURRENT, row.id)
    if current is None:
        raise missing("which version is current")
    if current.n is not None and current.n > made.version:
        to.set_version(version, state="previous")
        return 1
    old = None if current.n is None else to.load(VERSION, row.id, current.n)
    if old is not None and old.state == "current":
        to.set_version(old, state="previous")
    to.set_version(version, state="current")
    to.update(CURRENT, CurrentRow(row.id, made.version, to.now_us))
    return 1


def _drop(to: Writer, batch: bytes, member: _Member) -> int:
    made, row, _ = member
    if row.reason == HELD_BACK + batch.hex():
        version = to.load(VERSION, *made)
        if version is not None:
            _destroy(to, version)
            to.update(CURRENT, CurrentRow(row.id, None, to.now_us))
        to.amend(SECRET, row, reason=FREED, description="")
        return 1
    to.snapshot.seal.check(SECRET, row)
    version = _pending(to, member)
    if version is None:
        return 0
    _destroy(to, version)
    return 1


def _pending(to: Writer, member: _Member) -> VersionRow | None:
    """The member's version, if the part wrote it and it still waits.

    Others may have promoted or destroyed it, or written one of that number before the part did.
    """
    version = to.load(VERSION, *member.made) if member.mark else None
    return version if version is not None and version.state == "pending" else None


def _destroy(to: Writer, version: VersionRow) -> None:
    to.set_version(version, state="destroyed", wrapped=b"", sealed=b"")
    # What was never in use may be written again, here or elsewhere.
    work.forget_fingerprints(to.db, version.secret_id, version.n)
