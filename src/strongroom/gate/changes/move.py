"""A secret at another address: its versions re-wrapped, its history with it."""

from dataclasses import dataclass

from strongroom.crypto import envelope
from strongroom.db.tables import secrets
from strongroom.db.tables.moved import MOVED, MovedRow
from strongroom.db.tables.secrets import SECRET, VERSION
from strongroom.errors import InvalidError
from strongroom.gate.changes.secret import OnSecret, free
from strongroom.gate.writer import Applied, Writer, sealed
from strongroom.model.address import Address
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class MoveSecret(OnSecret):
    """Give a secret another path in its environment. Id, versions, schedule, labels stay.

    Whoever moves must be able to read: otherwise a path that one may write to and not read
    would be read by moving what stands there.
    """

    address: Address
    to: Address

    verb = Verb.WRITE
    restricts = True

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """To read it, and to write where it is moved to."""
        return (Verb.READ, self.address), (Verb.WRITE, self.to)

    def apply(self, to: Writer) -> Applied:
        """Write the secret's row, each version's wrapped key, and that the old address is left.

        Raises:
            NotFoundError: `secret-unknown`.
            ConflictError: `secret-deleted`, `secret-exists`, `address-left`.
            InvalidError: `move-across` (P-4.3), `move-nowhere`.
            SealedError: `environment-sealed`.
        """
        here, there = self.address, self.to
        if here.environment != there.environment:
            raise InvalidError(
                "move-across",
                "a value stays in its environment (P-4.3)",
                fix=f"let one be generated there: strongroom secret generate {there}",
            )
        if here == there:
            raise InvalidError("move-nowhere", "that is where it stands")
        held = to.active(here)
        row = held.row
        free(to, there, row.id)
        for version in secrets.versions_of(to.db, row.id):
            if version.state == "destroyed":
                continue
            kept = to.snapshot.seal.check(VERSION, version)
            kek = to.room.kek(to.db, kept.kek_id)
            if kek is None:
                raise sealed(here.environment)
            wrapped = envelope.rewrap(
                kept.wrapped,
                to.binding(here, row.id, kept.n),
                kek,
                to.binding(there, row.id, kept.n),
                kek,
            )
            to.update(VERSION, kept._replace(wrapped=wrapped))
        to.update(SECRET, row._replace(path=there.path))
        left = MovedRow(here.environment, here.path, row.id, to.now_us, to.actor)
        write = to.insert if to.load(MOVED, here.environment, here.path) is None else to.update
        write(MOVED, left)
        detail = {"moved_from": str(here), "moved_to": str(there)}
        return Applied(None, row.id, 0, "secret", row.id, detail)
