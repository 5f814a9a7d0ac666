"""Tests for strongroom.ops.standards."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ops.policies import POLICY

from strongroom.config import Config
from strongroom.errors import InvalidError, StrongroomError
from strongroom.generate.kinds import Kind
from strongroom.model.policy import Environment, Tier
from strongroom.ops import standards

DOCUMENT = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
RULES = standards.standards(POLICY)
DEFAULTS = standards.standards(None)


def test_without_a_policy_the_defaults_are_said_to_be() -> None:
    assert RULES.note is None
    assert DEFAULTS.note is not None
    assert "256 bits" in DEFAULTS.note
    assert "16 characters" in DEFAULTS.note


def test_a_policy_without_environments_has_the_usual_three() -> None:
    rules = standards.standards(replace(POLICY, environments=()))

    assert [env.id for env in rules.environments] == ["development", "staging", "production"]


@pytest.mark.parametrize(
    ("word", "kind", "name"),
    [
        ("jwt-secret-key", Kind.JWT, "JWT Secret Key"),
        (" JWT secret key ", Kind.JWT, "JWT Secret Key"),
        ("SECRET_KEY", Kind.JWT, "JWT Secret Key"),
        ("api-keys", Kind.API_KEY, "API Keys"),
        ("encryption keys", Kind.DATA_KEY, "Encryption Keys"),
        ("redis-password", Kind.REDIS_PASSWORD, "Redis Password"),
        ("sentry", Kind.THIRD_PARTY, "Sentry"),
        ("rsa", Kind.RSA, "Keys of the partner"),
        ("jwt", Kind.JWT, "jwt"),
        ("passphrase", Kind.PASSPHRASE, "passphrase"),
        ("Postgres password", Kind.PASSWORD, "password"),
    ],
)
def test_a_word_means_a_type_of_the_policy_or_a_kind(word: str, kind: Kind, name: str) -> None:
    subject = standards.subject(word, RULES)

    assert (kind, name) == (subject.kind, subject.name)


@pytest.mark.parametrize("word", ["zebra", "giraffe", ""])
def test_an_unknown_word_is_refused_and_not_repeated(word: str) -> None:
    with pytest.raises(InvalidError) as refused:
        standards.subject(word, RULES)

    assert refused.value.code == "type-unknown"
    assert not word or word not in refused.value.message
    assert "jwt, api-key, password" in (refused.value.fix or "")


def test_the_nearest_names_are_suggested() -> None:
    with pytest.raises(InvalidError) as refused:
        standards.subject("jwtt", DEFAULTS)

    assert (refused.value.fix or "").startswith("perhaps jwt;")


def test_an_environment_is_found_by_any_of_its_names() -> None:
    assert standards.environment("Prod", RULES).id == "production"
    assert standards.environment("qa 2", RULES).id == "qa-2"
    assert standards.environment(None, RULES).id == "production"
    with pytest.raises(InvalidError) as refused:
        standards.environment("moon", RULES)
    assert refused.value.code == "environment-unknown"


@pytest.mark.parametrize(
    ("env", "marker"),
    [
        (Environment("production", "Production", (), Tier.STRONG, None), "live"),
        (Environment("prd", "PRD", ("production",), Tier.STRONG, None), "live"),
        (Environment("staging", "Staging", (), Tier.MEDIUM, None), "test"),
        (Environment("development", "Development", (), Tier.WEAK, None), "dev"),
        (Environment("qa-2", "QA 2", (), Tier.MEDIUM, None), "qa-2"),
    ],
)
def test_the_marker_stands_for_the_environment(env: Environment, marker: str) -> None:
    assert marker == standards.marker(env)


@pytest.mark.parametrize(
    ("prefix", "brand"),
    [
        ("api_live_...", "api"),
        ("api_live_", "api"),
        ("sk-live-", "sk"),
        ("acme_billing_test_", "acme_billing"),
        ("ck_qa", "ck_qa"),
        ("Acme_", "acme"),
        ("live_", "live"),
        ("...", "api"),
        (None, "api"),
    ],
)
def test_the_brand_is_what_stands_before_the_environment(prefix: str | None, brand: str) -> None:
    assert brand == standards.brand(prefix, RULES)


def test_every_type_of_the_document_is_understood() -> None:
    """Each is generated, or is said to come from its provider."""
    policy = standards.find(Config(DOCUMENT.parent, DOCUMENT), DOCUMENT)
    rules = standards.standards(policy)

    assert policy is not None
    kinds = {type_.id: standards.subject(type_.id, rules).kind for type_ in policy.types}
    assert kinds["jwt-secret-key"] is Kind.JWT
    assert kinds["database-password"] is Kind.PASSWORD
    assert kinds["sentry-dsn"] is Kind.THIRD_PARTY


def test_a_document_that_cannot_be_read_is_no_reason_for_defaults(tmp_path: Path) -> None:
    (tmp_path / "SECRETS_POLICY.md").write_bytes(b"\xff\xfe not text")
    with pytest.raises(StrongroomError):
        standards.find(Config(tmp_path, tmp_path / "none"), None)


def test_no_document_is_no_policy(tmp_path: Path) -> None:
    assert standards.find(Config(tmp_path, tmp_path / "none"), None) is None
