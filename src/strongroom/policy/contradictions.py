"""Where a document disagrees with itself or leaves a gap, and what is done about it.

The ids C-1 to C-31 are the same for every document; D-1 to D-5 are defects of one
document's own tables and numbers, noted by the readers. docs/reference/contradictions.md
lists both.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from strongroom.model.policy import Contradiction, Environment, Policy, SecretType, Tier
from strongroom.policy import dates
from strongroom.policy.contradictions_table import TEXTS
from strongroom.policy.document import Kind
from strongroom.policy.readers import types
from strongroom.policy.source import Source, kind_of
from strongroom.policy.words import fold

Lines = Iterable[int]
_SLICED: Final = re.compile(
    r"(?<!\w)\w{0,64}(?:key|secret|token|password)\w{0,64}\[\s*-?\d*\s*:\s*-?\d*\s*\]",
    re.IGNORECASE,
)
_WORKLOADS: Final = (
    " service",
    " workload",
    " application",
    " pipeline",
    " ci ",
    " machine",
    " system",
)


def find(source: Source, policy: Policy) -> tuple[Contradiction, ...]:
    """Every contradiction of the document, the known ones in the order of their numbers."""
    found = []
    for id_, test in _TESTS.items():
        lines = test(source, policy)
        if lines is not None:
            message, resolution = TEXTS[id_]
            found.append(Contradiction(id_, tuple(sorted(set(lines))), message, resolution))
    return (*found, *sorted(source.notes.contradictions, key=lambda c: (c.id, c.lines)))


def _clauses(policy: Policy, *ids: str) -> list[int]:
    return [line for id_ in ids if (clause := policy.clause(id_)) for line in clause.lines]


def _all_of(*ids: str) -> Callable[[Source, Policy], Lines | None]:
    """The document states every one of these clauses."""

    def test(_: Source, policy: Policy) -> Lines | None:
        return _clauses(policy, *ids) if all(policy.clause(i) for i in ids) else None

    return test


def _code(source: Source, *words: str) -> list[int]:
    """Lines of code blocks, and of prose that shows the same command inline."""
    return [s.line for s in source.statements if any(w in s.text.casefold() for w in words)]


def _words(source: Source, *stems: str) -> list[int]:
    return [s.line for s in source.prose() if any(w in s.fold for w in stems)]


def _sliced(source: Source, policy: Policy) -> Lines | None:
    lines = [s.line for s in source.statements if _SLICED.search(s.text)]
    forbids = _clauses(policy, "P-8.9", "P-8.4", "P-12.4", "P-3.7")
    return [*lines, *forbids] if lines and forbids else None


def _never_expires(_: Source, policy: Policy) -> Lines | None:
    lines = [line for t in policy.types if t.on_compromise for line in t.lines]
    expires = _clauses(policy, "P-1.8")
    return [*lines, *expires] if lines and expires else None


def _base64_password(source: Source, policy: Policy) -> Lines | None:
    shown = [
        line
        for line in _code(source, "rand -base64")
        if "password" in fold(_above(source, line)) and policy.clause("P-4.8")
    ]
    return [*shown, *_clauses(policy, "P-4.8")] if shown else None


def _base64_key(source: Source, policy: Policy) -> Lines | None:
    shown = [line for line in _code(source, "rand -base64") if "api" in fold(_above(source, line))]
    prefix = _clauses(policy, "P-4.5")
    return [*shown, *prefix] if shown and prefix else None


def _above(source: Source, line: int) -> str:
    """The comment line over a command, and the title of its section."""
    before = source.document.lines[line - 2] if line > 1 else ""
    shown = next((s for s in source.statements if s.line == line), None)
    if shown is None or shown.kind is not Kind.CODE:
        return shown.text if shown else ""
    return before if before.lstrip().startswith("#") else shown.section.title


def _hex_for_all(source: Source, policy: Policy) -> Lines | None:
    lines = [s.line for s in source.statements if "rand -hex" in s.text and " rotat" in s.above]
    return lines if lines and len(policy.types) > 1 else None


def _where_kept(_: Source, policy: Policy) -> Lines | None:
    loose: list[SecretType | Environment] = [
        t for t in policy.types if t.storage and " environment" in fold(t.storage)
    ]
    strict: list[SecretType | Environment] = [
        e
        for e in policy.environments
        if e.tier is Tier.STRONG and e.storage and " environment" not in fold(e.storage)
    ]
    if not loose or not strict:
        return None
    return [line for item in (*loose, *strict) for line in item.lines]


def _plain_files(_: Source, policy: Policy) -> Lines | None:
    files = [e for e in policy.environments if e.storage and ".env" in e.storage]
    forbids = _clauses(policy, "P-8.13")
    return [*forbids, *(line for e in files for line in e.lines)] if files and forbids else None


def _schedule_short(source: Source, policy: Policy) -> Lines | None:
    rows = list(types.schedule(source))
    kinds = {kind_of(row.subject) for row in rows}
    missing = [
        t
        for t in policy.types
        if t.rotation_days and kind_of(f"{t.name} {t.service or ''}") not in kinds
    ]
    return (
        [*(r.line for r in rows), *(line for t in missing for line in t.lines)]
        if rows and missing
        else None
    )


def _removes_data_keys(_: Source, policy: Policy) -> Lines | None:
    keys = [t for t in policy.types if kind_of(t.name) == "encryption"]
    removes = _clauses(policy, "P-5.11")
    return [*removes, *(line for t in keys for line in t.lines)] if keys and removes else None


def _token_life(_: Source, policy: Policy) -> Lines | None:
    keys = [t for t in policy.types if kind_of(t.name) == "jwt"]
    grace = _clauses(policy, "P-5.10")
    return [*grace, *(line for t in keys for line in t.lines)] if keys and grace else None


def _no_workloads(source: Source, policy: Policy) -> Lines | None:
    if not policy.access.roles or any(
        w in fold(r) for r in policy.access.roles for w in _WORKLOADS
    ):
        return None
    return (
        _clauses(policy, "P-7.1", "P-7.2", "P-7.3") or [r.table.line for r in source.readings][:1]
    )


def _no_break_glass(source: Source, policy: Policy) -> Lines | None:
    if not policy.access.roles or _words(
        source, " break-glass", " break glass", " emergency access", " elevat"
    ):
        return None
    return _clauses(policy, "P-7.3")


def _retention(_: Source, policy: Policy) -> Lines | None:
    keep, rules = _clauses(policy, "P-12.5"), _clauses(policy, "P-12.1", "P-12.2")
    return [*keep, *rules] if keep and rules else None


def _all_access(_: Source, policy: Policy) -> Lines | None:
    return _clauses(policy, "P-12.4", "P-8.4") or None


def _small_rsa(source: Source, _: Policy) -> Lines | None:
    return [s.line for s in source.prose() if re.search(r"\brsa\b.{0,12}\b2048", s.fold)] or None


def _medium(source: Source, policy: Policy) -> Lines | None:
    lines = [line for e in policy.environments if e.tier is Tier.MEDIUM for line in e.lines]
    defined = [
        s for s in source.prose() if " medium" in s.fold and any(c.isdigit() for c in s.text)
    ]
    return lines if lines and not defined else None


def _shows_secrets(source: Source, _: Policy) -> Lines | None:
    return _code(source, "git log -p", "git grep", "git log --patch") or None


def _calendar_months(_: Source, policy: Policy) -> Lines | None:
    gaps: dict[int, list[int]] = {}
    for row in policy.inventory:
        last, due = dates.parse(row.last_rotated), dates.parse(row.next_rotation)
        if last and due:
            gaps.setdefault((due - last).days, []).append(row.line)
    near = [g for g in gaps if any(0 < abs(g - other) <= 3 for other in gaps)]
    return [line for g in near for line in gaps[g]] or None


def _incomplete(_: Source, policy: Policy) -> Lines | None:
    if not policy.inventory:
        return None
    kinds = {kind_of(f"{row.name} {row.type}") for row in policy.inventory}
    places = {fold(row.environment) for row in policy.inventory}
    missing = [t for t in policy.types if kind_of(f"{t.name} {t.service or ''}") not in kinds]
    absent = [
        e for e in policy.environments if e.tier is not Tier.WEAK and fold(e.name) not in places
    ]
    return [row.line for row in policy.inventory] if missing or absent else None


def _affected(source: Source, policy: Policy) -> Lines | None:
    told = _words(
        source, " affected part", " affected person", " affected custom", " affected user"
    )
    return told if told and policy.clause("P-6.3") else None


def _clock_start(source: Source, policy: Policy) -> Lines | None:
    clocks = _clauses(policy, "P-6.1", "P-6.2", "P-6.3", "P-6.4")
    said = _words(
        source,
        " from detection",
        " after detection",
        " of detection",
        " of declaration",
        " after declaration",
        " from the moment",
        " once declared",
        " from declaration",
    )
    return clocks if clocks and not said else None


def _regularly(source: Source, _: Policy) -> Lines | None:
    vague = [
        s.line
        for s in source.prose()
        if any(w in s.fold for w in (" regular", " periodic", " routinely"))
        and not any(c.isdigit() for c in s.text)
    ]
    return vague or None


def _group_owners(_: Source, policy: Policy) -> Lines | None:
    groups = {fold(r) for r in policy.access.roles}
    lines = [
        r.line
        for r in policy.inventory
        if r.owner and (fold(r.owner) in groups or " team" in fold(r.owner))
    ]
    return lines or None


def _document_only(source: Source, policy: Policy) -> Lines | None:
    approved = _clauses(policy, "P-14.3")
    also = _words(
        source,
        " approval for production",
        " approve production",
        " approval before access",
        " four-eyes",
        " four eyes",
        " two-person",
    )
    return approved if approved and not also else None


def _breached_tool(source: Source, _: Policy) -> Lines | None:
    return _words(source, " lastpass") or None


def _no_verify(source: Source, policy: Policy) -> Lines | None:
    steps = [s for s in source.prose() if s.line in _clauses(policy, "P-6.1")]
    if not steps or not any(
        w in s.fold for s in steps for w in (" generat", " revoke", " replace")
    ):
        return None
    return (
        None
        if any(w in s.fold for s in steps for w in (" verify", " test "))
        else [s.line for s in steps]
    )


def _once(*ids: str) -> Callable[[Source, Policy], Lines | None]:
    def test(_: Source, policy: Policy) -> Lines | None:
        return _clauses(policy, *ids) or None

    return test


_TESTS: Final[dict[str, Callable[[Source, Policy], Lines | None]]] = {
    "C-1": _sliced,
    "C-2": _never_expires,
    "C-3": _base64_password,
    "C-4": _base64_key,
    "C-5": _hex_for_all,
    "C-6": _where_kept,
    "C-7": _plain_files,
    "C-8": _once("P-1.4", "P-8.1"),
    "C-9": lambda s, _: _code(s, "def get_secret") or None,
    "C-10": lambda s, _: _code(s, "def validate_secrets") or None,
    "C-11": _schedule_short,
    "C-12": _all_of("P-5.10", "P-6.1"),
    "C-13": _token_life,
    "C-14": _removes_data_keys,
    "C-15": _no_workloads,
    "C-16": _no_break_glass,
    "C-17": _retention,
    "C-18": _all_access,
    "C-19": _small_rsa,
    "C-20": _medium,
    "C-21": _shows_secrets,
    "C-22": _once("P-4.8"),
    "C-23": _calendar_months,
    "C-24": _incomplete,
    "C-25": _affected,
    "C-26": _clock_start,
    "C-27": _regularly,
    "C-28": _group_owners,
    "C-29": _document_only,
    "C-30": _breached_tool,
    "C-31": _no_verify,
}


def known() -> Iterator[tuple[str, str, str]]:
    """Id, message and resolution of each known contradiction, for the reference page."""
    for id_, (message, resolution) in TEXTS.items():
        yield id_, message, resolution
