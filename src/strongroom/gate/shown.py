"""Evidence: that something was done and what came of it, kept where nobody can rewrite it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from strongroom.db.tables import evidence
from strongroom.db.tables.evidence import EVIDENCE, EvidenceRow
from strongroom.errors import InvalidError
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb

REPORT_BYTES_MAX: Final = 8 * 1024
LISTED_MAX: Final = 1_000


@dataclass(frozen=True)
class RecordEvidence(Change):
    """Keep a report for auditors. It holds names and numbers, never a value.

    `kind` is one of our own words, such as `drill-restore`. The report gets the time and who
    did it, so that no two are the same.
    """

    kind: str
    passed: bool
    report: Mapping[str, object]

    def apply(self, to: Writer) -> Applied:
        """Add the row; the result is its id in hex.

        Raises:
            InvalidError: `evidence-too-large`.
        """
        whole = {**self.report, "at_us": to.now_us, "by": to.actor.hex(), "kind": self.kind}
        data = msgspec.json.encode(whole, order="deterministic")
        if len(data) > REPORT_BYTES_MAX:
            raise InvalidError(
                "evidence-too-large", f"a report is at most {REPORT_BYTES_MAX:,} bytes"
            )
        digest = hashlib.sha256(data).digest()
        row = EvidenceRow(
            digest[:16], bounded(self.kind, "a kind of evidence"),
            "passed" if self.passed else "failed", to.now_us, to.actor, data.decode(), digest,
        )  # fmt: skip
        to.insert(EVIDENCE, row)
        return Applied(
            row.id.hex(), kind="evidence", object_id=row.id,
            detail={"object": self.kind, "outcome": row.outcome},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of evidence, and by whose name."""

    id: str
    kind: str
    outcome: str
    at_us: int
    by: str
    report: dict[str, object]


@dataclass(frozen=True)
class ListEvidence(View):
    """Evidence of some kinds, newest first."""

    kinds: tuple[str, ...]
    limit: int = LISTED_MAX

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[Shown]:
        """Checked rows.

        Raises:
            TamperedError: `row-tampered`.
        """
        rows = evidence.newest(desk.db, self.kinds, min(self.limit, LISTED_MAX))
        return [_shown(desk, desk.snapshot.seal.check(EVIDENCE, row)) for row in rows]


def _shown(desk: Desk, row: EvidenceRow) -> Shown:
    person = desk.snapshot.person(desk.db, row.by_)
    who = person.principal.name if person else row.by_.hex()
    report = msgspec.json.decode(row.report, type=dict[str, object])
    return Shown(row.id.hex(), row.kind, row.outcome, row.at_us, who, report)
