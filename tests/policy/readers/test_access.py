"""The access matrix: either way round, in any mark, and never more than it says."""

import pytest

from tests.policy.readers.build import PLACES, TYPES, doubts, granted, policy

HEAD = "| Role | Development | Staging | Production |\n|---|---|---|---|\n"


def _row(cells: str, *more: str) -> str:
    return HEAD + "\n".join(f"| {row} |" for row in (f"Developer | {cells}", *more))


@pytest.mark.parametrize(
    ("cells", "allowed"),
    [
        ("✅ | ✔️ | ❌", "DS"),
        ("yes | Yes. | no", "DS"),
        ("R/W | full | —", "DS"),
        (":white_check_mark: | (/) | :x:", "DS"),
        ("`yes` | **yes** | n/a", "DS"),
        ("ja | oui | нет", "DS"),
        ("read | read | none", "DS"),
        ("x |  | -", "D"),
        ("[x] | [ ] | [ ]", "D"),
    ],
)
def test_marks_of_every_kind_are_read(cells: str, allowed: str) -> None:
    assert {"Developer": allowed} == granted(policy(_row(cells), "Access", TYPES, PLACES))


@pytest.mark.parametrize(
    ("cells", "allowed", "kind"),
    [
        ("✅ | read-only | R/W", "DP", "D-5"),
        ("✅ | ✅ | ✅¹", "DS", "D-5"),
        ("✅ | ✅ | ✅*", "DS", "D-5"),
        ("✅ | ✅ | ✅ (with ticket)", "DS", "D-5"),
        ("yes | yes, on request | no", "D", "D-5"),
        ("yes | (✅) | no", "D", "D-5"),
        ("yes | yes | break-glass only", "DS", "D-5"),
        ("yes | yes | yes/no", "DS", "D-4"),
        ("yes | yes | perhaps", "DS", "D-4"),
    ],
)
def test_less_than_a_yes_is_no_and_a_doubt(cells: str, allowed: str, kind: str) -> None:
    compiled = policy(_row(cells, "Operator | ✅ | ✅ | ✅"), "Access", TYPES, PLACES)

    assert {"Developer": allowed, "Operator": "DSP"} == granted(compiled)
    assert kind in doubts(compiled)


def test_a_cross_beside_ticks_is_a_no_and_beside_other_marks_a_doubt() -> None:
    ticks = policy(_row("✅ | x | x", "Operator | ✅ | ✅ | ✅"), "Access", TYPES, PLACES)
    unsure = policy(_row("x | ❌ | x", "Operator | x | x | x"), "Access", TYPES, PLACES)

    assert {"Developer": "D", "Operator": "DSP"} == granted(ticks)
    assert {"Developer": "", "Operator": ""} == granted(unsure)
    assert "D-4" in doubts(unsure)


def test_a_remark_with_a_condition_holds_its_row_back_outside_of_the_weak_tier() -> None:
    text = (
        "| Role | Development | Production | Remarks |\n|---|---|---|---|\n"
        "| Developer | yes | yes | after approval |\n| Operator | yes | yes | audited monthly |\n"
    )
    compiled = policy(text, "Access", TYPES, PLACES)

    assert {"Developer": "D", "Operator": "DP"} == granted(compiled)
    assert "D-5" in doubts(compiled)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "| Role | Development | Staging/Production |\n|---|---|---|\n| Operator | ✅ | ✅ |",
            {"Operator": "DSP"},
        ),
        ("| Role | All environments |\n|---|---|\n| Operator | ✅ |", {"Operator": "DSP"}),
        (
            "| Role | Production | All other environments |\n|---|---|---|\n| Tester | ❌ | ✅ |",
            {"Tester": "DS"},
        ),
        (
            "| Role | Non-production | Production |\n|---|---|---|\n| Tester | ✅ | ❌ |",
            {"Tester": "DS"},
        ),
        (
            "| Environment | Operator | Tester |\n|---|---|---|\n| Production | ✅ | ❌ |\n| Staging | ✅ | ✅ |",
            {"Operator": "SP", "Tester": "S"},
        ),
    ],
)
def test_heads_may_stand_for_several_environments(text: str, roles: dict[str, str]) -> None:
    assert roles == granted(policy(text, "Access", TYPES, PLACES))


@pytest.mark.parametrize(
    "text",
    [
        "| Control | Development | Production |\n|---|---|---|\n| Encryption | yes | yes |",
        "| Secret | Development | Production |\n|---|---|---|\n| API key | yes | yes |",
        "| Entry | Development | Production |\n|---|---|---|\n| API key | yes | yes |",
        "| Role | Read | Write | Rotate |\n|---|---|---|---|\n| Operator | yes | yes | yes |",
    ],
)
def test_other_tables_of_ticks_grant_nothing(text: str) -> None:
    compiled = policy(text, "Access", TYPES, PLACES)

    assert {} == granted(compiled)
    assert ["development", "staging", "production"] == [e.id for e in compiled.environments]


def test_a_role_that_is_allowed_and_refused_is_refused() -> None:
    compiled = policy(
        _row("yes | yes | yes", "Developer | yes | yes | no"), "Access", TYPES, PLACES
    )

    assert {"Developer": "DS"} == granted(compiled)
    assert "D-2" in doubts(compiled)


def test_a_role_in_capitals_is_no_variable() -> None:
    text = "| | Development | Production |\n|---|---|---|\n| SRE | yes | yes |\n| DBA | yes | no |"

    assert {"SRE": "DP", "DBA": "D"} == granted(policy(text, "Access", TYPES, PLACES))
