"""Rules about Python code: literals, defaults, logs and error messages."""

from collections.abc import Callable

from strongroom.check.facts import CodeUse, Use
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import TYPED, variable
from strongroom.model.finding import Place
from strongroom.model.severity import Severity
from strongroom.source.seen import Area
from strongroom.source.values import Value


def hardcoded(subject: Subject) -> Judgement:
    """P-8.11, P-1.1: no secret has a literal value in code."""
    return _judge(subject, _hardcoded)


def default(subject: Subject) -> Judgement:
    """P-8.11, P-9.1 (C-9): a secret that is missing is an error, not a literal."""
    return _judge(subject, _default)


def logged(subject: Subject) -> Judgement:
    """P-8.9, P-9.6: no secret is written to a log or printed."""
    return _judge(subject, _logged)


def sliced(subject: Subject) -> Judgement:
    """P-9.7 (C-1): a part of a secret is not a mask for it."""
    return _judge(subject, _sliced)


def raised(subject: Subject) -> Judgement:
    """P-8.14: no secret stands in an error message."""
    return _judge(subject, _raised)


def validated(subject: Subject) -> Judgement:
    """P-9.5, P-8.6: evidence that the secrets are checked when the application starts.

    That no call is seen proves nothing (it may be in a framework), so it is no finding.
    """
    calls = [u for u in subject.facts.uses if u.use is Use.VALIDATED and not u.development]
    return Judgement(len(calls), "call{s} of a startup check")


def _judge(subject: Subject, draft: Callable[[CodeUse], Draft | None]) -> Judgement:
    facts = subject.facts
    found = tuple(d for use in facts.uses if (d := draft(use)))
    return Judgement(facts.python_files, "Python file{s}", found, facts.gap(Area.PYTHON))


def _hardcoded(use: CodeUse) -> Draft | None:
    if use.use is not Use.LITERAL or use.value not in TYPED:
        return None
    generated = use.value is Value.GENERATED
    if use.development and not generated:
        return None
    severity = Severity.LOW if use.development else Severity.HIGH
    if generated and not use.development:
        severity = Severity.CRITICAL
    name = variable(use.name)
    return Draft(
        use.name,
        severity,
        f"{use.name} has a literal value in the code",
        Place(use.path, use.line),
        f'read it with get_secret("{name}", required=True), and rotate it: the history keeps it',
    )


def _default(use: CodeUse) -> Draft | None:
    if use.use is not Use.DEFAULT:
        return None
    if use.development and use.value is not Value.GENERATED:
        return None
    known = ", and everybody knows it" if use.value is Value.PLACEHOLDER else ""
    return Draft(
        use.name,
        Severity.HIGH,
        f"{use.name} falls back to a literal when it is missing, in production too{known}",
        Place(use.path, use.line),
        f'drop the default: get_secret("{use.name}", required=True)',
    )


def _logged(use: CodeUse) -> Draft | None:
    if use.use is not Use.LOGGED or use.development:
        return None
    return Draft(
        use.name,
        Severity.HIGH,
        f"{use.name} is written to the log or the terminal",
        Place(use.path, use.line),
        f"take {use.name} out of the call; log that it is there, not what it is",
    )


def _sliced(use: CodeUse) -> Draft | None:
    if use.use is not Use.SLICED or use.development:
        return None
    return Draft(
        use.name,
        Severity.MEDIUM,
        f"a part of {use.name} is written to the log: it helps who guesses the rest",
        Place(use.path, use.line),
        f"take {use.name} out of the call; name the secret and its version in its place",
    )


def _raised(use: CodeUse) -> Draft | None:
    if use.use is not Use.RAISED or use.development:
        return None
    return Draft(
        use.name,
        Severity.HIGH,
        f"{use.name} stands in an error message, which ends in logs and reports",
        Place(use.path, use.line),
        f"take {use.name} out of the message; name the secret, not its value",
    )
