"""Config -> an opened room: the only package that names an adapter, and that reads key files.

A room's folder holds `room.db` and `reserve`, mode 0700. Its key file stands outside of it,
so that a copy of the folder opens nothing: beside the user's configuration, or where
STRONGROOM_KEYFILE or $CREDENTIALS_DIRECTORY says.

What is used of it is loaded when it is first asked for: to read a value takes a tenth of what
can be done with a room.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from strongroom.wiring.backups import verify as verify_backup
    from strongroom.wiring.credentials import KINDS, Asking, kind_named, of_text, once
    from strongroom.wiring.drills import Drilled
    from strongroom.wiring.drills import drill as drill_restore
    from strongroom.wiring.founding import Founded, found
    from strongroom.wiring.keyfiles import CREDENTIAL, made
    from strongroom.wiring.opening import ROOM_FOLDER, find_folder, open_room
    from strongroom.wiring.process import DATABASE, RESERVE
    from strongroom.wiring.recovering import recover
    from strongroom.wiring.restoring import Restored, in_place, moved, restore

__all__ = [
    "CREDENTIAL",
    "DATABASE",
    "KINDS",
    "RESERVE",
    "ROOM_FOLDER",
    "Asking",
    "Drilled",
    "Founded",
    "Restored",
    "drill_restore",
    "find_folder",
    "found",
    "in_place",
    "kind_named",
    "made",
    "moved",
    "of_text",
    "once",
    "open_room",
    "recover",
    "restore",
    "verify_backup",
]

# name: (module, what it is called there)
_WHERE: Final = {
    "drill_restore": ("drills", "drill"),
    "verify_backup": ("backups", "verify"),
    **{
        name: (module, name)
        for module, names in (
            ("credentials", ("KINDS", "Asking", "kind_named", "of_text", "once")),
            ("drills", ("Drilled",)),
            ("founding", ("Founded", "found")),
            ("keyfiles", ("CREDENTIAL", "made")),
            ("opening", ("ROOM_FOLDER", "find_folder", "open_room")),
            ("process", ("DATABASE", "RESERVE")),
            ("recovering", ("recover",)),
            ("restoring", ("Restored", "in_place", "moved", "restore")),
        )
        for name in names
    },
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, called = _WHERE[name]
    found: object = getattr(import_module(f"{__name__}.{module}"), called)
    globals()[name] = found  # so that this is asked once
    return found
