"""Worlds whose log is old enough to be moved."""

from pathlib import Path

from tests.gate.rooms import Time, World

from strongroom.audit.verifier import Row
from strongroom.gate.logbook import Logbook
from strongroom.gate.stored_tree import log_rows

DAY_US = 86_400_000_000


def aged(world: World, time: Time, *, days: int = 200, every: int = 40, reads: int = 40) -> None:
    """Reads and changes over many days, by two processes, signed each time."""
    address = world.create("production/a")
    other = world.again()
    for n in range(0, days, every):
        time.us += every * DAY_US
        world.gate.read(world.owner, [address] * reads)
        world.create(f"production/n{n}")
        other.read(world.owner, [address] * reads)
        world.gate.sequence()
    other.close()


def book(world: World, folder: Path | None = None) -> list[Row]:
    """Every entry, wherever it stands."""
    db = world.room.connect()
    try:
        return list(Logbook(db, world.room.keys, folder).all(0))
    finally:
        db.close()


def in_database(world: World) -> list[Row]:
    db = world.room.connect()
    try:
        return [row for row in log_rows(db, 0, 10**9) if row.leaf is not None]
    finally:
        db.close()
