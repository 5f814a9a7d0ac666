"""`strongroom validate`: the declaration of an application, and the values where they are."""

from pathlib import Path

from cyclopts import App

from strongroom.cli import render
from strongroom.runtime.report import report

app = App(name="validate", help="Check declared secrets, here or without values as in CI.")


@app.default
def validate(
    *,
    env: str | None = None,
    file: Path = Path("strongroom.toml"),
    no_values: bool = False,
    json: bool = False,
) -> int:
    """Check the secrets that an application declares, as it would itself at its start.

    Where strongroom.toml names an origin, such as a room, it is asked for what is not nearer; that
    is recorded like any other read, and what it knows counts: dates, and the policy's own numbers.
    Every problem is named with its clause, and no value is shown. Exits with 0 when there is no
    error, and with 78 when there is one.

    Parameters
    ----------
    env
        The environment that the values are for, e.g. production; without it what
        STRONGROOM_ENVIRONMENT says, then production.
    file
        The declaration.
    no_values
        Check the declaration only, and .env.example beside it: for CI, which has no values.
    json
        Print JSON for machines.
    """
    result = report(file, env, values=not no_values)
    if json:
        render.json(result)
        return result.exit
    console = render.out()
    for problem in result.problems:
        style = "red" if problem.level == "error" else "yellow"
        console.print(render.cell(str(problem), style=style), soft_wrap=True)
    looked = f"{result.required} required" if result.values else "no value was looked at"
    warnings = len(result.problems) - result.errors
    if result.origin:
        looked += f", {result.origin} asked"
    counts = f"{result.declared} declared, {looked}; {result.errors} errors, {warnings} warnings"
    console.print(render.cell(f"{result.environment}: {counts}"), soft_wrap=True)
    return result.exit
