"""An approval that is void: what was approved is changed before it was begun."""

import json
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import rotations, work
from strongroom.db.tables.rotations import ROTATION, StepRow
from strongroom.db.tables.secrets import SECRET
from strongroom.db.tables.work import OutboxRow
from strongroom.gate.rows import missing
from strongroom.gate.writer import Writer
from strongroom.model.address import Address

VOID: Final = "approval-void"
TOPIC: Final = "notify"


def void(to: Writer, secret_id: bytes) -> bool:
    """End the rotation of a secret that was approved and has touched nothing yet, if there is one.

    Whoever asks knows that its rotations are approved. An emergency needs nobody's approval, and
    what has begun at the target goes on. The engine that may hold it cannot write any more.

    Raises:
        TamperedError: a row was changed.
    """
    row = rotations.live(to.db, secret_id)
    if row is None:
        return False
    to.snapshot.seal.check(ROTATION, row)
    if row.emergency or row.open or row.new_n is not None:
        return False
    ended = row._replace(
        state="rolled-back", code=VOID, reached_us=max(to.now_us, row.reached_us),
        holder=b"", fence=row.fence + 1, lease_us=0,
    )  # fmt: skip
    to.update(ROTATION, ended)
    step = StepRow(row.id, 0, "void", ended.state, VOID, ended.fence, to.now_us, 0)
    rotations.note(to.db, step)
    secret = to.load(SECRET, secret_id)
    if secret is None:
        raise missing("the secret of a rotation")
    body = {
        "event": "rotation-rolled-back", "secret": str(Address(secret.environment, secret.path)),
        "version": row.old_n, "emergency": False, "code": VOID, "rotation": row.id.hex(),
        "held_by": [], "at_us": to.now_us,
    }  # fmt: skip
    text = json.dumps(body, ensure_ascii=False).encode()
    work.owe(to.db, OutboxRow(new_id(), TOPIC, text, to.now_us, 0, "due", to.now_us))
    return True
