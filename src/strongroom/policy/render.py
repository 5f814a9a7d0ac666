"""A compiled policy back as Markdown that compiles to the same meaning.

The rendered document is a fresh one in plain words: the tables and numbers of the policy,
and the sentences of its clauses as the document stated them. Layout, code examples and
prose between the rules of the original are not kept.
"""

from collections.abc import Iterable, Iterator

from strongroom.model.policy import Policy

HOUR = 60
DAY = 24 * HOUR
# Clauses that the tables, numbers and contacts of the rendered document state already.
_STATED_ABOVE = ("P-0.1", "P-2.", "P-7.1", "P-7.2", "P-7.3", "P-10.2", "P-10.4", "P-15.")


def render(policy: Policy) -> str:
    """The policy as a Markdown document, ending in a newline."""
    return "\n".join(_document(policy)).rstrip() + "\n"


def _document(p: Policy) -> Iterator[str]:
    yield f"# {_text(p.title)}"
    yield ""
    for label, value in (("Last Updated", p.updated), ("Owner", p.owner), ("Version", p.version)):
        if value:
            yield f"**{label}:** {_text(value)}  "
    yield from _types(p)
    yield from _environments(p)
    yield from _access(p)
    yield from _numbers(p)
    yield from _inventory(p)
    yield from _contacts(p)
    yield from _sentences(p)
    for o in p.overrides:
        yield f"<!-- strongroom: {o.subject} {o.key}={_quoted(o.value)} -->"


def _types(p: Policy) -> Iterator[str]:
    own = [t for t in p.types if t.service is None]
    others = [t for t in p.types if t.service is not None]
    if own:
        yield "\n## Types of secrets\n"
        yield from _table(
            ("Secret Type", "Example", "Rotation Period", "Storage"),
            (
                (
                    t.name,
                    t.example or "",
                    _period(t.rotation_days, compromise=t.on_compromise),
                    t.storage or "",
                )
                for t in own
            ),
        )
    if others:
        yield "\n## Third-party credentials\n"
        yield from _table(
            ("Service", "Secret", "Rotation Period"),
            (
                (t.service or "", t.name, _period(t.rotation_days, compromise=t.on_compromise))
                for t in others
            ),
        )


def _environments(p: Policy) -> Iterator[str]:
    yield "\n## Environments\n"
    yield from _table(
        ("Environment", "Secret Strength", "Storage Method"),
        ((e.name, e.tier.value.capitalize(), e.storage or "") for e in p.environments),
    )


def _access(p: Policy) -> Iterator[str]:
    if p.access.roles:
        names = [e.name for e in p.environments]
        yield "\n## Who may access secrets\n"
        yield from _table(
            ("Role", *names),
            (
                (role, *("✅" if p.access.matrix[role][n] else "❌" for n in names))
                for role in p.access.roles
            ),
        )


def _numbers(p: Policy) -> Iterator[str]:
    g, r, e = p.generation, p.rotation, p.emergency
    assumed = {d.field for d in p.defaults}
    yield "\n## Numbers\n"
    lines = {
        "generation.jwt_bits_min": f"JWT secret keys have a minimum of {g.jwt_bits_min} bits.",
        "generation.api_key_bits_min": f"API keys have a minimum of {g.api_key_bits_min} bits.",
        "generation.password_length_min": f"Passwords have a minimum of {g.password_length_min} characters.",
        "generation.password_classes": f"Passwords are a mix of {_classes(g.password_classes)}.",
        "emergency.contain_minutes": f"Emergency, immediate actions to contain a compromise: within {_span(e.contain_minutes)}.",
        "emergency.investigate_minutes": f"Emergency, investigation of a compromise: within {_span(e.investigate_minutes)}.",
        "emergency.remediate_minutes": f"Emergency, remediation of a compromise: within {_span(e.remediate_minutes)}.",
        "emergency.postmortem_minutes": f"Emergency, post-mortem of a compromise: within {_span(e.postmortem_minutes)}.",
        "audit.retention_days": f"Access logs are retained for {p.audit.retention_days} days.",
        "review.every_days": f"Review Frequency of this policy: every {p.review.every_days} days.",
    }
    yield from (f"- {line}" for field, line in lines.items() if field not in assumed)
    if g.api_key_prefix:
        yield f"- API keys carry a prefix such as `{g.api_key_prefix}...`"
    if "rotation.grace_hours_min" not in assumed and "rotation.grace_hours_max" not in assumed:
        yield f"- Grace period: {r.grace_hours_min}-{r.grace_hours_max} hours."
    elif "rotation.grace_hours_min" not in assumed:
        yield f"- Grace period: at least {r.grace_hours_min} hours."
    elif "rotation.grace_hours_max" not in assumed:
        yield f"- Grace period: at most {r.grace_hours_max} hours."
    if p.review.approvers:
        yield f"- **Approval Required:** {' + '.join(map(_text, p.review.approvers))}"
    if p.review.triggers:
        yield f"- **Update Trigger:** {', '.join(map(_text, p.review.triggers))}"


def _inventory(p: Policy) -> Iterator[str]:
    if p.inventory:
        yield "\n## Secret inventory\n"
        yield from _table(
            ("Secret Name", "Type", "Environment", "Owner", "Last Rotated", "Next Rotation"),
            (
                (i.name, i.type, i.environment, i.owner, i.last_rotated, i.next_rotation)
                for i in p.inventory
            ),
        )


def _contacts(p: Policy) -> Iterator[str]:
    if p.contacts:
        yield "\n## Contact\n"
        yield from (f"- **{_text(c.name)}:** {_text(c.address)}" for c in p.contacts)


def _sentences(p: Policy) -> Iterator[str]:
    """The clauses as an appendix: each sentence, tagged with what it is."""
    yield "\n## Clauses as stated\n"
    for clause in p.clauses:
        if clause.id.startswith(_STATED_ABOVE):
            continue
        for sentence in clause.text.split("\n"):
            if not sentence.startswith("|"):
                tag = "" if clause.id.startswith("L-") else f" <!-- {clause.id} -->"
                yield f"- {_text(sentence)}{tag}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


def _text(text: str) -> str:
    return " ".join("".join(f"\\{c}" if c in "\\`*_[]<>#" else c for c in text).split())


def _period(days: int | None, *, compromise: bool) -> str:
    return f"{days} days" if days is not None else "On compromise" if compromise else ""


def _span(minutes: int) -> str:
    if minutes % DAY == 0:
        return f"{minutes // DAY} days"
    return f"{minutes // HOUR} hours" if minutes % HOUR == 0 else f"{minutes} minutes"


def _classes(classes: tuple[str, ...]) -> str:
    words = {"upper": "uppercase", "lower": "lowercase", "digits": "numbers", "symbols": "symbols"}
    return ", ".join(words[c] for c in classes)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
