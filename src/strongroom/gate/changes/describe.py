"""What is said about a secret: owner, type, labels, schedule, and whether it is in use at all."""

from dataclasses import dataclass
from typing import NamedTuple

from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.rotations import RULE
from strongroom.db.tables.secrets import SCHEDULE, ScheduleRow
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.changes import birth
from strongroom.gate.changes.label import set_label
from strongroom.gate.changes.reuse import client_of, one_for_each_client
from strongroom.gate.changes.secret import OnSecret, needed
from strongroom.gate.changes.void import void
from strongroom.gate.held import Held
from strongroom.gate.rows import bounded, label_of
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.model.principal import Verb


class Ends(NamedTuple):
    """When the current version is to expire (µs since 1970 UTC), and how long it may live."""

    expires_us: int
    within_us: int


@dataclass(frozen=True)
class DescribeSecret(OnSecret):
    """Change what is said about a secret; None leaves it, tags are added and taken away.

    Only what differs is written, so that to say it again is no error and no change.
    """

    address: Address
    owner: str | None = None
    type: str | None = None
    description: str | None = None
    backup: str | None = None
    client: str | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    ends: Ends | None = None

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Write the secret's row, its labels, and the end of its current version.

        The result are the names of what changed, in their order.

        Raises:
            NotFoundError: `secret-unknown`, `version-none`.
            ConflictError: `secret-deleted`.
            InvalidError: `text-invalid`, `owner-missing`, `tag-invalid`, `expiry-past`,
                `expiry-too-far`.
            LimitError: `tags-too-many`.
        """
        held = to.active(self.address)
        row = held.row
        texts = {
            "owner": row.owner if self.owner is None else needed(self.owner, "owner"),
            "type": row.type if self.type is None else needed(self.type, "type"),
            "description": row.description
            if self.description is None
            else bounded(self.description, "a description"),
        }
        changed = [name for name, text in texts.items() if text != getattr(row, name)]
        if changed:
            to.touch(held, **texts)
        old = label_of(to.load(LABEL, row.id))
        new = old.with_tags(self.add_tags, self.drop_tags)
        new = Label(
            new.tags,
            old.backup if self.backup is None else self.backup,
            old.client if self.client is None else self.client,
        )
        if set_label(to, row.id, new):
            changed += [n for n in Label._fields if getattr(new, n) != getattr(old, n)]
        if self.ends is not None and self._end(to, held, self.ends):
            changed.append("expires")
        detail = {"changed": " ".join(changed)} if changed else {}
        return Applied(tuple(changed), row.id, 0, "secret", row.id, detail)

    def _end(self, to: Writer, held: Held, ends: Ends) -> bool:
        if held.current.n is None:
            raise NotFoundError("version-none", "that secret has no value yet")
        version = to.version(held, held.current.n)
        if ends.expires_us <= to.now_us:
            raise InvalidError("expiry-past", "a version expires in the future (P-1.8)")
        born_us = birth.born_us(to.db, to.snapshot.seal, version)
        if ends.expires_us > born_us + ends.within_us:
            raise InvalidError(
                "expiry-too-far",
                "a version expires within its type's period, counted from when its value was written"
                " (P-1.9)",
                fix="rotate it: write or generate a new version",
            )
        if version.expires_us == ends.expires_us:
            return False
        to.set_version(version, expires_us=ends.expires_us)
        return True


@dataclass(frozen=True)
class SetSchedule(OnSecret):
    """Say when a secret is rotated: every so many microseconds, or only when compromised."""

    address: Address
    every_us: int | None
    next_us: int | None
    grace_us: int
    automatic: bool

    verb = Verb.ROTATE

    def apply(self, to: Writer) -> Applied:
        """Write the schedule, the first one or the next state of it.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`.
            InvalidError: `schedule-invalid`.
        """
        if self.grace_us < 0 or (self.every_us is not None and self.every_us <= 0):
            raise InvalidError("schedule-invalid", "an interval is positive, a grace not negative")
        held = to.active(self.address)
        row = ScheduleRow(
            held.row.id, self.every_us, self.next_us, self.grace_us, int(self.automatic),
            to.now_us, to.actor,
        )  # fmt: skip
        old, rule = to.load(SCHEDULE, held.row.id), to.load(RULE, held.row.id)
        grace_us = 0 if old is None else old.grace_us
        if rule is not None and rule.mode == "approve" and grace_us != self.grace_us:
            void(to, held.row.id)
        (to.insert if old is None else to.update)(SCHEDULE, row)
        return Applied(None, held.row.id, 0, "secret", held.row.id)


@dataclass(frozen=True)
class DeleteSecret(OnSecret):
    """Take a secret out of use. Its versions stay until each is destroyed."""

    address: Address

    verb = Verb.DESTROY
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Mark it deleted.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`.
        """
        held = to.active(self.address)
        to.touch(held, state="deleted")
        return Applied(None, held.row.id, 0, "secret", held.row.id)


@dataclass(frozen=True)
class RestoreSecret(OnSecret):
    """Bring a deleted secret back into use."""

    address: Address

    verb = Verb.DESTROY

    def apply(self, to: Writer) -> Applied:
        """Mark it active; nothing happens to one that is.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `client-taken`; its client has another one meanwhile.
        """
        held = to.secret(self.address)
        to.touch(held, state="active")
        client = client_of(to, held.row.id)
        if client:
            one_for_each_client(to, held.row, client)
        return Applied(None, held.row.id, 0, "secret", held.row.id)
