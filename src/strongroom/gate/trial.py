"""Whether the keys at hand open what is stored: some versions of each environment, tried.

Values are opened, found authentic, and dropped: nothing but counts leaves here.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from strongroom.crypto import envelope
from strongroom.crypto.envelope import Binding, Kek, Sealed
from strongroom.db.interface import Db, number
from strongroom.db.tables import house
from strongroom.db.tables.house import ENVIRONMENT
from strongroom.db.tables.secrets import SECRET, VERSION
from strongroom.errors import StrongroomError
from strongroom.gate.rows import Seal


class Tried(NamedTuple):
    """An environment: how many versions have a value, how many were tried, how many opened.

    `sealed` says that this process holds none of its keys, so that nothing could be tried.
    """

    environment: str
    versions: int
    tried: int
    opened: int
    sealed: bool

    @property
    def ok(self) -> bool:
        """Whether all that was tried opened, and something was if there is anything."""
        return (
            not self.sealed and self.opened == self.tried and bool(self.tried or not self.versions)
        )


def try_values(
    db: Db, room_id: bytes, seal: Seal, keks: Mapping[bytes, Kek], count: int
) -> list[Tried]:
    """Try `count` versions of each environment, drawn at random, by environment id."""
    found = []
    for row in house.environments(db):
        place = seal.check(ENVIRONMENT, row).id
        total = number(db, _COUNT, (place,))
        sealed = not any(kek.environment == place for kek in keks.values())
        drawn = [] if sealed else db.query(_DRAW, (place, count))
        opened = sum(_opens(db, room_id, seal, keks, key) for key in drawn)
        found.append(Tried(place, total, len(drawn), opened, sealed))
    return found


def _opens(
    db: Db, room_id: bytes, seal: Seal, keks: Mapping[bytes, Kek], key: tuple[object, ...]
) -> bool:
    secret_id, n = key
    assert isinstance(secret_id, bytes)
    assert isinstance(n, int)
    secret, version = SECRET.get(db, secret_id), VERSION.get(db, secret_id, n)
    try:
        if secret is None or version is None:
            return False
        seal.check(SECRET, secret)
        seal.check(VERSION, version)
        binding = Binding(room_id, secret_id, secret.environment, secret.path, n)
        envelope.open(Sealed(version.sealed, version.wrapped), binding, keks[version.kek_id])
    except (StrongroomError, KeyError):
        return False
    return True


_WITH_VALUE: Final = """
FROM version v JOIN secret s ON s.id = v.secret_id
WHERE s.environment = ? AND v.state <> 'destroyed'
"""
_COUNT: Final = f"SELECT count(*) {_WITH_VALUE}"
# What is drawn decides nothing, so the engine's own randomness will do.
_DRAW: Final = f"SELECT v.secret_id, v.n {_WITH_VALUE} ORDER BY random() LIMIT ?"
