"""Run the rules over what was seen, and make a report of it. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from strongroom.check.report import Report, RuleCard
from strongroom.check.rule import Draft, Rule, Subject
from strongroom.check.rules.registry import RULES
from strongroom.check.scoreboard import Outcome, score
from strongroom.errors import NotFoundError
from strongroom.model.finding import Finding
from strongroom.model.policy import Policy

FINGERPRINT_CHARS: Final = 16


def evaluate(
    subject: Subject,
    *,
    clauses: frozenset[str] = frozenset(),
    rules: frozenset[str] = frozenset(),
    registry: tuple[Rule, ...] = RULES,
    place: str = "a repository",
) -> Report:
    """Judge `subject` by every rule of `registry`, or those named or resting on a named clause.

    `place` is what was looked at, in words.

    Raises:
        NotFoundError: `rule-unknown` or `clause-unknown` for a filter that names nothing.
    """
    _known(rules, {r.id for r in registry}, "rule")
    _known(clauses, {c.id for c in subject.policy.clauses}, "clause")
    chosen = [r for r in registry if _asked(r, clauses, rules)]
    narrowed = bool(clauses or rules)
    resting = [_resting(rule, subject.policy) for rule in chosen]
    outcomes = [Outcome(rule, rule.judge(subject)) for rule in resting if rule.clauses]
    silent = [rule.id for rule, kept in zip(chosen, resting, strict=True) if not kept.clauses]
    return Report(
        document=subject.document,
        policy_sha256=subject.policy.sha256,
        policy_version=subject.policy.version,
        findings=_findings(outcomes, subject.policy),
        scoreboard=score(subject.policy, outcomes, narrowed=narrowed, place=place),
        rules=_cards(outcomes),
        not_looked_at=subject.facts.not_looked_at,
        notes=tuple(
            f"rule {name} was not run: the document states no clause for it"
            for name in dict.fromkeys(silent)
        ),
    )


def fingerprint(rule: str, path: str, symbol: str) -> str:
    """What a finding is known by: its rule, its file and its name; no line, and no value."""
    text = f"{rule}\0{path}\0{symbol}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:FINGERPRINT_CHARS]


def _findings(outcomes: Iterable[Outcome], policy: Policy) -> tuple[Finding, ...]:
    found: list[Finding] = []
    seen: Counter[str] = Counter()
    for outcome in outcomes:
        for draft in outcome.judgement.findings:
            made = _finding(outcome.rule, draft, policy)
            seen[made.fingerprint] += 1
            count = seen[made.fingerprint]
            if count > 1:
                # The same secret twice in one file: told apart by their order.
                symbol = f"{draft.symbol}#{count}"
                made = replace(
                    made, fingerprint=fingerprint(outcome.rule.id, draft.place.path, symbol)
                )
            found.append(made)
    return tuple(sorted(found, key=_order))


def _finding(rule: Rule, draft: Draft, policy: Policy) -> Finding:
    clause = policy.clause(rule.clauses[0])
    stated = clause.lines if clause else ()
    return Finding(
        clause=rule.clauses[0],
        rule=rule.id,
        severity=draft.severity,
        message=draft.message,
        place=draft.place,
        policy_lines=tuple(sorted({*stated, *draft.policy_lines} - {0})),
        remedy=draft.remedy,
        fingerprint=fingerprint(rule.id, draft.place.path, draft.symbol),
    )


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    path, line = (finding.place.path, finding.place.line) if finding.place else ("", 0)
    return path, line, finding.severity.rank, finding.rule, finding.fingerprint


def _resting(rule: Rule, policy: Policy) -> Rule:
    """The rule with those of its clauses that the document states."""
    stated = tuple(c for c in rule.clauses if policy.clause(c))
    return replace(rule, clauses=stated or tuple(c for c in rule.otherwise if policy.clause(c))[:1])


def _asked(rule: Rule, clauses: frozenset[str], rules: frozenset[str]) -> bool:
    if not clauses and not rules:
        return True
    return rule.id in rules or bool(clauses.intersection((*rule.clauses, *rule.otherwise)))


def _cards(outcomes: Iterable[Outcome]) -> tuple[RuleCard, ...]:
    cards: dict[str, RuleCard] = {}
    for outcome in outcomes:
        rule = outcome.rule
        card = cards.setdefault(rule.id, RuleCard(rule.id, rule.summary, ()))
        held = tuple(dict.fromkeys((*card.clauses, *rule.clauses)))
        cards[rule.id] = replace(card, clauses=held)
    return tuple(cards.values())


def _known(asked: frozenset[str], there: set[str], what: str) -> None:
    if asked - there:
        # What was asked for is not repeated: people type values where they do not belong.
        raise NotFoundError(
            f"{what}-unknown",
            f"there is no {what} of that name here",
            fix=f"the {what}s are: {', '.join(sorted(there))[:400]}",
        )
