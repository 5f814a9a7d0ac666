"""What ties secrets to one another, for whoever must replace several; it shows nothing of a value.

Like other questions about what is about to be done it is not recorded: what comes of it is.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from strongroom.db.tables import acknowledgements, rotations, secrets, work
from strongroom.db.tables.rotations import ROTATION, RULE, TARGET, RotationRow, TargetRow
from strongroom.db.tables.secrets import VERSION
from strongroom.gate.desk import Desk

T = TypeVar("T")


class Ties(NamedTuple):
    """Targets by their own ids, the rest by those of secrets.

    `rules` says at which target each is rotated, `marks` are fingerprints of its values, those of
    earlier versions too, `users` the applications whose processes say that they use it.
    """

    targets: dict[bytes, TargetRow]
    rules: dict[bytes, bytes]
    marks: dict[bytes, frozenset[bytes]]
    users: dict[bytes, frozenset[str]]


def ties(desk: Desk) -> Ties:
    """Of the whole room.

    Raises:
        TamperedError: a row was changed.
    """
    seal = desk.snapshot.seal
    rules = {row.secret_id: seal.check(RULE, row).target_id for row in RULE.where(desk.db)}
    targets = {row.id: seal.check(TARGET, row) for row in rotations.targets(desk.db)}
    users: dict[bytes, set[str]] = {}
    for secret_id, name in acknowledgements.applications(desk.db, desk.db.clock_us()):
        users.setdefault(secret_id, set()).add(name)
    marks: dict[bytes, set[bytes]] = {}
    for secret_id, mark in work.all_marks(desk.db):
        marks.setdefault(secret_id, set()).add(mark)
    return Ties(targets, rules, _frozen(marks), _frozen(users))


def marked(desk: Desk, asked: bytes, since_us: int) -> list[RotationRow]:
    """Rotations of groups that were asked for in these words, begun since then; the newest first.

    Raises:
        TamperedError: a row was changed.
    """
    rows = rotations.marked(desk.db, asked, since_us)
    return [desk.snapshot.seal.check(ROTATION, row) for row in rows]


def latest(desk: Desk, secret_ids: Iterable[bytes]) -> dict[bytes, RotationRow]:
    """The rotation of each secret that has not ended, or else its last one.

    Raises:
        TamperedError: a row was changed.
    """
    found: dict[bytes, RotationRow] = {}
    for id_ in secret_ids:
        rows = rotations.last(desk.db, id_, 1)
        row = rotations.live(desk.db, id_) or (rows[0] if rows else None)
        if row is not None:
            found[id_] = desk.snapshot.seal.check(ROTATION, row)
    return found


def unchanged(desk: Desk, secret_id: bytes, n: int, since_us: int) -> bool:
    """Whether version `n` has a value that an older one had before then, as far as prints tell.

    Raises:
        TamperedError: a row was changed.
    """
    rows = (
        desk.snapshot.seal.check(VERSION, row) for row in secrets.versions_of(desk.db, secret_id)
    )
    before = [one.n for one in rows if one.created_us < since_us]
    old = set[bytes]().union(*(_marks(desk, secret_id, one) for one in before))
    new = _marks(desk, secret_id, n)
    return bool(new) and new <= old


def _marks(desk: Desk, secret_id: bytes, n: int) -> set[bytes]:
    found = work.fingerprints_of(desk.db, secret_id, n)
    return {one.match for one in found if one.match is not None}


def _frozen(given: dict[bytes, set[T]]) -> dict[bytes, frozenset[T]]:
    return {key: frozenset(values) for key, values in given.items()}
