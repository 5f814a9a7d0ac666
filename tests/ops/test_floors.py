"""Tests for strongroom.ops.floors: the numbers are those that values are held against."""

import pytest
from msgspec.structs import replace

from strongroom.generate.strength import measure
from strongroom.model.floor import Floor, Unit
from strongroom.model.policy import Policy
from strongroom.ops.floors import floors
from strongroom.ops.generate import GenerateRequest, generate
from strongroom.ops.strength import StrengthRequest, strength

OURS = ("jwt-secret-key", "api-key", "database-password", "redis-password")


@pytest.mark.parametrize("type_", OURS)
def test_what_falls_short_of_a_floor_is_refused_by_the_same_clause(
    compiled: Policy, type_: str
) -> None:
    """C-10: an application that holds no document is told what the room would say."""
    for value in ("aB3!", "hunter2hunter2", "correct horse battery staple"):
        found = measure(value)
        short = {
            floor.clause
            for floor in floors(compiled, type_, "production")
            if floor.shortfall(found.bits, found.length)
        }
        result = strength(
            StrengthRequest(value.encode(), type=type_, environment="production"), compiled
        )
        failed = {check.clause for check in result.checks if not check.ok}
        assert short, type_
        assert short <= failed


@pytest.mark.parametrize("type_", OURS)
def test_what_is_generated_meets_every_floor(compiled: Policy, type_: str) -> None:
    made = generate(GenerateRequest(type_, environment="production"), compiled).values[0].value
    found = measure(made)
    wanted = floors(compiled, type_, "production")
    assert wanted
    assert [f for f in wanted if f.shortfall(found.bits, found.length)] == []


def test_the_numbers_are_the_document_s_and_none_where_weak_values_are_allowed(
    compiled: Policy,
) -> None:
    stricter = replace(
        compiled, generation=replace(compiled.generation, jwt_bits_min=512, password_length_min=40)
    )
    assert floors(stricter, "jwt-secret-key", "production") == (Floor(Unit.BITS, 512, "P-4.1"),)
    assert Floor(Unit.CHARACTERS, 40, "P-4.7") in floors(stricter, "database-password", "staging")
    assert floors(stricter, "jwt-secret-key", "development") == ()


def test_others_strength_is_theirs_and_an_unknown_type_has_what_holds_for_all(
    compiled: Policy,
) -> None:
    assert floors(compiled, "sentry-dsn", "production") == ()
    assert floors(compiled, "gone-with-an-older-policy", "production") == (
        Floor(Unit.BITS, 128, "P-2.12"),
    )
