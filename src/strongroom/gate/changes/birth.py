"""Since when a value is what it is: a value that is written once more is as old as it was.

Values are compared under the lock by their keyed fingerprints, which strong ones have. What people
write is held against the current value itself too, when all else of the change is done: whoever
guesses learns that he was right, or has made his guess the current value, on record.
"""

import hmac
from collections.abc import Iterable

from strongroom.crypto import envelope
from strongroom.crypto.envelope import Sealed
from strongroom.db.interface import Db
from strongroom.db.tables import work
from strongroom.db.tables.secrets import VERSION, VersionRow
from strongroom.errors import ConflictError
from strongroom.gate.held import Held
from strongroom.gate.rows import Seal
from strongroom.gate.writer import Writer
from strongroom.model.plaintext import Plaintext

INNER = "#password"  # of a field that holds a URL, see `strongroom.secret.prints`


def marks(prints: Iterable[tuple[str, bytes | None]]) -> frozenset[bytes]:
    """What tells secrets apart, of (field, match) of one version: of a URL, its password alone."""
    found = dict(prints)
    return frozenset(
        match for field, match in found.items() if match and f"{field}{INNER}" not in found
    )


def first(db: Db, seal: Seal, secret_id: bytes, new: frozenset[bytes]) -> VersionRow | None:
    """The first version of the secret that held the same secrets; None: there is none.

    One whose secrets are all in the new one, or has all those of the new one, is the same: to add
    a field or to leave one out is no rotation.

    Raises:
        TamperedError: a row was changed.
    """
    numbers = {
        row.n for mark in new for row in work.same_value(db, mark) if row.secret_id == secret_id
    }
    for n in sorted(numbers):
        old = marks((one.field, one.match) for one in work.fingerprints_of(db, secret_id, n))
        row = VERSION.get(db, secret_id, n) if old <= new or new <= old else None
        if row is not None:
            return seal.check(VERSION, row)
    return None


def born_us(db: Db, seal: Seal, row: VersionRow) -> int:
    """When the secrets of a version were first written, in µs since 1970 UTC.

    Raises:
        TamperedError: a row was changed.
    """
    prints = work.fingerprints_of(db, row.secret_id, row.n)
    found = first(db, seal, row.secret_id, marks((one.field, one.match) for one in prints))
    return row.created_us if found is None else min(row.created_us, found.created_us)


def refuse_same(to: Writer, held: Held, value: Plaintext) -> None:
    """Refuse what is the current value to the last byte. After everything else that may fail.

    Raises:
        ConflictError: `value-unchanged`.
    """
    if held.current.n is None:
        return
    found = to.snapshot.version(to.db, held, held.current.n)
    if found is None:
        return
    row, binding = found
    kek = to.room.kek(to.db, row.kek_id) if row.state != "destroyed" else None
    if kek is None or row.deleted_us is not None:
        return
    current = envelope.open(Sealed(row.sealed, row.wrapped), binding, kek)
    if hmac.compare_digest(current, value.reveal()):
        raise ConflictError(
            "value-unchanged",
            "that is the current value already: nothing was written, and its period goes on",
            fix="write another value; where it has a target, "
            f"`strongroom rotate start {held.row.environment}/{held.row.path}` makes one",
        )
