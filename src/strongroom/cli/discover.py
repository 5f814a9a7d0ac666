"""`strongroom discover`: which secrets a repository expects, without running it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import App, Parameter

from strongroom import config
from strongroom.cli import render
from strongroom.cli.check_view import Bar
from strongroom.cli.discover_view import as_csv, show, show_plan
from strongroom.discover.report import Report
from strongroom.errors import NotFoundError
from strongroom.model.policy import Policy
from strongroom.ops import discover as ops
from strongroom.ops import discover_files
from strongroom.ops import policy as ops_policy

FORMAT: Final = "strongroom/discover/v1"
app = App(name="discover", help="Say which secrets a repository expects, without running it.")


class Format(StrEnum):
    """How it is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.default
def discover(
    path: Path | None = None,
    *,
    all: Annotated[bool, Parameter(negative=())] = False,  # noqa: A002 - the option's name
    policy: Path | None = None,
    format_: Annotated[Format, Parameter(name="--format")] = Format.TABLE,
    json: bool = False,
    write: Annotated[bool, Parameter(negative=())] = False,
    declaration: Annotated[bool, Parameter(negative=())] = False,
    env_example: Annotated[bool, Parameter(negative=())] = False,
    gitignore: Annotated[bool, Parameter(negative=())] = False,
    inventory: Path | None = None,
    environment: str = "production",
    owner: str | None = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say which secrets a repository expects, where, and what the policy says of each.

    Nothing is run, no value is kept or shown. Exits with 0 when it could look, whatever it found.

    Parameters
    ----------
    path
        The folder to look at; the one you are in when not given.
    all
        Show configuration, identifiers and what only tests need too.
    policy
        The document that proposes types, periods and owners; found beside the work if not given.
    format_
        table, csv or json. As CSV every name is a row with its first place.
    json
        Print one JSON document with every place of every name.
    write
        Write strongroom.toml, .env.example and the .gitignore entries.
    declaration
        Write strongroom.toml: the secrets that are not in it are added at its end.
    env_example
        Write .env.example: the names that are not in it are added at its end, without values.
    gitignore
        Write the entries that keep .env files out of git.
    inventory
        Write a new file that `strongroom import` reads: a table of all secrets without values.
    environment
        The environment of the rows in the inventory.
    owner
        The owner of rows for which nobody is known.
    dry_run
        Show what would be written, and write nothing.
    """
    folder = path or Path()
    found = _policy(folder, policy)
    report = _look(folder, found)
    wanted = discover_files.Wanted(
        declaration=write or declaration,
        env_example=write or env_example,
        gitignore=write or gitignore,
        inventory=inventory,
        environment=environment,
        owner=owner,
        today=datetime.now(UTC).date(),  # noqa: TID251 - the door reads the clock once
    )
    plan = discover_files.plan(folder, report, found, wanted)
    if not dry_run:
        discover_files.apply(plan)
    if json or format_ is not Format.TABLE:
        _print(report, plan if wanted.any else None, Format.JSON if json else format_)
        return 0
    show(report, everything=all, policy=found is not None)
    show_plan(plan if wanted.any else (), dry_run=dry_run)
    return 0


def _look(folder: Path, policy: Policy | None) -> Report:
    with Bar() as bar:
        return ops.discover(ops.DiscoverRequest(folder, policy, os.environ), bar.advance)


def _print(report: Report, plan: Sequence[discover_files.Change] | None, format_: Format) -> None:
    """For machines."""
    if format_ is Format.CSV:
        render.raw(as_csv(report).encode())
    else:
        render.json(_as_json(report, plan))


def _as_json(report: Report, plan: Sequence[discover_files.Change] | None) -> dict[str, object]:
    body = {"format": FORMAT, **msgspec.to_builtins(report)}
    if plan is not None:
        body["files"] = [{"path": str(c.path), "what": c.what, "added": c.added} for c in plan]
    return body


def _policy(folder: Path, given: Path | None) -> Policy | None:
    """The document that was named, or the one beside the repository; none is fine."""
    if given is not None:
        return ops_policy.load(config.load(os.environ, Path.cwd()).find_policy(given))
    with suppress(NotFoundError):
        return ops_policy.load(config.load(os.environ, folder.resolve()).find_policy())
    return None
