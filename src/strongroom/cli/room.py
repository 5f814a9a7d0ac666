"""`strongroom init`, `status`, `whoami`, `recover`: the room as a whole."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from strongroom.cli import credentials, render
from strongroom.cli.context import current
from strongroom.ops.local import Local

if TYPE_CHECKING:
    from strongroom.wiring.credentials import AskPerson

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for machines.")]
RecoverKind = Literal["recovery", "passphrase", "shamir"]
RoomFolder = Annotated[
    Path | None,
    Parameter(name="--room", help="The room's folder; by default of the context or nearby."),
]


Segments = Annotated[
    Path | None,
    Parameter(help="The folder where moved entries are now; by default where they were put."),
]


@contextmanager
def opened(room: Path | None, ask: "AskPerson" = credentials.ask) -> Iterator[Local]:
    """The room that a command works with, opened as the operating system's user."""
    from strongroom import wiring

    with wiring.open_room(current(), os.environ, room, ask=ask) as local:
        yield local


init_app = App(name="init", help="Make a room that runs a policy.")
status_app = App(name="status", help="Say whether the room serves, and where it stands.")
whoami_app = App(name="whoami", help="Say who you are to the room.")
recover_app = App(name="recover", help="Open the room with its recovery code; make a new key file.")


_STATES = {"restored": "restored, until `strongroom restore --confirm`"}


@init_app.default
def init(
    *,
    policy: Path | None = None,
    room: Path | None = None,
    role: list[str] | None = None,
    json: Json = False,
) -> int:
    """Make a room that runs a policy. You may do everything in it until you grant otherwise.

    Parameters
    ----------
    policy
        The policy document; by default the one of the context or nearby.
    room
        The new room's folder; by default .strongroom here.
    role
        A role of the policy that you have; may be given several times.
    """
    from strongroom import wiring
    from strongroom.ops import access, audit
    from strongroom.ops import policy as policies
    from strongroom.policy import compiler

    config = current()
    path = config.find_policy(policy)
    document = policies.read(path)
    compiled = compiler.compile(document)
    for name in role or ():
        access.known_role(compiled, name)
    folder = room or config.room or Path(wiring.ROOM_FOLDER)
    made = wiring.found(
        config, os.environ, folder, document, compiled, role or (),
    )  # fmt: skip
    key = str(audit.key_of(made.instance_id, made.log_public))
    if json:
        render.json(
            {
                "folder": made.folder, "keyfile": made.keyfile, "room_id": made.room_id.hex(),
                "recovery": made.recovery.reveal(), "log_key": key,
            }
        )  # fmt: skip
        return 0
    console = render.out()
    console.print(f"room      {render.safe(str(made.folder))}", soft_wrap=True)
    console.print(f"policy    {render.safe(compiled.title)}", soft_wrap=True)
    console.print(f"key file  {render.safe(str(made.keyfile))}", soft_wrap=True)
    console.print(f"log key   {key}", soft_wrap=True)
    console.print("\nRecovery code, shown this once. Write it down and keep it elsewhere:\n")
    sys.stdout.write(f"    {made.recovery.reveal()}\n\n")
    console.print(
        "Whoever has the key file or this code opens the room. Back up the key file apart from\n"
        "the room's folder, and give the log key to your auditor: it verifies the log."
    )
    return 0


@status_app.default
def status(*, room: RoomFolder = None, json: Json = False) -> int:
    """Say whether the room serves, and where it stands."""
    from strongroom.ops import room as ops

    with opened(room) as local:
        found = ops.status(local)
    if json:
        render.json(found)
        return 0
    grid = render.table("", "")
    grid.show_header = False
    for name, value in (
        ("room", found.folder),
        (
            "serves",
            "yes"
            if found.ready and not found.killed
            else f"no: {found.trouble or _STATES.get(found.state, found.state)}",
        ),
        ("policy", f"{found.policy_title}  sha256 {found.policy_sha256[:12]}…"),
        ("open here", ", ".join(found.open_environments) or "no environment"),
        ("changes", f"{found.change_seq:,}"),
        ("log", f"{found.log_size:,} entries, {found.signed_size:,} signed"),
        ("alarms", f"{found.alarms}, see `strongroom alarm list`" if found.alarms else "none"),
        ("log key", found.log_key or "not held by this process"),
        ("room id", found.room_id),
        ("instance", found.instance_id),
    ):
        grid.add_row(render.cell(name, "dim"), render.cell(value))
    render.out().print(grid)
    if found.unfinished:
        render.unfinished(found.unfinished)
    return 0


@whoami_app.default
def whoami(*, room: RoomFolder = None, json: Json = False) -> int:
    """Say who you are to the room."""
    from strongroom.ops import room as ops

    with opened(room) as local:
        me = ops.whoami(local)
    if json:
        render.json(me)
    else:
        roles = ", ".join(me.roles) or "no roles"
        render.out().print(render.safe(f"{me.name}  ({me.kind}; {roles}; known by {me.basis})"))
    return 0


@recover_app.default
def recover(
    *, with_: Annotated[RecoverKind, Parameter(name="--with")] = "recovery", room: RoomFolder = None
) -> int:
    """Open the room with its recovery code and make a new key file for you.

    What opens it is read from standard input, shares one a line, or asked for without an echo.

    Parameters
    ----------
    with_
        What you have: recovery, passphrase or shamir.
    """
    from strongroom import wiring

    config = current()
    kind = wiring.kind_named(with_)
    path = wiring.recover(config, os.environ, room, kind, credentials.ask_or_read)
    render.out().print(f"new key file {render.safe(str(path))}", soft_wrap=True)
    return 0
