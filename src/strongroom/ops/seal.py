"""Operations on seals: who can open which keys of the room, and how that changes.

A seal is a credential with its holder: one head, and a slot for each key. It is named by the
holder's id. Every change of seals is one change of the room, made against the slots that it
was decided on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.crypto import ring as rings
from strongroom.crypto import slot as slots
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.holder import Holder
from strongroom.crypto.passphrase import Passphrase
from strongroom.crypto.ring import PASSPHRASES_MAX, kind_name
from strongroom.crypto.seal import Credential
from strongroom.crypto.shamir import ShareSet
from strongroom.crypto.slot import KeyName, Kind, Slot, Use
from strongroom.db.tables.house import SealRow
from strongroom.errors import ConflictError, InvalidError, NotFoundError, TamperedError
from strongroom.gate.changes.house import ChangeSlots, SetSlot
from strongroom.gate.views import ListKeks, ListSlots
from strongroom.generate.strength import measure
from strongroom.ops.local import Local, done
from strongroom.ops.room import principals

PASSPHRASE_BITS_MIN: Final = 64  # five words drawn from the list of 7,776
PASSPHRASE_CHARS_MIN: Final = 16  # an estimate trusts short ones too much: two words are few
ID_CHARS_MIN: Final = 4
MALFORMED: Final = "malformed"
NO_CREDENTIAL: Final = "none"  # slots held for a holder that nothing opens


@dataclass(frozen=True, slots=True)
class Seal:
    """One way to open the room. `id` is that of its holder, or of its one slot without any.

    `opens` has `room`, `log` and environments, sorted. `forged` are the ids of slots that
    nobody made who was entitled to. `checked` is False where this process has not every key
    that it would take to say so. `before` says that it has no holder, so that its keys cannot
    be rotated.
    """

    id: str
    kind: str
    opens: tuple[str, ...]
    created_us: int
    created_by: str
    in_use: bool
    forged: tuple[str, ...]
    checked: bool
    before: bool
    rows: tuple[SealRow, ...] = field(repr=False)
    slots: tuple[Slot, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which keys a new seal opens beside the room's: None is every environment."""

    environments: tuple[str, ...] | None = None
    log: bool | None = None  # None: only when no environments are named

    @property
    def with_log(self) -> bool:
        """Whether the log's key is among them."""
        return self.environments is None if self.log is None else self.log


@dataclass(frozen=True, slots=True)
class Changed:
    """A seal that was made, or taken away. Environments, `room` and `log` are its keys."""

    id: str
    kind: str
    opens: tuple[str, ...]


def list_seals(room: Local) -> list[Seal]:
    """Every seal in force, oldest first."""
    names = {p.id: p.name for p in principals(room)}
    groups: dict[bytes, list[tuple[SealRow, Slot]]] = {}
    odd: list[Seal] = []
    for row in active(room):
        try:
            one = slots.decode(row.slot)
        except TamperedError:
            odd.append(_malformed(row, names))
            continue
        groups.setdefault(_holder_of(one), []).append((row, one))
    return [*(_seal(room, key, found, names) for key, found in groups.items()), *odd]


def add(room: Local, credential: Credential, scope: Scope, reason: str = "") -> Changed:
    """Let `credential` open the room, with the keys of `scope`.

    Raises:
        SealedError: `key-sealed`; a key of `scope` is not open here, so nobody gives it away.
        InvalidError: `environment-unknown`.
        ConflictError: `passphrases-many`, `seals-changed`.
    """
    rows = active(room)
    if credential.kind is Kind.PASSPHRASE:
        heads = [row for row in rows if row.kind == "passphrase"]
        if len(heads) >= PASSPHRASES_MAX:
            raise ConflictError(
                "passphrases-many",
                f"a room has at most {PASSPHRASES_MAX} passphrases, since each is tried in turn",
                fix="remove one with `strongroom seal remove`",
            )
    return _enrol(room, credential, _keys(room, rows, scope), rows, (), reason)


def replace(room: Local, old: Seal, credential: Credential, reason: str = "") -> Changed:
    """Let `credential` open what `old` opens, and `old` nothing more; one change.

    Raises:
        SealedError: `key-sealed`. ConflictError: `seals-changed`.
        TamperedError: `slot-forged`; what was never given to `old` is not handed on.
    """
    return _enrol(room, credential, _keys_of(room, old), active(room), old.rows, reason)


def add_like(room: Local, old: Seal, credential: Credential, reason: str = "") -> Changed:
    """Let `credential` open what `old` opens; `old` still does. Raises as `replace`."""
    return _enrol(room, credential, _keys_of(room, old), active(room), (), reason)


