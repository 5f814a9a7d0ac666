"""What a decision is made from, and what it is: values, gathered and kept by the gate."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self

from strongroom.model.principal import Grant, Principal, Verb


class ScopeKind(StrEnum):
    """What a change touches; a decision is made again when one touches its own scopes."""

    __hash__ = str.__hash__

    VALUE = "value"
    SECRET = "secret"  # noqa: S105 - the name of a scope
    PRINCIPAL = "principal"
    TOKEN = "token"  # noqa: S105 - the name of a scope
    MOUNT = "mount"
    AUTHORITY = "authority"  # touches everything


class Scope(NamedTuple):
    """One thing that a decision rests on. `key` is empty for authority."""

    kind: ScopeKind
    key: bytes


class Rules(NamedTuple):
    """What the room allows, the same for everybody. Make it with `Rules.of`.

    `matrix[role][environment id]` is the policy's access matrix; `role_verbs[role]` are
    verbs that a role has everywhere beside its ticks. Both are keyed by roles as the
    policy spells them.
    """

    matrix: Mapping[str, Mapping[str, bool]]
    role_verbs: Mapping[str, frozenset[Verb]]
    by_principal: Mapping[bytes, tuple[Grant, ...]]
    by_role: Mapping[str, tuple[Grant, ...]]

    @classmethod
    def of(
        cls,
        grants: Iterable[Grant] = (),
        *,
        matrix: Mapping[str, Mapping[str, bool]] | None = None,
        role_verbs: Mapping[str, frozenset[Verb]] | None = None,
    ) -> Self:
        """Index the grants by whom they are for. Their order has no meaning."""
        by_principal: dict[bytes, list[Grant]] = defaultdict(list)
        by_role: dict[str, list[Grant]] = defaultdict(list)
        for grant in sorted(grants, key=lambda grant: grant.id):
            if grant.principal is not None:
                by_principal[grant.principal].append(grant)
            if grant.role is not None:
                by_role[grant.role].append(grant)
        return cls(
            MappingProxyType(dict(matrix or {})),
            MappingProxyType(dict(role_verbs or {})),
            MappingProxyType({key: tuple(found) for key, found in by_principal.items()}),
            MappingProxyType({key: tuple(found) for key, found in by_role.items()}),
        )

    def grants_for(self, principal: Principal) -> tuple[Grant, ...]:
        """The grants that name `principal` or one of its roles, in the order of their ids."""
        own = self.by_principal.get(principal.id, ())
        if not self.by_role:
            return own
        shared = [grant for role in principal.roles for grant in self.by_role.get(role, ())]
        return tuple(sorted([*own, *shared], key=lambda grant: grant.id))


class EnvironmentFacts(NamedTuple):
    """The row of an environment. It must exist: without it nothing in there is allowed."""

    id: str
    frozen: bool


class SecretFacts(NamedTuple):
    """The row of a secret; `id` is 16 bytes."""

    id: bytes
    environment: str
    path: str
    frozen: bool


class Facts(NamedTuple):
    """Everything that one decision looks at.

    `environment` and `secret` are None when there is no such row. `approvals` are the ids
    of the principals who agreed to this very request.
    """

    principal: Principal
    rules: Rules
    environment: EnvironmentFacts | None = None
    secret: SecretFacts | None = None
    approvals: frozenset[bytes] = frozenset()


class Request(NamedTuple):
    """What is asked for. Neither environment nor path: it concerns the room as a whole.

    `source` is the address that it comes from, None when it is not known; `reason` says
    whether one was given, the words themselves stand in the audit detail.
    """

    verb: Verb
    environment: str | None = None
    path: str | None = None
    source: str | None = None
    reason: bool = False


class RuleKind(StrEnum):
    """Where a rule comes from."""

    MATRIX = "matrix"
    ROLE = "role"
    GRANT = "grant"


class Rule(NamedTuple):
    """What decided: `matrix:<role>:<environment>`, `role:<role>` or `grant:<id in hex>`."""

    kind: RuleKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Reason(StrEnum):
    """Why not. Stable codes: they stand in audit entries and in answers to callers."""

    NAME_NOT_CANONICAL = "name-not-canonical"
    TARGET_MISSING = "target-missing"  # the verb needs a secret and none is named
    FACTS_MISMATCH = "facts-mismatch"  # the rows are not those of what is asked for
    PRINCIPAL_DISABLED = "principal-disabled"
    ENVIRONMENT_UNKNOWN = "environment-unknown"
    OUTSIDE_BINDING = "outside-binding"
    DENIED_BY_GRANT = "denied-by-grant"
    ENVIRONMENT_FROZEN = "environment-frozen"
    SECRET_FROZEN = "secret-frozen"  # noqa: S105 - a reason
    SECRET_UNKNOWN = "secret-unknown"  # noqa: S105 - a reason; only said to who may know
    REASON_REQUIRED = "reason-required"
    SOURCE_NOT_ALLOWED = "source-not-allowed"
    USES_EXHAUSTED = "uses-exhausted"
    NO_RULE = "no-rule"


class Allow(NamedTuple):
    """Yes, by `rule`, until just before `valid_until_us` or a change in `scopes`.

    `consumes` is the id of a grant of which this takes one use, None when it takes none.
    """

    rule: Rule
    valid_until_us: int | None
    scopes: frozenset[Scope]
    consumes: bytes | None


class Deny(NamedTuple):
    """No, and why; `rule` is the denying grant where there is one."""

    reason: Reason
    rule: Rule | None
    valid_until_us: int | None
    scopes: frozenset[Scope]


class NeedsApproval(NamedTuple):
    """Not yet: `rule` allows it once `missing` more people have agreed."""

    rule: Rule
    missing: int
    valid_until_us: int | None
    scopes: frozenset[Scope]


Decision = Allow | Deny | NeedsApproval
