"""A report in each form for machines, as octets; none of them needs a terminal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strongroom.scan.findings.report import Report


def octets(report: "Report", form: str) -> bytes:
    """The whole report; text is plain lines."""
    match form:
        case "json":
            from strongroom.scan.reporters import json_report

            return _document(json_report.document(report))
        case "jsonl":
            from strongroom.scan.reporters import json_report

            return b"".join(json_report.lines(report))
        case "sarif":
            from strongroom import __version__
            from strongroom.scan.reporters import sarif

            return _document(sarif.document(report, __version__))
        case "github":
            from strongroom.scan.reporters import github

            return "".join(f"{line}\n" for line in github.lines(report)).encode()
        case "html":
            from strongroom import __version__
            from strongroom.scan.reporters import html

            return html.page(report, __version__).encode()
        case _:
            from strongroom.scan.reporters import plain

            return "".join(f"{line}\n" for line in plain.lines(report)).encode()


def _document(body: object) -> bytes:
    import json

    return (
        json.dumps(body, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    )
