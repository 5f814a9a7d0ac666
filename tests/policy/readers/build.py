"""A small policy around the lines that a test is about."""

from strongroom.model.policy import Policy
from strongroom.policy.compiler import compile as compile_

TYPES = "## Types\n\n| Type | Rotation |\n|---|---|\n| API keys | 90 days |\n"
PLACES = (
    "## Environments\n\n| Environment | Strength | Storage |\n|---|---|---|\n"
    "| Development | weak | .env file |\n| Staging | medium | vault |\n| Production | strong | vault |\n"
)
MATRIX = (
    "## Who may read\n\n| Role | Production |\n|---|---|\n| Operator | yes |\n| Developer | no |\n"
)


def policy(lines: str, title: str, *parts: str) -> Policy:
    """`lines` under a heading, behind the parts of a policy that the test is not about."""
    body = "\n".join((*parts, f"## {title}\n\n{lines}\n"))
    return compile_(f"# Secrets policy\n\n{body}".encode())


def granted(compiled: Policy) -> dict[str, str]:
    """The initials of the environments that each role may read."""
    return {
        role: "".join(place[0] for place, allowed in row.items() if allowed)
        for role, row in compiled.access.matrix.items()
    }


def doubts(compiled: Policy) -> set[str]:
    """The kinds of defect that were noted."""
    return {c.id for c in compiled.contradictions if c.id.startswith("D-")}
