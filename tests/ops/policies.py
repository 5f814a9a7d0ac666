"""Hand-made policies: what operations are given when no document is compiled."""

from msgspec.structs import replace

from strongroom.model.policy import (
    Access,
    Audit,
    Clause,
    Emergency,
    Environment,
    Generation,
    Policy,
    Review,
    Rotation,
    SecretType,
    Status,
    Tier,
)

GENERATION = Generation(256, 256, "api_live_...", 16, ("upper", "lower", "digits", "symbols"))


def secret_type(
    id_: str, name: str, example: str | None = None, service: str | None = None
) -> SecretType:
    return SecretType(id_, name, example, 90, True, None, service)


POLICY = Policy(
    title="Secrets",
    version="1.0",
    owner="Security Team",
    updated="2026-02-12",
    sha256="0" * 64,
    types=(
        secret_type("jwt-secret-key", "JWT Secret Key", "`SECRET_KEY`"),
        secret_type("api-keys", "API Keys", "`API_KEY`"),
        secret_type("database-passwords", "Database Passwords", "`DATABASE_PASSWORD`"),
        secret_type("redis-password", "Redis Password", "`REDIS_PASSWORD`"),
        secret_type("encryption-keys", "Encryption Keys", "Data encryption keys"),
        secret_type("sentry", "Sentry", "`SENTRY_DSN`", service="Sentry"),
        secret_type("zebra", "Zebra"),
        secret_type("rsa", "Keys of the partner"),
    ),
    environments=(
        Environment("development", "Development", ("dev",), Tier.WEAK, None),
        Environment("staging", "Staging", (), Tier.MEDIUM, None),
        Environment("production", "Production", ("prod",), Tier.STRONG, None),
        Environment("qa-2", "QA 2", (), Tier.MEDIUM, None),
    ),
    access=Access(),
    generation=GENERATION,
    rotation=Rotation(24, 48),
    emergency=Emergency(5, 60, 1440, 10080),
    audit=Audit(365),
    review=Review(90, (), ()),
    inventory=(),
    contacts=(),
    clauses=(Clause("P-4.1", (105, 106), "Minimum 256 bits", Status.ENFORCED),),
    contradictions=(),
    overrides=(),
    defaults=(),
)


def with_numbers(**numbers: object) -> Policy:
    """POLICY with other rules of generation."""
    return replace(POLICY, generation=replace(GENERATION, **numbers))
