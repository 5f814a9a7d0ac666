"""`strongroom key rewrap`: move a file of ciphertexts to the current version of a key."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import progress, render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address
from strongroom.ops import rewrap as ops

Field = Annotated[
    list[str] | None,
    Parameter(
        name="--field",
        negative="",
        help="The file is JSON lines; the field with a ciphertext. May be given several times.",
    ),
]


def register(app: App) -> None:
    """Put the command into the group `key`."""
    app.command(rewrap)


def rewrap(
    address: str,
    file: Path,
    *,
    out: Path,
    field: Field = None,
    context: str = "",
    holder: str | None = None,
    reason: str = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Write a file anew with all its ciphertexts under the current version of a key.

    The file has one ciphertext a line, or with --field a JSON object a line. What is under the
    current version already stays as it is, and so does everything else. Run again after an
    interruption it goes on where it was; OUT.part is what is done so far.

    Parameters
    ----------
    address
        environment/path of the key
    file
        The file of ciphertexts; it is only read.
    out
        The new file.
    context
        What they belong to, as when they were made; {name} is a field of the same JSON line.
    holder
        Who keeps the file, such as customers.email: it is reported to keep what stands in both files,
        until `key references` reports that the new one is in place.
    reason
        Why; stands in the audit log.
    """
    request = ops.RewrapRequest(
        Address.parse(address), file, out, tuple(field or ()), context, reason, holder
    )
    with opened(room) as local, progress.shown() as report:
        done = ops.rewrap(local, request, lambda n, of: report("wrapping anew", n, of))
    if json:
        render.json(done)
        return 0
    console = render.out()
    again = f", {done.resumed:,} of them were done before" if done.resumed else ""
    console.print(f"{done.lines:,} lines{again}")
    for version, count in sorted(done.before.items()):
        mark = "" if version == done.version else f" → {done.version}"
        console.print(f"  version {version}{mark}: {count:,}")
    return 0
