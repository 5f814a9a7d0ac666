"""A report with one of everything, as a scan gives it; no value is in it."""

from datetime import date

from strongroom.model.severity import Severity
from strongroom.scan.findings.report import Accepted, Report
from strongroom.scan.model import Confidence, Leak, Medium, NotScanned, Place, Validity

PLACE = Place("a b/é,x.py", 3, 7, 3, Medium.FILE, "key = '********' <b>")
OLD = Place(
    "x.zip!in:1.txt", 1, 1, 2, Medium.BLOB, "********", "0" * 40, "1" * 40, "Ada <a@b>",
    1_700_000_000_000_000, ("base64",), 3,
)  # fmt: skip
MESSAGE = Place("", 1, 1, 1, Medium.COMMIT_MESSAGE, "", "2" * 40, "2" * 40)
LEAK = Leak(
    "acme-token", "Acme token", Severity.CRITICAL, Confidence.CERTAIN, Validity.WELL_FORMED,
    "f" * 32, "37 letters and digits", (OLD, PLACE, MESSAGE), ("generic-secret",), "", "Acme",
)  # fmt: skip
LOW = Leak(
    "generic-secret", "Generic % secret\n::error::x", Severity.LOW, Confidence.LOW,
    Validity.UNKNOWN, "e" * 32, "9 digits", (PLACE,), own="production/KEY@v3",
)  # fmt: skip
ALLOWED = Leak(
    "acme-token", "Acme token", Severity.MEDIUM, Confidence.HIGH, Validity.UNKNOWN, "d" * 32,
    "9 digits", (PLACE,),
)  # fmt: skip
REPORT = Report(
    "folder \u202e.", (LEAK, LOW), (Accepted(ALLOWED, "in a test", "ada", date(2027, 1, 1)),),
    (ALLOWED,), (
        NotScanned("p\x1b[1m", "path-unreadable", "no permission"),
        NotScanned("node_modules", "skipped-dependencies", "code of others"),
    ),
    ("a.py:1: no reason",), 12, 3_500_000, 300, "a" * 64,
)  # fmt: skip
EMPTY = Report("folder .", ())
