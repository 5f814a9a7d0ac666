"""Tests for strongroom.check.matching."""

import pytest
from tests.check.build import POLICY, row

from strongroom.check.matching import type_of


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("SECRET_KEY", "JWT Key", "jwt-secret-key"),
        ("APP_JWT", "JWT Key", "jwt-secret-key"),
        ("DATABASE_URL", "DB Password", "database-password"),
        ("REPORTING", "Database password", "database-password"),
        ("CACHE", "Redis Password", "redis-password"),
        ("PARTNER_API_KEY", "API Key", "api-key"),
        ("SENTRY_DSN", "Sentry DSN", "sentry"),
        ("X", "database-password", "database-password"),
        ("`API_KEY`", "whatever", "api-key"),
    ],
)
def test_a_row_means_a_type(name: str, said: str, expected: str) -> None:
    found = type_of(row(name, type=said), POLICY.types)

    assert found is not None
    assert expected == found.id


@pytest.mark.parametrize(("name", "said"), [("X", "Key"), ("X", "Stationery"), ("", "")])
def test_a_row_that_means_none_is_not_forced_into_one(name: str, said: str) -> None:
    assert type_of(row(name, type=said), POLICY.types) is None
