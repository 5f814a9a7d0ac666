"""Masking 1,000 known values: a log line of 200 bytes, and a stream."""

import re
import secrets
import statistics
import time
from collections.abc import Callable

from benchmarks.measure import Row, at_least, at_most
from strongroom.forms import forms
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.matcher import Automaton, Grams, MakeSearch
from strongroom.runtime.masking.stream import Stream

VALUES = 1000
LINE = (
    "2026-11-24T17:31:00Z INFO request GET /v1/customers/8731/segments?page=2 status=200 "
    "duration=12.4ms user=ada trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7 "
    "host=api-7d9f8 region=eu-central-1 ok ..."
)[:200]
PIECE = (LINE + "\n").encode() * 1300  # 256 KiB, as `strongroom mask` reads
RUNS = 7


def per_call_us(function: Callable[[], object], calls: int) -> float:
    """The median over some rounds of the mean time of a call, in microseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for _ in range(calls):
            function()
        times.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(times)


def _search(values: list[str], search: MakeSearch, name: str) -> list[Row]:
    masker = Masker(search)
    for number, value in enumerate(values):
        masker.add(f"KEY_{number}", value)
    start = time.perf_counter()
    masker.matcher()
    built = (time.perf_counter() - start) * 1000
    stream = Stream(masker)
    line = per_call_us(lambda: masker.text(LINE), 5000)
    piece = per_call_us(lambda: stream.feed(PIECE), 20)
    full = PIECE.replace(b"trace=4bf92f35", f"key={values[0]}".encode())
    worst = per_call_us(lambda: stream.feed(full), 20)
    return [
        at_most(f"mask a 200-byte line, 1,000 values, {name}", line, "µs", 3),
        at_least(f"mask a stream, {name}", len(PIECE) / piece, "MB/s", 100),
        Row(f"the same with a value in each line, {name}", len(full) / worst, "MB/s"),
        Row(f"make the search, {name}", built, "ms"),
    ]


def run() -> list[Row]:
    """Both searches, and what one would write without them."""
    values = [secrets.token_urlsafe(32) for _ in range(VALUES)]
    texts = [form.text for value in values for form in forms(value)]
    rows = []
    for search, name in ((Automaton, "Aho-Corasick"), (Grams, "pure Python")):
        rows += _search(values, search, name)

    def replace() -> str:
        text = LINE
        for one in texts:
            text = text.replace(one, "[X]")
        return text

    alternation = re.compile("|".join(map(re.escape, texts)))
    rows.append(Row("the same line by str.replace", per_call_us(replace, 20), "µs"))
    once = per_call_us(lambda: alternation.sub("[X]", LINE), 5)
    rows.append(Row("the same line by one re alternation", once, "µs"))
    return rows
