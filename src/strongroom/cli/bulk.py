"""`strongroom secret bulk`: one act on many secrets, with a plan first."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from strongroom.cli import render, value_input
from strongroom.cli.describe import signed
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.cli.search import Environments, Expiring, Tags, Type, days
from strongroom.errors import InvalidError, LimitError, UsageError

if TYPE_CHECKING:
    from strongroom.ops.bulk import Act, Plan, Result, Selection

app = App(name="bulk", help="Tag, freeze, thaw, delete or give away many secrets; a plan first.")
SHOWN_MAX: Final = 20
LIST_BYTES_MAX: Final = 64 * 1024 * 1024
NOT_ALL: Final = 1


@Parameter(name="*")
@dataclass(frozen=True)
class Select:
    """Which secrets, as options. All that is given must hold."""

    file: Annotated[Path | None, Parameter(help="Those in this list of addresses, one a line.")] = (
        None
    )
    word: Annotated[
        tuple[str, ...], Parameter(negative="", help="With this word, as `secret search` finds.")
    ] = ()
    tag: Tags = ()
    type_: Type = None
    owner: Annotated[str | None, Parameter(help="Whose owner is this one.")] = None
    client: Annotated[str | None, Parameter(help="Of this client.")] = None
    expiring: Expiring = None
    environment: Environments = ()


@Parameter(name="*")
@dataclass(frozen=True)
class How:
    """How to go about it."""

    yes: Annotated[bool, Parameter(negative="", help="Do not ask.")] = False
    dry_run: Annotated[bool, Parameter(negative="", help="Show the plan and stop.")] = False
    reason: Annotated[str, Parameter(help="Why; stands in the audit log.")] = ""
    room: RoomFolder = None
    json: Json = False


ANY: Final = Select()
ASK: Final = How()


@app.command
def tag(
    *changes: Annotated[str, Parameter(allow_leading_hyphen=True)],
    select: Select = ANY,
    how: How = ASK,
) -> int:
    """Add tags with +TAG and take them away with -TAG.

    Parameters
    ----------
    changes
        +pci adds the tag pci, -old takes the tag old away.
    """
    from strongroom.ops import bulk

    return _run(bulk.tag(*signed(changes)), select, how)


@app.command
def owner(name: str, /, *, select: Select = ANY, how: How = ASK) -> int:
    """Give secrets to another owner.

    Parameters
    ----------
    name
        Who answers for them from now on.
    """
    from strongroom.ops import bulk

    return _run(bulk.owner(name), select, how)


@app.command
def freeze(*, select: Select = ANY, how: How = ASK) -> int:
    """Stop every delivery and change of each; --reason is needed."""
    from strongroom.ops import bulk

    return _run(bulk.freeze(how.reason), select, how)


@app.command
def thaw(*, select: Select = ANY, how: How = ASK) -> int:
    """End the freeze of each."""
    from strongroom.ops import bulk

    return _run(bulk.thaw(), select, how)


@app.command
def delete(*, select: Select = ANY, how: How = ASK) -> int:
    """Take each out of use; `strongroom secret undelete` brings one back."""
    from strongroom.ops import bulk

    return _run(bulk.delete(), select, how)


def _run(act: "Act", select: Select, how: How) -> int:
    from strongroom.ops import bulk

    selection = _selection(select, how.reason)
    with opened(how.room) as local:
        plan = bulk.plan(local, selection, act)
        if not how.json or how.dry_run:
            _show(plan, how)
        if how.dry_run or not (plan.todo or how.json):
            return NOT_ALL if plan.unknown else 0
        if not how.yes:
            _confirm(plan)
        results = list(_with_progress(bulk.run(local, plan, how.reason), plan))
    return _report(plan, results, how)


def _selection(select: Select, reason: str) -> "Selection":
    from strongroom.ops import bulk
    from strongroom.ops.search import SearchRequest

    listed = None if select.file is None else bulk.addresses(_list(select.file))
    request = SearchRequest(
        "", select.word, select.tag, select.type_, select.owner, select.client, None,
        days(select.expiring), select.environment, reason,
    )  # fmt: skip
    return bulk.Selection(request, listed)


def _list(file: Path) -> str:
    data = value_input.regular_file(file, LIST_BYTES_MAX + 1)
    if len(data) > LIST_BYTES_MAX:
        raise LimitError("list-too-long", f"a list has at most {LIST_BYTES_MAX:,} bytes")
    with suppress(UnicodeDecodeError):  # it holds the bytes: not to be a context
        return data.decode()
    raise InvalidError("list-invalid", "the list is not UTF-8 text")


def _show(plan: "Plan", how: How) -> None:
    if how.json:
        render.json(
            {
                "act": plan.act.word,
                "todo": list(map(str, plan.todo)),
                "so_already": list(map(str, plan.so_already)),
                "unknown": list(map(str, plan.unknown)),
                "refused": plan.refused,
            }
        )
        return
    console = render.out()
    for address in plan.todo[:SHOWN_MAX]:
        console.print(render.safe(f"{plan.act.word}  {address}"), soft_wrap=True)
    if plan.todo[SHOWN_MAX:]:
        console.print(f"… and {len(plan.todo) - SHOWN_MAX:,} more", style="dim")
    for address in plan.unknown[:SHOWN_MAX]:
        text = f"unknown  {address}: not there, or not for you to see"
        console.print(render.cell(text, "yellow"), soft_wrap=True)
    if plan.unknown[SHOWN_MAX:]:
        console.print(f"… and {len(plan.unknown) - SHOWN_MAX:,} more unknown", style="dim")
    for place in plan.refused:
        render.err().print(render.safe(f"{place}: nothing for you to see"), style="dim")
    places: dict[str, int] = {}
    for address in plan.todo:
        places[address.environment] = places.get(address.environment, 0) + 1
    split = ", ".join(f"{n:,} in {place}" for place, n in places.items())
    console.print(
        render.safe(
            f"{len(plan.todo):,} to {plan.act.word}{f' ({split})' if split else ''},"
            f" {len(plan.so_already):,} so already, {len(plan.unknown):,} unknown"
        ),
        soft_wrap=True,
    )


def _confirm(plan: "Plan") -> None:
    if sys.stdin is None or not sys.stdin.isatty() or not sys.stderr.isatty():
        raise UsageError(
            "not-confirmed",
            f"{len(plan.todo):,} secrets would be changed, and nobody is there to be asked",
            fix="look at the plan with --dry-run, then add --yes",
        )
    sys.stderr.write("Go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not-confirmed", "nothing was changed")


def _with_progress(results: Iterator["Result"], plan: "Plan") -> Iterator["Result"]:
    columns = (TextColumn(plan.act.word), BarColumn(), MofNCompleteColumn())
    console = render.err()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(plan.todo))
        done = 0
        try:
            for result in results:
                done += 1
                progress.advance(task)
                yield result
        except KeyboardInterrupt:
            progress.stop()
            text = f"stopped after {done:,} of {len(plan.todo):,}; run it again to go on"
            console.print(text, style="yellow", soft_wrap=True)
            raise


def _report(plan: "Plan", results: list["Result"], how: How) -> int:
    failed = [result for result in results if result.code]
    if how.json:
        render.json(
            {
                "act": plan.act.word,
                "results": [
                    {"address": str(r.address), "ok": not r.code, "code": r.code or None}
                    for r in results
                ],
                "so_already": list(map(str, plan.so_already)),
                "unknown": list(map(str, plan.unknown)),
            }
        )
        return NOT_ALL if failed or plan.unknown else 0
    for result in failed:
        text = f"{result.address}: {result.message}  [{result.code}]"
        render.err().print(render.cell(text, "red"), soft_wrap=True)
    done = len(results) - len(failed)
    render.out().print(f"{plan.act.word}: {done:,} done, {len(failed):,} not", soft_wrap=True)
    return NOT_ALL if failed or plan.unknown else 0
