"""How a policy looks at the terminal."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from strongroom.cli.render import STATUS_STYLE, cell, out, safe, table
from strongroom.model.policy import Clause, Contradiction, Policy, Status
from strongroom.ops.policy import Comparison, Explanation

HOUR = 60
DAY = 24 * HOUR
EFFECT_STYLE = {"stricter": "green", "looser": "bold red", "other": ""}


def summary(policy: Policy, path: Path) -> None:
    """What `policy compile` prints: the counts, and what needs a look."""
    console = out()
    _head(console, policy, path)
    counts = Counter(clause.status for clause in policy.clauses)
    console.print()
    line = Text("  ")
    for status in Status:
        line.append(f"{counts[status]} {status}   ", style=STATUS_STYLE[status])
    console.print(line)
    console.print(
        f"  {len(policy.types)} types, {len(policy.environments)} environments, "
        f"{len(policy.access.roles)} roles, {len(policy.inventory)} rows of inventory, "
        f"{len(policy.contradictions)} contradictions, {len(policy.defaults)} defaults"
    )
    unknown = [c for c in policy.clauses if c.status is Status.NOT_UNDERSTOOD]
    _section(console, "Not understood", _clauses(unknown) if unknown else None)
    _section(console, "Defaults used, because the document does not say", _defaults(policy))
    defects = [c for c in policy.contradictions if c.id.startswith("D-")]
    _section(console, "Defects of its tables and numbers", _doubts(defects) if defects else None)
    console.print(
        "\n  `strongroom policy show` has all of it, `strongroom policy explain CLAUSE` one clause.",
        style="dim",
    )


def full(policy: Policy, path: Path) -> None:
    """What `policy show` prints: everything."""
    console = out()
    _head(console, policy, path)
    _section(console, "Types of secrets", _types(policy))
    _section(console, "Environments", _environments(policy))
    _section(console, "Who may read where", _matrix(policy))
    _section(console, "Numbers", _numbers(policy))
    _section(console, "Inventory of the document", _inventory(policy))
    _section(console, "Contacts", _pairs((c.name, c.address) for c in policy.contacts))
    _section(console, "Clauses", _clauses(policy.clauses))
    _section(console, "Contradictions and gaps", _doubts(policy.contradictions))
    _section(
        console,
        "Overrides",
        _pairs((o.subject, f"{o.key}={o.value}  (line {o.line})") for o in policy.overrides),
    )
    _section(console, "Defaults used, because the document does not say", _defaults(policy))


def explanation(found: Explanation) -> None:
    """What `policy explain` prints: one clause, from the document to the proof."""
    console = out()
    console.print(Text.assemble((found.id, "bold"), "  ", found.title))
    status = found.status or ("not stated by this document" if not found.stated else "")
    if status:
        console.print(Text(f"  {status}", style=STATUS_STYLE.get(status, "yellow")))
    rows: list[tuple[str, str]] = []
    if found.text:
        where = f"line{'s' if len(found.lines) > 1 else ''} {', '.join(map(str, found.lines))}"
        rows.append((f"document, {where}", found.text))
    rows.append(("Strongroom", found.does))
    rows.append(("tested by", "\n".join(found.proof) or "nothing: it makes no claim"))
    rows += [
        (c.id, f"{c.message}\n→ {c.resolution}") for c in found.contradictions if c.id != found.id
    ]
    rows += [("override", f"{o.key}={o.value}, line {o.line}") for o in found.overrides]
    grid = table("", "")
    grid.show_header = False
    for left, right in rows:
        grid.add_row(cell(left, "dim"), cell(right))
    console.print(Padding(grid, (1, 0, 0, 2)))


def comparison(found: Comparison) -> None:
    """What `policy diff` prints: each change and whether it is stricter or looser."""
    console = out()
    if not found.changes:
        console.print("the two documents mean the same")
        return
    grid = table("field", "before", "after", "")
    for change in found.changes:
        grid.add_row(
            cell(change.field),
            cell("-" if change.before is None else change.before),
            cell("-" if change.after is None else change.after),
            cell("" if change.effect == "other" else change.effect, EFFECT_STYLE[change.effect]),
        )
    console.print(grid)
    counts = Counter(change.effect for change in found.changes)
    console.print(
        f"\n{len(found.changes)} changes: {counts['stricter']} stricter, {counts['looser']} looser"
    )


def _head(console: Console, policy: Policy, path: Path) -> None:
    console.print(Text(safe(policy.title), style="bold"))
    parts = [
        str(path),
        f"version {policy.version}" if policy.version else "no version",
        f"owner {policy.owner}" if policy.owner else "no owner",
        f"updated {policy.updated}" if policy.updated else "no date",
        f"sha256 {policy.sha256[:12]}…",
    ]
    console.print(Text(safe("  ".join(parts)), style="dim"), soft_wrap=True)


def _section(console: Console, title: str, body: RenderableType | None) -> None:
    if body is not None:
        console.print(Group(Text(f"\n{title}", style="bold"), Padding(body, (0, 0, 0, 2))))


def _types(policy: Policy) -> Table:
    grid = table("type", "name", "example", "rotates every", "storage", "service")
    for t in policy.types:
        period = (
            f"{t.rotation_days} days"
            if t.rotation_days
            else "on compromise"
            if t.on_compromise
            else "?"
        )
        grid.add_row(
            *(cell(v or "-") for v in (t.id, t.name, t.example, period, t.storage, t.service))
        )
    return grid


def _environments(policy: Policy) -> Table:
    grid = table("environment", "name", "also", "tier", "storage")
    for e in policy.environments:
        grid.add_row(
            *(cell(v or "-") for v in (e.id, e.name, ", ".join(e.aliases), e.tier, e.storage))
        )
    return grid


def _matrix(policy: Policy) -> Table | None:
    if not policy.access.roles:
        return None
    names = [e.name for e in policy.environments]
    grid = table("role", *names)
    for role in policy.access.roles:
        row = policy.access.matrix[role]
        grid.add_row(
            cell(role), *(cell("yes", "green") if row[n] else cell("no", "red") for n in names)
        )
    return grid


def _numbers(policy: Policy) -> Table:
    g, e = policy.generation, policy.emergency
    return (
        _pairs(
            (
                ("signing keys", f"at least {g.jwt_bits_min} bits"),
                (
                    "API keys",
                    f"at least {g.api_key_bits_min} bits, prefix {g.api_key_prefix or 'none'}",
                ),
                (
                    "passwords",
                    f"at least {g.password_length_min} characters of {', '.join(g.password_classes)}",
                ),
                (
                    "grace period",
                    f"{policy.rotation.grace_hours_min} to {policy.rotation.grace_hours_max} hours",
                ),
                (
                    "emergency",
                    (
                        f"contain {_span(e.contain_minutes)}, "
                        f"investigate {_span(e.investigate_minutes)}, "
                        f"remediate {_span(e.remediate_minutes)}, "
                        f"post-mortem {_span(e.postmortem_minutes)}"
                    ),
                ),
                ("logs are kept", f"{policy.audit.retention_days} days"),
                (
                    "review",
                    f"every {policy.review.every_days} days; on {', '.join(policy.review.triggers) or 'no other occasion'}",
                ),
                ("approval", " and ".join(policy.review.approvers) or "nobody is named"),
            )
        )
        or table()
    )


def _inventory(policy: Policy) -> Table | None:
    if not policy.inventory:
        return None
    grid = table("name", "type", "environment", "owner", "last rotated", "next rotation")
    for r in policy.inventory:
        grid.add_row(
            *(
                cell(v or "-")
                for v in (r.name, r.type, r.environment, r.owner, r.last_rotated, r.next_rotation)
            )
        )
    return grid


def _clauses(clauses: Iterable[Clause]) -> Table:
    grid = table("clause", "status", "lines", "the document says")
    for clause in clauses:
        lines = ", ".join(map(str, clause.lines[:4])) + (" …" if len(clause.lines) > 4 else "")
        grid.add_row(
            cell(clause.id),
            cell(clause.status, STATUS_STYLE[clause.status]),
            cell(lines, "dim"),
            cell(clause.text.split("\n")[0][:120]),
        )
    return grid


def _doubts(doubts: Iterable[Contradiction]) -> Table | None:
    grid = table("", "lines", "what", "resolution")
    for doubt in doubts:
        lines = ", ".join(map(str, doubt.lines[:3])) + (" …" if len(doubt.lines) > 3 else "")
        grid.add_row(
            cell(doubt.id), cell(lines, "dim"), cell(doubt.message), cell(doubt.resolution, "dim")
        )
    return grid if grid.row_count else None


def _defaults(policy: Policy) -> Table | None:
    return _pairs((d.field, f"{d.value}  ({d.why})") for d in policy.defaults)


def _pairs(rows: Iterable[tuple[str, str]]) -> Table | None:
    grid = table("", "")
    grid.show_header = False
    for left, right in rows:
        grid.add_row(cell(left, "dim"), cell(right))
    return grid if grid.row_count else None


def _span(minutes: int) -> str:
    if minutes % DAY == 0:
        return f"{minutes // DAY} d"
    return f"{minutes // HOUR} h" if minutes % HOUR == 0 else f"{minutes} min"
