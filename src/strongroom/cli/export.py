"""`strongroom export`: many secrets as a file, encrypted or, said so and why, in the clear."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from strongroom.cli import progress, render, value_input
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import InvalidError, UsageError

if TYPE_CHECKING:
    from strongroom.ops.export import Taken

RECIPIENTS_BYTES_MAX: Final = 64 * 1024

app = App(name="export", help="Take many secrets out into a file, encrypted.")


@app.default
def export(
    *places: Annotated[
        str, Parameter(help="Addresses, environments, or environment/folder.", negative="")
    ],
    to: Annotated[
        Path | None, Parameter(help="The new file; an encrypted one also goes into a pipe.")
    ] = None,
    format_: Annotated[
        Literal["json", "yaml", "csv", "env"],
        Parameter(name="--format", help="json, yaml and csv keep types, owners and fields."),
    ] = "json",
    recipient: Annotated[
        tuple[str, ...],
        Parameter(help="An age1… or SSH public key that opens it; may be given several times."),
    ] = (),
    recipients_file: Annotated[
        Path | None, Parameter(name="--recipients-file", help="A file of recipients, one a line.")
    ] = None,
    passphrase: Annotated[
        bool,
        Parameter(negative="", help="A passphrase opens it; from standard input or typed unseen."),
    ] = False,
    plain: Annotated[
        bool, Parameter(negative="", help="In the clear, to a file of mode 0600; needs --reason.")
    ] = False,
    leave_out: Annotated[
        bool,
        Parameter(
            name="--leave-out", negative="", help="Leave out what may not leave, instead of ending."
        ),
    ] = False,
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Take the current values of many secrets out into a file that `import` reads back.

    Each address needs the verb `export`, and is recorded. Encryption keys never leave.
    """
    from strongroom.ops import export as ops
    from strongroom.ops.new_file import new_file
    from strongroom.secret.exporting import age, formats

    keys = _recipients(recipient, recipients_file)
    _check(to, bool(keys), passphrase=passphrase, plain=plain, reason=reason)
    words = _passphrase() if passphrase else ""
    if keys:
        age.for_recipients(b"", keys)  # before anything is read and recorded
    with opened(room) as local, progress.shown() as report:
        taken = ops.take(local, places, reason=reason, leave_out=leave_out, progress=report)
        data = formats.write(taken.records, format_)
        if keys:
            data = age.for_recipients(data, keys)
        elif passphrase:
            data = age.with_passphrase(data, words)
        if to is None:
            render.raw(data)
        else:
            with new_file(to) as stream:
                stream.write(data)
    _say(taken, to, plain=plain, json=json)
    return 0


def _recipients(given: tuple[str, ...], file: Path | None) -> list[str]:
    text = b"" if file is None else value_input.regular_file(file, RECIPIENTS_BYTES_MAX)
    lines = [line.strip() for line in text.decode(errors="replace").splitlines()]
    return [*given, *(line for line in lines if line and not line.startswith("#"))]


def _check(to: Path | None, keys: bool, *, passphrase: bool, plain: bool, reason: str) -> None:
    if keys + passphrase + plain != 1:
        raise UsageError(
            "export-how",
            "an export is for recipients, under a passphrase, or in the clear",
            fix="one of --recipient age1…, --passphrase, or --plain with --reason",
        )
    if plain and not reason.strip():
        raise InvalidError(
            "reason-missing", "an export in the clear has a reason", fix="give one with --reason"
        )
    if to is None and (plain or sys.stdout is None or sys.stdout.isatty()):
        raise UsageError(
            "export-where", "nothing says where it goes", fix="name a new file with --to"
        )


def _passphrase() -> str:
    first = value_input.read()
    if sys.stdin is not None and sys.stdin.isatty() and value_input.read() != first:
        raise InvalidError("passphrase-differs", "the two passphrases are not the same")
    with suppress(UnicodeDecodeError):  # which holds the passphrase: not to be a context
        return first.decode()
    raise InvalidError("passphrase-not-text", "a passphrase is text")


def _say(taken: "Taken", to: Path | None, *, plain: bool, json: bool) -> None:
    """What left goes to standard error: standard output may be the export itself."""
    if json and to is not None:
        render.json(
            {
                "file": to,
                "exported": [str(record.address) for record in taken.records],
                "without_value": [str(address) for address in taken.empty],
                "left_out": [{"address": str(o.address), "code": o.code} for o in taken.left],
            }
        )
        return
    console = render.err()
    for one in taken.left:
        console.print(render.safe(f"left out {one.address}: {one.code.replace('-', ' ')}"))
    if taken.empty:
        console.print(f"{len(taken.empty):,} secrets have no value and are not in it", style="dim")
    where = f" in {to}" if to else ""
    how = ", in the clear" if plain else ""
    console.print(render.safe(f"{len(taken.records):,} secrets{where}{how}"), soft_wrap=True)
