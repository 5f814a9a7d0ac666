"""Several secrets rotated as one group: how that is asked for, how it goes, what came of it."""

from dataclasses import fields
from threading import Lock
from typing import TYPE_CHECKING, Final

from rich.text import Text

from strongroom.cli import render, rotate_view
from strongroom.cli.room import opened
from strongroom.ops import rotate_group as ops
from strongroom.ops.rotate_group import End, GroupRequest, Moment, Outcome, Result
from strongroom.rotation.advice import advice

if TYPE_CHECKING:
    from pathlib import Path

PARTLY: Final = 1
STYLES: Final = {
    End.DONE: "green", End.CURRENT: "green", End.BEFORE: "green", End.FOLLOWS: "dim",
    End.PLANNED: "cyan", End.OPEN: "yellow", End.STOPPED: "yellow", End.BY_HAND: "bold yellow",
}  # fmt: skip
WORDS: Final = {
    End.DONE: "done",
    End.CURRENT: "the new value is current",
    End.BEFORE: "done by an earlier run",
    End.OPEN: "open",
    End.PERSON: "needs a person",
    End.BACK: "taken back",
    End.STOPPED: "not begun with",
    End.FAILED: "could not begin",
    End.BY_HAND: "by hand",
    End.FOLLOWS: "changes with its parts",
    End.PLANNED: "",
}
WAYS: Final = {"rotate": "at {target}", "by-hand": "by hand", "follows": "changes with its parts"}


def run(request: GroupRequest, room: "Path | None", *, dry_run: bool, json: bool) -> int:
    """Rotate a group, or only show it. Exit 1 while something of it is left to be done."""
    with opened(room) as local:
        if dry_run:
            found = ops.plan(local, request)
        else:
            try:
                found = ops.start(local, request, _silent if json else Lines())
            except KeyboardInterrupt:
                text = "stopped; the same command goes on, and `strongroom rotate status` says how far it is"
                with render.unheard():
                    render.err().print(text, style="yellow", soft_wrap=True)
                raise
    if json:
        said = {one.name: getattr(found, one.name) for one in fields(found)}
        render.json({**said, "complete": found.complete})
    else:
        _show(found, dry_run=dry_run)
    return 0 if dry_run or found.complete else PARTLY


class Lines:
    """A line for each step of each member as it ends, with its time, on standard error."""

    def __init__(self) -> None:
        self._console = render.err()
        self._lock = Lock()

    def __call__(self, one: Moment) -> None:
        """One more."""
        said = rotate_view.STATES.get(one.state, "")
        if one.code:
            said = advice(one.code, one.address).happened
        took = f" ({one.took_us / 1000:.0f} ms)" if one.took_us else ""
        line = Text.assemble(
            (f"{render.instant(one.at_us)}  ", "dim"), (f"{one.act:<12} ", "yellow" if one.code else "green"),
            (render.safe(one.address), "bold"), "  ", render.safe(said), took,
        )  # fmt: skip
        with self._lock, render.unheard():
            self._console.print(line, soft_wrap=True)


def _silent(_: Moment) -> None:
    """For machines: the document at the end says all of it."""


def _show(found: Result, *, dry_run: bool) -> None:
    out = render.out()
    if found.resumed:
        begun = render.minute(found.begun_us)
        text = f"goes on with what was begun {begun} UTC in the same words; --again begins anew"
        out.print(text, style="cyan", soft_wrap=True)
    layer = 0
    for one in found.members:
        if one.layer != layer:
            layer = one.layer
            out.print(f"{layer}.", style="dim")
        _member(one)
    if 0 < sum(one.exposed for one in found.members) < len(found.members):
        out.print(
            "! whoever has what was named has these too; the others are near them", style="dim"
        )
    for circle in found.circles:
        names = render.safe(", ".join(circle))
        out.print(
            Text.assemble(("in a circle: ", "yellow"), f"{names}; one after another"),
            soft_wrap=True,
        )
    for address, code in found.unread.items():
        text = render.safe(f"what {address} is put together from could not be read [{code}]")
        out.print(Text(text, style="yellow"), soft_wrap=True)
    for address in found.gone:
        text = render.safe(
            f"{address} was deleted before it was replaced: its value may be valid still"
        )
        out.print(Text(text, style="bold red"), soft_wrap=True)
        fix = render.safe(f"`strongroom secret undelete {address}`, and the same command again")
        out.print(Text.assemble(("      next: ", "bold"), fix), soft_wrap=True)
    if not found.whole:
        out.print(
            "your rights do not reach everything: related secrets that you may not see are not in it",
            style="bold yellow", soft_wrap=True,
        )  # fmt: skip
    if dry_run:
        out.print(f"{len(found.members):,} secrets; nothing was changed", soft_wrap=True)
        return
    done = sum(one.end in ops.WELL for one in found.members)
    took = f"{found.took_us / 1e6:.1f} s"
    text = f"{done:,} of {len(found.members):,} done in {took}"
    out.print(text, style="bold green" if found.complete else "bold red")
    if not found.complete:
        out.print("  next: do what is named above, and run the same command again", soft_wrap=True)


def _member(one: Outcome) -> None:
    out = render.out()
    how = WAYS[one.way].format(target=one.target) if one.end is End.PLANNED else WORDS[one.end]
    mark = ("  ! ", "bold red") if one.exposed else ("    ", "")
    took = f" in {one.took_us / 1e6:.1f} s" if one.end in {End.DONE, End.CURRENT} else ""
    out.print(
        Text.assemble(
            mark, (render.safe(one.address), "bold"), "  ", (render.safe(how), STYLES.get(one.end, "bold red")),
            took, (f"  {render.safe('; '.join(one.why))}", "dim"),
        ),
        soft_wrap=True,
    )  # fmt: skip
    for head, text in _said(one):
        out.print(Text.assemble((f"      {head}: ", "bold"), render.safe(text)), soft_wrap=True)
    if one.statements:
        out.print("      by hand, at the target:", style="bold red")
        rotate_view.statements(one.statements, "        ")


def _said(one: Outcome) -> list[tuple[str, str]]:
    """Why a member is not done, and what to do."""
    match one.end:
        case End.STOPPED:
            return [("why", f"{one.stopped_by} comes before it, and is not replaced yet")]
        case End.BY_HAND if one.code == "same-account":
            fix = (
                f"keep the account once: `strongroom secret set {one.address} --derive …`"
                f" with the fields of {one.stopped_by}"
            )
            return [("why", f"{one.stopped_by} holds the same account"), ("next", fix)]
        case End.BY_HAND:
            fix = (
                f"change it where it is valid, then `strongroom secret set {one.address}`; or say where"
                f" it is rotated: `strongroom rotate schedule {one.address} --target NAME`"
            )
            return [("next", fix)]
        case End.PLANNED if one.after:
            return [("after", ", ".join(one.after))]
        case End.FAILED:
            heads = (("why", f"{one.said} [{one.code}]"), ("next", one.fix))
            return [(head, text) for head, text in heads if text]
        case End.OPEN | End.PERSON | End.BACK:
            found = advice(one.code, one.address)
            return [("why", f"{found.happened} [{one.code}]"), ("next", found.fix)]
    return []
