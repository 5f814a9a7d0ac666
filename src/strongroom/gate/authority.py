"""What decides for everybody: the policy in force, environments, keys, whether it is killed."""

from typing import NamedTuple

from strongroom.access.facts import EnvironmentFacts
from strongroom.db.interface import Db
from strongroom.db.tables import house
from strongroom.db.tables.house import ENVIRONMENT, KEK, META, POLICY, EnvironmentRow
from strongroom.errors import TamperedError
from strongroom.gate.room import Room, Standing
from strongroom.gate.rows import Meta, Seal, missing


class Authority(NamedTuple):
    """What is the same for everybody."""

    policy: bytes  # first 8 bytes of the document's SHA-256, zero without a policy
    standing: Standing
    state: bytes  # of the room: anything but open freezes every environment
    environments: dict[str, EnvironmentRow]
    facts: dict[str, EnvironmentFacts]
    keks: dict[str, bytes]  # the id of the key that wraps new versions, by environment

    @property
    def killed(self) -> bool:
        """Whether every environment is frozen at once."""
        return self.state != Meta.OPEN


def load(db: Db, room: Room, seal: Seal) -> Authority:
    """Load and check all of it.

    Raises:
        TamperedError: a row was changed, is missing, or is of another room.
    """
    meta = {row.key: seal.check(META, row).value for row in META.where(db)}
    for key in (Meta.ROOM, Meta.INSTANCE, Meta.STATE, Meta.POLICY):
        if key not in meta:
            raise missing(f"the room's {key}")
    instances = {room.instance_id, room.predecessor}
    if meta[Meta.ROOM] != room.keys.room_id or meta[Meta.INSTANCE] not in instances:
        raise TamperedError("room-foreign", "this database is another room's, or a copy of it")
    policy, standing = bytes(8), Standing({}, {})
    n = int(meta[Meta.POLICY])
    if n:
        found = POLICY.get(db, n)
        if found is None:
            raise missing("the policy in force")
        seal.check(POLICY, found)
        policy, standing = found.sha256[:8], room.standing(found.compiled)
    state = meta[Meta.STATE]
    rows = {row.id: seal.check(ENVIRONMENT, row) for row in house.environments(db)}
    facts = {
        id_: EnvironmentFacts(id_, state != Meta.OPEN or bool(row.frozen))
        for id_, row in rows.items()
    }
    keks = {
        row.environment: row.id
        for row in KEK.where(db, "ORDER BY created_us, id")
        if seal.check(KEK, row).state == "active"
    }
    return Authority(policy, standing, state, rows, facts, keks)
