"""`make demo`: the main job on an example, each claim checked while you watch.

Ends with 0 when everything was as claimed, and with 1 when something was not.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from demonstration import adopting, checking, generating, policy, room, rotating, watching
from demonstration.guard import guarded
from demonstration.stage import Stage, Step, prepare

STEPS: Final[tuple[Step, ...]] = (
    *policy.STEPS,
    *generating.STEPS,
    *adopting.STEPS,
    *checking.STEPS,
    *room.STEPS[:-1],
    *watching.STEPS,
    *rotating.STEPS,
    *room.STEPS[-1:],  # it ends with an edited log
)
WIDTH_MAX: Final = 112


def play(steps: tuple[Step, ...], stage: Stage) -> None:
    """Play each step; one that breaks counts as a claim that does not hold."""
    for number, step in enumerate(steps, start=1):
        stage.console.print()
        title = Text(f"{number} of {len(steps)}  {step.title}", style="bold cyan")
        stage.console.rule(title, align="left", style="cyan")
        stage.console.print(step.why, style="dim")
        stage.console.print()
        try:
            step.play(stage)
        except (LookupError, TypeError, ValueError, OSError, RuntimeError) as error:
            stage.prove(f"the step runs to its end ({type(error).__name__}: {error})", fact=False)


def summary(stage: Stage, seconds: float) -> Panel:
    """What was proved, in one box."""
    lines = [Text(f"✔ {sentence}", style="green") for sentence in stage.proved]
    lines += [Text(f"✘ {sentence}", style="bold red") for sentence in stage.failed]
    total = len(stage.proved) + len(stage.failed)
    title = f"{len(stage.proved)} of {total} claims proved in {seconds:.0f} s"
    return Panel(
        Text("\n").join(lines), title=title, border_style="red" if stage.failed else "green"
    )


def main() -> int:
    """Play all steps in a temporary folder."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.width = min(console.width, WIDTH_MAX)
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="strongroom-demo-") as parent,
        guarded(Path(parent)),
    ):
        stage = prepare(Path(parent), console)
        console.print("Strongroom runs a company's written secrets policy.", style="bold")
        console.print("The company here is made up, and so is each of its secrets.")
        play(STEPS, stage)
    console.print()
    console.print(summary(stage, time.monotonic() - start))
    return 1 if stage.failed else 0


if __name__ == "__main__":
    sys.exit(main())
