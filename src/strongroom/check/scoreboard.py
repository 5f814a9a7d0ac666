"""Every clause of the document with its verdict. Pure; nothing is a pass that was not evaluated."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.check.rule import Judgement, Rule
from strongroom.model.finding import Score, Verdict
from strongroom.model.policy import Clause, Policy, Status

REPOSITORY: Final = "a repository"
_WHY_NOT: Final = {
    Status.ENFORCED: "needs a running room",
    Status.EVIDENCED: "needs the records of a room",
    Status.MANUAL: "kept by people",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule that ran, and what it judged."""

    rule: Rule
    judgement: Judgement


def score(
    policy: Policy,
    outcomes: Iterable[Outcome],
    *,
    narrowed: bool = False,
    place: str = REPOSITORY,
) -> tuple[Score, ...]:
    """One line for each clause, in the document's order.

    A clause fails when a rule that rests on it found something; passes when each such rule
    looked at all it should and at least one looked at something; and is not evaluated in
    every other case, with the reason. `narrowed` says that only some rules were asked for,
    `place` what was looked at.
    """
    held = tuple(outcomes)
    return tuple(
        _line(c, [o for o in held if c.id in o.rule.clauses], narrowed, place)
        for c in policy.clauses
    )


def _line(clause: Clause, outcomes: list[Outcome], narrowed: bool, place: str) -> Score:
    findings = sum(len(o.judgement.findings) for o in outcomes)
    seen = [o.judgement for o in outcomes if o.judgement.examined]
    gaps = list(dict.fromkeys(o.judgement.gap for o in outcomes if o.judgement.gap))
    looked = _looked(seen)
    if findings:
        return Score(clause.id, Verdict.FAIL, findings, _joined(looked, gaps))
    if gaps:
        return Score(clause.id, Verdict.NOT_EVALUATED, 0, _joined(looked, gaps))
    if seen:
        return Score(clause.id, Verdict.PASS, 0, looked)
    if outcomes:
        nouns = ", ".join(dict.fromkeys(o.judgement.noun.format(s="s") for o in outcomes))
        return Score(clause.id, Verdict.NOT_EVALUATED, 0, f"no occurrences: {nouns}")
    why = "not asked for, or " if narrowed else ""
    return Score(clause.id, Verdict.NOT_EVALUATED, 0, why + _why_not(clause.status, place))


def _why_not(status: Status, place: str) -> str:
    if status is Status.NOT_UNDERSTOOD:
        return "the sentence was not understood"
    if place == REPOSITORY:
        return f"{_WHY_NOT[status]}; {place} cannot show it"
    kept = "kept by people; " if status is Status.MANUAL else ""
    return f"{kept}{place} cannot show it"


def _looked(seen: list[Judgement]) -> str:
    """What was looked at; of rules that looked at the same things, the one that saw most."""
    most: dict[str, int] = {}
    for judgement in seen:
        most[judgement.noun] = max(judgement.examined, most.get(judgement.noun, 0))
    return ", ".join(
        f"{n} {noun.format(s='' if n == 1 else 's')}" if "{s}" in noun else noun
        for noun, n in most.items()
    )


def _joined(looked: str, gaps: list[str]) -> str:
    return "; ".join(part for part in (looked, *gaps) if part)
