"""What a flush works at: the connection, the snapshot, the decisions, the time."""

from strongroom.db.interface import Db
from strongroom.gate.decision import Decisions
from strongroom.gate.facts import Snapshot
from strongroom.gate.room import Room


class Desk:
    """What a flush works with, shared by its operations."""

    __slots__ = ("begun", "db", "decisions", "now_us", "room", "snapshot")

    def __init__(self, db: Db, room: Room) -> None:
        self.db = db
        self.room = room
        self.now_us = 0
        self.begun = False  # whether the lock was taken
        self.clear()

    def clear(self) -> None:
        """Start from nothing: what was loaded may never have been committed."""
        self.snapshot = Snapshot(self.room)
        self.decisions = Decisions(self.snapshot)
