"""On one machine the operating system's user is the principal.

What that is worth: the kernel says who runs the command, so nobody who is not root can
pretend to be another. It is worth nothing against root, or against whoever can read the
key file and the database: they need no command of ours. docs/guide/room.md says so.
"""

import pwd
import re
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,127}")  # as model.principal has it
_NUMBER: Final = re.compile(r"uid-\d+")


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
    # Another spelling, or a name made to look like a number, could be taken for somebody else.
    if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name):
        return OsUser(uid, f"uid-{uid}")
    return OsUser(uid, name)
