"""`strongroom share create|open|list|revoke`: a value for one other person, once."""

import re
import sys
from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import render, value_input
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address

app = App(name="share", help="Give a value to one other person, once, with a code that you tell.")

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
UNITS: Final = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_LIFE: Final = re.compile(r"([1-9][0-9]{0,5})([mhd])")


@app.command
def create(
    address: str,
    *,
    field: str | None = None,
    ttl: str = "1h",
    for_: Annotated[str | None, Parameter(name="--for")] = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Set a value aside and print its code, this once. Tell the code by voice, not by chat.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/SECRET_KEY
    field
        One field of a value that has several.
    ttl
        How long it waits: minutes, hours or days, such as 30m, 1h, 7d.
    for_
        The principal who may open it; by default anybody whom the room knows and who has the code.
    """
    from strongroom.ops import share as ops

    where, life_us = Address.parse(address), _life(ttl)
    with opened(room) as local:
        made = ops.create(local, ops.ShareRequest(where, field, for_, life_us, reason))
    if json:
        render.json(
            {
                "id": made.id, "address": made.address, "version": made.version,
                "expires": render.minute(made.expires_us), "code": made.code.reveal(),
            }
        )  # fmt: skip
        return 0
    who = for_ or "anybody who has the code"
    render.out().print(
        render.safe(
            f"share {made.id[:8]} of {made.address} version {made.version}, for {who},"
            f" until {render.minute(made.expires_us)} UTC"
        ),
        soft_wrap=True,
    )
    render.out().print("\nThe code, shown this once. It opens once: `strongroom share open`\n")
    sys.stdout.write(f"    {made.code.reveal()}\n")
    return 0


@app.command(name="open")
def open_(*, reason: Reason = "", room: RoomFolder = None, json: Json = False) -> int:
    """Take what was shared, and print it and nothing else. The code is asked for unseen.

    It is read from standard input where that is no terminal, never from the command line.
    """
    from strongroom.crypto.share import ShareCode
    from strongroom.ops import share as ops

    code = ShareCode.parse(value_input.read("code").decode(errors="replace"))
    with opened(room) as local:
        found = ops.open_(local, code, reason)
    data = found.value.reveal()
    if json:
        try:
            text, binary = data.decode(), None
        except UnicodeDecodeError:
            text, binary = None, data
        render.json(
            {
                "address": str(found.address), "version": found.version,
                "field": found.field or None, "by": found.by, "value": text, "binary": binary,
            }
        )  # fmt: skip
        return 0
    if sys.stdout and sys.stdout.isatty():
        note = f"{found.address} version {found.version}, shared by {found.by}"
        render.err().print(render.safe(note), style="dim", soft_wrap=True)
        data += b"\n"
    render.raw(data)
    return 0


@app.command(name="list")
def list_(
    *,
    everybody: Annotated[bool, Parameter(name="--all", negative="")] = False,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Show the shares that you made, newest first; never a code or a value.

    Parameters
    ----------
    everybody
        Everybody's; for those who may read the log.
    """
    from strongroom.ops import share as ops

    with opened(room) as local:
        found = ops.everybodys(local) if everybody else ops.mine(local)
    if json:
        render.json(
            [
                {
                    "id": one.id.hex(), "address": str(one.address), "version": one.version,
                    "field": one.field or None, "state": one.state, "by": one.by,
                    "for": one.recipient, "created": render.minute(one.created_us),
                    "expires": render.minute(one.expires_us),
                    "ended": render.minute(one.ended_us) if one.ended_us else None,
                }
                for one in found
            ]
        )  # fmt: skip
        return 0
    table = render.table("id", "what", "by", "for", "state", "until")
    for one in found:
        what = f"{one.address}#{one.field}" if one.field else str(one.address)
        cells = (
            one.id.hex()[:8], what, one.by, one.recipient or "anybody", one.state,
            render.minute(one.expires_us),
        )  # fmt: skip
        table.add_row(*map(render.cell, cells))
    render.out().print(table)
    return 0


@app.command
def revoke(share: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Take a share back that nobody opened: your own, or any if you may contain.

    Parameters
    ----------
    share
        The beginning of its id, as `list` shows it.
    """
    from strongroom.ops import share as ops

    with opened(room) as local:
        found = ops.revoke(local, share, reason)
    render.out().print(render.safe(f"share {found.id.hex()[:8]} of {found.address} is taken back"))
    return 0


def _life(text: str) -> int:
    match = _LIFE.fullmatch(text)
    if match is None:
        raise UsageError("life-invalid", "that is no length of time", fix="write 30m, 1h or 7d")
    return int(match[1]) * UNITS[match[2]]
