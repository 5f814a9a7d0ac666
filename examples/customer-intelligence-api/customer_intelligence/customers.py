"""Customers as rows. What is personal about them is encrypted, each field bound to its place."""

import uuid
from dataclasses import dataclass
from typing import Final

from customer_intelligence.database import Connection
from customer_intelligence.scoring import Purchase
from strongroom.errors import InvalidError, NotFoundError
from strongroom.runtime.data_keys import DataKeys

BATCH: Final = 100
_PERSONAL: Final = ("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Person:
    """What is personal."""

    name: str
    email: str
    phone: str


def add(connection: Connection, keys: DataKeys, person: Person) -> uuid.UUID:
    """A customer; gives his number."""
    number = uuid.uuid4()
    sealed = [keys.encrypt(getattr(person, f), _place(f, number)) for f in _PERSONAL]
    connection.execute("INSERT INTO customer VALUES (%s, %s, %s, %s)", (number, *sealed))
    return number


def find(connection: Connection, keys: DataKeys, number: uuid.UUID) -> Person | None:
    """Who has this number, if anybody."""
    row = connection.execute(
        "SELECT name, email, phone FROM customer WHERE id = %s", (number,)
    ).fetchone()
    return None if row is None else Person(*_opened(keys, number, row))


def remove(connection: Connection, number: uuid.UUID) -> bool:
    """Whether there was one."""
    done = connection.execute("DELETE FROM customer WHERE id = %s", (number,))
    return bool(done.rowcount)


def buy(connection: Connection, number: uuid.UUID, purchase: Purchase) -> bool:
    """Whether there is such a customer, who bought something now."""
    done = connection.execute(
        "INSERT INTO purchase SELECT id, %s, %s FROM customer WHERE id = %s",
        (purchase.at_us, purchase.cents, number),
    )
    return bool(done.rowcount)


def purchases(connection: Connection, number: uuid.UUID) -> list[Purchase] | None:
    """What he bought, or None when there is no such customer."""
    rows = connection.execute(
        "SELECT at_us, cents FROM customer LEFT JOIN purchase ON customer = id WHERE id = %s",
        (number,),
    ).fetchall()
    return [Purchase(at, cents) for at, cents in rows if at is not None] if rows else None


def all_purchases(connection: Connection) -> dict[uuid.UUID, list[Purchase]]:
    """By customer; those who bought nothing too."""
    found: dict[uuid.UUID, list[Purchase]] = {}
    rows = connection.execute(
        "SELECT id, at_us, cents FROM customer LEFT JOIN purchase ON customer = id"
    )
    for number, at, cents in rows:
        found.setdefault(number, []).extend([] if at is None else [Purchase(at, cents)])
    return found


@dataclass(frozen=True, slots=True)
class Renewed:
    """One batch. `last` is the last number in it, None when there was none left."""

    last: uuid.UUID | None
    written: int
    unreadable: int


def renew(connection: Connection, keys: DataKeys, after: uuid.UUID) -> Renewed:
    """Write what an older key encrypted under the newest one, for one batch of rows behind `after`.

    A row that no key opens stays as it is, and does not keep the others from it.
    """
    rows = connection.execute(
        "SELECT id, name, email, phone FROM customer WHERE id > %s ORDER BY id LIMIT %s FOR UPDATE",
        (after, BATCH),
    ).fetchall()
    written = unreadable = 0
    for number, *sealed in rows:
        try:
            if not any(keys.is_stale(text) for text in sealed):
                continue
            fresh = [
                keys.rewrap(text, _place(f, number))
                for f, text in zip(_PERSONAL, sealed, strict=True)
            ]
        except (InvalidError, NotFoundError):
            unreadable += 1
            continue
        connection.execute(
            "UPDATE customer SET name = %s, email = %s, phone = %s WHERE id = %s",
            (*fresh, number),
        )
        written += 1
    return Renewed(rows[-1][0] if rows else None, written, unreadable)


def _opened(keys: DataKeys, number: uuid.UUID, row: tuple[str, ...]) -> list[str]:
    return [
        keys.decrypt_text(text, _place(f, number)) for f, text in zip(_PERSONAL, row, strict=True)
    ]


def _place(field: str, number: uuid.UUID) -> str:
    """Moved to another row or column, a text does not open."""
    return f"customer.{field}:{number}"
