"""Questions about what is below a folder, for somebody who is about to read some of it.

They show nothing to anybody: what comes of them is a read, which is decided and recorded, or a
name that the reader may know. So they are not recorded themselves.
"""

from typing import Final, NamedTuple

from strongroom.db.tables import log, secrets
from strongroom.db.tables.log import Change
from strongroom.db.tables.secrets import SCHEDULE, SECRET
from strongroom.errors import LimitError
from strongroom.gate.decision import Ask
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Caller
from strongroom.model.address import Address
from strongroom.model.principal import Verb

PATHS_MAX: Final = 10_000
CHANGES_MAX: Final = 1_000  # after more of them, it is news without a look
# What is written here changes neither a value nor who may read it.
_BESIDE: Final = frozenset(
    {
        "acknowledgement",
        "anchor",
        "check_run",
        "evidence",
        "label",
        "reference",
        "rotation",
        "rotation_rule",
        "seal",
        "segment",
        "share",
        "target",
    }
)


class Reach(NamedTuple):
    """Paths that may be read, and by path why others may not; `hidden` ones may not be known."""

    readable: frozenset[str]
    refused: dict[str, str]
    hidden: frozenset[str]


class Ground(NamedTuple):
    """What an application stands on: its folder, and addresses elsewhere that are read with it."""

    caller: Caller
    environment: str
    folder: str
    others: frozenset[Address]

    def holds(self, environment: str, path: str) -> bool:
        """Whether a secret there is part of it."""
        inside = environment == self.environment and f"{path}/".startswith(self._start)
        return inside or Address(environment, path) in self.others

    @property
    def _start(self) -> str:
        return f"{self.folder}/" if self.folder else ""


def news(desk: Desk, ground: Ground, head: int) -> tuple[int, bool]:
    """The last change by now, and whether one after `head` may have to do with that ground."""
    changes = log.changes_after(desk.db, head, CHANGES_MAX)
    if len(changes) == CHANGES_MAX:
        return log.head(desk.db), True
    last = changes[-1].seq if changes else head
    return last, any(_touches(desk, ground, change) for change in changes)


def _touches(desk: Desk, ground: Ground, change: Change) -> bool:
    if change.source in _BESIDE or change.scope == "token":
        return False
    if change.scope == "principal":
        return change.key == ground.caller.principal.hex()
    if change.scope == "mount":
        return change.key == ground.environment
    if change.scope == "authority" or change.source in {"batch", "batch_part"}:
        return True
    if change.source == "moved" and ground.holds(*change.row.split("/", 1)):
        return True  # it stood here, and is somewhere else now
    row = SECRET.get(desk.db, bytes.fromhex(change.key))
    return row is None or ground.holds(row.environment, row.path)


def paths(desk: Desk, environment: str, folder: str) -> list[str]:
    """Paths of the secrets below `folder`, which is `""` for the whole environment.

    Raises:
        LimitError: `folder-too-large`.
    """
    start = f"{folder}/" if folder else ""
    found = secrets.paths_below(desk.db, environment, start, PATHS_MAX + 1)
    if len(found) > PATHS_MAX:
        raise LimitError(
            "folder-too-large",
            f"more than {PATHS_MAX:,} secrets are below one application's folder",
            fix="name a narrower folder: STRONGROOM_FOLDER, or [application] folder",
        )
    return found


def reach(desk: Desk, caller: Caller, environment: str, found: list[str]) -> Reach:
    """Which of `found` the caller may read, each decided as a read of it would be."""
    desk.now_us = desk.db.clock_us()
    readable, refused, hidden = set[str](), dict[str, str](), set[str]()
    for path in found:
        code = _code(desk, caller, Verb.READ, environment, path)
        if not code:
            readable.add(path)
            continue
        refused[path] = code
        if _code(desk, caller, Verb.METADATA, environment, path):
            hidden.add(path)
    return Reach(frozenset(readable), refused, frozenset(hidden))


def current(desk: Desk, address: Address) -> tuple[bytes, int] | None:
    """The id of the secret there and the number of its current version, or None."""
    held = desk.snapshot.secret(desk.db, address.environment, address.path)
    if held is None or held.row.state != "active" or held.current.n is None:
        return None
    return held.row.id, held.current.n


def in_grace(desk: Desk, address: Address) -> list[int]:
    """Numbers of the versions that are still accepted: the current one, then later ones first."""
    found = current(desk, address)
    if found is None:
        return []
    secret_id, n = found
    previous = [
        row.n
        for row in secrets.versions_of(desk.db, secret_id)
        if row.state == "previous" and not row.compromised and row.deleted_us is None
    ]
    return [n, *previous]


def planned_us(desk: Desk, secret_id: bytes) -> int | None:
    """When a schedule says that a secret is rotated next, or None.

    Raises:
        TamperedError: the row was changed.
    """
    row = SCHEDULE.get(desk.db, secret_id)
    return None if row is None else desk.snapshot.seal.check(SCHEDULE, row).next_us


def _code(desk: Desk, caller: Caller, verb: Verb, environment: str, path: str) -> str:
    return desk.decisions.judge(
        desk.db, Ask(caller, verb, environment, path, False), desk.now_us
    ).code
