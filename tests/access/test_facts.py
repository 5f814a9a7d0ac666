"""Tests for strongroom.access.facts."""

import pytest
from tests.access.world import MATRIX, grant, person

from strongroom.access.facts import Rules
from strongroom.model.principal import Verb


def test_grants_are_found_by_principal_and_by_role() -> None:
    mine, ours, other = grant(3), grant(1, role="DevOps"), grant(2, role="Admin")
    rules = Rules.of([mine, ours, other])

    assert (ours, mine) == rules.grants_for(person("DevOps"))
    assert () == rules.grants_for(person(number=5))


def test_rules_are_the_same_in_any_order() -> None:
    one, two = grant(1), grant(2)

    assert Rules.of([one, two]) == Rules.of([two, one])


def test_rules_cannot_be_changed_through_what_they_hold() -> None:
    verbs = {"Admin": frozenset({Verb.AUDIT})}
    rules = Rules.of(matrix=MATRIX, role_verbs=verbs)
    verbs["Developer"] = frozenset(Verb)

    assert "Developer" not in rules.role_verbs
    with pytest.raises(TypeError):
        rules.matrix["Developer"] = {"production": True}  # type: ignore[index]
