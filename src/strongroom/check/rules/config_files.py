"""Rules about configuration, comments and placeholders (P-1.2, P-1.3, P-3.5, P-2.11, P-2.12)."""

from collections.abc import Iterable

from strongroom.check.facts import Use
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import TYPED, variable
from strongroom.model.finding import Place
from strongroom.model.policy import Tier
from strongroom.model.severity import Severity
from strongroom.naming.classify import is_secret
from strongroom.source.paths import is_development
from strongroom.source.seen import Area, ConfigEntry
from strongroom.source.values import Value


def literal(subject: Subject) -> Judgement:
    """P-1.2: no configuration file holds a secret."""
    facts = subject.facts
    found: list[Draft] = []
    for entry in _first_of_each(facts.entries):
        if entry.value not in TYPED or (entry.development and entry.value is not Value.GENERATED):
            continue
        strong = entry.value is Value.GENERATED
        severity = Severity.CRITICAL if strong else Severity.MEDIUM
        found.append(
            Draft(
                entry.name,
                Severity.LOW if entry.development else severity,
                f"{entry.name} has a literal value in a configuration file",
                Place(entry.path, entry.line),
                f"write ${{{variable(entry.name)}}} in its place, and rotate it",
            )
        )
    return Judgement(
        facts.config_files,
        "configuration file{s}",
        tuple(found),
        facts.gap(Area.CONFIG),
    )


def comments(subject: Subject) -> Judgement:
    """P-1.3: no comment and no document gives a secret away."""
    facts = subject.facts
    found = tuple(
        Draft(
            f"comment {note.name}",
            # What stands in documentation is mostly an example, made up for it.
            Severity.LOW if is_development(note.path) else Severity.HIGH,
            f"a {'document' if note.document else 'comment'} gives a {note.name} away",
            Place(note.path, note.line),
            "delete it, and rotate what it opens: the history keeps it",
        )
        for note in facts.notes
    )
    gap = facts.gap(Area.PYTHON) or facts.gap(Area.DOCUMENT)
    count = facts.python_files + facts.documents
    return Judgement(count, "file{s} with comments or prose", found, gap)


def placeholder_code(subject: Subject) -> Judgement:
    """P-3.5: code does not start with a placeholder that everybody knows."""
    facts = subject.facts
    found = tuple(
        Draft(
            use.name,
            Severity.HIGH,
            f"{use.name} is a placeholder that everybody knows",
            Place(use.path, use.line),
            f'get_secret("{variable(use.name)}", required=True)',
        )
        for use in facts.uses
        if use.use is Use.LITERAL and use.value is Value.PLACEHOLDER and not use.development
    )
    return Judgement(facts.python_files, "Python file{s}", found, facts.gap(Area.PYTHON))


def placeholder_config(subject: Subject) -> Judgement:
    """P-3.5: configuration that names no environment holds no placeholder either."""
    return _placeholders(subject, None)


def placeholder_medium(subject: Subject) -> Judgement:
    """P-2.11: an environment of medium strength has no placeholder in use."""
    return _placeholders(subject, Tier.MEDIUM)


def placeholder_strong(subject: Subject) -> Judgement:
    """P-2.12: an environment of full strength has no placeholder in use."""
    return _placeholders(subject, Tier.STRONG)


def _first_of_each(entries: Iterable[ConfigEntry]) -> Iterable[ConfigEntry]:
    """One entry for a name and a kind in a file: a table of keys is one thing to put right."""
    seen: dict[tuple[str, str, Value], ConfigEntry] = {}
    for entry in entries:
        seen.setdefault((entry.path, entry.name, entry.value), entry)
    return seen.values()


def _placeholders(subject: Subject, tier: Tier | None) -> Judgement:
    facts = subject.facts
    rows = [(e.path, e.line, e.name, e.value) for e in facts.entries if not e.development]
    rows += [
        (f.path, e.line, e.name, e.value)
        for f in facts.env_files
        # A `.env` that names no environment is the developer's own (P-3.4).
        if subject.environment_of(f.path)
        for e in f.entries
        if is_secret(e.name)
    ]
    found: list[Draft] = []
    examined = 0
    for path, line, name, value in rows:
        environment = subject.environment_of(path)
        if (environment.tier if environment else None) is not tier:
            continue
        examined += 1
        if value is Value.PLACEHOLDER:
            where = environment.name if environment else "a file for every environment"
            found.append(
                Draft(
                    name,
                    Severity.HIGH if tier else Severity.MEDIUM,
                    f"{name} is a placeholder, in {where}",
                    Place(path, line),
                    f"strongroom generate, set {variable(name)} where {where} runs, delete it here",
                )
            )
    return Judgement(examined, "value{s} in configuration", tuple(found), facts.gap(Area.CONFIG))
