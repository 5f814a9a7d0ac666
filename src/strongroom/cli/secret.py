"""`strongroom secret`: write, generate, read, list, show."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import clipboard_option as boards
from strongroom.cli import describe, edit, lifecycle, move, render, search, value_input
from strongroom.cli.clipboard_option import ClearAfter, Clipboard
from strongroom.cli.describe import NO_LABEL, NewLabel
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.cli.written import written_as
from strongroom.errors import DeniedError, InvalidError, UsageError
from strongroom.model.address import Address
from strongroom.ops import secret as ops
from strongroom.secret import value as values
from strongroom.secret.value import Value

app = App(name="secret", help="Write, generate, read, list and show secrets.")
lifecycle.register(app)
describe.register(app)
edit.register(app)
app.command("strongroom.cli.consumers:app", name="consumers", help="Which applications use it.")
move.register(app)
search.register(app)
app.command("strongroom.cli.bulk:app", name="bulk", help="One act on many secrets; a plan first.")

Owner = Annotated[str | None, Parameter(help="Who answers for it; needed for a new secret.")]
Type = Annotated[
    str | None,
    Parameter(name="--type", help="Its type, an id of the policy; needed for a new secret."),
]
Days = Annotated[
    int | None,
    Parameter(name="--expires-days", help="Days until it expires; by default its type's period."),
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
Derive = Annotated[
    list[str] | None,
    Parameter(name="--derive", negative="", help="NAME=TEMPLATE, a composite of other fields."),
]
Put = Annotated[
    list[str] | None,
    Parameter(
        name="--set", negative="", help="NAME=TEXT, a field that is no secret, such as host=db."
    ),
]
After = Annotated[
    int | None, Parameter(name="--after", help="Write only if this version is current (0: none).")
]


@app.command(name="set")
def set_(
    address: str,
    *,
    type_: Type = None,
    owner: Owner = None,
    file: Path | None = None,
    fields: bool = False,
    derive: Derive = None,
    expires_days: Days = None,
    after: After = None,
    description: str = "",
    label: NewLabel = NO_LABEL,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Keep a value from standard input, a file, or typed unseen; never from the command line.

    A composite is kept as its template and put together when it is read, e.g.
    --derive 'url=postgresql://{username}:{password}@{host}/app'. {@path#field} is a field of
    another secret of the environment. A template is no secret.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/SECRET_KEY
    file
        Read the value from this file, byte by byte.
    fields
        The value is a JSON object of fields, e.g. {"username": "…", "password": "…"}.
    description
        What it is for.
    """
    where = Address.parse(address)
    templates = value_input.templates(derive)
    if values.SINGLE in templates and file is None and not fields:
        value = Value({}).composed(templates)
    else:
        data = value_input.from_file(file) if file is not None else value_input.read()
        value = (values.from_json(data) if fields else Value.of_bytes(data)).composed(templates)
    request = ops.WriteRequest(
        where, value, type_, owner, expires_days, after, description, reason,
        describe.given(label),
    )  # fmt: skip
    with opened(room) as local:
        written = ops.write(local, request)
    return written_as(written, json=json)


