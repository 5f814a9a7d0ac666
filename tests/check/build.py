"""Hand-made policies, subjects and repositories for the tests of the check."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from strongroom.check.facts import GitFacts, RepositoryFacts
from strongroom.check.rule import Subject
from strongroom.check.rules.registry import RULES
from strongroom.model.policy import (
    Access,
    Audit,
    Clause,
    Contact,
    Emergency,
    Environment,
    Generation,
    InventoryRow,
    Policy,
    Review,
    Rotation,
    SecretType,
    Status,
    Tier,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOCUMENT = "docs/SECRETS_POLICY.md"
IDS = tuple(dict.fromkeys(c for rule in RULES for c in (*rule.clauses, *rule.otherwise)))
# As a generator makes them, and valid nowhere.
GENERATED = "q7Xw2LpZ9" + "vKt4RmB8sHd3"


def type_(
    id_: str, name: str, example: str | None, days: int | None = 90, **more: Any
) -> SecretType:
    return SecretType(id_, name, example, days, days is None, None, **more)


POLICY = Policy(
    title="Secrets",
    version="1.0",
    owner="Security Team",
    updated="2026-11-01",
    sha256="0" * 64,
    types=(
        type_("jwt-secret-key", "JWT Secret Key", "SECRET_KEY", lines=(10,)),
        type_("api-key", "API Keys", "API_KEY", lines=(11,)),
        type_("database-password", "Database Passwords", "DATABASE_PASSWORD", lines=(12,)),
        type_("redis-password", "Redis Password", "REDIS_PASSWORD", lines=(13,)),
        type_("sentry", "SENTRY_DSN", "SENTRY_DSN", None, service="Sentry", lines=(14,)),
    ),
    environments=(
        Environment("development", "Development", ("dev",), Tier.WEAK, None),
        Environment("staging", "Staging", ("stage",), Tier.MEDIUM, None),
        Environment("production", "Production", ("prod",), Tier.STRONG, None),
    ),
    access=Access(("DevOps", "Admin")),
    generation=Generation(256, 256, None, 16, ()),
    rotation=Rotation(24, 48),
    emergency=Emergency(5, 60, 1440, 10080),
    audit=Audit(366),
    review=Review(90, (), ()),
    inventory=(),
    contacts=(Contact("Blue Owls", "owls@example.com"),),
    clauses=(
        *(Clause(id_, (100 + n,), "", Status.ENFORCED) for n, id_ in enumerate(IDS)),
        Clause("P-12.7", (90,), "Annual penetration testing", Status.MANUAL),
    ),
    contradictions=(),
    overrides=(),
    defaults=(),
)


def row(name: str = "SECRET_KEY", **more: Any) -> InventoryRow:
    """A row without fault on the day of NOW."""
    cells = {
        "type": "JWT Key",
        "environment": "Production",
        "owner": "J. Doe (DevOps)",
        "last_rotated": "2026-11-01",
        "next_rotation": "2026-12-01",
        "line": 50,
    }
    return InventoryRow(name=name, **{**cells, **more})


def facts(**more: Any) -> RepositoryFacts:
    return RepositoryFacts(**{"git": GitFacts(), **more})


def subject(*rows: InventoryRow, policy: Policy = POLICY, **more: Any) -> Subject:
    return Subject(facts(**more), replace(policy, inventory=rows), DOCUMENT, NOW)


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git as nobody in particular; it must succeed."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")
    more = ("-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *who, *more, *arguments],
        cwd=root,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def repository(root: Path, files: dict[str, str | bytes], *, commit: bool = True) -> Path:
    """A real git repository with these files in one commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", ".")
    write(root, files)
    if commit:
        save(root)
    return root


def save(root: Path, message: str = "work") -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
