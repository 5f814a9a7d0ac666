"""People who log in by name and password, and clients that have API keys."""

import hashlib
import hmac
import secrets
from typing import Final

from customer_intelligence.database import Connection, Pool
from strongroom.runtime.api_key_records import Record

PASSWORD_CHARS_MIN: Final = 16
_COST: Final = 2**15
_MEMORY: Final = 64 * 1024 * 1024
_SALT_OCTETS: Final = 16
# Checked for a name that nobody has, so that the time tells nothing.
_NOBODY: Final = f"{'0' * 2 * _SALT_OCTETS}:{'0' * 128}"


def add(connection: Connection, name: str, password: str) -> None:
    """A person, or another password for him; only its hash is kept."""
    salt = secrets.token_hex(_SALT_OCTETS)
    connection.execute(
        "INSERT INTO account VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET password = excluded.password",
        (name, f"{salt}:{_hash(password, salt)}"),
    )


def logs_in(connection: Connection, name: str, password: str) -> bool:
    """Whether that is his password."""
    row = connection.execute("SELECT password FROM account WHERE name = %s", (name,)).fetchone()
    salt, _, expected = (row[0] if row else _NOBODY).partition(":")
    return hmac.compare_digest(_hash(password, salt), expected) and row is not None


class Records:
    """Where the runtime looks for the record of an API key."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def find(self, id_: str) -> Record | None:
        """The record of this id."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT id, digest, who, scopes, expires_s FROM api_key WHERE id = %s", (id_,)
            ).fetchone()
        return None if row is None else Record(row[0], row[1], row[2], tuple(row[3]), row[4])

    def add(self, record: Record) -> None:
        """Keep it; one that is there already stays."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO api_key VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
                (record.id, record.digest, record.who, list(record.scopes), record.expires_s),
            )

    def remove(self, who: str) -> int:
        """All keys of a client are refused from now on; gives how many there were."""
        with self._pool.connection() as connection:
            gone = connection.execute("DELETE FROM api_key WHERE who = %s", (who,))
            return int(gone.rowcount)


def _hash(password: str, salt: str) -> str:
    octets = password.encode("utf-8", "surrogatepass")
    made = hashlib.scrypt(octets, salt=bytes.fromhex(salt), n=_COST, r=8, p=1, maxmem=_MEMORY)
    return made.hex()
