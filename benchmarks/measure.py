"""Measuring: a row of the table, whole processes in pairs, functions by their median."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table. `met` is None where the issue sets no bar."""

    what: str
    value: float
    unit: str
    bar: str | None = None
    met: bool | None = None


def at_most(what: str, value: float, unit: str, bar: float) -> Row:
    """A row that is met when `value` is `bar` or less."""
    return Row(what, value, unit, f"≤ {bar:g} {unit}", value <= bar)


def at_least(what: str, value: float, unit: str, bar: float) -> Row:
    """A row that is met when `value` is `bar` or more."""
    return Row(what, value, unit, f"≥ {bar:,g} {unit}", value >= bar)


def median_ms(function: Callable[[], object], *, runs: int = 9) -> float:
    """The median wall time of a call in milliseconds, after one call that is not counted."""
    function()
    return statistics.median(_time(function) for _ in range(runs)) * 1000


def processes_ms(
    command: Sequence[str], *, runs: int = 11, allowed: tuple[int, ...] = (0,)
) -> tuple[float, float]:
    """Median wall time of a command in ms, and of what it takes more than `python -c pass`.

    The two run in turn, so that a slow moment of the machine hits both.
    """
    bare = [sys.executable, "-c", "pass"]
    times, extra = [], []
    for number in range(runs + 1):
        base = _process(bare, (0,))
        full = _process(command, allowed)
        if number:  # the first pair warms the caches
            times.append(full)
            extra.append(full - base)
    return statistics.median(times) * 1000, statistics.median(extra) * 1000


def _time(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _process(command: Sequence[str], allowed: tuple[int, ...]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in allowed:
        raise RuntimeError(f"{command[-1]} ended with {done.returncode}")
    return time.perf_counter() - start
