"""One policy, written in any order, layout and spelling, compiles to the same policy."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.policy.compiler import compile as compile_
from tests.policy.writer import Spec, Style, specs, write


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(specs, st.data())
def test_any_spelling_compiles_to_the_same_policy(spec: Spec, data: st.DataObject) -> None:
    """Columns, sections, rows, units, ticks, headings, line ends: none changes the meaning."""
    style = Style(
        pick=lambda options: data.draw(st.sampled_from(list(options))),
        shuffle=lambda items: data.draw(st.permutations(list(items))),
        level=data.draw(st.integers(1, 3)),
    )

    policy = compile_(write(spec, style))

    assert {n: (d, s) for n, _, d, s in spec.types} == {
        t.name: (t.rotation_days, t.storage) for t in policy.types if t.service is None
    }
    assert {n: (s, d) for s, n, d in spec.outside} == {
        t.name: (t.service, t.rotation_days) for t in policy.types if t.service is not None
    }
    assert {(n, t, s) for n, t, s in spec.environments} == {
        (e.name, e.tier.value, e.storage) for e in policy.environments
    }
    names = [n for n, _, _ in spec.environments]
    assert {r: dict(zip(names, row, strict=True)) for r, row in spec.roles} == policy.access.matrix
    assert (spec.jwt_bits, spec.api_bits, spec.prefix, spec.length) == (
        policy.generation.jwt_bits_min,
        policy.generation.api_key_bits_min,
        policy.generation.api_key_prefix,
        policy.generation.password_length_min,
    )
    assert ("upper", "lower", "digits", "symbols") == policy.generation.password_classes
    assert spec.grace == (policy.rotation.grace_hours_min, policy.rotation.grace_hours_max)
    e = policy.emergency
    assert spec.clocks == (
        e.contain_minutes,
        e.investigate_minutes,
        e.remediate_minutes,
        e.postmortem_minutes,
    )
    assert spec.retention_days == policy.audit.retention_days
    assert spec.review_days == policy.review.every_days
    assert set(spec.approvers) == set(policy.review.approvers)
    assert set(spec.inventory) == {
        (r.name, r.type, r.environment, r.owner, r.last_rotated, r.next_rotation)
        for r in policy.inventory
    }
    assert ("3.1", "Security Team") == (policy.version, policy.owner)
