"""`strongroom scan rules`: what the scanner looks for, and whether rules do what they say."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.cli import render

app = App(name="rules", help="List, show and test the rules that the scanner looks for.")

Rules = Annotated[
    Path | None, Parameter(help="With the rules of this file, as `scan --rules` reads it.")
]
Json = Annotated[bool, Parameter(negative="", help="Print JSON for machines.")]


@app.command(name="list")
def list_(*, rules: Rules = None, json: Json = False) -> int:
    """List the rules: id, what it finds, severity and confidence."""
    from strongroom.ops import scan_rules as ops

    found = ops.listed(rules)
    if json:
        render.json([ops.document(rule, whole=False) for rule in found.rules])
    else:
        grid = render.table("rule", "finds", "severity", "confidence")
        for rule in found.rules:
            style = render.SEVERITY_STYLE[rule.severity]
            grid.add_row(
                render.cell(rule.id),
                render.cell(rule.title),
                render.cell(rule.severity, style),
                render.cell(rule.confidence),
            )
        render.out().print(grid)
        render.out().print(f"{len(found.rules)} rules")
    _notes(found.notes)
    return 0


@app.command
def show(rule: str, /, *, rules: Rules = None, json: Json = False) -> int:
    """Show all that a rule says: its pattern, what it asks besides, and where it is revoked.

    Parameters
    ----------
    rule
        The rule's id.
    """
    from strongroom.ops import scan_rules as ops

    said = ops.document(ops.one(rule, rules), whole=True)
    if json:
        render.json(said)
        return 0
    for key, value in said.items():
        if value or key in {"report", "pair_required"}:
            text = ", ".join(value) if isinstance(value, tuple) else value
            line = render.cell(f"{key.replace('_', ' ')}: ", "dim")
            render.out().print(line.append(render.safe(str(text)), style=""), soft_wrap=True)
    return 0


@app.command(name="test")
def try_(file: Path | None = None, /, *, json: Json = False) -> int:
    """Run the examples that rules have: what each must find, and what it must not.

    Exits with 1 when one is not as its rule says, or when a rule of another scanner is left out.

    Parameters
    ----------
    file
        A file of rules; by default those that are shipped.
    """
    from strongroom.ops import scan_rules as ops

    tested = ops.test(file)
    if json:
        render.json(tested)
        return 0 if tested.well else 1
    out = render.out()
    for failed in tested.failed:
        out.print(
            render.cell(f"{failed.rule}, example {failed.number}: {failed.why}: {failed.text}"),
            soft_wrap=True,
        )
    if tested.bare:
        out.print(render.cell(f"without an example: {', '.join(tested.bare)}"), soft_wrap=True)
    _notes(tested.notes)
    said = f"{tested.rules} rules, {tested.examples} examples, {len(tested.failed)} failed"
    if tested.lost:
        said += f", {len(tested.lost)} left out"
    out.print(render.cell(said, "green" if tested.well else "bold red"))
    return 0 if tested.well else 1


def _notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        render.err().print(render.cell(f"note: {note}", "yellow"), soft_wrap=True)
