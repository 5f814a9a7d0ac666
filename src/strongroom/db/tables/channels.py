"""Channels: where messages about the room go."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table

ACTIVE: Final = "active"
REMOVED: Final = "removed"


class ChannelRow(NamedTuple):
    """A channel. `environment` is empty for all, `events` are words, one a line.

    Its address is the value of the secret `secret_id`, since it holds credentials.
    """

    id: bytes
    name: str
    environment: str
    secret_id: bytes
    events: str
    state: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


CHANNEL: Final = Table("channel", ChannelRow)


def named(db: Db, name: str) -> ChannelRow | None:
    """The channel of that name, in use or not."""
    rows = CHANNEL.where(db, "WHERE name = ?", (name,))
    return rows[0] if rows else None


def active(db: Db) -> list[ChannelRow]:
    """Those in use, by name."""
    return CHANNEL.where(db, "WHERE state = 'active' ORDER BY name")
