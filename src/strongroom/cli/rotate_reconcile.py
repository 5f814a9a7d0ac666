"""`strongroom rotate reconcile`: which version of a secret is the true one."""

from typing import TYPE_CHECKING, Final

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model.address import Address

if TYPE_CHECKING:
    from strongroom.ops.reconcile import Reconciled

SAID: Final = {
    "current": ("✔", "green", "the current version works"),
    "promoted": ("✔", "yellow", "another version works, and is current now"),
    "running": ("·", "cyan", "a rotation goes on, and finds out by itself"),
    "retired": ("✘", "bold red", "only a version works that was retired"),
    "lost": ("✘", "bold red", "no version works that the room keeps"),
    "unknown": ("✘", "red", "the target did not answer"),
    "fault": ("✘", "red", "it could not be asked"),
}


def reconcile(
    address: str | None = None,
    *,
    all: bool = False,  # noqa: A002 - the word that is typed
    reason: str = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Ask the target with every version that is kept, and make the one that it accepts current.

    For a room that was restored, or after a change by hand; nothing is changed at a target. With
    --all, a restored room whose values are all true serves again. Exit 1 if one is not.

    Parameters
    ----------
    address
        environment/path
    all
        Every secret that is rotated at a target.
    reason
        Why a restored room is to serve; it stands in the log.
    """
    from strongroom.ops import reconcile as ops

    if (address is None) != all:
        raise UsageError("reconcile-which", "name one secret, or --all")
    with opened(room) as local:
        if address is not None:
            found = ops.Report((ops.reconcile(local, Address.parse(address)),), ())
        else:
            found = ops.reconcile_all(local, reason)
    if json:
        render.json(found)
        return 0 if found.well else 1
    for one in found.found:
        _show(one)
    if found.unplaced:
        count = len(found.unplaced)
        have = "1 secret has" if count == 1 else f"{count:,} secrets have"
        note = f"{have} no target that could be asked"
        render.out().print(note, style="dim", soft_wrap=True)
    if found.serves:
        render.out().print("the room serves again", style="green")
    return 0 if found.well else 1


def _show(one: "Reconciled") -> None:
    mark, style, said = SAID[one.truth]
    version = "" if one.version is None else f" v{one.version}"
    where = f" at {one.target}" if one.target else ""
    why = f" ({one.code})" if one.code else ""
    out = render.out()
    out.print(f"{mark} ", style=style, end="")
    out.print(render.safe(f"{one.address}{version}{where}: {said}{why}"), soft_wrap=True)
    if one.fix:
        out.print(render.safe(f"    fix: {one.fix}"), soft_wrap=True)
