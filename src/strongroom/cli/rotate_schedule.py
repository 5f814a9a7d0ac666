"""`strongroom rotate schedule|due|approve` and `--all-due`: when secrets are rotated."""

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.cli.target import Options, pairs
from strongroom.errors import UsageError
from strongroom.model.address import Address

if TYPE_CHECKING:
    from pathlib import Path

    from strongroom.ops.agent import Line
    from strongroom.ops.schedule import Shown
    from strongroom.rotation.due import Due

Modes = Literal["auto", "approve", "notify"]
_SPAN: Final = re.compile(r"([0-9]{1,5})([mhd])")
_UNITS_US: Final = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
WHY: Final = {
    "open": "begins now",
    "early": "early",
    "window-closed": "waits for its window",
    "blackout": "closed days",
    "never-opens": "no window opens",
    "needs-approval": "waits for `rotate approve`",
    "notify-only": "a person begins it",
    "on-compromise": "only when compromised",
    "running": "it goes on",
    "failed-lately": "was taken back lately",
    "frozen": "frozen",
    "unplaced": "no target: `rotate schedule`",
}
STYLES: Final = {"open": "green", "running": "cyan", "failed-lately": "red", "never-opens": "red"}


def schedule(
    address: str,
    *,
    target: str | None = None,
    every: str | None = None,
    cron: str | None = None,
    zone: str | None = None,
    window: str | None = None,
    blackout: Annotated[list[str] | None, Parameter(negative="")] = None,
    mode: Modes | None = None,
    grace_hours: int | None = None,
    option: Options = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say where and when a secret is rotated. What you leave out stays as it was.

    A schedule that cannot be kept is refused: it is played through for two years.

    Parameters
    ----------
    address
        environment/path
    target
        The system where it is valid: `strongroom target list`.
    every
        The longest time between two rotations: 90d or 12h; by default the policy's.
    cron
        When windows open: "0 3 * * SUN" is 03:00 on Sundays; "" for at any time.
    zone
        The time zone of the cron line and the blackouts, e.g. Europe/Berlin; by default UTC.
    window
        How long each stays open: 30m, 2h, 1d; by default one hour.
    blackout
        Days on which nothing begins, FROM..TO, both included; repeatable. "none" for none.
    mode
        auto begins by itself, approve waits for `rotate approve`, notify tells people only.
    grace_hours
        How long the old value stays valid, within the policy's bounds (P-5.10).
    """
    from strongroom.ops import schedule as ops
    from strongroom.rotation.schedule import Mode

    request = ops.ScheduleRequest(
        Address.parse(address),
        target,
        _span(every),
        cron,
        zone,
        _span(window),
        _days(blackout),
        None if mode is None else Mode(mode),
        grace_hours,
        None if option is None else pairs(option),
    )
    with opened(room) as local:
        found = ops.put(local, request)
    if json:
        render.json(found)
    else:
        _show(found)
    return 0


def due(*, days: int = 14, all: bool = False, room: RoomFolder = None, json: Json = False) -> int:  # noqa: A002
    """List what must be rotated soon, when it may begin, and why it does not begin now.

    Parameters
    ----------
    days
        Within so many days, and what is overdue.
    all
        Every secret that has a value.
    """
    from strongroom.ops import schedule as ops

    with opened(room) as local:
        found = ops.due(local, None if all else days)
    if json:
        render.json(found)
    elif found:
        _list(found)
    else:
        render.out().print("nothing is due", soft_wrap=True)
    return 0


def approve(address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Let the next rotation begin, in the next window that opens. It is recorded that you did.

    Parameters
    ----------
    address
        environment/path
    """
    from strongroom.cli import rotate_view
    from strongroom.ops import schedule as ops

    with opened(room) as local:
        found = ops.approve(local, Address.parse(address))
    if json:
        render.json(found)
        return 0
    rotate_view.status(found)
    render.out().print(f"  an agent or `tick` begins it {render.moment(found.due_us)} UTC")
    return 0


def all_due(room: "Path | None", parallel: int, *, json: bool) -> int:
    """Begin all that is due, and take every rotation as far as it goes now. Exit 1 if one stopped."""
    from strongroom.cli import agent
    from strongroom.ops import agent as ops
    from strongroom.ops import rotate

    bound = ops.bounded(parallel)
    lines: list[Line] = []

    def tell(line: "Line") -> None:
        lines.append(line)
        if not json:
            with render.unheard():
                render.out().print(agent.text(line), soft_wrap=True)

    with opened(room) as local:
        ops.Rounds(local, tell, parallel=bound).rotate()
        found = rotate.running(local)
    if json:
        render.json({"did": lines, "going": found})
    elif not lines:
        render.out().print("nothing is due", soft_wrap=True)
    bad = any(one.what == "fault" for one in lines)
    return 1 if bad or any(one.state == "needs-person" for one in found) else 0


def _show(found: "Shown") -> None:
    out = render.out()
    when = found.cron or "any time"
    if found.cron:
        when += f" {found.zone}, open for {found.window_us // _UNITS_US['m']} minutes"
    every = "the policy's period" if found.every_us is None else f"every {_period(found.every_us)}"
    out.print(render.safe(f"{found.address} is rotated at {found.target}, {every}"), soft_wrap=True)
    closed = ", ".join("..".join(one) for one in found.blackouts)
    rows = {
        "opens": when,
        "closed": closed,
        "mode": found.mode,
        "grace": f"{found.grace_hours:g} h",
    }
    if found.due_us is not None:
        rows["due"] = f"{render.minute(found.due_us)} UTC"
    if found.begin_us is not None:
        rows["begins"] = f"{render.minute(found.begin_us)} UTC"
    for name, text in rows.items():
        if text:
            out.print(render.safe(f"  {name:<7} {text}"), soft_wrap=True)


def _list(found: "list[Due]") -> None:
    grid = render.table("secret", "due", "days", "may begin", "")
    for one in found:
        begins = "" if one.begin_us is None else render.minute(one.begin_us)
        style = "bold red" if one.days_left < 0 else STYLES.get(one.why, "")
        cells = (one.address, render.minute(one.due_us), one.days_left, begins, WHY[one.why])
        grid.add_row(*map(render.cell, cells), style=style)
    render.out().print(grid)


def _period(us: int) -> str:
    days, rest = divmod(us, _UNITS_US["d"])
    return f"{us // _UNITS_US['h']} hours" if rest else f"{days} days"


def _span(text: str | None) -> int | None:
    """`90d`, `2h`, `30m` in µs.

    Raises:
        UsageError: `span-form`; what was typed is not repeated.
    """
    if text is None:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise UsageError("span-form", "a length of time is a number and m, h or d", fix="90d, 2h")
    return int(match[1]) * _UNITS_US[match[2]]


def _days(given: list[str] | None) -> tuple[tuple[str, str], ...] | None:
    if given is None:
        return None
    if given == ["none"]:
        return ()
    found: list[tuple[str, str]] = []
    for one in given:
        first, dots, last = one.partition("..")
        found.append((first, last if dots else first))
    return tuple(found)
