"""A room's development secrets and a `.env`: what each has of the other's (P-3.1).

Names are the application's, as in the room as an origin. What the room refuses to keep it
refuses here too: a push is an import of what has changed, all or nothing.
"""

import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from strongroom import dotenv
from strongroom.errors import InvalidError
from strongroom.generate.kinds import Kind, classify
from strongroom.model.address import Address
from strongroom.model.policy import Environment, Tier
from strongroom.ops import secret
from strongroom.ops.importing.request import ImportRequest, OnConflict
from strongroom.ops.local import Local
from strongroom.ops.standards import standards, subject
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment as Where
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.interface import Delivery
from strongroom.secret.importing.record import fields_text
from strongroom.secret.value import Field, Value
from strongroom.wiring.origin import connect


class How(StrEnum):
    """What a name is in the file, seen from the room."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Difference:
    """A name, and what differs; never a value."""

    name: str
    how: How


def development(room: Local, word: str | None) -> Environment:
    """The environment that a `.env` may hold: one of the weak tier, by the room's policy.

    Raises:
        InvalidError: `environment-unknown`, `env-file-environment`.
    """
    weak = [e for e in room.policy.environments if e.tier is Tier.WEAK]
    known = room.policy.environment(word) if word else next(iter(weak), None)
    if known is None:
        raise InvalidError(
            "environment-unknown",
            "the policy has no such environment",
            fix=f"one of {', '.join(e.id for e in weak) or 'none: it has no weak one'}",
        )
    if known.tier is not Tier.WEAK:
        raise InvalidError(
            "env-file-environment",
            f"a .env is for development only, and {known.id} is not (P-3.1)",
            fix="use `strongroom run`, or files of secrets, there",
        )
    return known


def fetch(
    folder: Path, application: Application, environment: Environment
) -> Mapping[str, Delivery]:
    """The current secrets of the application in the room at `folder`; raises as its origin."""
    with closing(connect(str(folder), application, Where(environment.id))) as origin:
        return origin.fetch()


def from_server(application: Application, word: str | None) -> Mapping[str, Delivery]:
    """The current secrets of the application at the server that it names.

    No policy says here which environments are weak, so those count that the runtime takes for
    development.

    Raises:
        InvalidError: `env-file-environment`. And as the server as an origin.
    """
    where = Where(word or "development")
    if not where.development:
        raise InvalidError(
            "env-file-environment",
            "a .env is for development only, and that environment is not (P-3.1)",
            fix="use `strongroom run`, or files of secrets, there",
        )
    origin = origin_of(application, where)
    assert origin is not None, "it names a server"
    with closing(origin):
        return origin.fetch()


def writable(found: Mapping[str, Delivery]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Values by names that a `.env` can hold, and the names that it cannot."""
    good = {
        name: one.text
        for name, one in sorted(found.items())
        if dotenv.NAME.fullmatch(name) and "\0" not in one.text
    }
    return good, tuple(name for name in sorted(found) if name not in good)


def differences(
    entries: Sequence[dotenv.Entry], found: Mapping[str, Delivery], secrets: Collection[str]
) -> tuple[Difference, ...]:
    """How the file differs from the room, by name: of what the room has, and of `secrets`."""
    here = {entry.name: entry.value for entry in entries}
    names = sorted({*found, *(name for name in here if name in secrets)})
    return tuple(Difference(name, _how(here.get(name), found.get(name))) for name in names)


def request(
    room: Local,
    environment: Environment,
    folder: str,
    changed: Mapping[str, str],
    found: Mapping[str, Delivery],
    kinds: Mapping[str, Kind | None],
    *,
    type_: str | None = None,
    owner: str | None = None,
    reason: str = "",
) -> ImportRequest:
    """The import that gives the room `changed`, values by name.

    Raises:
        InvalidError: `field-derived`. And as `ops.secret.read`, for the other fields of a value.
    """
    rows: dict[str, dict[str, str]] = {}
    values: dict[Address, Value] = {}
    for name, text in changed.items():
        place = found.get(name)
        if place is None:
            row = {"name": f"{environment.id}/{folder}/{name}", "value": text}
            kind = type_ or _type(room, kinds.get(name) or classify(name))
            rows[name] = row | ({"type": kind} if kind else {})
            continue
        whole, _, field = place.place.partition("#")
        row = {"name": whole, "type": place.type or ""}
        if not field:
            rows[whole] = row | {"value": text}
            continue
        # Fields of one secret are one new version of it.
        address = Address.parse(whole)
        before = values.get(address) or secret.read(room, address, reason=reason).value
        values[address] = _with(before, field, text, name)
        rows[whole] = row | {"fields": fields_text(values[address])}
    return ImportRequest(
        json.dumps(list(rows.values())).encode(), "", "json", environment.id, folder,
        type_, owner or room.user, OnConflict.NEW_VERSION, reason,
    )  # fmt: skip


def _how(here: str | None, there: Delivery | None) -> How:
    if not here or there is None:
        return How.ADDED if here else How.REMOVED
    same = hmac.compare_digest(
        here.encode("utf-8", "replace"), there.text.encode("utf-8", "replace")
    )
    return How.SAME if same else How.CHANGED


def _with(value: Value, field: str, text: str, name: str) -> Value:
    old = value.fields.get(field)
    if old is None or old.template is not None:
        raise InvalidError(
            "field-derived",
            f"{name} is put together from other fields",
            fix="change those, and leave it out",
        )
    templates = {n: f.template for n, f in value.fields.items() if f.template is not None}
    plain = {n: f for n, f in value.fields.items() if f.template is None}
    made = Value({**plain, field: Field(text, secret=old.secret)})
    return made.composed(templates) if templates else made


def _type(room: Local, kind: Kind | None) -> str | None:
    """The policy's first type of that kind."""
    rules = standards(room.policy)
    for one in room.policy.types:
        if kind is not None and subject(one.id, rules).kind is kind:
            return one.id
    return None
