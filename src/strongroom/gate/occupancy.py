"""What stands at many addresses, for whoever may write there: for plans before bulk changes."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from strongroom.db.tables import batches, secrets, work
from strongroom.db.tables.batches import BATCH, PART, BatchRow, PartRow
from strongroom.db.tables.moved import MOVED
from strongroom.db.tables.secrets import SECRET
from strongroom.gate import attempts
from strongroom.gate.changes.batch import decode
from strongroom.gate.changes.secret import Made
from strongroom.gate.decision import Ask
from strongroom.gate.desk import Desk
from strongroom.gate.held import FREED, HELD_BACK
from strongroom.gate.operation import Caller
from strongroom.model.address import Address
from strongroom.model.principal import Verb


class Kind(StrEnum):
    """What stands at an address."""

    REFUSED = "refused"  # the caller may not write there, nor know what stands there
    FREE = "free"
    ACTIVE = "active"
    DELETED = "deleted"
    STAGED = "staged"  # an unfinished batch holds it
    LEFT = "left"  # a secret was moved away from it, and only that one may come back


class Standing(NamedTuple):
    """`newest` is the largest number of a version; `batch` is hexadecimal; `code` of a refusal."""

    kind: Kind
    secret_id: bytes = b""
    newest: int = 0
    type: str = ""
    batch: str = ""
    code: str = ""


def stand(
    desk: Desk, caller: Caller, addresses: Iterable[Address], *, reason: bool
) -> list[Standing]:
    """What stands at each of `addresses`; each is decided as a write by `caller` would be."""
    desk.now_us = desk.db.clock_us()
    return [_stand(desk, caller, address, reason=reason) for address in addresses]


def _stand(desk: Desk, caller: Caller, address: Address, *, reason: bool) -> Standing:
    environment, path = address.environment, address.path
    ask = Ask(caller, Verb.WRITE, environment, path, reason)
    verdict = desk.decisions.judge(desk.db, ask, desk.now_us)
    if not verdict.allowed:
        return Standing(Kind.REFUSED, code=verdict.code)
    row = secrets.secret_at(desk.db, environment, path)
    if row is None:
        left = MOVED.get(desk.db, environment, path)
        return Standing(Kind.FREE if left is None else Kind.LEFT)
    desk.snapshot.seal.check(SECRET, row)
    newest = secrets.newest_n(desk.db, row.id)
    if row.reason == FREED:
        return Standing(Kind.FREE, row.id, newest, row.type)
    if row.reason.startswith(HELD_BACK):
        return Standing(Kind.STAGED, row.id, newest, row.type, row.reason[1:])
    return Standing(Kind(row.state), row.id, newest, row.type)


def elsewhere(desk: Desk, caller: Caller, matches: Iterable[tuple[str, bytes]]) -> list[bool]:
    """For each environment and fingerprint: whether the value stands in another environment.

    Raises:
        LimitError: `reuse-limited`; the caller asked too often.
    """
    attempts.check(desk.db, desk.room, caller.principal, attempts.Kind.REUSE, desk.db.clock_us())
    found = []
    for environment, match in matches:
        rows = (SECRET.get(desk.db, same.secret_id) for same in work.same_value(desk.db, match))
        found.append(any(row is not None and row.environment != environment for row in rows))
    return found


class Batch(NamedTuple):
    """A batch, its parts, and those members of it that were written."""

    row: BatchRow
    parts: tuple[PartRow, ...]
    written: frozenset[Made]


def batch(desk: Desk, batch_id: bytes) -> Batch | None:
    """A batch with all that belongs to it, or None."""
    row = BATCH.get(desk.db, batch_id)
    if row is None:
        return None
    seal = desk.snapshot.seal
    seal.check(BATCH, row)
    parts = tuple(seal.check(PART, part) for part in batches.parts(desk.db, batch_id))
    members = [made for part in parts for made in decode(part.members)]
    return Batch(row, parts, frozenset(made for made in members if _written(desk, batch_id, made)))


def _written(desk: Desk, batch_id: bytes, made: Made) -> bool:
    """Whether the change that stages the member was committed."""
    row = SECRET.get(desk.db, made.secret_id)
    if row is None:
        return False
    mine = row.reason == HELD_BACK + batch_id.hex()
    return mine or secrets.newest_n(desk.db, made.secret_id) >= made.version


def listed(desk: Desk, *, unfinished: bool, limit: int = 100) -> list[BatchRow]:
    """Batches: those that are unfinished, oldest first, or the newest ones first."""
    rows = batches.unfinished(desk.db) if unfinished else batches.latest(desk.db, limit)
    return [desk.snapshot.seal.check(BATCH, row) for row in rows]
