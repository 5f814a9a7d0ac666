"""Opening a room whose key file is lost, with what a person has, to make it a new one."""

from collections.abc import Mapping
from pathlib import Path

from strongroom.config import Config
from strongroom.crypto.holder import Holder
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.ring import enrol, enrollable
from strongroom.crypto.slot import Kind
from strongroom.gate.changes.house import ChangeSlots, SetSlot
from strongroom.gate.operation import Caller
from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.ops.local import done
from strongroom.wiring import keyfiles, place
from strongroom.wiring.credentials import Asking, AskPerson
from strongroom.wiring.opening import AGENT, find_folder, known, look
from strongroom.wiring.process import DATABASE, gate


def recover(
    config: Config,
    environ: Mapping[str, str],
    given: Path | None,
    kind: Kind,
    ask: AskPerson,
    *,
    reserve_bytes: int = RESERVE_BYTES,
) -> Path:
    """Open the room with what a person has and make a new key file; where it stands.

    It opens what that opens. Slots of earlier key files stay: whoever finds a lost one can
    still use it.

    Raises:
        SealedError: what `ask` gives does not open this room.
        DeniedError: the room does not know this user, or he may not administer it.
        ConflictError: `keyfile-exists`; `seals-changed`, while the person was asked.
    """
    folder = find_folder(config, given)
    found = look(folder)
    path = keyfiles.path_of(config, environ, found.room_id)
    keyfiles.check_outside(path, folder)
    keys = found.open(ask(Asking(kind, found.room_id, tuple(found.slots))))
    place.check(found.place, folder / DATABASE)
    caller = Caller(known(found), agent=AGENT)
    keyfile = KeyFile.new(found.room_id)
    named = enrollable(found.slots, keys.ring)
    made = enrol(found.room_id, named, keyfile, Holder.new())
    # The person took his time to answer: what was removed or rotated meanwhile opens nothing new.
    seen = frozenset(row.id for row in found.rows)
    change = ChangeSlots(tuple(SetSlot.of(one) for one in made), seen)
    with (
        keyfiles.made(path, folder, keyfile),
        gate(folder, keys, found.instance_id, reserve_bytes) as (opened, _),
    ):
        done(opened.change(caller, change, "recovered"))
        opened.sequence()
    return path
