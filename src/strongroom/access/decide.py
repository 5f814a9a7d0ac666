"""The decision: may this principal do this, here, now, and which rule says so.

The order of the steps is the argument; each step can only refuse, until step 8. Nothing is
allowed by the absence of something. Adding an allowing grant never takes away from anybody,
the order of grants has no meaning, and one denial beats any number of permissions.
"""

from collections.abc import Iterable
from functools import lru_cache

from strongroom.access.facts import (
    Allow,
    Decision,
    Deny,
    Facts,
    NeedsApproval,
    Reason,
    Request,
    Rule,
    RuleKind,
    Scope,
    ScopeKind,
)
from strongroom.access.match import Standing, covers, is_canonical, missing_approvals, standing
from strongroom.model.principal import TICK_VERBS, VALUE_VERBS, Effect, Grant, Kind, Verb

WIDE_VERBS = frozenset({Verb.CONTAIN, Verb.APPROVE, Verb.ADMINISTER, Verb.AUDIT})
"""What can be asked of an environment or of the room as a whole; the rest needs a path."""

SECRET_VERBS = VALUE_VERBS - {Verb.WRITE} | {Verb.METADATA, Verb.CONTAIN}
"""What needs a secret to be there already; a write may be the first one."""

# Which failed condition to name when several grants fail, the nearest to a yes first.
_NEAREST = (
    (Standing.REASON_REQUIRED, Reason.REASON_REQUIRED),
    (Standing.SOURCE_NOT_ALLOWED, Reason.SOURCE_NOT_ALLOWED),
    (Standing.USES_EXHAUSTED, Reason.USES_EXHAUSTED),
)

Stood = tuple[Grant, Standing]


def decide(facts: Facts, request: Request, now_us: int) -> Decision:
    """Decide `request` at `now_us`, microseconds since 1970 in UTC.

    1. Every name is spelled canonically, and the facts are about what is asked for.
    2. The principal is not disabled.
    3. The environment is known.
    4. A workload stays within its binding.
    5. No denial applies.
    6. Neither the environment nor the secret is frozen.
    7. Some rule allows it: a tick, a role's own verb, or a grant whose conditions hold.
    8. The secret is there, if the verb needs one.
    """
    stood = [(g, standing(g, facts, request, now_us)) for g in _grants(facts, request)]
    row = facts.secret and facts.secret.id
    scopes = _scopes(facts.principal.id, request.environment, request.path, row)
    until = _boundary(stood, now_us)
    refused = _refusal(facts, request)  # 1 to 4
    if refused:
        return Deny(refused, None, until, scopes)
    for grant, how in stood:  # 5
        if grant.effect is Effect.DENY and how is Standing.APPLIES:
            return Deny(Reason.DENIED_BY_GRANT, _of(grant), until, scopes)
    frozen = _freeze(facts, request)  # 6
    if frozen:
        # The emergency rotation of a frozen secret is how it gets safe again: whoever may
        # also contain it can rotate it without lifting the freeze first.
        lifted = request.verb is Verb.ROTATE and _may_contain(facts, request, now_us)
        if not lifted:
            return Deny(frozen, None, until, scopes)
    decision = _permission(facts, request, stood, until, scopes)  # 7
    absent = request.path is not None and facts.secret is None
    if isinstance(decision, Allow) and absent and request.verb in SECRET_VERBS:  # 8
        return Deny(Reason.SECRET_UNKNOWN, None, until, scopes)
    return decision


def standing_rules(facts: Facts, request: Request) -> Iterable[tuple[Rule, bool]]:
    """The rules of the policy for this principal, and whether each allows the request.

    They speak of people: a workload or a part of the room that carries a role has what
    grants to that role give, and no ticks.
    """
    if facts.principal.kind is not Kind.PERSON:
        return
    for role in sorted(facts.principal.roles):
        row = facts.rules.matrix.get(role)
        if row is not None and request.environment is not None:
            tick = row.get(request.environment) is True and request.verb in TICK_VERBS
            yield Rule(RuleKind.MATRIX, f"{role}:{request.environment}"), tick
        verbs = facts.rules.role_verbs.get(role)
        if verbs:
            yield Rule(RuleKind.ROLE, role), request.verb in verbs


