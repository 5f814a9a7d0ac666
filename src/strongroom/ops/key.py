"""Operations on keys: which there are, and giving an environment a new one.

A rotation is three kinds of change, each whole by itself: the new key with all ways to it, then
versions wrapped anew chunk by chunk, then the end of the old key. Whoever is killed in between
leaves a room in which everything opens; running it again goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from strongroom.crypto import keyring
from strongroom.crypto import ring as rings
from strongroom.crypto.holder import Enrolment
from strongroom.crypto.slot import KeyName, Use
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.changes.house import AddKek, DestroyKek, SetSlot
from strongroom.gate.changes.version import Rewrap
from strongroom.gate.views import KekShown, ListKeks
from strongroom.ops import seal as seals
from strongroom.ops.local import Local, done

Progress = Callable[[int, int], None]  # how many were wrapped anew, of how many


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an environment. `wraps` versions are opened by it; `seals` open it."""

    environment: str
    id: str
    state: str
    created_us: int
    wraps: int
    seals: int
    open_here: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """A seal that was given a new key."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did. `handed_to` are the seals that were given a new key.

    `resumed` says that one which was interrupted was finished, and none begun.
    """

    environment: str
    key: str
    resumed: bool
    handed_to: tuple[Handed, ...]
    rewrapped: int
    destroyed: tuple[str, ...]


def list_keys(room: Local, environment: str | None = None) -> list[Key]:
    """Keys by environment and age, those that are destroyed too."""
    rows = seals.active(room)
    return [
        Key(
            environment=row.environment,
            id=row.id.hex(),
            state=row.state,
            created_us=row.created_us,
            wraps=wraps,
            seals=sum(1 for one in rows if one.opens == _name(row.environment, row.id)),
            open_here=_name(row.environment, row.id) in room.ring.keys,
        )
        for row, wraps in _keks(room, environment)
    ]


def rotate(
    room: Local, environment: str, progress: Progress = lambda _done, _all: None, reason: str = ""
) -> Rotated:
    """Give an environment a new key, wrap all its versions by it, end the old one.

    Where an earlier rotation was interrupted, this one finishes it and begins none.

    Raises:
        InvalidError: `environment-unknown`. NotFoundError: `kek-missing`.
        SealedError: `key-sealed`, the environment is not open here.
        TamperedError: `slot-forged`; somebody enrolled who had not the key. Nothing is changed.
        ConflictError: `seal-without-holder`, `seals-changed`.
    """
    if environment not in {known.id for known in room.policy.environments}:
        raise InvalidError("environment-unknown", "there is no environment of that id")
    before = [kek for kek in _keks(room, environment) if kek.row.state != "destroyed"]
    active = next((kek.row.id for kek in before if kek.row.state == "active"), None)
    if active is None:
        raise NotFoundError(
            "kek-missing",
            f"{environment} has no key in use",
            fix="run `strongroom fsck`, and ask who wrote to the database",
        )
    retired = [kek for kek in before if kek.row.state == "retired"]
    handed: tuple[Handed, ...] = ()
    resumed = bool(retired)
    if not resumed:
        retired = before
        active, handed = _add(room, environment, active, reason)
    todo, rewrapped = sum(kek.wraps for kek in retired), 0
    progress(0, todo)
    for kek in retired:
        while count := _chunk(room, environment, kek.row.id, reason):
            rewrapped += count
            progress(rewrapped, max(todo, rewrapped))
        done(room.gate.change(room.caller, DestroyKek(kek.row.id, environment), reason))
    ended = tuple(kek.row.id.hex() for kek in retired)
    return Rotated(environment, active.hex(), resumed, handed, rewrapped, ended)


def _add(
    room: Local, environment: str, old: bytes, reason: str
) -> tuple[bytes, tuple[Handed, ...]]:
    rows = seals.active(room)
    new = keyring.new_kek(environment)
    made = rings.hand_over(
        seals.decoded(rows), room.ring, _name(environment, old), _name(environment, new.id),
        new.secret,
    )  # fmt: skip
    seen = frozenset(row.id for row in rows)
    change = AddKek(new.id, environment, tuple(map(SetSlot.of, made)), seen)
    done(room.gate.change(room.caller, change, reason))
    kinds = {seal.id: seal.kind for seal in seals.list_seals(room)}
    ids = (Enrolment.read(one.params).id.hex() for one in made)
    return new.id, tuple(Handed(id_, kinds.get(id_, seals.NO_CREDENTIAL)) for id_ in ids)


def _chunk(room: Local, environment: str, old: bytes, reason: str) -> int:
    count = done(room.gate.change(room.caller, Rewrap(environment, old), reason))
    assert isinstance(count, int)
    return count


def _keks(room: Local, environment: str | None) -> list[KekShown]:
    found = done(room.gate.look(room.caller, ListKeks(environment)))
    assert isinstance(found, list)
    return found


def _name(environment: str, kek_id: bytes) -> str:
    return str(KeyName(Use.KEK, environment, kek_id))
