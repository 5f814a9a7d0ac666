"""`strongroom apikey issue|verify|roll|revoke|list`: keys that we give to our clients."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from strongroom.cli import render, value_input
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address

if TYPE_CHECKING:
    from strongroom.ops.api_keys import Issued, KeySetRequest, Listed

app = App(name="apikey", help="Keys that we give to our clients; only hashes of them are kept.")

Client = Annotated[str, Parameter(help="Whose key it is.")]
Pepper = Annotated[
    str | None, Parameter(help="The pepper's address; by default RECORDS with _PEPPER behind it.")
]
Brand = Annotated[
    str | None, Parameter(help="What keys begin with; by default what the policy's prefix says.")
]
Reason = Annotated[str, Parameter(help="Why; stands in the audit log.")]


@app.command
def issue(
    records: str,
    *,
    client: Client,
    scope: Annotated[list[str] | None, Parameter(negative="")] = None,
    days: int | None = None,
    owner: str | None = None,
    type_: Annotated[str | None, Parameter(name="--type")] = None,
    pepper: Pepper = None,
    brand: Brand = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Make a key for a client and show it, this once. A client has two at most.

    The first one makes the record set and its pepper.

    Parameters
    ----------
    records
        environment/path of the record set, e.g. production/api/CLIENT_KEYS
    scope
        What it is for; means something to the application. May be given several times.
    days
        How long it is valid; by default until it is revoked.
    owner
        Who answers for the record set; needed for the first key.
    type_
        Its type; by default the policy's only type for API keys.
    """
    from strongroom.ops import api_keys as ops

    request = _request(records, pepper, brand, reason, owner, type_)
    with opened(room) as local:
        made = ops.issue(local, request, client, tuple(scope or ()), days)
    return _shown(made, json=json)


@app.command
def roll(
    records: str,
    *,
    client: Client,
    grace_hours: int | None = None,
    pepper: Pepper = None,
    brand: Brand = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Make another key for a client and show it, this once; the one it has ends after the grace.

    Parameters
    ----------
    records
        environment/path of the record set
    grace_hours
        How long the old key is still valid, within the policy's bounds; by default the least.
    """
    from strongroom.ops import api_keys as ops

    request = _request(records, pepper, brand, reason)
    with opened(room) as local:
        made = ops.roll(local, request, client, grace_hours)
    return _shown(made, json=json)


@app.command
def revoke(
    records: str,
    *,
    client: Client,
    id_: Annotated[str | None, Parameter(name="--id")] = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """End the keys of a client at once, or one of them.

    Applications refuse it as soon as they have read the record set anew.

    Parameters
    ----------
    records
        environment/path of the record set
    id_
        The beginning of one key's id, as `apikey list` shows it.
    """
    from strongroom.ops import api_keys as ops

    with opened(room) as local:
        ended = ops.revoke(local, _request(records, None, None, reason), client, id_)
    return _table(ended, json=json)


@app.command
def verify(
    records: str,
    *,
    pepper: Pepper = None,
    brand: Brand = None,
    reason: Reason = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say whose key it is. It is read from standard input or asked for unseen, never an argument.

    Parameters
    ----------
    records
        environment/path of the record set
    """
    from strongroom.ops import api_keys as ops

    request = _request(records, pepper, brand, reason)
    key = value_input.read("key").decode("utf-8", "replace")
    with opened(room) as local:
        found = ops.verify(local, request, key)
    return _table([found], json=json)


@app.command(name="list")
def list_(
    records: str,
    *,
    client: Annotated[str | None, Parameter(help="Only those of this client.")] = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """List the keys by client. When one was used last, only the application knows.

    Parameters
    ----------
    records
        environment/path of the record set
    """
    from strongroom.ops import api_keys as ops

    with opened(room) as local:
        found = ops.listed(local, _request(records, None, None, ""), client)
    return _table(found, json=json)


def _request(
    records: str,
    pepper: str | None,
    brand: str | None,
    reason: str,
    owner: str | None = None,
    type_: str | None = None,
) -> "KeySetRequest":
    from strongroom.ops.api_keys import KeySetRequest

    beside = None if pepper is None else Address.parse(pepper)
    return KeySetRequest(Address.parse(records), beside, owner, type_, brand, reason)


def _shown(made: "Issued", *, json: bool) -> int:
    if json:
        render.json(
            {
                "key": made.key, "id": made.id, "client": made.client, "scopes": made.scopes,
                "expires": _time(made.expires_s), "old_until": _time(made.old_until_s),
            }
        )  # fmt: skip
        return 0
    ends = "until it is revoked" if made.expires_s is None else f"until {_time(made.expires_s)}"
    console = render.err()
    console.print(render.safe(f"key {made.id} of {made.client}, valid {ends}"), soft_wrap=True)
    if made.old_until_s is not None:
        console.print(f"the one before it ends {_time(made.old_until_s)}")
    console.print("The key, shown this once:")
    sys.stdout.write(f"{made.key}\n")
    sys.stdout.flush()
    return 0


def _table(found: "list[Listed]", *, json: bool) -> int:
    if json:
        render.json(
            [
                {
                    "id": one.id, "client": one.client, "scopes": one.scopes, "state": one.state,
                    "expires": _time(one.expires_s),
                }
                for one in found
            ]
        )  # fmt: skip
        return 0
    table = render.table("client", "id", "state", "scopes", "expires")
    styles = {"active": "green", "ending": "yellow", "ended": "dim"}
    for one in found:
        table.add_row(
            render.cell(one.client), render.cell(one.id), render.cell(one.state, styles[one.state]),
            render.cell(" ".join(one.scopes)), render.cell(_time(one.expires_s) or ""),
        )  # fmt: skip
    render.out().print(table)
    return 0


def _time(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
