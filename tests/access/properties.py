"""Properties of the decision, as functions: test_decide runs them, planted faults break them."""

from collections.abc import Sequence

from tests.access.world import MATRIX, NOW_US, ROLE_VERBS, facts

from strongroom.access import decide as module
from strongroom.access.facts import Allow, Decision, Deny, Reason, Request
from strongroom.model.principal import Effect, Grant, Principal, Verb


def decided(
    principal: Principal, request: Request, grants: Sequence[Grant], now_us: int = NOW_US
) -> Decision:
    given = facts(principal, request, *grants, matrix=MATRIX, role_verbs=ROLE_VERBS)
    return module.decide(given, request, now_us)


def may(principal: Principal, request: Request, grants: Sequence[Grant] = ()) -> bool:
    return isinstance(decided(principal, request, grants), Allow)


def nothing_without_a_rule(principal: Principal, request: Request, grants: Sequence[Grant]) -> None:
    """Whoever carries no role and is named by no grant is refused everything."""
    named = any(g.principal == principal.id or g.role in principal.roles for g in grants)
    if not principal.roles and not named:
        for verb in Verb:
            assert isinstance(decided(principal, request._replace(verb=verb), grants), Deny)


def denial_wins(principal: Principal, request: Request, grants: Sequence[Grant]) -> None:
    """One denial of all beats every combination of permissions."""
    denial = Grant(b"\xff" * 16, Effect.DENY, frozenset(Verb), "*", "*", principal.id)
    for order in ([*grants, denial], [denial, *grants]):
        assert isinstance(decided(principal, request, order), Deny)


def allowing_takes_nothing(
    principal: Principal, request: Request, grants: Sequence[Grant], more: Grant
) -> None:
    """One more permission takes away no access, from whomever it is for."""
    allowing = more.effect is Effect.ALLOW and all(more.id != grant.id for grant in grants)
    if allowing and may(principal, request, grants):
        assert may(principal, request, [*grants, more])


def order_has_no_meaning(
    principal: Principal, request: Request, grants: Sequence[Grant], shuffled: Sequence[Grant]
) -> None:
    assert decided(principal, request, grants) == decided(principal, request, shuffled)


def holds_until_it_says(principal: Principal, request: Request, grants: Sequence[Grant]) -> None:
    """Between now and `valid_until_us` no other answer is given."""
    first = decided(principal, request, grants)
    for later_us in range(NOW_US, NOW_US + 12):
        if first.valid_until_us is None or later_us < first.valid_until_us:
            later = decided(principal, request, grants, later_us)
            assert type(first) is type(later)
            assert getattr(first, "rule", None) == getattr(later, "rule", None)


def stays_within_its_binding(principal: Principal, request: Request) -> None:
    """A workload with every right still has none outside of its environment."""
    everything = Grant(b"\x01" * 16, Effect.ALLOW, frozenset(Verb), "*", "*", principal.id)
    if principal.environment is not None and request.environment != principal.environment:
        decision = decided(principal, request, [everything])
        assert isinstance(decision, Deny)
        assert decision.reason in {Reason.OUTSIDE_BINDING, Reason.TARGET_MISSING}


def frozen_means_no_value(
    principal: Principal, request: Request, grants: Sequence[Grant], frozen: str
) -> None:
    """Nothing is delivered or changed while frozen, but for the emergency rotation."""
    given = facts(principal, request, *grants, matrix=MATRIX, role_verbs=ROLE_VERBS, frozen=frozen)
    for verb in ("read", "write", "destroy", "export", "share"):
        asked = request._replace(verb=Verb(verb))
        assert isinstance(module.decide(given, asked, NOW_US), Deny)


def spelling_gains_nothing(principal: Principal, request: Request, grants: Sequence[Grant]) -> None:
    """No other spelling of a name is allowed anything at all."""
    for environment, path in variants(request.environment or "", request.path or ""):
        asked = request._replace(environment=environment, path=path)
        assert not may(principal, asked, grants), (environment, path)


def variants(environment: str, path: str) -> list[tuple[str, str]]:
    """Ways to write a name that some server somewhere takes for the same one."""
    head, _, tail = path.rpartition("/")
    paths = [
        path + "/", path + " ", path + "/..", path + "\x00", path + "\n",
        "/" + path, " " + path, "./" + path, "x/../" + path, path + "/.", path + "?", path + "#",
        path.replace("/", "//") if "/" in path else path + "//", path + "%20", path + "\u200b",
        path.replace("E", "%45"), path.replace("E", "%2545"), path.replace("E", "Ｅ"),
        path.replace("E", "Е"), path.replace("E", "E\u0301"), path.replace("/", "%2f") + "%2f",
        path.replace("/", "\\") + "\\", f"{head}%2e%2e/{tail}", "*", "api/*",
    ]  # fmt: skip
    environments = [
        environment + "/", environment + " ", " " + environment, environment + "\n", "*",
        "../" + environment, environment + "/.", environment.replace("o", "о") + "о",
        environment + "%00", environment + "/api", "",
    ]  # fmt: skip
    # A name without the letter that is exchanged comes out as itself.
    return [(environment, other) for other in paths if other != path] + [
        (other, path) for other in environments
    ]
