"""Where a room's database stands: a file that was copied has another number there.

The number is the inode, which a rename and a reboot keep and a copy does not. The device's
number is left out: it changes with the order in which disks are found.
"""

from pathlib import Path

from strongroom.errors import MachineError, SealedError
from strongroom.gate.rows import Meta


def place_of(database: Path) -> bytes:
    """The place of a database that is there.

    Raises:
        MachineError: `folder-unusable`.
    """
    try:
        return str(database.stat().st_ino).encode()
    except OSError as error:
        raise MachineError("folder-unusable", f"{database}: {error.strerror}") from None


def check(recorded: bytes | None, database: Path) -> None:
    """Refuse a database that does not stand where its room says.

    Nothing recorded is a room that was made before places were.

    Raises:
        SealedError: `room-copied`.
    """
    if recorded in {None, Meta.ANYWHERE} or recorded == place_of(database):
        return
    raise SealedError(
        "room-copied",
        f"{database} is a copy: the room was recorded as another file. Used as it is, one room"
        " would go on in two places, with two logs under one key",
        fix="if the original is still used, or may be: strongroom restore --in-place makes this"
        " an instance of its own. If this is the original, moved: strongroom restore --moved",
    )
