"""Config -> an opened room: the only package that names an adapter, and that reads key files.

A room's folder holds `room.db` and `reserve`, mode 0700. Its key file stands outside of it,
so that a copy of the folder opens nothing: beside the user's configuration, or where
STRONGROOM_KEYFILE or $CREDENTIALS_DIRECTORY says.
"""

from strongroom.wiring.backups import verify as verify_backup
from strongroom.wiring.credentials import KINDS, Asking, kind_named, of_text, once
from strongroom.wiring.drills import Drilled
from strongroom.wiring.drills import drill as drill_restore
from strongroom.wiring.founding import Founded, found
from strongroom.wiring.keyfiles import CREDENTIAL, made
from strongroom.wiring.opening import ROOM_FOLDER, find_folder, open_room, recover
from strongroom.wiring.process import DATABASE, RESERVE
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
