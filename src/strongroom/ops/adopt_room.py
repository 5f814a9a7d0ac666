"""The values of a repository's `.env` go into development of its new room."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from strongroom import dotenv
from strongroom.discover.report import Item
from strongroom.model.policy import Environment, Policy, Tier
from strongroom.ops.importing import plan, run
from strongroom.ops.importing.plan import Progress, silent
from strongroom.ops.importing.request import ImportRequest, OnConflict
from strongroom.ops.local import Local
from strongroom.source import files
from strongroom.source.files import Content

REASON: Final = "adopted from .env"
_REFERENCE: Final = re.compile(r"\$\{[A-Za-z_]")  # other readers put a value in its place


@dataclass(frozen=True, slots=True)
class Left:
    """A name whose value was not taken in, and why; never the value."""

    name: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Names whose values the room keeps now, and those that it does not."""

    environment: str
    names: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()


def take_in(
    room: Local,
    root: Path,
    items: Sequence[Item],
    folder: str,
    owner: str,
    progress: Progress = silent,
) -> Taken:
    """Keep the values of `root`/.env that are secrets, at development/`folder`/NAME.

    What the policy refuses stays where it is, with its reason; what the room has already is
    left as it is there.
    """
    where = _development(room.policy)
    content = files.read(root, ".env")
    if not isinstance(content, Content):
        why = Left(".env", content.code, content.why)
        return Taken(where.id, left=() if content.code == "not-on-disk" else (why,))
    text: str | None = None
    with suppress(UnicodeDecodeError):
        text = content.data.decode()
    if text is None:
        # Half of a password is none, and a guess at its bytes is another one.
        return Taken(where.id, left=(Left(".env", "env-file-undecodable", "it is not UTF-8"),))
    parsed = dotenv.parse(text)
    values = {e.name: e.value for e in parsed.entries if e.value}
    left = [Left(f".env, line {f.line}", "line-malformed", f.why) for f in parsed.flaws]
    rows = []
    for item in items:
        if item.name not in values:
            continue
        if not item.type:
            left.append(Left(item.name, "type-unknown", "the policy has no type for it"))
        elif _REFERENCE.search(values[item.name]):
            reason = "it is put together from other variables, which this file only names"
            left.append(Left(item.name, "value-refers", reason))
        else:
            rows.append(_row(item, values, owner))
    names, refused = _import(room, rows, where.id, folder, progress)
    return Taken(where.id, names, (*left, *refused))


def _row(item: Item, values: Mapping[str, str], owner: str) -> dict[str, str]:
    return {
        "name": item.name,
        "value": values[item.name],
        "type": item.type or "",
        "owner": item.owner or owner,
    }


def _import(
    room: Local, rows: list[dict[str, str]], environment: str, folder: str, progress: Progress
) -> tuple[tuple[str, ...], tuple[Left, ...]]:
    """An import is all or nothing: what it refuses is left out, until nothing is refused."""
    left: list[Left] = []
    while rows:
        request = ImportRequest(
            msgspec.json.encode(rows), "adopt.json", "json", environment, folder,
            on_conflict=OnConflict.SKIP, reason=REASON,
        )  # fmt: skip
        made = plan.make(room, request, progress=progress)
        if made.ok:
            if made.writes:
                run.carry_out(room, request, made, progress)
            return tuple(item.address.name.rpartition("/")[2] for item in made.items), tuple(left)
        run.reject(room, request, made, dry=False)
        bad = {issue.row: issue for issue in made.issues}
        if 0 in bad:  # not of one row
            return (), (*left, Left(".env", bad[0].code, bad[0].message))
        left += [Left(rows[n - 1]["name"], i.code, i.message) for n, i in sorted(bad.items())]
        rows = [row for n, row in enumerate(rows, start=1) if n not in bad]
    return (), tuple(left)


def _development(policy: Policy) -> Environment:
    """The environment for one's own machine: by name, or the weakest that there is."""
    tiers = list(Tier)
    return policy.environment("development") or min(
        policy.environments, key=lambda e: tiers.index(e.tier)
    )
