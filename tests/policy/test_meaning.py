"""Differences by meaning, each with its direction."""

import pytest
from msgspec.structs import replace

from strongroom.model.policy import Policy, Tier
from strongroom.policy.meaning import diff
from tests.policy.samples import example


def _changed(**parts: object) -> Policy:
    return replace(example(), **parts)


def test_a_policy_does_not_differ_from_itself_or_from_its_rows_in_another_order() -> None:
    policy = example()

    assert () == diff(policy, policy)
    assert () == diff(policy, replace(policy, types=policy.types[::-1], sha256="0" * 64))


@pytest.mark.parametrize(
    ("part", "change", "field", "effect"),
    [
        ("generation", {"jwt_bits_min": 128}, "generation.jwt_bits_min", "looser"),
        ("generation", {"password_length_min": 20}, "generation.password_length_min", "stricter"),
        ("generation", {"password_classes": ("upper",)}, "generation.password_classes", "looser"),
        ("rotation", {"grace_hours_max": 96}, "rotation.grace_hours_max", "looser"),
        ("emergency", {"contain_minutes": 3}, "emergency.contain_minutes", "stricter"),
        ("audit", {"retention_days": 30}, "audit.retention_days", "looser"),
        ("review", {"every_days": 365}, "review.every_days", "looser"),
        (
            "review",
            {"approvers": ("Security team",)},
            "review.approvers.Engineering lead",
            "looser",
        ),
    ],
)
def test_numbers_have_a_direction(
    part: str, change: dict[str, object], field: str, effect: str
) -> None:
    policy = example()
    other = replace(policy, **{part: replace(getattr(policy, part), **change)})

    assert [(field, effect)] == [(c.field, c.effect) for c in diff(policy, other)]


def test_tiers_periods_and_grants_have_a_direction() -> None:
    policy = example()
    weaker = replace(policy.environments[2], tier=Tier.WEAK)
    never = replace(policy.types[0], rotation_days=None)
    matrix = {
        **policy.access.matrix,
        "Developer": {**policy.access.matrix["Developer"], "Production": True},
    }
    other = replace(
        policy,
        environments=(*policy.environments[:2], weaker),
        types=(never, *policy.types[1:]),
        access=replace(policy.access, matrix=matrix),
    )

    assert {"looser"} == {c.effect for c in diff(policy, other)}
    assert 3 == len(diff(policy, other))
    assert {"stricter"} == {c.effect for c in diff(other, policy)}
