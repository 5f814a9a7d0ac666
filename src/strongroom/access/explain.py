"""Why a decision is what it is, and who may do something: for people, from the same rules."""

from collections.abc import Iterable
from typing import NamedTuple

from strongroom.access.decide import decide, standing_rules
from strongroom.access.facts import (
    Decision,
    Deny,
    EnvironmentFacts,
    Facts,
    Reason,
    Request,
    Rule,
    RuleKind,
    Rules,
    SecretFacts,
)
from strongroom.access.match import Standing, is_canonical, standing
from strongroom.model.principal import Effect, Principal

_CONDITIONAL = frozenset({Reason.REASON_REQUIRED, Reason.SOURCE_NOT_ALLOWED})


class Considered(NamedTuple):
    """One rule that speaks of the principal, what it would do, and whether it applies."""

    rule: Rule
    effect: Effect
    standing: Standing


class Explanation(NamedTuple):
    """A decision and every rule that was looked at: the policy's first, then grants by id."""

    decision: Decision
    considered: tuple[Considered, ...]


class Holder(NamedTuple):
    """Somebody who may, and on what conditions (see `who`)."""

    principal: Principal
    decision: Decision


def why(facts: Facts, request: Request, now_us: int) -> Explanation:
    """Decide, and show all that was considered."""
    considered = []
    if is_canonical(request):
        for rule, allows in standing_rules(facts, request):
            how = Standing.APPLIES if allows else _misses(rule, facts, request)
            considered.append(Considered(rule, Effect.ALLOW, how))
        for grant in facts.rules.grants_for(facts.principal):
            rule = Rule(RuleKind.GRANT, grant.id.hex())
            how = standing(grant, facts, request, now_us)
            considered.append(Considered(rule, grant.effect, how))
    return Explanation(decide(facts, request, now_us), tuple(considered))


def who(
    principals: Iterable[Principal],
    rules: Rules,
    request: Request,
    now_us: int,
    *,
    environment: EnvironmentFacts | None,
    secret: SecretFacts | None,
) -> tuple[Holder, ...]:
    """Who of `principals` may do this now, by name.

    Whoever lacks only an approval, a reason or the right source address is in the list
    too: he may, once he brings it.
    """
    holders = []
    for principal in sorted(principals, key=lambda principal: principal.name):
        decision = decide(Facts(principal, rules, environment, secret), request, now_us)
        if not isinstance(decision, Deny) or decision.reason in _CONDITIONAL:
            holders.append(Holder(principal, decision))
    return tuple(holders)


def _misses(rule: Rule, facts: Facts, request: Request) -> Standing:
    if rule.kind is RuleKind.ROLE:
        return Standing.OTHER_VERB
    role = rule.id.rpartition(":")[0]
    ticked = facts.rules.matrix[role].get(request.environment or "") is True
    return Standing.OTHER_VERB if ticked else Standing.ELSEWHERE
