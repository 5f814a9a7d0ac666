"""Freezing and thawing: a secret, an environment, the whole room."""

from dataclasses import dataclass

from strongroom.db.tables.house import ENVIRONMENT, META, MetaRow
from strongroom.errors import NotFoundError
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.rows import Meta, bounded, missing
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class FreezeSecret(OnSecret):
    """No value of this secret is delivered or changed any more."""

    address: Address
    why: str

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Set the mark; again is no error.

        Raises:
            NotFoundError: `secret-unknown`.
            InvalidError: `text-invalid`.
        """
        held = to.secret(self.address)
        to.touch(held, frozen=1, reason=bounded(self.why, "a reason"))
        return Applied(None, held.row.id, 0, "secret", held.row.id)


@dataclass(frozen=True)
class ThawSecret(OnSecret):
    """Lift the freeze of a secret."""

    address: Address

    verb = Verb.CONTAIN

    def apply(self, to: Writer) -> Applied:
        """Take the mark off.

        Raises:
            NotFoundError: `secret-unknown`.
        """
        held = to.secret(self.address)
        to.touch(held, frozen=0, reason="")
        return Applied(None, held.row.id, 0, "secret", held.row.id)


@dataclass(frozen=True)
class FreezeEnvironment(Change):
    """No value in this environment is delivered or changed any more."""

    place: str
    why: str

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    @property
    def environment(self) -> str:
        """Where."""
        return self.place

    def apply(self, to: Writer) -> Applied:
        """Set the mark; again is no error.

        Raises:
            NotFoundError: `environment-unknown`.
            InvalidError: `text-invalid`.
        """
        return _mark(to, self.place, 1, bounded(self.why, "a reason"))


@dataclass(frozen=True)
class ThawEnvironment(Change):
    """Lift the freeze of an environment."""

    place: str

    verb = Verb.CONTAIN

    @property
    def environment(self) -> str:
        """Where."""
        return self.place

    def apply(self, to: Writer) -> Applied:
        """Take the mark off.

        Raises:
            NotFoundError: `environment-unknown`.
        """
        return _mark(to, self.place, 0, "")


@dataclass(frozen=True)
class Kill(Change):
    """Freeze the whole room at once."""

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Say so in the room's own row."""
        return _state(to, Meta.KILLED)


@dataclass(frozen=True)
class Reopen(Change):
    """Lift the freeze of the whole room; what was frozen besides stays frozen."""

    verb = Verb.CONTAIN

    def apply(self, to: Writer) -> Applied:
        """Say so in the room's own row."""
        return _state(to, Meta.OPEN)


def _mark(to: Writer, environment: str, frozen: int, reason: str) -> Applied:
    row = to.load(ENVIRONMENT, environment)
    if row is None:
        raise NotFoundError("environment-unknown", "there is no environment of that id")
    to.update(
        ENVIRONMENT,
        row._replace(frozen=frozen, reason=reason, changed_us=to.now_us, changed_by=to.actor),
    )
    return Applied(kind="environment")


def _state(to: Writer, state: bytes) -> Applied:
    if to.load(META, Meta.STATE) is None:
        raise missing("the room's state")
    to.update(META, MetaRow(Meta.STATE, state))
    return Applied(kind="room")
