"""Scans the parts of a source, in this process and in others beside it.

What comes of it does not depend on how many there are; only its order does.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from strongroom.scan.findings.found import Found
from strongroom.scan.model import NotScanned
from strongroom.scan.sources.interface import Part, Source
from strongroom.scan.worker import Emit, Message, Progress, Recipe, Worker

if TYPE_CHECKING:
    import subprocess

    from strongroom.scan.pool import Pool


class Totals:
    """What was looked at: items (files, blobs), octets, and what was not."""

    __slots__ = ("items", "missed", "octets")

    def __init__(self, items: int = 0, octets: int = 0) -> None:
        self.items = items
        self.octets = octets
        self.missed: list[NotScanned] = []


class Watch(NamedTuple):
    """Who is told: what was found in a piece, and the totals with what there is in all."""

    found: Callable[[Sequence[Found]], None]
    progress: Callable[[Totals, int, int], None] = lambda totals, items, octets: None  # noqa: ARG005


def drive(
    source: Source,
    recipe: Recipe,
    watch: Watch,
    jobs: int = 1,
    *,
    early: bool = False,
    ready: "Sequence[subprocess.Popen[bytes]]" = (),
) -> Totals:
    """Look at all of `source` in at most `jobs` processes, those that are `ready` first.

    With `early` they start, and make their engine, while the source still looks at what there is;
    those that are `ready` do so anyway.

    Raises:
        MachineError: `scan-worker-failed`, `scan-worker-died`: something was not looked at.
        StrongroomError: as the source's parts.
    """
    totals = Totals()
    worker = Worker(recipe)
    expected = [0, 0]
    take = _taker(totals, watch, expected)
    waiting: deque[Part] = deque()
    seen = 0
    pool = _pool(worker, ready) if (early or ready) and jobs > 1 else None
    try:
        if pool:
            pool.start(jobs - 1 if early else len(ready))
        for part in _parts(source, jobs, expected):
            waiting.append(part)
            seen += 1
            if jobs > 1 and seen > 1:
                pool = pool or _pool(worker, ready)
                pool.start(jobs - 1)
                pool.offer(waiting, take)
        if pool and seen > 1:
            pool.look(waiting, take, worker)
        else:
            if pool:
                pool.end()
            for part in waiting:
                worker.look(part, take)
    finally:
        if pool:
            pool.end()
    totals.missed.sort()
    return totals


def _parts(source: Source, jobs: int, expected: list[int]) -> Iterator[Part]:
    """The parts; `expected` says how much is in those that are known."""
    walked: Callable[[], Iterable[Part]] | None = getattr(source, "walked", None)
    known = walked() if walked and jobs > 1 else source.parts(jobs)
    if isinstance(known, Sequence):
        expected[:] = sum(p.extent.items for p in known), sum(p.extent.octets for p in known)
        yield from known
        return
    for part in known:
        expected[0] += part.extent.items
        expected[1] += part.extent.octets
        yield part


def _pool(worker: Worker, ready: "Sequence[subprocess.Popen[bytes]]") -> "Pool":
    from strongroom.scan.pool import Pool  # noqa: PLC0415 - a hook's one part needs no processes

    worker.prepare()
    return Pool(worker.recipe, ready)


def _taker(totals: Totals, watch: Watch, expected: Sequence[int]) -> Emit:
    def take(message: Message) -> None:
        match message:
            case Progress():
                totals.items += message.items
                totals.octets += message.octets
                watch.progress(totals, expected[0], expected[1])
            case NotScanned():
                totals.missed.append(message)
            case _:
                watch.found(message)

    return take
