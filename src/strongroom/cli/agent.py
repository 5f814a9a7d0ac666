"""`strongroom agent` and `tick`: what runs by itself."""

import signal
import time
from typing import TYPE_CHECKING, Final

import msgspec
from cyclopts import App
from rich.text import Text

from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.errors import StrongroomError

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from strongroom.agent.loop import End
    from strongroom.agent.stop import Stop
    from strongroom.ops.agent import Line

AGAIN_S: Final = 10.0  # between two tries to open a room that cannot be worked on now

agent_app = App(name="agent", help="Keep a room in time: due rotations, ends of grace, reminders.")
tick_app = App(name="tick", help="Do one round of an agent, for cron.")


@agent_app.default
def agent(*, parallel: int = 8, room: RoomFolder = None, json: Json = False) -> int:
    """Keep a room in time until it is told to stop: it begins due rotations, ends graces, reminds.

    It sleeps until the next thing is due or somebody changes the room. SIGTERM and Ctrl-C end it
    after the step at hand; whatever it was at, the next one goes on with. Several may run at once.

    Parameters
    ----------
    parallel
        How many rotations it works on at once.
    """
    from strongroom.agent.loop import Clock, End
    from strongroom.agent.stop import Stop
    from strongroom.ops import agent as ops

    bound = ops.bounded(parallel)
    stop = Stop()

    def ask(_: int, __: "FrameType | None") -> None:
        stop.say()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, ask)
    clock = Clock(lambda: time.time_ns() // 1000, stop.wait)
    _say(ops.Line(clock.now_us(), "began", "", "agent"), json=json)
    while _attended(room, bound, stop, clock, json=json) is not End.STOPPED:
        pass
    _say(ops.Line(clock.now_us(), "ended", "", "agent"), json=json)
    return 0


@tick_app.default
def tick(*, parallel: int = 8, room: RoomFolder = None, json: Json = False) -> int:
    """Do what is due now and end, for cron. Exit 1 when something could not be done.

    Parameters
    ----------
    parallel
        How many rotations it works on at once.
    """
    from strongroom.ops import agent as ops
    from strongroom.wiring import notifying

    bad = 0

    def tell(line: "Line") -> None:
        nonlocal bad
        bad |= line.what == "fault"
        _say(line, json=json)

    with opened(room) as local:
        rounds = ops.Rounds(local, tell, parallel=ops.bounded(parallel), sender=notifying.sender())
        rounds.round()
    return int(bad)


def text(line: "Line") -> Text:
    """A line as a person reads it."""
    style = {"fault": "bold red", "began": "green", "reminded": "yellow"}.get(line.what, "cyan")
    said = "  ".join(part for part in (line.address, line.state, line.code) if part)
    return Text.assemble(
        (f"{render.moment(line.at_us)}  ", "dim"), (f"{line.what:<9}", style), render.safe(said)
    )


def _attended(
    room: "Path | None", parallel: int, stop: "Stop", clock: object, *, json: bool
) -> "End":
    """Open the room and work until told to stop or its policy changed; a room that fails is opened anew."""
    from strongroom.agent import loop
    from strongroom.ops import agent as ops
    from strongroom.wiring import notifying

    assert isinstance(clock, loop.Clock)
    try:
        with opened(room) as local:
            rounds = ops.Rounds(
                local, lambda line: _say(line, json=json), stop.said, parallel,
                notifying.sender(),
            )  # fmt: skip
            return loop.run(rounds, clock)
    except StrongroomError as error:
        if not getattr(error, "retryable", False):
            raise
        _say(ops.Line(clock.now_us(), "fault", "", code=error.code), json=json)
        return loop.End.STOPPED if stop.wait(AGAIN_S) else loop.End.STALE


def _say(line: "Line", *, json: bool) -> None:
    with render.unheard():
        if json:
            render.raw(msgspec.json.encode(line) + b"\n")
        else:
            render.out().print(text(line), soft_wrap=True)
