"""A scan as workflow commands of GitHub Actions, which it shows at the lines of a change."""

from collections.abc import Iterator
from typing import Final

from strongroom.model.severity import Severity
from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak, Place
from strongroom.scan.reporters.plain import safe
from strongroom.scan.reporters.words import closing, remedy, title, where

_COMMAND: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


def lines(report: Report) -> Iterator[str]:
    """A command for each place, one for each gap, and the counts."""
    for leak in report.leaks:
        for place in leak.places:
            yield _annotation(leak, place)
    for one in report.not_scanned:
        if one.by_choice:
            continue
        yield f"::warning title=not scanned::{_data(f'{one.path}: {one.why} [{one.code}]')}"
    yield f"::notice title=strongroom scan::{_data(closing(report))}"


def _annotation(leak: Leak, place: Place) -> str:
    given = {
        "file": place.path,
        "line": place.line,
        "endLine": place.end_line,
        "col": place.column,
        "title": title(leak),
    }
    said = ",".join(f"{key}={_property(str(value))}" for key, value in given.items() if value)
    message = f"{leak.rule} at {where(place)}: {leak.shape}. {remedy(leak)} [{leak.fingerprint}]"
    return f"::{_COMMAND[leak.severity]} {said}::{_data(message)}"


def _data(text: str) -> str:
    # Control characters of names and messages: a log is read in terminals too.
    shown = "".join(one if one in "\r\n" else safe(one) for one in text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
