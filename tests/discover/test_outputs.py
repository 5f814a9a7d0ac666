"""Tests for strongroom.discover.outputs: what is there stays, and a second run adds nothing."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import POLICY

from strongroom.discover.interface import How, Mention, Scope
from strongroom.discover.merge import merge
from strongroom.discover.outputs import declaration, env_example, expected, gitignore, inventory
from strongroom.discover.propose import propose
from strongroom.discover.report import Item, Report
from strongroom.errors import ConflictError
from strongroom.model.policy import Policy
from strongroom.ops import policy as ops_policy
from strongroom.runtime import declaration as runtime_declaration
from strongroom.secret.importing import formats


def items(*names: str, policy: Policy | None = None, **more: object) -> tuple[Item, ...]:
    fields: dict[str, object] = {"path": "a.py", "line": 1, "how": How.READ, **more}
    found = merge(Mention(n, **fields) for n in names)[0]  # type: ignore[arg-type]
    return tuple(propose(item, policy) for item in found)


def test_a_declaration_that_the_runtime_reads(tmp_path: Path) -> None:
    text, added = declaration("", items("API_KEY", "B_PASSWORD"))
    (tmp_path / "strongroom.toml").write_text(text)
    read = runtime_declaration.load(tmp_path / "strongroom.toml")

    assert 2 == added
    assert ["API_KEY", "B_PASSWORD"] == [d.name for d in read]
    assert (text, 0) == declaration(text, items("API_KEY"))


def test_comments_and_decisions_stay() -> None:
    before = '# ours\n[secrets.API_KEY]  # mine\ntype = "jwt"\nrequired = ["production"]'
    text, added = declaration(before, items("API_KEY", "B_PASSWORD", required=False))

    assert text.startswith(before)
    assert 1 == added
    assert {"type": "password", "required": False} == tomllib.loads(text)["secrets"]["B_PASSWORD"]


@pytest.mark.parametrize(
    "before",
    ["secrets = {A = {}}\n", "secrets = 1\n", "not toml", "[[secrets]]\na = 1\n", "a = '\n"],
)
def test_a_declaration_that_takes_no_more_is_left_alone(before: str) -> None:
    with pytest.raises(ConflictError) as failed:
        declaration(before, items("API_KEY"))

    assert "declaration-unmergeable" == failed.value.code


def test_a_template_gets_names_without_values() -> None:
    before = "# a comment\nOLD_KEY=your-key\n#OFF_KEY=\nLAST=1"
    text, added = env_example(before, items("API_KEY", "OLD_KEY", "OFF_KEY"))

    assert (f"{before}\nAPI_KEY=\n", 1) == (text, added)
    assert (text, 0) == env_example(text, items("API_KEY"))
    assert "# API_KEY=\n" == env_example("", items("API_KEY", required=False))[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ".env\n.env.*\n!.env.example\n"),
        ("*.pyc", "*.pyc\n.env\n.env.*\n!.env.example\n"),
        ("/.env\n.env.*\n!.env.example\n", "/.env\n.env.*\n!.env.example\n"),
    ],
)
def test_git_ignores_what_holds_values(before: str, after: str) -> None:
    text, _ = gitignore(before)

    assert after == text
    assert (text, 0) == gitignore(text)


def test_an_inventory_that_an_import_reads() -> None:
    policy = ops_policy.load(POLICY)
    text = inventory(
        items("SECRET_KEY", "SENTRY_DSN", "STRIPE_SECRET_KEY", policy=policy),
        policy, "production", "Ada", date(2026, 1, 1),
    )  # fmt: skip
    rows = formats.read(text.encode(), "inventory")

    assert () == rows.problems
    assert [
        ("SECRET_KEY", "DevOps", date(2026, 4, 1)),
        ("SENTRY_DSN", "DevOps", None),
        ("STRIPE_SECRET_KEY", "Ada", None),
    ] == [(r.name, r.owner, r.next_day) for r in rows.rows]


def test_what_only_tests_and_pipelines_need_is_not_expected() -> None:
    found = (
        *items("A_PASSWORD"),
        *items("B_PASSWORD", scope=Scope.CI),
        *items("C_USER"),
        *items("ODD/NAME_PASSWORD"),
    )

    assert ["A_PASSWORD"] == [i.name for i in expected(Report(found, (), (), (), 1))]
