"""Somebody who can write the database, by hand."""

from tests.gate.rooms import World

from strongroom.db.interface import Begin
from strongroom.db.tables import log


def by_hand(world: World, *statements: str, drop: bool = False) -> None:
    """Run SQL past the program; `drop` the triggers first, as such a person would.

    `{next}` in a statement is the number that its change would have.
    """
    db = world.room.connect()
    try:
        if drop:
            for (name,) in db.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                db.execute(f"DROP TRIGGER {name!s}")
        db.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            if "{next}" in statement and not drop:
                # The trigger lets one row pass for each number: take them one by one.
                table = statement.split()[1]
                for (key,) in db.query(f"SELECT {_key(table)} FROM {table}"):
                    sql = statement.format(next=log.head(db) + 1)
                    where = f" WHERE {_key(table)} = ?"
                    db.begin(Begin.CHANGE)
                    db.execute(sql + where, (key,))
                    db.commit()
            else:
                db.execute(statement.format(next=log.head(db)))
    finally:
        db.rollback()
        db.close()


def _key(table: str) -> str:
    by_secret = {"current": "secret_id", "label": "secret_id"}
    return {"meta": "key", "role": "name", "version": "mac", **by_secret}.get(table, "id")
