"""A scan as one JSON document, and as JSON lines."""

from collections.abc import Iterator
from typing import Any, Final

from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak

FORMAT: Final = "strongroom/scan/v1"
LINES_FORMAT: Final = "strongroom/scan-lines/v1"


def document(report: Report) -> dict[str, Any]:
    """The whole report."""
    return {
        "format": FORMAT,
        "source": report.what,
        "summary": summary(report),
        "findings": [finding(leak) for leak in report.leaks],
        "accepted": [
            finding(one.leak)
            | {
                "reason": one.reason,
                "owner": one.owner,
                "expires": one.expires.isoformat() if one.expires else None,
            }
            for one in report.accepted
        ],
        "allowed": [finding(leak) for leak in report.allowed],
        "not_scanned": [plain(one) for one in report.not_scanned],
        "warnings": list(report.warnings),
    }


def lines(report: Report) -> Iterator[bytes]:
    """One object a line: each finding, each thing not scanned, and the summary at the end."""
    for leak in report.leaks:
        yield line("finding", finding(leak))
    for one in report.not_scanned:
        yield line("not-scanned", plain(one))
    yield line("summary", {"format": LINES_FORMAT, "source": report.what, **summary(report)})


def line(kind: str, body: dict[str, Any]) -> bytes:
    """One line, whose `type` says what it is."""
    import msgspec  # noqa: PLC0415 - it takes longer to load than one document to write

    return msgspec.json.encode({"type": kind, **body}) + b"\n"


def plain(one: Any) -> Any:
    """Named tuples as dictionaries, other tuples as lists."""
    if isinstance(one, tuple):
        names = getattr(one, "_fields", None)
        if names is None:
            return [plain(each) for each in one]
        return {name: plain(each) for name, each in zip(names, one, strict=True)}
    return one


def finding(leak: Leak) -> dict[str, Any]:
    """One leak; of a place, only what is known."""
    body: dict[str, Any] = plain(leak)
    body["places"] = [
        {key: value for key, value in place.items() if value not in ("", 0, [])}
        for place in body["places"]
    ]
    return body


def summary(report: Report) -> dict[str, Any]:
    """The counts."""
    return {
        "findings": len(report.leaks),
        "places": sum(len(leak.places) for leak in report.leaks),
        "accepted": len(report.accepted),
        "allowed": len(report.allowed),
        "not_scanned": len(report.not_scanned),
        "items": report.items,
        "octets": report.octets,
        "rules": report.rules,
        "rules_sha256": report.rules_sha256,
    }