def remove(room: Local, seal: Seal, force: str | None = None, reason: str = "") -> Changed:
    """Take a seal away. What it opened it may still open in older copies of the room.

    Raises:
        ConflictError: `seal-last`, nobody else would open a key; `seal-in-use`, it opened this
            process, and `force` is not its whole id.
        SealedError: `key-sealed`; whether others open its keys cannot be checked here.
    """
    others = [other for other in list_seals(room) if other.id != seal.id]
    for name in sorted(_sound(seal)):
        parsed = KeyName.parse(name)
        if parsed.use is Use.LOG and parsed.id != room.instance_id:
            continue  # of an instance before a restore: it signs nothing any more
        room.ring.key(name)
        if not any(name in _sound(other) for other in others):
            raise ConflictError(
                "seal-last",
                f"nothing else opens {_shown(name)}: its values would be lost",
                fix="add another seal first with `strongroom seal add`",
            )
    if seal.in_use and force != seal.id:
        raise ConflictError(
            "seal-in-use",
            "this seal is the one that opened the room just now",
            fix=f"open the room with another, or add --force {seal.id}",
        )
    seen = frozenset(row.id for row in active(room))
    change = ChangeSlots(tuple(SetSlot.gone(row) for row in seal.rows), seen)
    done(room.gate.change(room.caller, change, reason))
    return Changed(seal.id, seal.kind, seal.opens)


def find(room: Local, start: str) -> Seal:
    """The seal whose id begins so, or the one of that kind: of several the one in use.

    Raises:
        NotFoundError: `seal-unknown`. InvalidError: `seal-ambiguous`.
    """
    seals = list_seals(room)
    found = [seal for seal in seals if seal.kind == start]
    if len(found) > 1:
        found = [seal for seal in found if seal.in_use] or found
    if not found and len(start) >= ID_CHARS_MIN:
        found = [seal for seal in seals if seal.id.startswith(start.lower())]
    if not found:
        raise NotFoundError(
            "seal-unknown",
            f"there is no seal whose id begins so; {ID_CHARS_MIN} characters are the least",
            fix="`strongroom seal list` shows them",
        )
    if len(found) > 1:
        raise InvalidError(
            "seal-ambiguous", "that is more than one seal", fix="type more of its id"
        )
    return found[0]


def sharing_of(seal: Seal) -> tuple[int, int]:
    """How many shares a seal by shares has, and how many of them open it.

    Raises:
        TamperedError: `slot-malformed`.
    """
    head = next(one for one in seal.slots if one.kind == Kind.SHAMIR)
    found = ShareSet.read(head.params)
    return len(found.digests), found.threshold


def new_passphrase(text: str) -> Passphrase:
    """A passphrase that may open a room.

    Raises:
        InvalidError: `passphrase-weak`, `passphrase-unusable`; neither repeats any of it.
    """
    made = Passphrase(text)
    bits = measure(text).bits
    if bits < PASSPHRASE_BITS_MIN or len(text) < PASSPHRASE_CHARS_MIN:
        raise InvalidError(
            "passphrase-weak",
            f"that passphrase has about {bits:.0f} bits and {len(text)} characters, it takes"
            f" {PASSPHRASE_BITS_MIN} and {PASSPHRASE_CHARS_MIN}",
            fix="use random words: `strongroom generate passphrase` makes them",
        )
    return made


def active(room: Local) -> list[SealRow]:
    """The slots in force, checked, as the room shows them to who may administer it."""
    rows = done(room.gate.look(room.caller, ListSlots()))
    assert isinstance(rows, list)
    return [row for row in rows if row.state == "active"]


def decoded(rows: Iterable[SealRow]) -> list[Slot]:
    """What the rows keep.

    Raises:
        TamperedError: `slot-malformed`, `slot-format-unknown`, with the row's id.
    """
    found: list[Slot] = []
    for row in rows:
        try:
            found.append(slots.decode(row.slot))
        except TamperedError as error:
            error.message = f"{row.id.hex()}: {error.message}"
            error.fix = "`strongroom seal remove` takes it away"
            raise
    return found


def _enrol(
    room: Local,
    credential: Credential,
    keys: Mapping[str, bytes],
    rows: list[SealRow],
    gone: tuple[SealRow, ...],
    reason: str,
) -> Changed:
    holder = Holder.new()
    made = rings.enrol(room.keys.room_id, keys, credential, holder)
    changes = (*map(SetSlot.of, made), *map(SetSlot.gone, gone))
    seen = frozenset(row.id for row in rows)
    done(room.gate.change(room.caller, ChangeSlots(changes, seen), reason))
    return Changed(holder.id.hex(), kind_name(credential.kind), _opens(keys))


