"""Documents for the tests of the compiler."""

from pathlib import Path

from strongroom.model.policy import Policy
from strongroom.policy.compiler import compile as compile_

EXAMPLE = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)

SMALL = """# Secrets Policy

**Version:** 1.2
**Owner:** Ada Lovelace

## Types

| Secret Type | Example | Rotation Period | Storage |
|---|---|---|---|
| JWT keys | `SECRET_KEY` | 90 days | Secret manager |

## Who can access secrets

| Role | Development | Production |
|---|---|---|
| Developer | yes | no |
| DevOps | yes | yes |
"""


def example() -> Policy:
    return compile_(EXAMPLE.read_bytes())


def small(more: str = "") -> Policy:
    return compile_((SMALL + more).encode())
