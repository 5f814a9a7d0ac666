"""`strongroom audit prune`: old entries into sealed segments."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from strongroom.cli import render
from strongroom.cli.audit import us
from strongroom.cli.audit_evidence import bar
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import InvalidError
from strongroom.ops import audit_prune as ops
from strongroom.ops.audit_prune import HOT_DAYS, PruneRequest


def prune(
    *,
    before: str,
    to: Annotated[Path, Parameter(help="A folder outside of the room, best on another disk.")],
    keep_days: int = HOT_DAYS,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Move old entries of the log out of the room into sealed files, which you keep.

    Whole tiles of 256 entries below the newest checkpoint are sealed under a key of the room;
    the log names each file with its digest, and only then they leave the database. Their hashes
    stay, so that what is left and what was moved both verify. Nothing destroys a segment: keep
    it until the day that is printed.

    Parameters
    ----------
    before
        Move what is older than this: 2026-11-24 or 2026-11-24T13:05:00, in UTC.
    keep_days
        So many days stay in the room whatever --before says; at least 92.
    """
    before_us = us(before)
    if before_us is None:
        raise InvalidError("time-invalid", "that is no time")
    with opened(room) as local, bar("moving") as progress:
        made = ops.prune(
            local,
            PruneRequest(before_us, to, keep_days),
            lambda _, done, total: progress(done, total),
        )
    if json:
        render.json(made)
        return 0
    console = render.out()
    for path in made.files:
        console.print(f"wrote {render.safe(str(path))}", soft_wrap=True)
    if made.keep_until_us is None:
        left = f"; {made.deleted:,} entries that were moved before left the room"
        console.print(f"nothing to move{left if made.deleted else ''}")
        return 0
    console.print(
        f"entries {made.first:,} to {made.until - 1:,} were moved, {made.deleted:,} left the room"
    )
    console.print(f"keep the files until {render.day(made.keep_until_us)}, and back them up")
    return 0