def _keys(room: Local, rows: list[SealRow], scope: Scope) -> dict[str, bytes]:
    named = rings.enrollable(decoded(rows), room.ring)
    wanted = {"room"}
    if scope.with_log:
        wanted.add(f"log:{room.instance_id.hex()}")
    known = {environment.id for environment in room.policy.environments}
    if unknown := set(scope.environments or ()) - known:
        raise InvalidError(
            "environment-unknown",
            "there is no environment of that id" if len(unknown) == 1 else "unknown environments",
            fix=f"there are {', '.join(sorted(known))}",
        )
    for kek in done(room.gate.look(room.caller, ListKeks())):  # type: ignore[attr-defined]
        place = kek.row.environment
        if kek.row.state != "destroyed" and place in (scope.environments or known):
            wanted.add(str(KeyName(Use.KEK, place, kek.row.id)))
    for name in wanted:
        room.ring.key(name)
    anchors = {KeyName.parse(name).anchor for name in wanted}
    return {name: key for name, key in named.items() if name in wanted | anchors}


def _keys_of(room: Local, old: Seal) -> dict[str, bytes]:
    """The keys that a seal was given by somebody entitled to, as this process has them."""
    if old.forged:
        raise rings.forged([one for one in old.slots if one.id.hex() in old.forged])
    named = rings.enrollable(decoded(active(room)), room.ring)
    wanted = _sound(old)
    for name in wanted:
        room.ring.key(name)
    anchors = {KeyName.parse(name).anchor for name in wanted}
    return {name: key for name, key in named.items() if name in wanted | anchors}


def _seal(
    room: Local, key: bytes, found: list[tuple[SealRow, Slot]], names: Mapping[bytes, str]
) -> Seal:
    rows, group = zip(*found, strict=True)
    heads = [one for one in group if one.kind not in {Kind.HOLDER, Kind.OWN}]
    held = [one for one in group if one.kind == Kind.HOLDER]
    enrolled = {one.id.hex(): _is_enrolled(room, one) for one in held}
    direct = [one for one in heads if KeyName.parse(one.key_name).use is not Use.HOLDER]
    return Seal(
        id=key.hex(),
        kind=kind_name(heads[0].kind) if heads else NO_CREDENTIAL,
        opens=_opens(one.key_name for one in (*held, *direct)),
        created_us=rows[0].created_us,
        created_by=names.get(rows[0].created_by, "?"),
        in_use=room.ring.seal_id == key,
        forged=tuple(sorted(id_ for id_, right in enrolled.items() if right is False)),
        checked=None not in enrolled.values(),
        before=bool(direct),
        rows=rows,
        slots=group,
    )


def _malformed(row: SealRow, names: Mapping[bytes, str]) -> Seal:
    """A row that is no slot: somebody wrote it who can write the database."""
    id_ = row.id.hex()
    return Seal(
        id_, MALFORMED, (), row.created_us, names.get(row.created_by, "?"),
        in_use=False, forged=(id_,), checked=True, before=False, rows=(row,), slots=(),
    )  # fmt: skip


def _is_enrolled(room: Local, one: Slot) -> bool | None:
    """Whether the slot was made by somebody entitled to; None if that cannot be said here."""
    ring, name = room.ring, KeyName.parse(one.key_name)
    if name.use in {Use.HOLDER, Use.ANCHOR}:
        return False
    if one.key_name not in ring.keys or name.anchor not in ring.keys:
        return None
    ((_, enrolment),) = rings.enrolments([one], ring, one.key_name)
    return enrolment is not None


def _sound(seal: Seal) -> set[str]:
    """The keys that a seal opens, as far as this process can check it."""
    if seal.kind == NO_CREDENTIAL:
        return set()
    names = {one.key_name for one in seal.slots if one.id.hex() not in seal.forged}
    return {n for n in names if KeyName.parse(n).use not in {Use.HOLDER, Use.ANCHOR}}


def _holder_of(one: Slot) -> bytes:
    """What groups slots to a seal: the holder, or for slots of before holders kind and params."""
    name = KeyName.parse(one.key_name)
    if name.use is Use.HOLDER:
        return name.id
    if one.kind in {Kind.HOLDER, Kind.OWN}:
        return one.params[:ID_BYTES]
    return rings.seal_id_of(one)


def _opens(names: Iterable[str]) -> tuple[str, ...]:
    parsed = [KeyName.parse(name) for name in names]
    return tuple(sorted({_shown(str(n)) for n in parsed if n.use is not Use.ANCHOR}))


def _shown(name: str) -> str:
    parsed = KeyName.parse(name)
    return parsed.environment if parsed.use is Use.KEK else parsed.use.value
