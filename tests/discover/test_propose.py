"""Tests for strongroom.discover.propose, on the policy of the example."""

import pytest
from tests.conftest import POLICY

from strongroom.discover.interface import Default, How, Mention
from strongroom.discover.merge import merge
from strongroom.discover.propose import propose
from strongroom.discover.report import Item
from strongroom.model.policy import Policy
from strongroom.ops import policy as ops_policy
from strongroom.source.values import Value


@pytest.fixture(scope="module")
def policy() -> Policy:
    return ops_policy.load(POLICY)


def item(name: str, policy: Policy | None, **more: object) -> Item:
    fields: dict[str, object] = {"path": "a.py", "line": 1, "how": How.READ, **more}
    (found,) = merge([Mention(name, **fields)])[0]  # type: ignore[arg-type]
    return propose(found, policy)


@pytest.mark.parametrize(
    ("name", "type_", "days"),
    [
        ("SECRET_KEY", "jwt-secret-key", 90),  # by the example of the type
        ("PAYMENTS_API_KEY", "api-keys", 90),  # by its kind
        ("FIELD_ENCRYPTION_KEY", "encryption-keys", 180),
        ("SENTRY_DSN", "sentry-dsn", None),
        ("SENDGRID_API_KEY", "email-api-key", 90),  # by its provider
        ("TWILIO_AUTH_TOKEN", "sms-api-key", 90),
        ("STRIPE_SECRET_KEY", None, None),  # the policy has no such provider
    ],
)
def test_the_policys_type_and_period(
    policy: Policy, name: str, type_: str | None, days: int | None
) -> None:
    found = item(name, policy)
    names = {t.id for t in policy.types}

    assert type_ is None or found.type in names
    assert (type_ is None) is (found.type is None)
    assert days == found.period_days


def test_the_owner_is_whoever_the_document_names(policy: Policy) -> None:
    assert "DevOps" == item("SECRET_KEY", policy).owner
    assert item("STRIPE_SECRET_KEY", policy).owner is None


@pytest.mark.parametrize(
    ("name", "more", "clause"),
    [
        ("API_KEY", {"default": Default(Value.PLACEHOLDER)}, "P-8.11"),
        ("API_KEY", {"default": Default(Value.GENERATED)}, "P-8.11"),
        ("API_KEY", {"default": Default(Value.LITERAL), "how": How.INJECTED}, "P-1.2"),
        ("API_KEY", {"how": How.PUBLIC}, "P-1.1"),
        ("STRIPE_SECRET_KEY", {}, "P-2.1"),
        ("STRIPE_SECRET_KEY", {}, "P-10.1"),
        ("STRIPE_SECRET_KEY", {}, "P-10.3"),
    ],
)
def test_what_the_policy_misses(
    policy: Policy, name: str, more: dict[str, object], clause: str
) -> None:
    assert clause in {g.clause for g in item(name, policy, **more).gaps}


def test_nothing_is_missed_about_what_is_in_order(policy: Policy) -> None:
    assert () == item("SECRET_KEY", policy, default=Default(Value.EMPTY)).gaps


def test_without_a_policy_only_places_are_judged() -> None:
    found = item("API_KEY", None, default=Default(Value.PLACEHOLDER))

    assert (["P-8.11"], None, "api-key") == ([g.clause for g in found.gaps], found.type, found.kind)


def test_what_is_no_secret_gets_no_type(policy: Policy) -> None:
    assert item("DEBUG", policy).kind is None
