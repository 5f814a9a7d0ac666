"""Principals, rules and requests for tests: plainly made up."""

from collections.abc import Mapping

from hypothesis import strategies as st

from strongroom.access.decide import decide
from strongroom.access.facts import (
    Allow,
    Deny,
    EnvironmentFacts,
    Facts,
    Reason,
    Request,
    Rules,
    SecretFacts,
)
from strongroom.model.principal import Conditions, Effect, Grant, Kind, Principal, Verb

NOW_US = 1_790_000_000_000_000
ENVIRONMENTS = ("development", "staging", "production")
PATHS = ("api/KEY", "api/db/URL", "web/KEY", "KEY")
PATTERNS = ("*", "api/*", "api/db/*", "web/*", *PATHS)
# The matrix of the policy that ships as the example: one cell of twelve is empty.
MATRIX: Mapping[str, Mapping[str, bool]] = {
    "Developer": {"development": True, "staging": True, "production": False},
    "DevOps": dict.fromkeys(ENVIRONMENTS, True),
    "Security Team": dict.fromkeys(ENVIRONMENTS, True),
    "Admin": dict.fromkeys(ENVIRONMENTS, True),
}
ROLE_VERBS = {"Security Team": frozenset({Verb.CONTAIN, Verb.AUDIT})}
ALL = frozenset(Verb)
ID = b"i" * 16


def person(*roles: str, number: int = 1, **fields: object) -> Principal:
    plain = {
        "id": bytes([number]) * 16,
        "kind": Kind.PERSON,
        "name": f"person-{number}",
        "roles": frozenset(roles),
    }
    return Principal(**{**plain, **fields})  # type: ignore[arg-type]


def workload(number: int = 9, **fields: object) -> Principal:
    bound = {"kind": Kind.WORKLOAD, "environment": "production", "patterns": ("api/*",)}
    return person(number=number, **{**bound, **fields})


def grant(number: int = 1, **fields: object) -> Grant:
    plain = {
        "id": bytes([number]) * 16,
        "effect": Effect.ALLOW,
        "verbs": frozenset({Verb.READ}),
        "environment": "production",
        "pattern": "*",
    }
    if "role" not in fields:
        plain["principal"] = bytes([1]) * 16
    return Grant(**{**plain, **fields})  # type: ignore[arg-type]


def facts(
    principal: Principal,
    request: Request,
    *grants: Grant,
    matrix: Mapping[str, Mapping[str, bool]] | None = None,
    role_verbs: Mapping[str, frozenset[Verb]] | None = None,
    frozen: str = "",
    absent: bool = False,
    approvals: frozenset[bytes] = frozenset(),
) -> Facts:
    """Facts that belong to `request`; `frozen` is "", "environment" or "secret"."""
    environment, secret = None, None
    if request.environment is not None:
        environment = EnvironmentFacts(request.environment, frozen == "environment")
        if request.path is not None and not absent:
            secret = SecretFacts(b"s" * 16, request.environment, request.path, frozen == "secret")
    rules = Rules.of(grants, matrix=matrix, role_verbs=role_verbs)
    return Facts(principal, rules, environment, secret, approvals)


def read(path: str = "api/KEY", environment: str = "production", **fields: object) -> Request:
    return Request(**{"verb": Verb.READ, "environment": environment, "path": path, **fields})  # type: ignore[arg-type]


TIMES = st.none() | st.integers(NOW_US - 5, NOW_US + 5)
REQUESTS = st.one_of(
    st.builds(
        Request,
        verb=st.sampled_from(Verb),
        environment=st.sampled_from(ENVIRONMENTS),
        path=st.sampled_from(PATHS),
        source=st.sampled_from([None, "10.1.2.3", "192.0.2.1", "::ffff:10.1.2.3"]),
        reason=st.booleans(),
    ),
    st.builds(
        Request,
        verb=st.sampled_from(Verb),
        environment=st.none() | st.sampled_from(ENVIRONMENTS),
        path=st.none(),
    ),
)
PRINCIPALS = st.one_of(
    st.builds(lambda roles: person(*roles), st.sets(st.sampled_from(sorted(MATRIX)))),
    st.builds(
        lambda environment, patterns, roles: workload(
            1, environment=environment, patterns=tuple(patterns), roles=frozenset(roles)
        ),
        st.sampled_from(ENVIRONMENTS),
        st.sets(st.sampled_from(PATTERNS), min_size=1),
        st.sets(st.sampled_from(sorted(MATRIX))),
    ),
)


@st.composite
def grants(draw: st.DrawFn, effect: Effect | None = None) -> Grant:
    """A grant that has a fair chance to be about some request."""
    kind = effect or draw(st.sampled_from(Effect))
    allows = kind is Effect.ALLOW
    start, end = sorted(
        (draw(st.integers(NOW_US - 5, NOW_US + 5)), draw(st.integers(NOW_US - 5, NOW_US + 5)))
    )
    conditions = Conditions(
        reason_required=allows and draw(st.booleans()),
        approvals=draw(st.integers(0, 2)) if allows else 0,
        uses_left=draw(st.none() | st.integers(0, 2)) if allows else None,
        sources=draw(st.sampled_from([(), ("10.0.0.0/8",)])),
    )
    role = draw(st.none() | st.sampled_from(sorted(MATRIX)))
    return Grant(
        id=draw(st.binary(min_size=16, max_size=16)),
        effect=kind,
        verbs=draw(st.frozensets(st.sampled_from(Verb), min_size=1)),
        environment=draw(st.sampled_from([*ENVIRONMENTS, "*"])),
        pattern=draw(st.sampled_from(PATTERNS)),
        principal=bytes([draw(st.integers(1, 2))]) * 16 if role is None else None,
        role=role,
        not_before_us=draw(st.sampled_from([None, start])),
        expires_at_us=draw(st.sampled_from([None, end + 1])),
        conditions=conditions,
    )


GRANTS = st.lists(grants(), max_size=6, unique_by=lambda grant: grant.id)


def reason_of(given: Facts, request: Request, now_us: int = NOW_US) -> Reason:
    decision = decide(given, request, now_us)
    assert isinstance(decision, Deny)
    return decision.reason


def rule_of(given: Facts, request: Request, now_us: int = NOW_US) -> str:
    decision = decide(given, request, now_us)
    assert isinstance(decision, Allow)
    return str(decision.rule)
