"""`strongroom restore`: a backup or a copy becomes an instance of its own."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from strongroom.cli import credentials, render
from strongroom.cli.backup import LogKey, watched
from strongroom.cli.context import current
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.wiring import Restored

app = App(name="restore", help="Make a backup, or a copied folder, an instance of its own.")


@app.default
def restore(
    file: Path | None = None,
    *,
    to: Path | None = None,
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = "",
    key: LogKey = None,
    in_place: Annotated[bool, Parameter(negative="")] = False,
    cloned: Annotated[bool, Parameter(negative="")] = False,
    moved: Annotated[bool, Parameter(negative="")] = False,
    anywhere: Annotated[bool, Parameter(negative="")] = False,
    confirm: Annotated[bool, Parameter(negative="")] = False,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Restore a backup into a new folder, checked whole before anything of it is used.

    What comes out is a new instance of the room: its log goes on under a key of its own, every
    token is revoked, and every environment is frozen until `strongroom restore --confirm`.

    Parameters
    ----------
    file
        The backup.
    to
        The folder for the room, new or empty.
    in_place
        Make a copied folder an instance of its own, where it stands; needs no backup.
    cloned
        With --in-place: the whole disk was copied, which nobody can see from the files.
    moved
        State that the room itself was moved here, and that nothing of it is used elsewhere.
    anywhere
        With --moved: this file system gives its files new numbers, so do not look at them.
    confirm
        Let a restored room serve, after you looked at it.
    """
    from strongroom import wiring
    from strongroom.ops import room as ops

    modes = [file is not None, in_place, moved, confirm]
    if sum(modes) != 1 or (file is None) != (to is None):
        raise UsageError(
            "restore-mode",
            "name a backup and --to DIR, or one of --in-place, --moved, --confirm",
        )
    if (cloned and not in_place) or (anywhere and not moved):
        raise UsageError("restore-mode", "--cloned goes with --in-place, --anywhere with --moved")
    config, ask = current(), credentials.ask
    if confirm:
        with opened(room) as local:
            ops.confirm_restore(local, reason)
        return _say({"confirmed": True}, "the room serves again", json=json)
    if moved:
        folder = wiring.moved(config, os.environ, room, reason, anywhere=anywhere, ask=ask)
        return _say({"folder": folder}, f"the room stands in {folder} now", json=json)
    with watched() as progress:
        if file is not None and to is not None:
            made = wiring.restore(config, os.environ, file, to, reason, key, progress, ask=ask)
        else:
            made = wiring.in_place(
                config, os.environ, room, reason, progress, cloned=cloned, ask=ask
            )
    _show(made, json=json)
    return 0


def _say(document: dict[str, object], text: str, *, json: bool) -> int:
    if json:
        render.json(document)
    else:
        render.out().print(render.safe(text), soft_wrap=True)
    return 0


def _show(made: "Restored", *, json: bool) -> None:
    from strongroom.ops import audit

    key = str(audit.key_of(made.instance_id, made.log_public))
    if json:
        render.json(
            {
                "folder": made.folder, "room_id": made.room_id.hex(),
                "instance_id": made.instance_id.hex(), "log_key": key,
                "from_instance": made.from_instance.hex(), "log_size": made.log_size,
                "tokens_dropped": made.tokens_dropped, "left_out": made.left_out,
            }
        )  # fmt: skip
        return
    console = render.out()
    for name, value in (
        ("room", made.folder),
        ("instance", made.instance_id.hex()),
        ("from", f"instance {made.from_instance.hex()}, at {made.log_size:,} entries of its log"),
        ("tokens", f"{made.tokens_dropped:,} revoked"),
        ("log key", key),
    ):
        console.print(f"{name:<9} {render.safe(str(value))}", soft_wrap=True)
    for one in made.left_out:
        console.print(f"not given the new log key: {one}", style="yellow")
    console.print(
        "\nEvery environment is frozen. What was rotated since the backup has another value now: ask\n"
        'the targets, and let the room serve: strongroom rotate reconcile --all --reason "…"\n'
        'Where nothing is rotated: strongroom restore --confirm --reason "…"\n'
        "Give the log key to your auditor, beside the ones from before: it verifies what follows."
    )
