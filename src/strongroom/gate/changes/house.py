"""The room's own rules and keys: policies, environments, keys' names, seal slots, founding."""

import hashlib
from dataclasses import dataclass
from typing import Self

from strongroom.crypto import slot
from strongroom.crypto.ring import kind_name
from strongroom.crypto.slot import KeyName, Slot, Use
from strongroom.db.tables import house, secrets
from strongroom.db.tables.house import (
    ENVIRONMENT,
    KEK,
    META,
    POLICY,
    SEAL,
    EnvironmentRow,
    KekRow,
    MetaRow,
    PolicyRow,
    SealRow,
)
from strongroom.db.tables.people import PRINCIPAL
from strongroom.errors import ConflictError, NotFoundError
from strongroom.gate.changes.share import revoke_under
from strongroom.gate.rows import Meta, bounded, missing
from strongroom.gate.writer import Applied, Change, Writer


@dataclass(frozen=True)
class AdoptPolicy(Change):
    """Put a policy in force: the document's bytes and what they were compiled to."""

    document: bytes
    compiled: bytes

    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Keep the policy under the next number and point to it; the result is the number.

        The approvals that the document asks for are checked before, by whoever offers it.
        """
        if to.load(META, Meta.POLICY) is None:
            raise missing("which policy is in force")
        n = house.newest_policy_n(to.db) + 1
        sha256 = hashlib.sha256(self.document).digest()
        to.insert(POLICY, PolicyRow(n, sha256, self.document, self.compiled, to.now_us, to.actor))
        to.update(META, MetaRow(Meta.POLICY, str(n).encode()))
        return Applied(n, kind="policy", object_id=sha256[:16])


@dataclass(frozen=True)
class SetEnvironment(Change):
    """Make an environment, or give one another name or tier. A freeze is not touched."""

    place: str
    name: str
    tier: str

    def apply(self, to: Writer) -> Applied:
        """Write the environment's row.

        Raises:
            InvalidError: `text-invalid`.
        """
        row = EnvironmentRow(
            self.place, bounded(self.name, "an environment's name"), self.tier, 0, "",
            to.now_us, to.actor,
        )  # fmt: skip
        old = to.load(ENVIRONMENT, self.place)
        if old is None:
            to.insert(ENVIRONMENT, row)
        else:
            to.update(ENVIRONMENT, row._replace(frozen=old.frozen, reason=old.reason))
        return Applied(kind="environment")


@dataclass(frozen=True)
class SetSlot(Change):
    """Add a seal slot, or write a new state of one. `slot` is opaque and not secret.

    `opens` says which keys it opens, for people; `state` is `active` or `removed`.
    """

    slot_id: bytes
    kind: str
    opens: str
    slot: bytes
    state: str = "active"

    @classmethod
    def of(cls, made: Slot) -> Self:
        """The change that keeps a slot."""
        return cls(made.id, kind_name(made.kind), made.key_name, slot.encode(made))

    @classmethod
    def gone(cls, row: SealRow) -> Self:
        """The change that removes a slot: what it kept is gone with it."""
        return cls(row.id, row.kind, row.opens, b"", "removed")

    def apply(self, to: Writer) -> Applied:
        """Write the slot's row.

        Raises:
            InvalidError: `text-invalid`.
        """
        row = SealRow(
            self.slot_id, bounded(self.kind, "a kind of slot"), bounded(self.opens, "a key's name"),
            self.state, self.slot, to.now_us, to.actor,
        )  # fmt: skip
        write = to.insert if to.load(SEAL, self.slot_id) is None else to.update
        write(SEAL, row)
        return Applied(kind="seal", object_id=self.slot_id)


@dataclass(frozen=True)
class ChangeSlots(Change):
    """Write several seal slots in one change: those of a credential stand or fall together.

    `seen` are the ids of the slots in force when they were made; None if it does not matter.
    """

    slots: tuple[SetSlot, ...]
    seen: frozenset[bytes] | None = None

    def apply(self, to: Writer) -> Applied:
        """Write the slots' rows.

        Raises:
            InvalidError: `text-invalid`.
            ConflictError: `seals-changed`.
        """
        check_seen(to, self.seen)
        for slot_ in self.slots:
            slot_.apply(to)
        detail = {
            word: _said([one for one in self.slots if one.state == state])
            for word, state in (("added", "active"), ("removed", "removed"))
        }
        return Applied(
            len(self.slots), kind="seal", object_id=self.slots[0].slot_id,
            detail={word: text for word, text in detail.items() if text},
        )  # fmt: skip


def _said(slots: list[SetSlot]) -> str:
    """For people who read the log: kinds of credentials, and what they open."""
    ways = {"holder", "own"}
    kinds = sorted({one.kind for one in slots} - ways)
    names = {one.opens.rpartition(":")[0] or one.opens for one in slots if one.kind != "own"}
    opens = sorted(name.removeprefix("kek:") for name in names - {"holder"})
    return f"{', '.join(kinds)} opens {', '.join(opens)}" if slots else ""


def check_seen(to: Writer, seen: frozenset[bytes] | None) -> None:
    """Whether the slots in force are those that somebody saw before he had the lock.

    Raises:
        ConflictError: `seals-changed`.
    """
    if seen is not None and seen != {row.id for row in house.active_slots(to.db)}:
        raise ConflictError("seals-changed", "the seals changed meanwhile", fix="run it once more")


@dataclass(frozen=True)
class AddKek(Change):
    """Say that a key wraps an environment's new versions from now on; earlier ones retire.

    `slots` are all the ways to it: it is never in force where somebody entitled to it cannot
    open it. `seen` as in `ChangeSlots`.
    """

    kek_id: bytes
    place: str
    slots: tuple[SetSlot, ...] = ()
    seen: frozenset[bytes] | None = None

    def apply(self, to: Writer) -> Applied:
        """Add the key's row and its slots. Never the key.

        Raises:
            NotFoundError: `environment-unknown`.
            ConflictError: `kek-exists`, `seals-changed`.
        """
        if to.load(ENVIRONMENT, self.place) is None:
            raise NotFoundError("environment-unknown", "there is no environment of that id")
        if to.load(KEK, self.kek_id) is not None:
            raise ConflictError("kek-exists", "there is a key of that id already")
        check_seen(to, self.seen)
        for row in house.keks_of(to.db, self.place):
            if to.snapshot.seal.check(KEK, row).state == "active":
                to.update(KEK, row._replace(state="retired"))
        to.insert(KEK, KekRow(self.kek_id, self.place, "active", to.now_us))
        for slot_ in self.slots:
            slot_.apply(to)
        return Applied(kind="kek", object_id=self.kek_id, detail={"object": self.place})


@dataclass(frozen=True)
class DestroyKek(Change):
    """End a key for good, with all ways to it. It wraps nothing any more."""

    kek_id: bytes
    place: str

    def apply(self, to: Writer) -> Applied:
        """Mark the key destroyed, and empty its slots.

        Raises:
            NotFoundError: `kek-unknown`.
            ConflictError: `kek-active`, `kek-wraps`.
        """
        row = to.load(KEK, self.kek_id)
        if row is None or row.environment != self.place:
            raise NotFoundError("kek-unknown", "that environment has no key of that id")
        if row.state == "active":
            raise ConflictError("kek-active", "that key is the one that wraps new versions")
        if secrets.wrapped_by(to.db, self.kek_id, 1):
            raise ConflictError("kek-wraps", "there are versions that only this key opens")
        to.update(KEK, row._replace(state="destroyed"))
        name = str(KeyName(Use.KEK, self.place, self.kek_id))
        for kept in house.slots_of(to.db, name):
            SetSlot.gone(to.snapshot.seal.check(SEAL, kept)).apply(to)
        # What was shared under it could not be opened any more, and must not wait as if it could.
        revoked = revoke_under(to, self.kek_id)
        detail = {"object": self.place} | ({"shares": str(revoked)} if revoked else {})
        return Applied(kind="kek", object_id=self.kek_id, detail=detail)


@dataclass(frozen=True)
class Found(Change):
    """The first change of a room: who and what it is, and all that it starts with.

    Nobody could be allowed it, so it is allowed by the emptiness of the room, which is
    looked at under the lock.
    """

    first: tuple[Change, ...]

    def apply(self, to: Writer) -> Applied:
        """Write the room's identity, then each change of `first` in turn.

        Raises:
            ConflictError: `room-founded`.
        """
        if to.head:
            raise ConflictError("room-founded", "this room has been founded already")
        to.insert(META, MetaRow(Meta.ROOM, to.room.keys.room_id))
        to.insert(META, MetaRow(Meta.INSTANCE, to.room.instance_id))
        to.insert(META, MetaRow(Meta.STATE, Meta.OPEN))
        to.insert(META, MetaRow(Meta.POLICY, b"0"))
        for change in self.first:
            # What one writes, the next must see.
            to.snapshot.refresh(to.db)
            change.apply(to)
        if to.load(PRINCIPAL, to.actor) is None:
            raise NotFoundError("principal-unknown", "a room is founded by somebody it knows")
        return Applied(kind="room", object_id=to.room.instance_id)
