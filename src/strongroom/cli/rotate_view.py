"""How rotations look: steps while they run, a status, a plan, checks, an explanation."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.text import Text

from strongroom.cli import render
from strongroom.ops.rotate import Plan, Status
from strongroom.rotation.advice import advice
from strongroom.rotation.engine import Event
from strongroom.rotation.rotators.interface import Check, Statement

_MS: Final = 1000
STATES: Final = {
    "planned": "planned",
    "minted": "the new value is kept",
    "set": "the new value is valid at the target",
    "tested": "the new value does its work",
    "promoted": "the new value is current, the old one in its grace",
    "retired": "the old value is refused",
    "done": "done",
    "undoing": "it is taken back",
    "rolled-back": "taken back; the old value is current",
    "needs-person": "it needs a person",
}
STYLES: Final = {"done": "green", "needs-person": "bold red", "rolled-back": "yellow"}
DOWNTIME: Final = {
    "accounts": "none: two accounts take turns, both work during the grace",
    "values": "none: old and new value both work during the grace",
    "none": "until clients read the secret again: the old value ends when the new one begins",
}


class Steps:
    """Lines of steps as they end, on standard error."""

    def __init__(self) -> None:
        self._console = render.err()

    def __call__(self, event: Event) -> None:
        """One more has ended."""
        if event.code == "begun":
            return
        mark, style = ("✔", "green") if not event.code else ("·", "yellow")
        line = Text.assemble(
            (f"  {mark} ", style), (f"{event.act:<8}", "bold"), render.safe(_said(event))
        )
        with render.unheard():
            self._console.print(line, soft_wrap=True)


@contextmanager
def watched(title: str) -> Iterator[Steps]:
    """The steps of one rotation, with something that turns where a person waits."""
    steps = Steps()
    if sys.stderr is None or not sys.stderr.isatty():
        yield steps
        return
    with render.err().status(render.safe(title)):
        yield steps


def status(found: Status) -> None:
    """How far it is, and what is next."""
    out = render.out()
    said = advice(found.code, found.address)
    style = STYLES.get(found.state, "cyan")
    head = Text.assemble((render.safe(found.address), "bold"), "  ", (STATES[found.state], style))
    if found.emergency:
        head.append("  emergency", style="bold red")
    out.print(head, soft_wrap=True)
    versions = f"v{found.old} → v{found.new}" if found.new else f"v{found.old}"
    line = f"  {versions} at {found.target}, begun {render.minute(found.begun_us)} UTC"
    out.print(render.safe(line), soft_wrap=True)
    if found.retire_us is not None and found.state == "promoted":
        out.print(f"  the old value ends {render.minute(found.retire_us)} UTC at the earliest")
    for one in found.held_by:
        out.print(Text.assemble(("  held by ", "yellow"), render.safe(one)), soft_wrap=True)
    if found.state != "done" and found.code:
        out.print(Text.assemble(("  why: ", "bold"), said.happened), soft_wrap=True)
        out.print(Text.assemble(("  next: ", "bold"), render.safe(said.fix)), soft_wrap=True)


def explained(found: Status) -> None:
    """The status, and every step with its time."""
    status(found)
    if not found.ended and found.state != "needs-person" and not found.paused:
        render.out().print(f"  looked at again {render.moment(found.due_us)}")
    grid = render.table("at", "step", "state", "took", "")
    for step in found.steps:
        took = f"{step.took_us / _MS:.0f} ms" if step.took_us else ""
        cells = (render.moment(step.at_us), step.act, step.state, took, step.code)
        grid.add_row(*(render.cell(text) for text in cells))
    render.out().print(grid)


def plan(found: Plan) -> None:
    """What will be done, word for word."""
    out = render.out()
    out.print(Text.assemble((found.address, "bold"), f" at {found.target} ({found.rotator})"))
    rows = {
        "overlap": "no" if found.overlap == "none" else "yes",
        "downtime": DOWNTIME[found.overlap],
        "grace": f"{found.grace_hours:g} hours (P-5.10), longer while somebody uses the old value",
        "consumers": ", ".join(found.consumers) or "none registered: `strongroom secret consumers`",
        "checked": "log-in and work with the new value before; refusal of the old one after",
    }
    for name, text in rows.items():
        out.print(Text.assemble((f"  {name:<10}", "dim"), render.safe(text)), soft_wrap=True)
    statements(found.statements)


def statements(found: tuple[Statement, ...], indent: str = "  ") -> None:
    """The words for each step, with `<…>` where a value stands."""
    for one in found:
        line = Text.assemble((f"{indent}{one.step.value:<8}", "cyan"), render.safe(one.text))
        render.out().print(line, soft_wrap=True)


def checks(found: list[Check]) -> None:
    """What was looked at, with the fix of what is not well."""
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        mark, style = ("✔", "green") if one.well else ("✘", "bold red")
        name = (render.safe(one.name.ljust(width)), "bold")
        line = Text.assemble((f"  {mark} ", style), name, "  ", render.safe(one.said))
        render.out().print(line, soft_wrap=True)
        if not one.well and one.fix:
            fix = Text.assemble(("    fix: ", "bold"), render.safe(one.fix))
            render.out().print(fix, soft_wrap=True)


def _said(event: Event) -> str:
    if event.code:
        return advice(event.code, str(event.address)).happened
    took = f" ({event.took_us / _MS:.0f} ms)" if event.took_us else ""
    return STATES[event.state] + took
