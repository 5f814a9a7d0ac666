"""`strongroom rotate reveal`: the new value, for a person who makes it valid by hand."""

import sys
from typing import Annotated

from cyclopts import Parameter

from strongroom.cli import clipboard_option as boards
from strongroom.cli import render
from strongroom.cli.clipboard_option import ClearAfter, Clipboard
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.cli.secret import chosen, document
from strongroom.model.address import Address

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


def reveal(
    address: str,
    *,
    field: str | None = None,
    clipboard: Clipboard = False,
    clear_after: ClearAfter = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Print the value of a rotation that is not current yet, and nothing else.

    For whoever has to set it at a target by hand: a rotator `manual`, or a target that cannot be
    reached from here. Whoever may rotate the secret may see it, and that he did is recorded.

    Parameters
    ----------
    address
        environment/path
    field
        One field of a value that has several.
    """
    from strongroom.ops import reveal as ops

    where = Address.parse(address)
    board = boards.wanted(clipboard=clipboard, clear_after=clear_after, json=json)
    with opened(room) as local:
        found = ops.reveal(local, where, field=field, reason=reason)
    if json:
        render.json(document(found))
        return 0
    data = chosen(found.value, field)
    if board is not None:
        return boards.give(board, data)
    render.raw(data + (b"\n" if sys.stdout and sys.stdout.isatty() else b""))
    return 0
