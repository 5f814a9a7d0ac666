"""`strongroom strength`: how strong a value is that one has."""

from pathlib import Path

from cyclopts import App

from strongroom.cli import render, value_input
from strongroom.cli.context import current
from strongroom.ops import standards
from strongroom.ops import strength as ops

app = App(name="strength", help="Measure a value from standard input against the policy.")


@app.default
def strength(
    *,
    clause: str | None = None,
    type_: str | None = None,
    env: str | None = None,
    policy: Path | None = None,
    json: bool = False,
) -> int:
    """Measure a value from standard input; no character of it is shown.

    Exits with 0 when it is strong enough and 1 when it is not.

    Parameters
    ----------
    clause
        The one clause to hold it against, e.g. P-4.1; without it those of its type.
    type_
        A type of the policy or a kind, e.g. password; without it what it looks like.
    env
        The environment that it is for; without it the strictest.
    policy
        The policy document; without it the one in force, then built-in defaults.
    json
        Print JSON for machines.
    """
    found = standards.find(current(), policy)
    result = ops.strength(ops.StrengthRequest(value_input.read(), clause, type_, env), found)
    if json:
        render.json(result)
    else:
        _show(result)
    return 0 if result.ok else 1


def _show(result: ops.StrengthResult) -> None:
    console = render.out()
    what = result.algorithm or result.kind
    console.print(render.cell(f"{result.bits:g} bits, {what}, for {result.environment}"))
    for check in result.checks:
        mark, style = ("pass", "green") if check.ok else ("fail", "bold red")
        console.print(render.cell(f"{mark}  {check.message}", style=style), soft_wrap=True)
    for note in result.notes:
        render.err().print(render.cell(f"note: {note}", style="yellow"), soft_wrap=True)
