"""Rules about `.env.example` (P-3.3): there, complete, and without values."""

import shlex

from strongroom.check.facts import EnvExample, Use
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import TYPED, listed, plural
from strongroom.model.finding import Place
from strongroom.model.severity import Severity
from strongroom.naming.classify import Likeness, likeness

TEMPLATE = ".env.example"


def present(subject: Subject) -> Judgement:
    """P-3.3: whoever needs a `.env` finds a template for it."""
    facts = subject.facts
    needed = _read_by_code(subject) | _set_in_env(subject)
    if not needed:
        return Judgement(0, "name{s} of secrets")
    found: tuple[Draft, ...] = ()
    if not facts.examples:
        found = (
            Draft(
                "present",
                Severity.MEDIUM,
                f"there is no template for {listed(sorted(needed))}",
                Place(TEMPLATE),
                f"write {TEMPLATE} with {plural(len(needed), 'name')} and no values, and commit it",
            ),
        )
    return Judgement(len(needed), "name{s} of secrets", found)


def complete(subject: Subject) -> Judgement:
    """P-3.3: the template names every secret that the code reads or a `.env` sets."""
    examples = subject.facts.examples
    needed = _read_by_code(subject) | _set_in_env(subject)
    if not examples:
        return Judgement(0, "template{s}")
    named = {entry.name for example in examples for entry in example.entries}
    missing = sorted(needed - named)
    found: tuple[Draft, ...] = ()
    if missing:
        main = min(examples, key=lambda e: (e.path.count("/"), e.path)).path
        found = (
            Draft(
                "complete",
                Severity.LOW,
                f"lacks {listed(missing)}",
                Place(main),
                f"printf '%s=\\n' {' '.join(map(shlex.quote, missing))} >> {shlex.quote(main)}",
            ),
        )
    return Judgement(len(needed) or len(examples), "name{s} of secrets", found)


def value_free(subject: Subject) -> Judgement:
    """P-3.3: a template holds no value that could be real."""
    examples = subject.facts.examples
    found = tuple(draft for example in examples for draft in _valued(example))
    count = sum(len(e.entries) for e in examples)
    return Judgement(count, "line{s} of templates", found)


def _valued(example: EnvExample) -> list[Draft]:
    return [
        Draft(
            entry.name,
            Severity.HIGH,
            f"{entry.name} has a value that looks real, in a file that everybody gets",
            Place(example.path, entry.line),
            f"write `{entry.name}=` without a value; rotate it if it was ever in use",
        )
        for entry in example.entries
        if likeness(entry.name) is not Likeness.PLAIN and entry.value in TYPED
    ]


def _read_by_code(subject: Subject) -> set[str]:
    return {
        use.name
        for use in subject.facts.uses
        if use.use is Use.READ
        and not use.development
        and likeness(use.name) in {Likeness.SECRET, Likeness.COMPOSITE}
    }


def _set_in_env(subject: Subject) -> set[str]:
    return {
        e.name
        for f in subject.facts.env_files
        if f.private and f.mode is not None
        for e in f.entries
    }
