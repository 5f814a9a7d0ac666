"""What stands at many addresses, for whoever may write there: for plans before bulk changes."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from strongroom.db.tables import batches, secrets, work
from strongroom.db.tables.batches import BATCH, PART, BatchRow, PartRow
from strongroom.db.tables.moved import left_among
from strongroom.db.tables.secrets import SECRET, SecretRow
from strongroom.gate import attempts
from strongroom.gate.changes.batch import decode, marked
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
    desk: Desk, caller: Caller, addresses: Sequence[Address], *, reason: bool
) -> list[Standing]:
    """What stands at each of up to 10,000 addresses; each is decided as a write by `caller`."""
    desk.now_us = desk.db.clock_us()
    rows: dict[Address, SecretRow] = {}
    left: set[Address] = set()
    for environment in {address.environment for address in addresses}:
        paths = [a.path for a in addresses if a.environment == environment]
        for row in secrets.secrets_among(desk.db, environment, paths):
            rows[Address(environment, row.path)] = row
        left |= {Address(environment, path) for path in left_among(desk.db, environment, paths)}
    return [
        _stand(desk, caller, address, rows.get(address), left=address in left, reason=reason)
        for address in addresses
    ]


def _stand(
    desk: Desk, caller: Caller, address: Address, row: SecretRow | None, *, left: bool, reason: bool
) -> Standing:
    ask = Ask(caller, Verb.WRITE, address.environment, address.path, reason)
    verdict = desk.decisions.judge(desk.db, ask, desk.now_us)
    if not verdict.allowed:
        return Standing(Kind.REFUSED, code=verdict.code)
    if row is None:
        return Standing(Kind.LEFT if left else Kind.FREE)
    desk.snapshot.seal.check(SECRET, row)
    newest = secrets.newest_n(desk.db, row.id)
    if row.reason == FREED:
        return Standing(Kind.FREE, row.id, newest, row.type)
    if row.reason.startswith(HELD_BACK):
        return Standing(Kind.STAGED, row.id, newest, row.type, row.reason[1:])
    return Standing(Kind(row.state), row.id, newest, row.type)


class Newcomer(NamedTuple):
    """A value for an address, by its fingerprint."""

    address: Address
    type: str
    match: bytes


def elsewhere(desk: Desk, caller: Caller, values: Sequence[Newcomer]) -> list[str]:
    """For each of up to 10,000 values the clause by which it may not stand there too, or nothing.

    One environment for each value (P-4.3), and of some types one secret for each (P-4.6).

    Raises:
        LimitError: `reuse-limited`; the caller asked too often.
    """
    attempts.check(desk.db, desk.room, caller.principal, attempts.Kind.REUSE, desk.db.clock_us())
    others: dict[bytes, list[SecretRow]] = {}
    for same in work.same_values(desk.db, [value.match for value in values]):
        row = SECRET.get(desk.db, same.secret_id)
        if row is not None and same.match is not None:
            others.setdefault(same.match, []).append(row)
    alone = exclusive(desk)
    return [_clause(value, others.get(value.match, ()), alone) for value in values]


def exclusive(desk: Desk) -> frozenset[str]:
    """The types of which each secret has a value of its own (P-4.6)."""
    return frozenset(desk.snapshot.authority(desk.db).standing.exclusive)


def _clause(value: Newcomer, others: Iterable[SecretRow], alone: frozenset[str]) -> str:
    place = (value.address.environment, value.address.path)
    for row in others:
        if row.environment != place[0]:
            return "P-4.3"
        if value.type in alone and row.path != place[1]:
            return "P-4.6"
    return ""


class Batch(NamedTuple):
    """A batch, its parts, and those members of it that were written and not published yet."""

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
    held = frozenset(made for made in members if _held_back(desk, batch_id, made))
    return Batch(row, parts, held.union(*(marked(part.members) for part in parts)))


def places(desk: Desk, batch_id: bytes, k: int) -> tuple[Address, ...]:
    """Where the members of a part stand that are there: where publishing it is decided."""
    part = PART.get(desk.db, batch_id, k)
    if part is None:
        return ()
    desk.snapshot.seal.check(PART, part)
    rows = (SECRET.get(desk.db, made.secret_id) for made in decode(part.members))
    return tuple(Address(row.environment, row.path) for row in rows if row is not None)


def _held_back(desk: Desk, batch_id: bytes, made: Made) -> bool:
    """Whether the batch holds the member's secret back, so that it has written it."""
    row = SECRET.get(desk.db, made.secret_id)
    return row is not None and row.reason == HELD_BACK + batch_id.hex()


def listed(desk: Desk, *, unfinished: bool, limit: int = 100) -> list[BatchRow]:
    """Batches: those that are unfinished, oldest first, or the newest ones first."""
    rows = batches.unfinished(desk.db) if unfinished else batches.latest(desk.db, limit)
    return [desk.snapshot.seal.check(BATCH, row) for row in rows]
