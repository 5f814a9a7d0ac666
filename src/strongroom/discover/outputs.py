"""The files that a discovery can write, as text: what is there stays, what is missing is added. Pure.

Adding at the end keeps every comment and every decision of whoever wrote the file, and a second
run finds nothing to add.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from strongroom import dotenv
from strongroom.discover.interface import Scope
from strongroom.discover.report import Item, Report
from strongroom.discover.sorts import Sort
from strongroom.errors import ConflictError
from strongroom.model.policy import Policy

IGNORED: Final = (".env", ".env.*", "!.env.example")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_CELL: Final = re.compile(r"[|\r\n]")


def expected(report: Report) -> tuple[Item, ...]:
    """The secrets that a program needs when it runs."""
    return tuple(
        i
        for i in report.of(Sort.SECRET)
        if set(i.scopes) & {Scope.RUNTIME, Scope.DEV} and dotenv.NAME.fullmatch(i.name)
    )


def declaration(before: str, items: Sequence[Item]) -> tuple[str, int]:
    """`strongroom.toml` with a table for each of `items`, and how many were added.

    Raises:
        ConflictError: `declaration-unmergeable`: what is there takes no more tables at its end.
    """
    document = toml(before)
    if document is None:
        raise unmergeable("is no TOML")
    there = document.get("secrets", {})
    if not isinstance(there, dict):
        raise unmergeable("has a `secrets` that is no table")
    missing = [i for i in items if i.name not in there]
    if not missing:
        return before, 0
    head = (
        "" if before else "# What this application needs; no values. See docs/guide/runtime.md.\n"
    )
    after = head + _ended(before) + "".join(map(_table, missing))
    merged = (toml(after) or {}).get("secrets", {})
    if not isinstance(merged, dict) or not {i.name for i in missing} <= set(merged):
        raise unmergeable("takes no tables at its end")
    return after, len(missing)


def env_example(before: str, items: Sequence[Item]) -> tuple[str, int]:
    """`.env.example` with a line without a value for each of `items`, and how many were added."""
    there = {e.name for e in dotenv.parse(before).entries}
    there |= set(re.findall(r"^[ \t]*#[ \t]*([A-Za-z_]\w*)=", before, re.MULTILINE))
    missing = [i for i in items if i.name not in there]
    lines = [f"{'# ' if i.required is False else ''}{i.name}=\n" for i in missing]
    return _ended(before, gap=False) + "".join(lines), len(missing)


def gitignore(before: str) -> tuple[str, int]:
    """`.gitignore` that keeps `.env` files out, and how many entries were added."""
    there = {line.strip() for line in before.splitlines()}
    missing = [
        entry for entry in IGNORED if not there & {entry, f"/{entry}", entry.replace("!.", "!/.")}
    ]
    return _ended(before, gap=False) + "".join(f"{entry}\n" for entry in missing), len(missing)


def inventory(
    items: Iterable[Item], policy: Policy | None, environment: str, owner: str | None, today: date
) -> str:
    """A table that `strongroom import` reads: all secrets, without values.

    `today` is when their periods begin, since nobody knows when they were last rotated.
    """
    rows = [
        "| Environment | Secret name | Type | Owner | Last rotated | Next rotation |",
        "|---|---|---|---|---|---|",
    ]
    for item in items:
        known = policy.type(item.type) if policy and item.type else None
        due = (
            "On compromise"
            if item.period_days is None
            else str(today + timedelta(item.period_days))
        )
        cells = (
            environment,
            item.name,
            known.name if known else item.kind or "",
            item.owner or owner or "",
            "",
            due,
        )
        rows.append("| " + " | ".join(_CELL.sub(" ", c) for c in cells) + " |")
    return "# Inventory of Secrets\n\n" + "\n".join(rows) + "\n"


def toml(text: str) -> dict[str, object] | None:
    """The document, or None where the text is no TOML."""
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        return tomllib.loads(text)
    return None


def unmergeable(why: str) -> ConflictError:
    """The refusal of a declaration that cannot be added to."""
    return ConflictError(
        "declaration-unmergeable",
        f"strongroom.toml {why}; nothing was written",
        fix="give each secret a table [secrets.NAME]; see docs/guide/runtime.md",
    )


def _table(item: Item) -> str:
    key = item.name if _BARE.fullmatch(item.name) else f'"{item.name}"'
    lines = [f"[secrets.{key}]"]
    if item.kind:
        lines.append(f'type = "{item.kind}"')
    if item.required is False:
        lines.append("required = false")
    return "\n".join(lines) + "\n\n"


def _ended(text: str, *, gap: bool = True) -> str:
    """The text with its last line ended, and a blank one behind it."""
    if not text:
        return ""
    text = text if text.endswith("\n") else f"{text}\n"
    return text if not gap or text.endswith("\n\n") else f"{text}\n"
