"""`strongroom check`: what in a folder of source code violates the written policy."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from strongroom import config
from strongroom.check.report import Report
from strongroom.cli import render
from strongroom.cli.check_view import Bar, show
from strongroom.errors import UsageError
from strongroom.model.finding import Severity
from strongroom.ops import check as ops
from strongroom.ops import policy as ops_policy

FORMAT = "strongroom/check/v1"
app = App(name="check", help="Check a folder of source code against the written policy.")


@app.default
def check(
    path: Path = Path(),
    *,
    policy: Path | None = None,
    json: bool = False,
    sarif: bool = False,
    output: Path | None = None,
    fail_on: Severity = Severity.LOW,
    clause: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    rule: Annotated[tuple[str, ...], Parameter(negative=())] = (),
) -> int:
    """Check a folder of source code, and the inventory in the policy, clause by clause.

    Exits with 0 when nothing as bad as --fail-on was found, with 1 when something was.
    A clause that was not evaluated never counts as a pass.

    Parameters
    ----------
    path
        The folder to check; the one you are in when not given.
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
    settings = config.load(os.environ, Path.cwd())
    document = settings.find_policy(policy)
    request = ops.CheckRequest(
        path=path,
        policy=ops_policy.load(document),
        document=document,
        now=datetime.now(UTC),  # noqa: TID251 - the door reads the clock once
        clauses=frozenset(clause),
        rules=frozenset(rule),
        environ=os.environ,
    )
    with Bar() as bar:
        result = ops.check(request, bar.advance)
    if json or sarif:
        body = result.sarif() if sarif else as_json(result.report)
        _put(body, output)
    else:
        show(result.report)
    return 1 if result.at_least(fail_on) else 0


def as_json(report: Report) -> dict[str, object]:
    """The report with the name of its format first."""
    return {"format": FORMAT, **msgspec.to_builtins(report)}


def _put(body: dict[str, object], output: Path | None) -> None:
    if output is None:
        render.json(body)
    else:
        ops.save(output, msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n")
