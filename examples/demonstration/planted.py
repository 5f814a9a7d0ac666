"""What must be found and what must not, compared with what was found."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from demonstration.stage import APPLICATION

LIST: Final = APPLICATION / "PLANTED.toml"


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the list. `line` is a part of the line's text, empty for the whole file."""

    path: str
    line: str
    reason: str
    clause: str = ""
    rule: str = ""
    since: date | None = None
    needs: str = ""

    def stands_at(self, finding: dict[str, Any], root: Path) -> bool:
        """Whether a finding is at this place."""
        place = finding["place"]
        if not place or place["path"] != self.path:
            return False
        return self.line in _line(root / self.path, place["line"]) if self.line else True

    def is_found_by(self, finding: dict[str, Any], root: Path) -> bool:
        """Whether a finding is the one that was planted here."""
        same = (finding["rule"], finding["clause"]) == (self.rule, self.clause)
        return same and self.stands_at(finding, root)


@dataclass(frozen=True, slots=True)
class Planted:
    """The list, as it is to be expected on one day."""

    violations: tuple[Mark, ...]
    innocent: tuple[Mark, ...]

    @classmethod
    def expected_on(cls, day: date) -> Self:
        """Read the list; what becomes overdue later than `day` is not expected yet."""
        data = tomllib.loads(LIST.read_text("utf-8"))
        violations = tuple(Mark(**entry) for entry in data["planted"])
        due = tuple(mark for mark in violations if mark.since is None or mark.since <= day)
        return cls(due, tuple(Mark(**entry) for entry in data["innocent"]))

    def missed(self, findings: Iterable[dict[str, Any]], root: Path) -> list[Mark]:
        """Violations that were not found."""
        seen = list(findings)
        return [m for m in self.violations if not any(m.is_found_by(f, root) for f in seen)]

    def wronged(self, findings: Iterable[dict[str, Any]], root: Path) -> list[Mark]:
        """Innocent lines that were reported."""
        seen = list(findings)
        return [m for m in self.innocent if any(m.stands_at(f, root) for f in seen)]

    def unexpected(self, findings: Iterable[dict[str, Any]], root: Path) -> list[dict[str, Any]]:
        """Findings that nobody planted."""
        return [f for f in findings if not any(m.is_found_by(f, root) for m in self.violations)]


def _line(path: Path, number: int) -> str:
    if not path.is_file():
        return ""
    lines = path.read_text("utf-8").splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""
