"""What a check says: findings, the scoreboard, and what was not looked at."""

from dataclasses import dataclass

from strongroom.model.finding import Finding, Score, Verdict
from strongroom.source.seen import NotLookedAt


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule in the words of a report. `clauses` are those of the document that it rests on."""

    id: str
    summary: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer. Paths are relative to what was checked."""

    document: str
    policy_sha256: str
    policy_version: str | None
    findings: tuple[Finding, ...]
    scoreboard: tuple[Score, ...]
    rules: tuple[RuleCard, ...]
    not_looked_at: tuple[NotLookedAt, ...]
    notes: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many clauses of the document have this verdict."""
        return sum(score.verdict is verdict for score in self.scoreboard)
