"""The document's own inventory end to end: a compiled document in, findings with lines out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from strongroom.check.engine import evaluate
from strongroom.check.facts import GitFacts, RepositoryFacts
from strongroom.check.rule import Subject
from strongroom.model.finding import Finding
from strongroom.policy.compiler import compile as compile_policy

EXAMPLE = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
SECRET_KEY = "| Production | SECRET_KEY | JWT key | DevOps | 2026-09-21 | 2026-12-20 |"
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def found(*, replaced: str = SECRET_KEY, now: datetime = NOW) -> list[Finding]:
    text = EXAMPLE.read_text("utf-8")
    assert SECRET_KEY in text
    policy = compile_policy(text.replace(SECRET_KEY, replaced).encode())
    facts = RepositoryFacts(GitFacts("not-a-repository", "x"))
    return list(evaluate(Subject(facts, policy, "P.md", now)).findings)


def line(text: str) -> int:
    return 1 + next(
        n for n, row in enumerate(EXAMPLE.read_text("utf-8").splitlines()) if text in row
    )


CASES = {
    "overdue": ("| 2026-05-01 | 2026-07-30 |", "rotation-overdue", "P-5.1"),
    "overdue by its type": ("| 2026-05-01 | 2026-12-20 |", "rotation-overdue", "P-5.1"),
    "planned too late": ("| 2026-09-21 | 2027-06-01 |", "rotation-beyond-period", "P-1.9"),
    "no next rotation": ("| 2026-09-21 | |", "inventory-no-next", "P-1.8"),
    "waiting without right": (
        "| 2026-09-21 | On compromise |",
        "inventory-on-compromise",
        "P-10.4",
    ),
    "a day that does not exist": ("| 2026-02-30 | 2026-12-20 |", "inventory-date", "P-10.2"),
    "rotated in the future": ("| 2026-11-11 | 2026-12-20 |", "inventory-date", "P-10.2"),
    "two readings": ("| 03/04/2026 | 2026-12-20 |", "inventory-date", "P-10.2"),
    "the wrong order": ("| 2026-09-21 | 2026-09-01 |", "inventory-date", "P-10.2"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_in_a_row_is_found_in_its_line(case: str) -> None:
    cells, rule, clause = CASES[case]
    replaced = f"| Production | SECRET_KEY | JWT key | DevOps {cells}"
    (one,) = (f for f in found(replaced=replaced) if f.rule == rule and "SECRET_KEY" in f.message)

    assert one.place is not None
    assert (clause, line("| SECRET_KEY |")) == (one.clause, one.place.line)
    assert one.place.line in one.policy_lines


@pytest.mark.parametrize(
    ("replaced", "rule"),
    [
        (f"{SECRET_KEY}\n{SECRET_KEY}", "inventory-duplicate"),
        (SECRET_KEY.replace("JWT key", "Stationery").replace("SECRET_KEY", "PENCIL"), "inventory-unknown"),
        (SECRET_KEY.replace("DevOps", ""), "inventory-owner"),
    ],
)  # fmt: skip
def test_a_fault_of_the_table(replaced: str, rule: str) -> None:
    before = {f.fingerprint for f in found()}

    assert rule in {f.rule for f in found(replaced=replaced) if f.fingerprint not in before}


def test_a_correct_row_stands_the_day_before_it_is_due_and_on_it() -> None:
    def late(day: int) -> list[str]:
        now = datetime(2026, 12, day, 23, tzinfo=UTC)
        return [
            f.message
            for f in found(now=now)
            if f.rule == "rotation-overdue" and "SECRET_KEY" in f.message
        ]

    assert [] == late(19) + late(20)
    assert 1 == len(late(21))


@pytest.mark.parametrize(
    ("name", "clause"),
    [("API_KEY", "P-5.2"), ("DATABASE_URL", "P-5.3")],
)
def test_each_schedule_has_its_own_clause(name: str, clause: str) -> None:
    """A year later every row is overdue, each under the clause of its type."""
    late = [f for f in found(now=datetime(2027, 11, 1, tzinfo=UTC)) if f.rule == "rotation-overdue"]

    assert [clause] == [f.clause for f in late if name in f.message]


def test_types_and_environments_without_a_row_are_named() -> None:
    missing = [f for f in found() if f.clause == "P-10.1"]

    assert missing
    assert any("staging" in f.message.lower() for f in missing)
