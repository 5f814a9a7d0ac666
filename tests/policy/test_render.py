"""A policy written anew means the same. Code examples, and what they contradict, are not kept."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.model.policy import Policy
from strongroom.policy.compiler import compile as compile_
from strongroom.policy.meaning import flatten
from strongroom.policy.render import render
from tests.policy.samples import example, small
from tests.policy.writer import Spec, Style, specs, write

DOCUMENTS = sorted((Path(__file__).parent / "data").glob("*.md"))
NOT_KEPT = ("contradictions.", "defaults.", "clauses.")


def _kept(policy: Policy) -> dict[str, object]:
    return {k: v for k, v in flatten(policy).items() if not k.startswith(NOT_KEPT)}


def _clauses(policy: Policy) -> set[str]:
    return {c.id for c in policy.clauses if c.id.startswith("P-")}


def test_the_example_comes_back_with_every_clause() -> None:
    policy = example()
    again = compile_(render(policy).encode())

    assert _kept(policy) == _kept(again)
    assert _clauses(policy) - _clauses(again) <= {"P-5.4"}


def test_overrides_and_markup_in_names_survive() -> None:
    policy = small(
        "\n| Type | Rotation |\n|---|---|\n| `a*b_c|d` keys | 30 days |\n\n<!-- strongroom: P-14.3 approvers='CISO, CTO' -->\n"
    )

    assert _kept(policy) == _kept(compile_(render(policy).encode()))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_documents_of_other_companies_come_back_with_their_meaning(path: Path) -> None:
    policy = compile_(path.read_bytes())

    assert _kept(policy) == _kept(compile_(render(policy).encode()))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(specs, st.data())
def test_any_document_comes_back_with_its_meaning(spec: Spec, data: st.DataObject) -> None:
    style = Style(
        pick=lambda options: data.draw(st.sampled_from(list(options))),
        shuffle=lambda items: data.draw(st.permutations(list(items))),
    )
    policy = compile_(write(spec, style))

    assert _kept(policy) == _kept(compile_(render(policy).encode()))
