"""A finding: a violation of a clause, at a place, with a remedy. It never holds a value."""

from dataclasses import dataclass
from enum import StrEnum

from strongroom.model.severity import Severity


class Verdict(StrEnum):
    """What is known about a clause after a check. Nothing is PASS that was not evaluated."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    NOT_EVALUATED = "not-evaluated"


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a path relative to what was checked, and a 1-based line (0: the whole file).

    `logical` says that it is no file but a thing of a room: an address, an owner, a grant.
    """

    path: str
    line: int = 0
    logical: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation.

    `rule` is a stable kebab-case id of what was looked for; `policy_lines` are the lines of
    the document that state the clause; `remedy` is a command or an edit; `fingerprint` is
    stable under moved lines, so that a finding can be recognised and accepted.
    """

    clause: str
    rule: str
    severity: Severity
    message: str
    place: Place | None
    policy_lines: tuple[int, ...]
    remedy: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the scoreboard: a clause, its verdict, and what the verdict rests on."""

    clause: str
    verdict: Verdict
    findings: int
    basis: str
