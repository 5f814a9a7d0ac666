"""Tests for strongroom.inventory.gaps."""

from tests.inventory.build import POLICY

from strongroom.inventory.gaps import gaps


def test_each_type_is_looked_for_in_each_environment_above_development() -> None:
    """P-10.1, C-24."""
    kept = [("production", "api-key"), ("production", "api-key"), ("staging", "sentry")]
    found = {
        (g.type_id, g.environment): g for g in gaps(POLICY, kept, ["development", "production"])
    }

    assert len(POLICY.types) * 2 == len(found)
    one = found["api-key", "Production"]
    assert (2, False, "") == (one.secrets, one.missing, one.perhaps)
    assert found["jwt-secret-key", "Production"].missing
    assert not found["jwt-secret-key", "Development"].missing
    assert "Sentry may not be used there" == found["sentry", "Production"].perhaps
    assert all(g.perhaps for g in found.values() if not g.secrets)
