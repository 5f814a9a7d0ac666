"""`strongroom secret update|tag`: what is said about a secret."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import UsageError
from strongroom.model import label
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.ops import describe as ops
from strongroom.ops import secret as secrets

Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@Parameter(name="*")
@dataclass(frozen=True)
class NewLabel:
    """Labels of a new secret, as options."""

    tag: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", help="A tag, e.g. pci or team:payments; may be given several times."
        ),
    ] = ()
    backup: Annotated[str, Parameter(help="Who stands in for the owner.")] = ""
    client: Annotated[
        str, Parameter(help="The client whose it is, where each client has its own.")
    ] = ""


NO_LABEL = NewLabel()


def given(options: NewLabel) -> Label:
    """The labels that the options say.

    Raises:
        InvalidError: `tag-invalid`. LimitError: `tags-too-many`.
    """
    return Label(label.tags(options.tag), options.backup.strip(), options.client.strip())


def register(app: App) -> None:
    """Add these commands to `strongroom secret`."""
    for command in (update, tag):
        app.command(command)


def update(
    address: str,
    *,
    owner: str | None = None,
    backup: str | None = None,
    client: str | None = None,
    description: str | None = None,
    expires_days: int | None = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Change what is said about a secret. Its value, its type and its address stay.

    Parameters
    ----------
    address
        environment/path
    owner
        Who answers for it.
    backup
        Who stands in for the owner; "" for nobody.
    client
        The client whose it is; "" for none.
    description
        What it is for; "" for nothing.
    expires_days
        Days from now until the current version expires; never longer than its type's period.
    """
    request = ops.UpdateRequest(
        Address.parse(address), owner, backup, client, description, days=expires_days,
        reason=reason,
    )  # fmt: skip
    with opened(room) as local:
        changed = ops.update(local, request)
    if json:
        render.json({"address": address, "changed": changed})
        return 0
    text = f"changed: {', '.join(changed)}" if changed else "nothing changed, it was so already"
    return _say(f"{address}: {text}")


def tag(
    address: str,
    /,
    *changes: Annotated[str, Parameter(allow_leading_hyphen=True)],
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Add tags with +TAG and take them away with -TAG; without either, show them.

    Parameters
    ----------
    address
        environment/path
    changes
        +pci adds the tag pci, -old takes the tag old away.
    """
    where = Address.parse(address)
    add, drop = signed(changes)
    with opened(room) as local:
        if changes:
            ops.update(local, ops.UpdateRequest(where, add_tags=add, drop_tags=drop, reason=reason))
        found = secrets.describe(local, where).tags
    if json:
        render.json({"address": address, "tags": found})
        return 0
    return _say(f"{address}: {' '.join(found) or 'no tags'}")


def signed(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(tags to add, tags to take away) of words with a sign.

    Raises:
        UsageError: `tag-unsigned`, `tag-both`; the word is not repeated.
    """
    if not all(word[:1] in {"+", "-"} for word in words):
        raise UsageError(
            "tag-unsigned",
            "a tag is added or taken away",
            fix="write +TAG to add it, -TAG to take it away",
        )
    add = tuple(word[1:] for word in words if word[0] == "+")
    drop = tuple(word[1:] for word in words if word[0] == "-")
    if set(add) & set(drop):
        raise UsageError("tag-both", "a tag is to be added and taken away at once")
    return add, drop


def _say(text: str) -> int:
    render.out().print(render.safe(text), soft_wrap=True)
    return 0
