"""Each fault that is planted here must be noticed by the property that is there for it."""

from collections.abc import Callable, Iterable

import pytest
from tests.access import properties, test_decide, test_decide_conditions, test_decide_steps
from tests.access.world import ALL, NOW_US, grant, person, read, workload

from strongroom.access import decide as module
from strongroom.access import facts as facts_module
from strongroom.access import match
from strongroom.access.facts import Allow, Deny, Reason, Request, Rule, RuleKind
from strongroom.access.match import Standing
from strongroom.model.principal import Conditions, Effect, Grant, Verb

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]
Body = Callable[[], None]

PERMISSION, STANDING, COVERS = module._permission, match.standing, match.covers


def yes(*_: object) -> Allow:
    return Allow(Rule(RuleKind.ROLE, "everybody"), None, frozenset(), None)


def one_permission_at_most(
    facts: object, request: Request, stood: list[object], *rest: object
) -> object:
    if len(stood) > 1:
        return Deny(Reason.NO_RULE, None, None, frozenset())
    return PERMISSION(facts, request, stood, *rest)  # type: ignore[arg-type]


def deaf_to_denials(held: Grant, *rest: object) -> Standing:
    if held.effect is Effect.DENY:
        return Standing.ELSEWHERE
    return STANDING(held, *rest)  # type: ignore[arg-type]


def timeless(held: Grant, facts: object, request: Request, now_us: int) -> Standing:
    how = STANDING(held, facts, request, now_us)  # type: ignore[arg-type]
    return Standing.APPLIES if how in {Standing.NOT_YET, Standing.EXPIRED} else how


def as_they_come(grants: Iterable[Grant], **_: object) -> list[Grant]:
    return list(grants)


def sloppy_prefix(pattern: str, path: str | None) -> bool:
    return COVERS(pattern, path) or (path or "").startswith(pattern.removesuffix("/*"))


EVERYTHING = [grant(number, verbs=ALL, environment="*") for number in (2, 1)]

FAULTS: dict[str, tuple[Plant, Body]] = {
    "what no rule speaks of is allowed": (
        lambda patch: patch.setattr(module, "_permission", yes),
        lambda: properties.nothing_without_a_rule(person(), read(), []),
    ),
    "denials are passed over": (
        lambda patch: patch.setattr(module, "standing", deaf_to_denials),
        lambda: properties.denial_wins(person(), read(), EVERYTHING),
    ),
    "two permissions are one too many": (
        lambda patch: patch.setattr(module, "_permission", one_permission_at_most),
        lambda: properties.allowing_takes_nothing(person(), read(), [grant(1)], grant(2)),
    ),
    "the first grant that comes decides": (
        lambda patch: patch.setattr(facts_module, "sorted", as_they_come, raising=False),
        lambda: properties.order_has_no_meaning(person(), read(), EVERYTHING, EVERYTHING[::-1]),
    ),
    "a decision holds for ever": (
        lambda patch: patch.setattr(module, "_boundary", lambda *_: None),
        lambda: properties.holds_until_it_says(person(), read(), [grant(expires_at_us=NOW_US + 3)]),
    ),
    "time is not looked at": (
        lambda patch: patch.setattr(module, "standing", timeless),
        lambda: (
            test_decide_conditions.test_a_grant_counts_from_its_beginning_until_just_before_its_end(
                NOW_US + 10, allowed=False
            )
        ),
    ),
    "workloads are not bound": (
        lambda patch: patch.setattr(module, "_refusal", lambda *_: None),
        lambda: properties.stays_within_its_binding(workload(1), read(environment="staging")),
    ),
    "a prefix ends in the middle of a word": (
        lambda patch: patch.setattr(module, "covers", sloppy_prefix),
        lambda: test_decide_steps.test_a_workload_is_bound(read("apix/KEY"), inside=False),
    ),
    "a freeze is passed over": (
        lambda patch: patch.setattr(module, "_freeze", lambda *_: None),
        lambda: properties.frozen_means_no_value(person("Admin"), read(), [], "secret"),
    ),
    "whoever may rotate may do so while frozen": (
        lambda patch: patch.setattr(module, "_may_contain", lambda *_: True),
        lambda: test_decide_steps.test_frozen(Verb.ROTATE, "secret"),
    ),
    "any spelling will do": (
        lambda patch: patch.setattr(module, "is_canonical", lambda _: True),
        lambda: properties.spelling_gains_nothing(person(), read(), EVERYTHING),
    ),
    "a tick means every verb": (
        lambda patch: patch.setattr(module, "TICK_VERBS", ALL),
        lambda: test_decide.test_the_matrix_cell_by_cell("Admin", "production", Verb.EXPORT),
    ),
    "a missing row of the environment is no matter": (
        lambda patch: patch.setattr(module, "_refusal", lambda *_: None),
        test_decide_steps.test_an_environment_without_a_row_is_refused,
    ),
    "people approve for themselves": (
        lambda patch: patch.setattr(
            match,
            "missing_approvals",
            lambda held, facts: max(0, held.conditions.approvals - len(facts.approvals)),
        ),
        lambda: test_decide_conditions.test_approvals({b"a" * 16, b"\x01" * 16}, 1),
    ),
    "an unknown source lets a denial off": (
        lambda patch: patch.setattr(match, "_inside", lambda *_: False),
        lambda: test_decide_conditions.test_sources(None, allowed=False, denied=True),
    ),
    "absence is told to everybody": (
        lambda patch: patch.setattr(module, "_permission", yes),
        lambda: test_decide_steps.test_what_is_not_there(Verb.READ),
    ),
    "used up is not used up": (
        lambda patch: patch.setattr(module, "standing", lambda *_: Standing.APPLIES),
        lambda: test_decide_conditions.test_uses(0, None),
    ),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_fault_is_noticed(fault: str, monkeypatch: Patch) -> None:
    plant, body = FAULTS[fault]
    body()
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        body()


def test_the_world_of_the_tests_can_be_denied() -> None:
    """The helpers build what they say; otherwise the properties would hold of nothing."""
    held = grant(conditions=Conditions(reason_required=True))

    assert properties.may(person(), read(reason=True), [held])
    assert not properties.may(person(), read(), [held])
