"""Types of secrets: tables, schedules, lists, sentences; the shorter period counts."""

import pytest

from tests.policy.readers.build import MATRIX, PLACES, doubts, policy

TABLE = "| Secret type | Rotation | Storage |\n|---|---|---|\n"


def _read(lines: str, title: str = "Rotation") -> dict[str, int | None]:
    return {t.name: t.rotation_days for t in policy(lines, title, PLACES, MATRIX).types}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("Every API key expires after 90 days.", {"API key": 90}),
        ("Certificates are valid for 1 year.", {"Certificates": 365}),
        (
            "Database passwords must be changed at least every 120 days.",
            {"Database passwords": 120},
        ),
        ("- Vault tokens — replaced every 12 weeks, kept in the HSM", {"Vault tokens": 84}),
        ("- Broker: every 30 days", {"Broker": 30}),
        (
            "1. Till keys\n   1. are rotated every 180 days\n   2. are stored in the vault",
            {"Till keys": 180},
        ),
        ("- Sentry DSN: only after a leak", {"Sentry DSN": None}),
        ("All secrets are rotated every 60 days.", {"All secrets": 60}),
        (
            "- Database passwords and API keys: every 90 days",
            {"Database passwords": 90, "API keys": 90},
        ),
        ("| Secret | When |\n|---|---|\n| SSH keys | every 60 days |", {"SSH keys": 60}),
        (
            "| Secret | Frequency | Trigger |\n|---|---|---|\n| SSH keys | 60 days | Scheduled |",
            {"SSH keys": 60},
        ),
        # No secrets: what else happens at intervals.
        ("- Access reviews: every 90 days", {}),
        ("- Backups: every 90 days", {}),
        ("- Reminder: 14 days before", {}),
        ("- API keys: reminder 14 days before", {}),
        ("Old keys are removed after 2 days.", {}),
        ("| Log | Retention period |\n|---|---|\n| Secret access log | 1 year |", {}),
        ("| Activity | Frequency |\n|---|---|\n| Penetration test | 1 year |", {}),
    ],
)
def test_a_type_has_a_name_and_a_period(lines: str, found: dict[str, int | None]) -> None:
    assert found == _read(lines)


@pytest.mark.parametrize(
    ("period", "days", "doubt"),
    [
        ("90 days", 90, None),
        ("30–60 days", 30, None),
        ("90 days (30 days in production)", 30, "D-2"),
        ("not more than 1 year", 365, None),
        ("12 hours", 1, None),
        ("as needed", None, "D-4"),
        ("N/A", None, "D-4"),
        ("on compromise", None, None),
    ],
)
def test_of_several_periods_the_shortest_counts(
    period: str, days: int | None, doubt: str | None
) -> None:
    compiled = policy(
        f"{TABLE}| API keys | {period} | vault |\n| TLS keys | 80 days | vault |",
        "Types",
        PLACES,
        MATRIX,
    )
    found = compiled.type("api-key")

    assert found is not None
    assert days == found.rotation_days
    assert ("compromise" in period) == found.on_compromise
    assert {doubt} - {None} <= doubts(compiled)


def test_a_period_for_all_secrets_binds_those_with_none_or_a_longer_one() -> None:
    compiled = policy(
        f"{TABLE}| API keys | as needed | vault |\n| TLS keys | 1 year | vault |\n| SSH keys | 30 days | vault |\n| DSN token | on compromise | vault |\n\n"
        "All secrets are rotated every 100 days.",
        "Types",
        PLACES,
        MATRIX,
    )

    assert [100, 100, 30, None] == [t.rotation_days for t in compiled.types]
    assert "D-2" in doubts(compiled)


def test_the_table_of_types_wins_over_the_schedule_and_the_doubt_says_so() -> None:
    compiled = policy(
        f"{TABLE}| API keys | 90 days | vault |\n| SSH keys | 30 days | vault |\n\n### Schedule\n\n"
        "| Secret | Frequency | Trigger |\n|---|---|---|\n| API keys | 45 days | plan |\n| SSH keys | 60 days | plan |",
        "Types",
        PLACES,
        MATRIX,
    )

    assert [90, 30] == [t.rotation_days for t in compiled.types]
    assert "D-2" in doubts(compiled)


def test_a_type_that_is_stated_twice_is_one_with_the_shorter_period() -> None:
    compiled = policy(
        f"{TABLE}| API keys | 90 days | vault |\n| API key | 45 days | file |",
        "Types",
        PLACES,
        MATRIX,
    )

    assert [("api-key", 45, "vault")] == [
        (t.id, t.rotation_days, t.storage) for t in compiled.types
    ]


def test_storage_is_found_in_the_same_list() -> None:
    compiled = policy(
        "1. Till keys\n   1. are rotated every 180 days\n   2. are stored in the key vault",
        "R",
        PLACES,
        MATRIX,
    )

    assert ["key vault"] == [t.storage for t in compiled.types]
