"""The head of the document, retention, review, contacts, inventory."""

import pytest

from strongroom.policy.compiler import compile as compile_
from tests.policy.readers.build import MATRIX, TYPES, policy


@pytest.mark.parametrize(
    "head",
    [
        "Version: 4 · Owner: Security · Updated: 3 May 2026",
        "- Version: 4\n- Owner: Security\n- Last updated: 2026-05-03",
        "| Field | Value |\n|---|---|\n| Version | 4 |\n| Owner | Security |\n| Updated | 2026/5/3 |",
        "Owner: Security; Version 4; Updated: 03.05.2026",
    ],
)
def test_the_head_is_found_in_any_form(head: str) -> None:
    compiled = compile_(f"# Secrets policy\n\n{head}\n\n{TYPES}\n{MATRIX}".encode())

    assert ("4", "Security", "2026-05-03") == (
        compiled.version,
        compiled.owner,
        compiled.updated,
    )


def test_front_matter_is_a_head() -> None:
    text = f'---\ntitle: "Rules"\nversion: "4"\n---\n\n# Secrets\n\n{TYPES}\n{MATRIX}'

    assert ("Rules", "4") == (compile_(text.encode()).title, compile_(text.encode()).version)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Logs are kept for 13 months.", 403),
        ("Audit logs are retained for at least 3 years.", 1096),
        ("The audit trail is stored for five (5) years.", 1827),
        ("Logs are archived for 24 months.", 731),
        ("Logs are deleted after 90 days.", 90),
        ("Logs: kept 1 year online, 6 years in the archive.", 2192),
        ("Audit logs must not be kept longer than 2 years.", 366),
        ("Access logs are reviewed every 90 days.", 366),
        ("Backups are kept for 10 years.", 366),
    ],
)
def test_retention_is_the_longest_duty_to_keep_logs(line: str, days: int) -> None:
    assert days == policy(line, "Audit", TYPES, MATRIX).audit.retention_days


@pytest.mark.parametrize(
    ("lines", "days", "approvers", "triggers"),
    [
        ("This policy is reviewed every six months.", 180, (), ()),
        ("Review cycle: annual", 365, (), ()),
        ("- Reviewed at least annually and after each incident", 365, (), ("incident",)),
        ("- Access reviews take place monthly.", 90, (), ()),
        ("Approved by: CISO and CTO", 90, ("CISO", "CTO"), ()),
        ("Approval of the CISO is required for changes to this policy.", 90, ("CISO",), ()),
        ("The Security Board approves this policy.", 90, ("Security Board",), ()),
        ("- Approval required:\n  - CISO\n  - the CTO", 90, ("CISO", "CTO"), ()),
        ("- Update trigger:\n  - an audit\n  - a breach", 90, (), ("an audit", "a breach")),
        ("An incident triggers a review of this policy.", 90, (), ("incident",)),
    ],
)
def test_review_has_a_period_people_and_occasions(
    lines: str, days: int, approvers: tuple[str, ...], triggers: tuple[str, ...]
) -> None:
    review = policy(lines, "Review", TYPES, MATRIX).review

    assert (days, approvers, triggers) == (review.every_days, review.approvers, review.triggers)


def test_two_review_periods_are_the_shorter() -> None:
    compiled = policy("- Review: yearly\n- Review frequency: monthly", "Review", TYPES, MATRIX)

    assert 30 == compiled.review.every_days


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("- **Desk:** desk@example.com", ("Desk", "desk@example.com")),
        ("Write to desk@example.com", ("Write to", "desk@example.com")),
        ("- Emergency: call the bridge", ("Emergency", "call the bridge")),
        (
            "| Who | Mail |\n|---|---|\n| Desk | desk@example.com |",
            ("Desk", "desk@example.com"),
        ),
        (
            "| Who | Floor | Mail |\n|---|---|---|\n| Desk | 3 | desk@example.com |",
            ("Desk", "desk@example.com"),
        ),
    ],
)
def test_contacts_are_lines_with_an_address(lines: str, found: tuple[str, str]) -> None:
    contact = policy(lines, "Contact", TYPES, MATRIX).contacts[0]

    assert found == (contact.name, contact.address)


@pytest.mark.parametrize(
    "line",
    [
        "Pricing is reviewed annually.",
        "Review pull requests within one week.",
        "Changes to production must be approved by the CTO.",
        "Exceptions are approved by the CTO.",
    ],
)
def test_reviews_of_other_things_are_not_the_documents(line: str) -> None:
    review = policy(line, "More rules", TYPES, MATRIX).review

    assert (90, ()) == (review.every_days, review.approvers)