@app.command
def generate(
    address: str,
    *,
    type_: Type = None,
    owner: Owner = None,
    bits: int | None = None,
    field: str | None = None,
    put: Put = None,
    derive: Derive = None,
    expires_days: Days = None,
    after: After = None,
    description: str = "",
    label: NewLabel = NO_LABEL,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Generate a value by the policy's rules and keep it; it is shown to nobody.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/SECRET_KEY
    bits
        At least so strong; never less than the policy asks for.
    field
        Generate this field of a value that has several; the others stay as they are.
    description
        What it is for.
    """
    where = Address.parse(address)
    templates = value_input.templates(derive)
    if field is None and (templates or put):
        raise UsageError(
            "option-unfit", "--set and --derive go with --field", fix="name the field to generate"
        )
    request = ops.WriteRequest(
        where, value_input.open_fields(put), type_, owner, expires_days, after, description,
        reason, describe.given(label),
    )  # fmt: skip
    with opened(room) as local:
        written = ops.generate_into(local, request, bits=bits, field=field, templates=templates)
    return written_as(written, json=json)


@app.command
def get(
    address: str,
    *,
    field: str | None = None,
    version: int | None = None,
    clipboard: Clipboard = False,
    clear_after: ClearAfter = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Print the value, and nothing else; at a terminal a line's end behind it.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/SECRET_KEY
    field
        One field of a value that has several.
    version
        A version by its number; by default the current one.
    """
    where = Address.parse(address)
    board = boards.wanted(clipboard=clipboard, clear_after=clear_after, json=json)
    with opened(room) as local:
        found = ops.read(local, where, version=version, field=field, reason=reason)
    if json:
        render.json(document(found))
        return 0
    data = chosen(found.value, field)
    if board is not None:
        return boards.give(board, data)
    render.raw(data + (b"\n" if sys.stdout and sys.stdout.isatty() else b""))
    return 0


@app.command(name="list")
def list_(place: str | None = None, *, room: RoomFolder = None, json: Json = False) -> int:
    """List the names directly under a folder; sub-folders end in a slash.

    Parameters
    ----------
    place
        environment, or environment/folder; by default every environment.
    """
    found = {}
    with opened(room) as local:
        for one in [place] if place is not None else [e.id for e in local.policy.environments]:
            environment, folder = ops.folder(local, one)
            where = f"{environment}/{folder}" if folder else environment
            try:
                found[where] = ops.list_folder(local, environment, folder)
            except DeniedError as error:
                if place is not None:
                    raise
                render.err().print(render.safe(f"{where}: {error.message}"), style="dim")
    if json:
        render.json(found)
        return 0
    for one, names in found.items():
        for name in names:
            render.out().print(render.safe(f"{one}/{name}"), soft_wrap=True)
    return 0


@app.command
def show(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Show everything about a secret but its value.

    Parameters
    ----------
    address
        environment/path, e.g. production/customer-api/SECRET_KEY
    """
    where = Address.parse(address)
    with opened(room) as local:
        shown = ops.describe(local, where)
    if json:
        render.json(shown)
        return 0
    console = render.out()
    grid = render.table("", "")
    grid.show_header = False
    for name, value in (
        ("address", shown.address),
        ("type", shown.type),
        ("owner", shown.owner + (f" (backup: {shown.backup})" if shown.backup else "")),
        *([("client", shown.client)] if shown.client else []),
        ("tags", " ".join(shown.tags) or "-"),
        ("state", shown.state + (", frozen" if shown.frozen else "")),
        ("description", shown.description or "-"),
        ("current", f"version {shown.current}" if shown.current else "no version"),
    ):
        grid.add_row(render.cell(name, "dim"), render.cell(value))
    console.print(grid)
    table = render.table("version", "state", "from", "written", "expires", "fingerprint")
    for v in shown.versions:
        table.add_row(
            *(
                render.cell(c)
                for c in (
                    v.version,
                    v.state,
                    v.origin,
                    render.day(v.created_us),
                    render.day(v.expires_us),
                    v.fingerprint or "-",
                )
            )
        )
    console.print(table)
    return 0


def document(found: ops.Read) -> dict[str, object]:
    """A value for machines, with what is known about it."""
    return {
        "address": found.address,
        "version": found.version,
        "type": found.type,
        "expires": render.day(found.expires_us),
        "change_seq": found.change_seq,
        "fields": found.value.texts,
        # Base64, and apart, so that nobody takes it for the text of a value.
        "binary": found.value.binaries,
        "derived": found.value.derived,
    }


def chosen(value: Value, name: str | None) -> bytes:
    """The field of that name, or the only one.

    Raises:
        InvalidError: `field-unknown`. UsageError: `field-needed`.
    """
    if name is not None:
        found = value.fields.get(name)
        if found is None:
            raise InvalidError("field-unknown", "the value has no field of that name")
        return found.bytes
    if value.only is None:
        raise UsageError(
            "field-needed",
            f"the value has several fields: {', '.join(sorted(value.fields))}",
            fix="choose one with --field, or take all with --json",
        )
    return value.only.bytes
