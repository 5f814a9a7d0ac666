"""A scan as plain lines: for hooks, logs, and whoever has no terminal. Loads nothing else."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak
from strongroom.scan.reporters.words import closing, remedy, since, title, where

PLACES_MAX: Final = 5
GAPS_MAX: Final = 20
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co"}


def lines(report: Report, places: int = PLACES_MAX) -> Iterator[str]:
    """What to show; at most `places` of each secret."""
    for leak in report.leaks:
        yield from _leak(leak, places)
        yield ""
    gaps = [one for one in report.not_scanned if not one.by_choice]
    for one in gaps[:GAPS_MAX]:
        yield safe(f"not scanned: {one.path}: {one.why}  [{one.code}]")
    if len(gaps) > GAPS_MAX:
        yield f"... and {len(gaps) - GAPS_MAX} more not scanned"
    for warning in report.warnings:
        yield safe(f"note: {warning}")
    yield closing(report)


def _leak(leak: Leak, places: int) -> Iterator[str]:
    yield safe(f"{leak.severity}: {title(leak)}  [{leak.rule}, {leak.confidence}, {leak.shape}]")
    for place in leak.places[:places]:
        said = since(place)
        yield safe(f"  {where(place)}{f'  ({said})' if said else ''}")
        if place.masked:
            yield safe(f"    {place.masked}")
    if len(leak.places) > places:
        yield f"  ... and at {len(leak.places) - places} more places"
    yield safe(f"  remedy: {remedy(leak)}")
    yield f"  fingerprint: {leak.fingerprint}"


def safe(text: str) -> str:
    """`text` on one line, with control and direction-changing characters made visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _HIDDEN else c for c in text)
