"""Progress of long work: on standard error, and only where a person looks at it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from strongroom.cli import render

Report = Callable[[str, int, int], None]


@contextmanager
def shown() -> Iterator[Report]:
    """What long work calls with the name of its part, how much is done, and of how much."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda part, done, total: None  # noqa: ARG005 - nobody looks
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=render.err(), transient=True) as bars:
        tasks = {}

        def report(part: str, done: int, total: int) -> None:
            if part not in tasks:
                tasks[part] = bars.add_task(part, total=total)
            bars.update(tasks[part], completed=done, total=total)

        yield report
