"""On one machine the operating system's user is the principal.

What that is worth: the kernel says who runs the command, so nobody who is not root can
pretend to be another. It is worth nothing against root, or against whoever can read the
key file and the database: they need no command of ours. docs/guide/room.md says so.
"""

import pwd
import re
from typing import Final, NamedTuple

_NOT_A_NAME: Final = re.compile(r"[^a-z0-9._@+-]")


class OsUser(NamedTuple):
    """A user of this machine: its number, and the principal's name for it."""

    uid: int
    name: str


def user(uid: int) -> OsUser:
    """The user of a number; one that the machine has no name for is called by its number."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return OsUser(uid, f"uid-{uid}")
    lower = name.lower()
    # A name that the grammar of principals cannot hold would share its spelling with another.
    if _NOT_A_NAME.search(lower) or lower != name or not lower[:1].isalnum():
        return OsUser(uid, f"uid-{uid}")
    return OsUser(uid, name)
