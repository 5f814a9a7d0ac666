"""Tests for strongroom.check.rules.inventory."""

import pytest
from msgspec.structs import replace
from tests.check.build import POLICY, row, subject, type_

from strongroom.check.rules import inventory as rules

NAMES = (
    ("SECRET_KEY", "JWT Key"), ("API_KEY", "API Key"), ("DATABASE_URL", "DB Password"),
    ("REDIS_PASSWORD", "Redis Password"), ("SENTRY_DSN", "Sentry DSN"),
)  # fmt: skip
WHOLE = tuple(
    row(name, type=said, environment=where, line=n)
    for n, (name, said, where) in enumerate(
        ((n, s, w) for n, s in NAMES for w in ("Staging", "prod")), start=50
    )
)


def test_a_row_for_each_type_and_environment_is_complete() -> None:
    assert () == rules.complete(subject(*WHOLE)).findings


def test_a_type_without_rows_is_one_finding_that_names_the_environments() -> None:
    (found,) = rules.complete(subject(*WHOLE[2:])).findings

    assert "the inventory has no JWT Secret Key in Staging and Production" == found.message
    assert (10, (10,)) == (found.place.line, found.policy_lines)


def test_development_needs_no_rows() -> None:
    policy = replace(POLICY, environments=POLICY.environments[:1])

    assert (0, ()) == (
        rules.complete(subject(policy=policy)).examined,
        rules.complete(subject(policy=policy)).findings,
    )


def test_a_type_without_lines_is_told_too() -> None:
    policy = replace(POLICY, types=(type_("x", "X", None),))
    (found,) = rules.complete(subject(policy=policy)).findings

    assert 0 == found.place.line


def test_a_second_row_is_one_too_many() -> None:
    (found,) = rules.unique(subject(row(line=7), row(line=9, name="secret_key"))).findings

    assert (9, True) == (found.place.line, "line 7" in found.message)
    assert () == rules.unique(subject(row(), row(environment="Staging"))).findings


@pytest.mark.parametrize(
    ("said", "where", "words"),
    [
        ("JWT Key", "Production", None),
        ("Stationery", "Production", "of no type that"),
        ("JWT Key", "Moon", "of no environment that"),
        ("Stationery", "Moon", "of no type and environment that"),
    ],
)
def test_rows_name_what_the_document_has(said: str, where: str, words: str | None) -> None:
    name = "SECRET_KEY" if said == "JWT Key" else "PENCIL"
    found = rules.known(subject(row(name, type=said, environment=where))).findings

    assert (words is None) == (not found)
    assert all(words in f.message for f in found if words)


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ("J. Doe", None), ("J. Doe (DevOps)", None), ("jane@example.com", None),
        ("", "has no owner"), (" - ", "has no owner"), ("DevOps", "of the group DevOps"),
        ("devops", "of the group devops"), ("Platform Team", "of the group Platform Team"),
        ("Blue Owls", "of the group Blue Owls"),
    ],
)  # fmt: skip
def test_an_owner_is_a_person(owner: str, words: str | None) -> None:
    found = rules.owned(subject(row(owner=owner))).findings

    assert (words is None) == (not found)
    assert all(words in f.message for f in found if words)


def test_a_group_is_told_once_with_all_its_rows() -> None:
    (found,) = rules.owned(
        subject(*(row(f"K{n}", owner="DevOps", line=n) for n in (5, 6, 7)))
    ).findings

    assert "3 secrets of the group DevOps, and no person, own: K5, K6, K7" == found.message
    assert (5, 6, 7) == found.policy_lines


@pytest.mark.parametrize(
    ("updated", "examined", "count"),
    [("2026-11-01", 1, 0), ("2026-08-26", 1, 0), ("2026-08-25", 1, 1), (None, 0, 0), ("soon", 0, 0)],
)  # fmt: skip
def test_the_document_is_reviewed_in_time(updated: str | None, examined: int, count: int) -> None:
    judged = rules.reviewed(subject(policy=replace(POLICY, updated=updated)))

    assert (examined, count) == (judged.examined, len(judged.findings))


def test_the_head_of_the_document_is_complete() -> None:
    bare = replace(POLICY, version=None, owner="", updated="soon")
    (found,) = rules.headed(subject(policy=bare)).findings

    assert "does not say its version, its owner, its date of the last update" == found.message
    assert () == rules.headed(subject()).findings
