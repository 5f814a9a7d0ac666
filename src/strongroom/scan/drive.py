"""Scans the parts of a source: one in this process, several in a process each.

What comes of it does not depend on how many there are; only its order does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from strongroom.scan.findings.found import Found
from strongroom.scan.model import NotScanned
from strongroom.scan.sources.interface import Source
from strongroom.scan.worker import Emit, Message, Progress, Recipe, Worker

if TYPE_CHECKING:
    from strongroom.scan.pool import Pool


@dataclass(slots=True)
class Totals:
    """What was looked at: items (files, blobs), octets, and what was not."""

    items: int = 0
    octets: int = 0
    missed: list[NotScanned] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told: what was found in a piece, and the totals with what there is in all."""

    found: Callable[[Sequence[Found]], None]
    progress: Callable[[Totals, int, int], None] = lambda totals, items, octets: None  # noqa: ARG005


def drive(
    source: Source, recipe: Recipe, watch: Watch, jobs: int = 1, *, early: bool = False
) -> Totals:
    """Look at all of `source` in at most `jobs` processes.

    With `early` they start, and make their engine, while the source still looks at what there is.

    Raises:
        MachineError: `scan-worker-failed`, `scan-worker-died`: something was not looked at.
        StrongroomError: as the source's parts.
    """
    totals = Totals()
    pool = _pool(recipe, jobs) if early and jobs > 1 else None
    try:
        parts = source.parts(jobs)
        expected = (sum(p.extent.items for p in parts), sum(p.extent.octets for p in parts))
        take = _taker(totals, watch, expected)
        if len(parts) > 1:
            pool = pool or _pool(recipe, len(parts))
            pool.look(parts, take)
        else:
            if pool is not None:
                pool.end()
            worker = Worker(recipe)
            for part in parts:
                worker.look(part, take)
    finally:
        if pool is not None:
            pool.end()
    totals.missed.sort()
    return totals


def _pool(recipe: Recipe, count: int) -> "Pool":
    from strongroom.scan.pool import Pool  # noqa: PLC0415 - a hook's one part needs no processes

    Worker(recipe).prepare()
    pool = Pool(recipe)
    pool.start(count)
    return pool


def _taker(totals: Totals, watch: Watch, expected: tuple[int, int]) -> Emit:
    def take(message: Message) -> None:
        match message:
            case Progress():
                totals.items += message.items
                totals.octets += message.octets
                watch.progress(totals, *expected)
            case NotScanned():
                totals.missed.append(message)
            case _:
                watch.found(message)

    return take
