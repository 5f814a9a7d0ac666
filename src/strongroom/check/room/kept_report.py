"""A report as it is kept: each finding with when it was first seen, and those that are gone. Pure."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from strongroom.check.report import Report
from strongroom.errors import TamperedError
from strongroom.model.finding import Finding, Score
from strongroom.secret.terms import DAY_US

RESOLVED_DAYS: Final = 90  # for how long a resolved finding stays in later runs
FINDINGS_MAX: Final = 20_000  # of one run, the worst first
BODY_BYTES_MAX: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding in time, in microseconds since 1970 UTC; `resolved_us` is None while it is open.

    Of a resolved one, `last_us` is when a check saw it last; of an open one, the run's own time.
    """

    finding: Finding
    first_us: int
    last_us: int
    resolved_us: int | None = None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What one run found: open and resolved findings, and a verdict for each clause."""

    document: str
    policy_version: str | None
    open: tuple[KeptFinding, ...]
    resolved: tuple[KeptFinding, ...]
    scoreboard: tuple[Score, ...]
    notes: tuple[str, ...] = ()


def follow(report: Report, before: KeptReport | None, now_us: int) -> KeptReport:
    """`report` as it is kept at `now_us`, after the run `before` over the same environments."""
    known = {k.finding.fingerprint: k for k in before.open} if before else {}
    opened = [
        KeptFinding(f, known[f.fingerprint].first_us if f.fingerprint in known else now_us, now_us)
        for f in _worst(report.findings)
    ]
    still = {k.finding.fingerprint for k in opened}
    resolved = [
        *(replace(k, resolved_us=now_us) for k in (before.open if before else ())),
        *(before.resolved if before else ()),
    ]
    since = now_us - RESOLVED_DAYS * DAY_US
    return KeptReport(
        report.document,
        report.policy_version,
        tuple(opened),
        tuple(
            k
            for k in resolved
            if k.finding.fingerprint not in still and (k.resolved_us or 0) >= since
        ),
        report.scoreboard,
        report.notes,
    )


def _worst(findings: Iterable[Finding]) -> list[Finding]:
    found = list(findings)
    if len(found) <= FINDINGS_MAX:
        return found
    return sorted(found, key=lambda f: f.severity.rank)[:FINDINGS_MAX]


def encode(kept: KeptReport) -> bytes:
    """The bytes to keep: JSON, compressed."""
    return zlib.compress(msgspec.json.encode(kept), 6)


def decode(body: bytes) -> KeptReport:
    """Read what `encode` wrote, by this release or an earlier one.

    Raises:
        TamperedError: `check-malformed`.
    """
    reader = zlib.decompressobj()
    try:
        # What is cut short, or longer than the bound, is no JSON.
        data = reader.decompress(body, BODY_BYTES_MAX)
        return msgspec.json.decode(data, type=KeptReport)
    except (zlib.error, ValueError, msgspec.DecodeError):
        raise TamperedError(
            "check-malformed", "a check that the room keeps cannot be read"
        ) from None
