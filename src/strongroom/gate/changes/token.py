"""Tokens: given out, revoked, used up. The room keeps a keyed hash of each, never the token."""

from dataclasses import dataclass

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import people
from strongroom.db.tables.people import PRINCIPAL, TOKEN, TokenRow
from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class AddToken(Change):
    """Give a principal a token. `lookup` is what `crypto.token.mint` returned beside it."""

    principal_id: bytes
    lookup: bytes
    name: str
    expires_us: int
    uses_left: int | None = None

    def apply(self, to: Writer) -> Applied:
        """Add the token; the result is its id, by which it is revoked.

        Raises:
            NotFoundError: `principal-unknown`.
            ConflictError: `token-exists`.
            InvalidError: `expiry-past`, `text-invalid`, `uses-invalid`.
        """
        if to.load(PRINCIPAL, self.principal_id) is None:
            raise NotFoundError("principal-unknown", "there is no such principal")
        if self.expires_us <= to.now_us:
            raise InvalidError("expiry-past", "a token expires in the future")
        if self.uses_left is not None and self.uses_left < 1:
            raise InvalidError("uses-invalid", "a token can be used at least once")
        if people.token_by_lookup(to.db, self.lookup) is not None:
            raise ConflictError("token-exists", "that token was given out already")
        row = TokenRow(
            id=new_id(),
            lookup=self.lookup,
            principal_id=self.principal_id,
            name=bounded(self.name, "a token's name", chars_max=128),
            revoked=0,
            uses_left=self.uses_left,
            created_us=to.now_us,
            created_by=to.actor,
            expires_us=self.expires_us,
        )
        to.insert(TOKEN, row)
        return Applied(row.id, kind="token", object_id=row.id, detail={"object": row.name})


@dataclass(frozen=True)
class RevokeToken(Change):
    """End a token. Again is no error."""

    token_id: bytes

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Mark it revoked.

        Raises:
            NotFoundError: `token-unknown`.
        """
        row = to.load(TOKEN, self.token_id)
        if row is None:
            raise NotFoundError("token-unknown", "there is no such token")
        to.update(TOKEN, row._replace(revoked=1))
        return Applied(kind="token", object_id=row.id, detail={"object": row.name})


def spend_token(to: Writer, token_id: bytes) -> None:
    """Take one use of a token whose uses are counted; it was found usable in this lock."""
    row = to.load(TOKEN, token_id)
    if row is None:
        raise NotFoundError("token-unknown", "there is no such token")
    to.update(TOKEN, row._replace(uses_left=(row.uses_left or 0) - 1))