def _grants(facts: Facts, request: Request) -> tuple[Grant, ...]:
    # Names that are not canonical are compared with nothing at all.
    return facts.rules.grants_for(facts.principal) if is_canonical(request) else ()


def _refusal(facts: Facts, request: Request) -> Reason | None:
    """Steps 1 to 4: what is refused whatever the rules say."""
    principal, environment, secret = facts.principal, facts.environment, facts.secret
    if not is_canonical(request):
        return Reason.NAME_NOT_CANONICAL
    if request.path is None and request.verb not in WIDE_VERBS:
        return Reason.TARGET_MISSING
    # What is decided on must be what will be touched; a mistake of the caller fails closed.
    if environment is not None and environment.id != request.environment:
        return Reason.FACTS_MISMATCH
    if secret is not None and (secret.environment, secret.path) != request[1:3]:
        return Reason.FACTS_MISMATCH
    if principal.disabled:
        return Reason.PRINCIPAL_DISABLED
    if request.environment is not None and environment is None:
        return Reason.ENVIRONMENT_UNKNOWN
    if principal.kind is Kind.WORKLOAD:
        inside = principal.environment == request.environment and any(
            covers(pattern, request.path) for pattern in principal.patterns
        )
        return None if inside else Reason.OUTSIDE_BINDING
    return None


def _freeze(facts: Facts, request: Request) -> Reason | None:
    if request.verb not in VALUE_VERBS:
        return None
    if facts.environment is not None and facts.environment.frozen:
        return Reason.ENVIRONMENT_FROZEN
    if facts.secret is not None and facts.secret.frozen:
        return Reason.SECRET_FROZEN
    return None


def _may_contain(facts: Facts, request: Request, now_us: int) -> bool:
    decision = decide(facts, request._replace(verb=Verb.CONTAIN), now_us)
    # A permission with an end or a count belongs to the request that it was given for.
    return (
        isinstance(decision, Allow)
        and decision.consumes is None
        and decision.valid_until_us is None
    )


def _permission(
    facts: Facts, request: Request, stood: list[Stood], until: int | None, scopes: frozenset[Scope]
) -> Decision:
    """Step 7. Of several permissions, the one that uses up nothing, then the first by id."""
    for rule, allows in standing_rules(facts, request):
        if allows:
            return Allow(rule, until, scopes, None)
    allowing = [(grant, how) for grant, how in stood if grant.effect is Effect.ALLOW]
    usable = [grant for grant, how in allowing if how is Standing.APPLIES]
    for grant in usable:
        if grant.conditions.uses_left is None:
            return Allow(_of(grant), until, scopes, None)
    if usable:
        return Allow(_of(usable[0]), until, scopes, usable[0].id)
    waiting = [grant for grant, how in allowing if how is Standing.APPROVAL_MISSING]
    if waiting:
        nearest = min(waiting, key=lambda grant: (missing_approvals(grant, facts), grant.id))
        missing = missing_approvals(nearest, facts)
        return NeedsApproval(_of(nearest), missing, until, scopes)
    failed = {how for _, how in allowing}
    reason = next((reason for how, reason in _NEAREST if how in failed), Reason.NO_RULE)
    return Deny(reason, None, until, scopes)


def _boundary(stood: list[Stood], now_us: int) -> int | None:
    """The next instant at which some grant that could matter begins or ends."""
    later = [
        bound
        for grant, how in stood
        if how is not Standing.OTHER_VERB and how is not Standing.ELSEWHERE
        for bound in (grant.not_before_us, grant.expires_at_us)
        if bound is not None and bound > now_us
    ]
    return min(later, default=None)


@lru_cache(maxsize=8192)  # a set of four takes longer to build than all rules to read
def _scopes(
    principal: bytes, environment: str | None, path: str | None, secret: bytes | None
) -> frozenset[Scope]:
    scopes = {Scope(ScopeKind.AUTHORITY, b""), Scope(ScopeKind.PRINCIPAL, principal)}
    if path is not None:
        # The address too: a secret that comes to be at it changes the answer.
        address = f"{environment}/{path}".encode(errors="backslashreplace")
        scopes.add(Scope(ScopeKind.SECRET, address))
    if secret is not None:
        scopes.add(Scope(ScopeKind.SECRET, secret))
    return frozenset(scopes)


def _of(grant: Grant) -> Rule:
    return Rule(RuleKind.GRANT, grant.id.hex())
