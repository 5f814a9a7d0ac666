"""What is said about a secret: owner, type, schedule, and whether it is in use at all."""

from dataclasses import dataclass

from strongroom.db.tables.secrets import SCHEDULE, ScheduleRow
from strongroom.errors import InvalidError
from strongroom.gate.changes.secret import OnSecret, needed
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class DescribeSecret(OnSecret):
    """Change who owns a secret, what type it is, how it is described; None leaves it."""

    address: Address
    owner: str | None = None
    type: str | None = None
    description: str | None = None

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Write the secret's row.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`.
            InvalidError: `text-invalid`, `owner-missing`.
        """
        held = to.active(self.address)
        row = held.row
        to.touch(
            held,
            owner=row.owner if self.owner is None else needed(self.owner, "owner"),
            type=row.type if self.type is None else needed(self.type, "type"),
            description=row.description
            if self.description is None
            else bounded(self.description, "a description"),
        )
        return Applied(None, row.id, 0, "secret", row.id)


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
        write = to.insert if to.load(SCHEDULE, held.row.id) is None else to.update
        write(SCHEDULE, row)
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
        """
        held = to.secret(self.address)
        to.touch(held, state="active")
        return Applied(None, held.row.id, 0, "secret", held.row.id)
