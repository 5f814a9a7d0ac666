"""Environments: tables, sections, sentences; tiers on the strict side."""

import pytest

from strongroom.errors import LimitError
from strongroom.policy.document import ENVIRONMENTS_MAX
from tests.policy.readers.build import MATRIX, TYPES, doubts, policy

HEAD = "| Environment | Strength | Storage |\n|---|---|---|\n"


def _read(lines: str, *, title: str = "Environments") -> list[tuple[str, str, str]]:
    found = policy(lines, title, TYPES).environments
    return [(e.id, e.name, e.tier.value) for e in found]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("| Live | high | vault |", [("production", "Live", "strong")]),
        ("| Lab | no weak secrets, strong | vault |", [("lab", "Lab", "strong")]),
        ("| Lab | weak or strong | vault |", [("lab", "Lab", "strong")]),
        ("| Lab | unheard of | vault |", [("lab", "Lab", "strong")]),
        ("| Lab | | vault |", [("lab", "Lab", "strong")]),
        (
            "| Staging/Production | strong | vault |",
            [("staging", "Staging", "strong"), ("production", "Production", "strong")],
        ),
        ("| CI/CD | weak | vault |", [("ci-cd", "CI/CD", "weak")]),
        ("| 生产 | strong | vault |", [("sheng-chan", "生产", "strong")]),
        (
            "| Prod | strong | vault |\n| Production | strong | vault |",
            [("prod", "Prod", "strong"), ("production", "Production", "strong")],
        ),
        ("| Lab | weak | a |\n| Lab | strong | b |", [("lab", "Lab", "strong")]),
    ],
)
def test_a_row_is_an_environment(rows: str, found: list[tuple[str, str, str]]) -> None:
    read = _read(HEAD + rows)

    assert [item[1:] for item in found] == [item[1:] for item in read]
    assert len({item[0] for item in read}) == len(read)


def test_sections_and_sentences_name_environments_too() -> None:
    lines = (
        "### Environment: Lab\n\nSecrets are weak and stand in a `.env` file.\n\n"
        "### Environment: Plant\n\nSecrets are strong and stand in a vault.\n"
    )

    assert [("lab", "Lab", "weak"), ("plant", "Plant", "strong")] == _read(lines)


def test_lists_of_access_name_environments_when_nothing_else_does() -> None:
    read = _read("- Developers: dev, test\n- Operators: prod", title="Access")

    assert {"development", "testing", "production"} == {id_ for id_, _, _ in read}


def test_nothing_said_is_the_usual_three_and_a_default() -> None:
    compiled = policy(
        "Nothing.",
        "More",
        TYPES,
        "- Never commit secrets to git.\n- Never log secret values.\n- Never hardcode secrets.\n",
    )

    assert ["development", "staging", "production"] == [e.id for e in compiled.environments]
    assert "environments" in {d.field for d in compiled.defaults}


def test_an_unknown_strength_is_a_doubt() -> None:
    assert "D-4" in doubts(policy(HEAD + "| Lab | blue | vault |", "Environments", TYPES))


def test_too_many_are_refused() -> None:
    rows = "\n".join(f"| E{n} | weak | vault |" for n in range(ENVIRONMENTS_MAX + 1))

    with pytest.raises(LimitError) as error:
        policy(HEAD + rows, "Environments", TYPES, MATRIX)

    assert "policy-too-many-environments" == error.value.code
