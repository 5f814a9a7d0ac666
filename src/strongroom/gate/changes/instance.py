"""A copy of a room becomes an instance of its own; a room says where it stands."""

from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from strongroom.db.tables import log, work
from strongroom.db.tables.house import META, MetaRow
from strongroom.db.tables.people import TOKEN
from strongroom.errors import ConflictError, LimitError
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.lineage import ORIGINS_MAX, Origin, encode, lineage
from strongroom.gate.rows import Meta, missing
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb


class Became(NamedTuple):
    """How far the log reached that the new instance goes on from, and what was dropped."""

    log_size: int
    tokens_dropped: int


@dataclass(frozen=True)
class BecomeInstance(Change):
    """Give a copy a log key of its own, freeze it, and drop all its tokens, in one change.

    `origin` says which instance it is a copy of; how far that one's log reaches is filled in
    here. `slots` keep the new log key, `place` is where the database stands now.
    """

    origin: Origin
    slots: tuple[SetSlot, ...]
    place: bytes

    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Write it; the result is a `Became`.

        A room that was killed stays killed: a copy of it is no way around that.

        Raises:
            LimitError: `lineage-full`.
        """
        origins = lineage(to.db, to.snapshot.seal)
        if len(origins) >= ORIGINS_MAX:
            raise LimitError("lineage-full", f"a room is restored at most {ORIGINS_MAX:,} times")
        last = log.last_checkpoint(to.db)
        origin = msgspec.structs.replace(
            self.origin,
            log_size=log.size(to.db),
            checkpoint=last.note if last else None,
            at_us=to.now_us,
        )
        state = to.load(META, Meta.STATE)
        if state is None:
            raise missing("the room's state")
        to.update(META, MetaRow(Meta.INSTANCE, to.room.instance_id))
        if state.value == Meta.OPEN:
            to.update(META, MetaRow(Meta.STATE, Meta.RESTORED))
        put(to, Meta.LINEAGE, encode([*origins, origin]))
        put(to, Meta.PLACE, self.place)
        for slot in self.slots:
            slot.apply(to)
        tokens = [to.snapshot.seal.check(TOKEN, row) for row in TOKEN.where(to.db, "ORDER BY id")]
        for row in tokens:
            if not row.revoked:
                to.update(TOKEN, row._replace(revoked=1))
        # Whoever held a lease holds it elsewhere.
        work.drop_leases(to.db)
        # What was owed is delivered there too, and a copy tells nobody anything.
        for topic in (work.FACT, work.DELIVERY):
            work.give_up_owed(to.db, topic)
        dropped = sum(not row.revoked for row in tokens)
        return Applied(
            Became(origin.log_size, dropped), kind="restore", object_id=to.room.instance_id,
            detail={
                "from_instance": origin.instance_id.hex(), "from_size": str(origin.log_size),
                "from_checkpoint": "" if last is None else f"{last.size} {last.root.hex()}",
                "backup": origin.backup_id.hex() if origin.backup_id else "",
            },
        )  # fmt: skip


@dataclass(frozen=True)
class ConfirmRestore(Change):
    """Let a restored room serve: whoever looked at it says that it may."""

    verb = Verb.CONTAIN

    def apply(self, to: Writer) -> Applied:
        """Lift the freeze of the restore, and no other one.

        Raises:
            ConflictError: `restore-not-waiting`.
        """
        state = to.load(META, Meta.STATE)
        if state is None:
            raise missing("the room's state")
        if state.value != Meta.RESTORED:
            raise ConflictError("restore-not-waiting", "no restore waits to be confirmed here")
        to.update(META, MetaRow(Meta.STATE, Meta.OPEN))
        return Applied(kind="restore", object_id=to.room.instance_id)


@dataclass(frozen=True)
class MarkPlace(Change):
    """Say where the database stands, so that a copy elsewhere is recognised."""

    place: bytes

    def apply(self, to: Writer) -> Applied:
        """Write the row, the first one or the next state of it.

        Raises:
            TamperedError: `row-missing`: there was one before.
        """
        if to.load(META, Meta.PLACE) is None and to.db.query(_MARKED, (Meta.PLACE,)):
            raise missing("where the room stands")
        put(to, Meta.PLACE, self.place)
        return Applied(kind="place", object_id=to.room.instance_id)


def put(to: Writer, key: str, value: bytes) -> None:
    """Write a fact about the room, new or not."""
    write = to.insert if to.load(META, key) is None else to.update
    write(META, MetaRow(key, value))


_MARKED = "SELECT 1 FROM change WHERE source = 'meta' AND row = ? LIMIT 1"
