"""A ring: the keys that one credential opens, and what makes and hands on the slots of others.

Pure: slots in, keys or slots out. Whoever writes slots does it in one change, so that nobody
who is entitled to a key is ever without it.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from strongroom.crypto import seal
from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.holder import Enrolment, Holder, To, is_enrolled, tag_of
from strongroom.crypto.slot import KeyName, Kind, Slot, Use
from strongroom.errors import ConflictError, SealedError, StrongroomError, TamperedError
from strongroom.model.plaintext import Hidden

# Each costs a run of Argon2id when it is tried, and the table that they come from is not trusted.
PASSPHRASES_MAX: Final = 8


class Ring(Hidden):
    """Keys by their names, anchors among them, as one credential opened them.

    `holder` is None in a room of before holders, whose credentials open each key directly.
    `seal_id` names what opened it: the holder, or `seal_id_of` a slot that it opened.
    `refused` are slots that call themselves this holder's and are not: forged or changed.
    """

    __slots__ = ("holder", "keys", "refused", "room_id", "seal_id")
    room_id: bytes
    keys: dict[str, bytes]
    holder: Holder | None
    refused: tuple[Slot, ...]
    seal_id: bytes

    def __init__(
        self,
        room_id: bytes,
        keys: Mapping[str, bytes],
        holder: Holder | None = None,
        refused: tuple[Slot, ...] = (),
        seal_id: bytes = b"",
    ) -> None:
        self._fix(
            room_id=room_id, keys=dict(keys), holder=holder, refused=refused,
            seal_id=holder.id if holder else seal_id,
        )  # fmt: skip

    def key(self, name: str) -> bytes:
        """The key of that name, or anchor.

        Raises:
            SealedError: `key-sealed`.
        """
        found = self.keys.get(name)
        if found is None:
            raise SealedError(
                "key-sealed",
                f"{name} is not open here",
                fix="use a credential that opens it; `strongroom seal list` shows which do",
            )
        return found

    def open(self, slot: Slot) -> bytes:
        """The key in a slot of kind HOLDER that is this holder's.

        Raises:
            TamperedError: `slot-forged`, its maker had not both the key and its anchor; and
                those of `seal.open`.
            SealedError: `key-sealed`, without its anchor; and those of `seal.open`.
        """
        assert self.holder is not None
        name = KeyName.parse(slot.key_name)
        if name.use in {Use.HOLDER, Use.ANCHOR}:
            # Those come from whoever had the credential, and never by the public half.
            raise forged([slot])
        key = seal.open(slot, self.room_id, self.holder)
        anchor = self.key(name.anchor)
        enrolment = Enrolment.read(slot.params)
        if not is_enrolled(self.room_id, slot.key_name, key, anchor, enrolment):
            raise forged([slot])
        return key

    def learn(self, slot: Slot) -> bytes:
        """`open` a slot that was added since, and keep its key on the ring."""
        self.keys[slot.key_name] = key = self.open(slot)
        return key

    def __repr__(self) -> str:
        return f"<Ring of room {self.room_id.hex()}: {', '.join(self.keys)}, keys hidden>"


def with_anchors(keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """`keys` and an anchor for each that has none yet."""
    names = {KeyName.parse(name).anchor for name in keys if not _is(name, Use.ANCHOR)}
    return {**keys} | {name: secrets.token_bytes(KEY_BYTES) for name in names - keys.keys()}


def enrollable(slots: Iterable[Slot], ring: Ring) -> dict[str, bytes]:
    """The keys on `ring` that a new credential can be given, with their anchors.

    Raises:
        SealedError: `key-sealed`; this credential was made before holders and others were made
            since, so that there are anchors which it does not open.
    """
    named = with_anchors(ring.keys)
    if there := {s.key_name for s in slots if s.kind == Kind.OWN} - ring.keys.keys():
        for name in sorted(there & named.keys()):
            ring.key(name)
    return named


def enrol(
    room_id: bytes, keys: Mapping[str, bytes], credential: seal.Credential, holder: Holder
) -> list[Slot]:
    """Slots by which `credential` opens `keys`, whose anchors are among them, as `holder`."""
    head = seal.create(room_id, f"holder:{holder.id.hex()}", holder.secret, credential)
    made = [head]
    for name, key in keys.items():
        if _is(name, Use.ANCHOR):
            made.append(seal.create(room_id, name, key, holder.own))
        else:
            anchor = keys[KeyName.parse(name).anchor]
            made.append(_slot_for(room_id, name, key, anchor, holder.id, holder.public))
    return made


def hand_over(slots: Iterable[Slot], ring: Ring, old: str, new: str, key: bytes) -> list[Slot]:
    """Slots that give `key`, called `new`, to exactly the holders of `old`.

    `slots` are the active ones of the room. Both names have one anchor: they are two keys of
    one environment, or of the log.

    Raises:
        SealedError: `key-sealed`, `old` or its anchor is not open here.
        TamperedError: `slot-forged`; somebody enrolled a holder who had not the key. Nobody
            is left out silently, so nothing is handed over.
        ConflictError: `seal-without-holder`; a slot of before holders cannot be given a key
            unseen.
    """
    anchor_name = KeyName.parse(old).anchor
    if KeyName.parse(new).anchor != anchor_name:
        raise ValueError("a key is handed on to a key of the same line")
    mine = [slot for slot in slots if slot.key_name == old]
    direct = [slot for slot in mine if slot.kind != Kind.HOLDER]
    if direct:
        kinds = sorted({kind_name(slot.kind) for slot in direct})
        raise ConflictError(
            "seal-without-holder",
            f"{old} is opened by slots of before holders ({', '.join(kinds)})",
            fix="`strongroom seal rotate` each of them first, or remove it",
        )
    anchor = ring.key(anchor_name)
    enrolled = enrolments(mine, ring, old)
    bad = [slot for slot, found in enrolled if found is None]
    if bad:
        raise forged(bad)
    return [
        _slot_for(ring.room_id, new, key, anchor, found.id, found.public)
        for _, found in enrolled
        if found is not None
    ]


def enrolments(slots: Iterable[Slot], ring: Ring, name: str) -> list[tuple[Slot, Enrolment | None]]:
    """The slots of kind HOLDER for the key called `name`, each with who may open it; None: nobody.

    Raises:
        SealedError: `key-sealed`.
    """
    key, anchor = ring.key(name), ring.key(KeyName.parse(name).anchor)
    found: list[tuple[Slot, Enrolment | None]] = []
    for slot in slots:
        if slot.kind == Kind.HOLDER and slot.key_name == name:
            try:
                one = Enrolment.read(slot.params)
            except TamperedError:
                found.append((slot, None))
                continue
            right = is_enrolled(ring.room_id, name, key, anchor, one)
            found.append((slot, one if right else None))
    return found


def open_ring(slots: Iterable[Slot], room_id: bytes, credential: seal.Credential) -> Ring:
    """Every key that `credential` opens; `slots` are the active ones of the room.

    Raises:
        SealedError: `slot-missing`, no slot takes such a credential; `seal-wrong-credential`
            and those of `seal.open`, none that takes one is opened by this.
        TamperedError: a slot that would be the one was changed, or was forged.
    """
    all_ = list(slots)
    keys, opened = _direct(all_, room_id, credential)
    heads = [name for name in keys if _is(name, Use.HOLDER)]
    if not heads:
        return _whole(Ring(room_id, keys, seal_id=seal_id_of(opened)))
    name = heads[0]
    holder = Holder(KeyName.parse(name).id, keys.pop(name))
    refused: list[Slot] = []
    problem: StrongroomError | None = None
    own = [s for s in all_ if s.kind == Kind.OWN and s.params == holder.id]
    held = [s for s in all_ if s.kind == Kind.HOLDER and s.params[:ID_BYTES] == holder.id]
    for slot in own:
        try:
            keys[slot.key_name] = seal.open(slot, room_id, holder.own)
        except StrongroomError as error:
            refused.append(slot)
            problem = problem or error
    anchored = Ring(room_id, keys, holder)
    for slot in held:
        try:
            keys[slot.key_name] = anchored.open(slot)
        except StrongroomError as error:
            refused.append(slot)
            problem = problem or error
    return _whole(Ring(room_id, keys, holder, tuple(refused)), problem)


def forged(slots: list[Slot]) -> TamperedError:
    """Slots that nobody made who was entitled to."""
    names = ", ".join(f"{slot.id.hex()} ({slot.key_name})" for slot in slots)
    return TamperedError(
        "slot-forged",
        f"made by nobody who had the key: {names}",
        fix="ask who wrote to the database; `strongroom seal remove` takes them away",
    )


def kind_name(kind: int) -> str:
    """The name of a kind, as people read it: `keyfile`, or `kind 200` of a newer release."""
    return Kind(kind).name.lower() if kind in set(Kind) else f"kind {kind}"


def seal_id_of(slot: Slot) -> bytes:
    """What the slots of one credential of before holders have in common: 16 bytes."""
    return bytes((slot.kind,)) + slot.params[: ID_BYTES - 1].ljust(ID_BYTES - 1, b"\0")


def _direct(
    slots: list[Slot], room_id: bytes, credential: seal.Credential
) -> tuple[dict[str, bytes], Slot]:
    """What `credential` opens by itself, and one slot that it did.

    Other people's of its kind do not stop it.
    """
    # Those of one passphrase share their params, and are stretched once if they follow.
    mine = sorted((s for s in slots if s.kind == credential.kind), key=lambda s: s.params)
    if not mine:
        raise SealedError(
            "slot-missing",
            f"no slot of the room takes a {kind_name(credential.kind)}",
            fix="open it with another credential, or run `strongroom recover`",
        )
    keys: dict[str, bytes] = {}
    opened = mine[0]
    problem: StrongroomError | None = None
    tried: set[bytes] = set()
    for slot in mine:
        tried.add(slot.params)
        if slot.kind == Kind.PASSPHRASE and len(tried) > PASSPHRASES_MAX:
            break
        try:
            keys[slot.key_name] = seal.open(slot, room_id, credential)
            opened = slot
        except StrongroomError as error:
            # That it is changed, or not quite right, says more than that it is somebody else's.
            if problem is None or isinstance(error, TamperedError) or "-other" in problem.code:
                problem = error
    if not keys:
        assert problem is not None
        raise problem
    return keys, opened


def _whole(ring: Ring, problem: StrongroomError | None = None) -> Ring:
    if "room" not in ring.keys:
        raise problem or SealedError(
            "slot-missing",
            "the room key is not among what this opens",
            fix="use another credential of this room, or run `strongroom recover`",
        )
    return ring


def _slot_for(
    room_id: bytes, name: str, key: bytes, anchor: bytes, holder_id: bytes, public: bytes
) -> Slot:
    tag = tag_of(room_id, name, key, anchor, holder_id, public)
    return seal.create(room_id, name, key, To(holder_id, public, tag))


def _is(name: str, use: Use) -> bool:
    return KeyName.parse(name).use is use
