"""Words that several reporters use for one thing."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak, Medium, NotScanned, Place

REMEDY: Final = "revoke it where it is valid, put a new one in place, then remove it here"
_WHAT: Final = {
    Medium.COMMIT_MESSAGE: "commit message",
    Medium.TAG_MESSAGE: "tag message",
    Medium.NOTE: "note",
    Medium.FILE_NAME: "file name",
    Medium.GIT_CONFIG: "git configuration",
    Medium.STREAM: "stream",
}
_KIB: Final = 1024


def where(place: Place) -> str:
    """`src/app.py:12`, or what it is where it is no file."""
    name = place.path or place.oid[:12]
    what = _WHAT.get(place.medium)
    if what and place.medium is not Medium.STREAM:
        name = f"{what} {name}".strip()
    return f"{name or what or 'input'}:{place.line}" if place.line else name or what or "input"


def since(place: Place) -> str:
    """The commit that brought it, its author and day; empty where there is none."""
    if not place.commit:
        return ""
    said = f"commit {place.commit[:12]}"
    if place.when_us:
        from datetime import UTC, datetime  # noqa: PLC0415 - a hook has no use for it

        said += f" of {datetime.fromtimestamp(place.when_us / 1e6, UTC):%Y-%m-%d}"
    if place.author:
        said += f" by {place.author}"
    if place.versions > 1:
        said += f", in {place.versions} versions"
    return said


def remedy(leak: Leak) -> str:
    """What to do."""
    return f"{REMEDY} ({leak.remedy})" if leak.remedy else REMEDY


def title(leak: Leak) -> str:
    """What it is."""
    return f"{leak.title}: {leak.own} of the room" if leak.own else leak.title


def size(octets: int) -> str:
    """`12 B`, `3.4 MiB`."""
    amount = float(octets)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < _KIB or unit == "GiB":
            break
        amount /= _KIB
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 secret`, `2 secrets`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def closing(report: Report) -> str:
    """The one line that says it all."""
    places = sum(len(leak.places) for leak in report.leaks)
    said = f"{counted(len(report.leaks), 'secret')} found"
    if report.leaks:
        said += f" at {counted(places, 'place')}"
    parts = [said, f"{counted(report.items, 'item')} ({size(report.octets)}) scanned"]
    if report.accepted:
        parts.append(f"{len(report.accepted)} accepted by the baseline")
    if report.allowed:
        parts.append(f"{len(report.allowed)} allowed by marks and exceptions")
    gaps = sum(not one.by_choice for one in report.not_scanned)
    if gaps:
        parts.append(f"{gaps} not scanned")
    if len(report.not_scanned) > gaps:
        parts.append(f"{len(report.not_scanned) - gaps} left out by choice")
    return "; ".join(parts)


def left_out(every: Sequence[NotScanned]) -> str:
    """What was left out by choice, as a line; nothing where nothing was."""
    chosen = Counter(one.code.removeprefix("skipped-") for one in every if one.by_choice)
    kinds = ", ".join(f"{kind} {count}" for kind, count in chosen.most_common())
    return f"left out by choice: {kinds}; --json names them" if kinds else ""
