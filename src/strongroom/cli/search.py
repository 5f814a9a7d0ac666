"""`strongroom secret search`: find secrets by what is said about them."""

import re
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strongroom.gate.search import Hit

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]
Tags = Annotated[
    tuple[str, ...],
    Parameter(name="--tag", negative="", help="With this tag; may be given several times."),
]
Environments = Annotated[
    tuple[str, ...],
    Parameter(name="--environment", negative="", help="Only there; may be given several times."),
]
Type = Annotated[str | None, Parameter(name="--type", help="Of this type of the policy.")]
Expiring = Annotated[
    str | None, Parameter(help="Whose current version ends within so many days, e.g. 14d.")
]
SHOWN_MAX: Final = 1_000
_DAYS: Final = re.compile(r"(\d{1,5})d?")


def register(app: App) -> None:
    """Add the command to `strongroom secret`."""
    app.command(search)


def search(
    *words: str,
    tag: Tags = (),
    type_: Type = None,
    owner: str | None = None,
    client: str | None = None,
    expiring: Expiring = None,
    frozen: Annotated[bool | None, Parameter(negative="--not-frozen")] = None,
    environment: Environments = (),
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Find secrets by words in address, type, owner, description, tags, backup or client.

    Values are not searched. You find what you may see; that you searched is recorded, not what for.

    Parameters
    ----------
    words
        All of these, in any case.
    owner
        Whose owner is this one, in any case.
    client
        Of this client, in any case.
    frozen
        Only those that are frozen, or that are not.
    """
    from strongroom.ops import search as ops

    request = ops.SearchRequest(
        "", words, tag, type_, owner, client, frozen, days(expiring), environment, reason
    )
    with opened(room) as local:
        found = ops.search(local, request)
    for place in found.refused:
        render.err().print(render.safe(f"{place}: nothing for you to see"), style="dim")
    if not found.hits and not json:
        render.err().print("nothing was found", style="dim")
    return show(found.hits, json=json)


def show(hits: "Sequence[Hit]", *, json: bool) -> int:
    """Print secrets with their columns, frozen ones dim; to people not more than they read."""
    if json:
        render.json([_document(hit) for hit in hits])
        return 0
    if not hits:
        return 0
    grid = render.table("address", "type", "owner", "tags", "expires")
    for hit in hits[:SHOWN_MAX]:
        ends = render.day(hit.expires_us) if hit.expires_us is not None else "no value"
        cells = (hit.address, hit.type, hit.owner, " ".join(hit.label.tags), ends)
        grid.add_row(*map(render.cell, cells), style="dim" if hit.frozen else "")
    render.out().print(grid)
    if hits[SHOWN_MAX:]:
        note = f"… and {len(hits) - SHOWN_MAX:,} more: narrow it down, or take all with --json"
        render.err().print(note, style="dim", soft_wrap=True)
    return 0


def days(text: str | None) -> int | None:
    """A number of days, with or without a `d` behind it.

    Raises:
        InvalidError: `expiring-invalid`.
    """
    if text is None:
        return None
    match = _DAYS.fullmatch(text)
    if match is None:
        raise InvalidError("expiring-invalid", "that is no number of days", fix="write 14d")
    return int(match[1])


def _document(hit: "Hit") -> dict[str, object]:
    return {
        "address": str(hit.address),
        "type": hit.type,
        "owner": hit.owner,
        "backup": hit.label.backup,
        "client": hit.label.client,
        "tags": hit.label.tags,
        "description": hit.description,
        "frozen": hit.frozen,
        "current": hit.current,
        "expires": None if hit.expires_us is None else render.day(hit.expires_us),
    }
