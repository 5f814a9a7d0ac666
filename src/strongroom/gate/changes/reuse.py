"""Where one value may stand: in one environment (P-4.3), for one client (P-4.6).

Looked at under the lock, by keyed fingerprints, deleted and destroyed ones too. Where else the
value stands is not said: the caller may not be one who may know. Values that are too weak for a
fingerprint cannot be compared; where it matters they are refused before.
"""

from collections.abc import Iterable
from typing import NamedTuple

from strongroom.db.tables import labels, work
from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.secrets import SECRET, SecretRow
from strongroom.errors import ConflictError, InvalidError
from strongroom.gate.writer import Writer


class Newcomer(NamedTuple):
    """A secret that is about to hold a value."""

    id: bytes
    environment: str
    type: str


def refuse(to: Writer, new: Newcomer, marks: Iterable[bytes]) -> None:
    """Refuse a value by its fingerprints, if it stands where it may not stand too.

    Earlier versions of the same secret are no other place.

    Raises:
        InvalidError: `value-reused`.
    """
    alone = new.type in to.snapshot.authority(to.db).standing.exclusive
    for mark in marks:
        for id_ in {row.secret_id for row in work.same_value(to.db, mark)} - {new.id}:
            row = to.load(SECRET, id_)
            if row is None:
                continue
            if row.environment != new.environment:
                raise InvalidError(
                    "value-reused",
                    "the same value stands in another environment (P-4.3)",
                    fix="generate one of its own for each environment",
                )
            ours, theirs = client_of(to, new.id), client_of(to, id_)
            if alone or (ours and theirs and ours != theirs):
                raise InvalidError(
                    "value-reused",
                    "the same value stands at another secret, each client has its own (P-4.6)",
                    fix="generate one of its own for each client",
                )


def client_of(to: Writer, secret_id: bytes) -> str:
    """The client whose a secret is, empty where it is nobody's."""
    row = to.load(LABEL, secret_id)
    return "" if row is None else row.client


def one_for_each_client(to: Writer, secret: SecretRow, client: str) -> None:
    """Refuse a client who has a secret of that type in that environment already.

    His versions overlap while one replaces the other; two secrets would be two credentials, of
    which nobody knows which to revoke. Where types may share their values, so may clients.

    Raises:
        ConflictError: `client-taken`. InvalidError: `value-reused`.
    """
    if secret.type in to.snapshot.authority(to.db).standing.exclusive:
        for label in labels.of_client(to.db, client):
            row = to.load(SECRET, label.secret_id)
            if row is None or row.id == secret.id or row.state != "active":
                continue
            if (row.environment, row.type) == (secret.environment, secret.type):
                raise ConflictError(
                    "client-taken",
                    "that client has such a secret in this environment already (P-4.6)",
                    fix="give its secret a new version, or delete it first",
                )
    new = Newcomer(secret.id, secret.environment, secret.type)
    refuse(to, new, work.marks_of(to.db, secret.id))
