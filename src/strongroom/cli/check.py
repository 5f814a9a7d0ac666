"""`strongroom check`: what in a folder of source code, or in a room, violates the policy."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from strongroom import config
from strongroom.check.report import Report
from strongroom.cli import render
from strongroom.cli.check_view import Bar, Form, show
from strongroom.errors import UsageError
from strongroom.model.severity import Severity
from strongroom.ops import check as ops
from strongroom.ops import policy as ops_policy
from strongroom.ops.saving import save

FORMAT = "strongroom/check/v1"
ROOM_FORMAT = "strongroom/check-room/v1"
app = App(
    name="check", help="Check a folder of source code, or a room, against the written policy."
)


@app.default
def check(
    path: Path | None = None,
    *,
    env: Annotated[tuple[str, ...], Parameter(name=("--env", "--environment"), negative=())] = (),
    stored: bool = False,
    room: Path | None = None,
    policy: Path | None = None,
    json: bool = False,
    sarif: bool = False,
    output: Path | None = None,
    fail_on: Severity = Severity.LOW,
    clause: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    rule: Annotated[tuple[str, ...], Parameter(negative=())] = (),
) -> int:
    """Check a folder of source code, or with --env a room, clause by clause.

    Exits with 0 when nothing as bad as --fail-on was found, with 1 when something was.
    A clause that was not evaluated never counts as a pass.

    Parameters
    ----------
    path
        The folder to check; the one you are in when not given.
    env
        Check this environment of the room, by its id, or all; may be repeated.
    stored
        Show the newest check that the room keeps, as of when it was, instead of a new one.
    room
        The room's folder; by default of the context or nearby.
    policy
        The policy document; found beside the work when not given.
    json
        Print one JSON document.
    sarif
        Print a SARIF 2.1.0 log, for code hosts and editors.
    output
        Write the JSON or SARIF into this file instead.
    fail_on
        The mildest severity that makes the check fail.
    clause
        Only what rests on this clause, e.g. P-3.2; may be repeated.
    rule
        Only this rule, e.g. secret-logged; may be repeated.
    """
    if json and sarif:
        raise UsageError("format-twice", "--json and --sarif exclude each other")
    if output and not (json or sarif):
        raise UsageError("format-missing", "--output needs --json or --sarif")
    form = Form(json=json, sarif=sarif, output=output, fail_on=fail_on)
    if env or stored or room:
        if path is not None or policy is not None:
            raise UsageError(
                "folder-and-room",
                "a folder and a room are checked one at a time, and a room by its own policy",
                fix="leave PATH and --policy out, or --env, --stored and --room",
            )
        from strongroom.cli import check_room

        if stored:
            return check_room.stored(room, env, form)
        return check_room.run(room, env, frozenset(clause), frozenset(rule), form)
    return _folder(path or Path(), policy, frozenset(clause), frozenset(rule), form)


def _folder(
    path: Path,
    policy: Path | None,
    clauses: frozenset[str],
    rules: frozenset[str],
    form: Form,
) -> int:
    settings = config.load(os.environ, Path.cwd())
    document = settings.find_policy(policy)
    request = ops.CheckRequest(
        path=path,
        policy=ops_policy.load(document),
        document=document,
        now=datetime.now(UTC),  # noqa: TID251 - the door reads the clock once
        clauses=clauses,
        rules=rules,
        environ=os.environ,
    )
    with Bar() as bar:
        result = ops.check(request, bar.advance)
    if form.json or form.sarif:
        put(result.sarif() if form.sarif else as_json(result.report), form.output)
    else:
        show(result.report)
    return 1 if result.at_least(form.fail_on) else 0


def as_json(report: Report) -> dict[str, object]:
    """The report with the name of its format first."""
    return {"format": FORMAT, **msgspec.to_builtins(report)}


def put(body: dict[str, object], output: Path | None) -> None:
    """Print a report, or write it into a file."""
    if output is None:
        render.json(body)
    else:
        save(output, msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n")
