"""`strongroom secret edit`: change a value in an editor."""

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import editor, render
from strongroom.cli.room import RoomFolder, opened
from strongroom.cli.written import written_as
from strongroom.errors import InvalidError, LimitError, UsageError
from strongroom.model.address import Address
from strongroom.ops import secret as ops
from strongroom.secret import editing
from strongroom.secret.value import Value

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


def register(app: App) -> None:
    """Add the command to `strongroom secret`."""
    app.command(edit)


def edit(address: str, *, reason: Reason = "", room: RoomFolder = None) -> int:
    """Change the current value in your editor ($VISUAL, $EDITOR) and keep it as a new version.

    Several fields are shown as JSON. It is recorded as a read, and as a write if you change
    something. If somebody else writes meanwhile, yours is not kept.

    Parameters
    ----------
    address
        environment/path, e.g. development/customer-api/SECRET_KEY
    """
    where = Address.parse(address)
    if not all(s is not None and s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "terminal-needed",
            "an editor needs a terminal",
            fix="pipe the value in: strongroom secret set ADDRESS < file",
        )
    chosen = editor.find(os.environ)
    with opened(room) as local:
        read = ops.read(local, where, reason=reason)
    sheet = editing.as_sheet(read.value)
    with editor.folder(os.environ) as folder:
        _warn(chosen, folder)
        file = folder.path / f"value{sheet.suffix}"
        while True:
            data = editor.edit(chosen, file, sheet.text)
            if data == sheet.text:
                return _say(f"{address}: nothing was changed")
            try:
                value = editing.from_sheet(data, read.value)
                if value == read.value:
                    return _say(f"{address}: nothing was changed")
                written = _keep(where, value, read.version, reason, room)
            except (InvalidError, LimitError) as error:
                render.error(error.code, error.message, error.fix, as_json=False)
                if not _again():
                    raise UsageError("edit-given-up", "nothing was changed") from None
            else:
                return written_as(written, json=False)


def _keep(
    where: Address, value: Value, version: int, reason: str, room: Path | None
) -> ops.Written:
    with opened(room) as local:
        return ops.write(local, ops.WriteRequest(where, value, after=version, reason=reason))


def _warn(chosen: editor.Editor, folder: editor.Folder) -> None:
    notes = []
    if not chosen.quiet:
        notes.append(f"{chosen.name} is not known here; see that it keeps no copies of its own")
    if not folder.in_memory:
        notes.append("no folder in memory was found; the disk may keep traces of the file")
    for note in notes:
        render.err().print(render.cell(f"note: {note}", "yellow"), soft_wrap=True)


def _again() -> bool:
    sys.stderr.write("Edit again? [Y/n] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return bool(answer) and answer.strip().lower() not in {"n", "no"}


def _say(text: str) -> int:
    render.out().print(render.safe(text), soft_wrap=True)
    return 0
