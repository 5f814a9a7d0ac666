"""Writes one policy in many ways: the same meaning in other words, order and layout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Rows = list[tuple[str, ...]]

HEADS: dict[str, tuple[str, ...]] = {
    "type": ("Secret Type", "Type", "Kind", "Credential type", "What", "Kind of secret"),
    "example": ("Example", "Variable", "Env var", "e.g.", "Environment variable", "Known as"),
    "period": (
        "Rotation Period",
        "Rotation",
        "Rotate every",
        "Frequency",
        "Max age",
        "Interval",
        "How often",
        "Lifetime",
    ),
    "storage": ("Storage", "Stored in", "Where", "Storage location", "Kept in", "Location"),
    "service": ("Service", "Provider", "Vendor", "Third party", "Supplier"),
    "secret": ("Secret", "Credential", "Credentials"),
    "environment": ("Environment", "Env", "Stage"),
    "strength": ("Secret Strength", "Strength", "Required strength", "Level"),
    "storage_method": ("Storage Method", "Storage", "Where secrets are kept", "Location"),
    "role": ("Role", "Who", "Group", ""),
    "name": ("Secret Name", "Name", "Identifier"),
    "itype": ("Type", "Kind", "Category"),
    "owner": ("Owner", "Responsible", "Owned by", "Custodian"),
    "last": ("Last Rotated", "Last rotation", "Rotated on", "Last change"),
    "next": ("Next Rotation", "Next due", "Due", "Rotate by", "Due date"),
}
MARKS = (
    ("✅", "❌"),
    ("yes", "no"),
    ("Yes", "No"),
    ("x", ""),
    ("X", "-"),
    ("✓", "✗"),
    ("✔️", "✖️"),
    ("Y", "N"),
    ("allowed", "denied"),
    ("[x]", "[ ]"),
)


@dataclass(frozen=True)
class Spec:
    """What the written document means."""

    types: tuple[tuple[str, str, int | None, str], ...]  # name, example, days, storage
    outside: tuple[tuple[str, str, int | None], ...]  # service, secret, days
    environments: tuple[tuple[str, str, str], ...]  # name, tier, storage
    roles: tuple[tuple[str, tuple[bool, ...]], ...]
    jwt_bits: int
    api_bits: int
    prefix: str
    length: int
    grace: tuple[int, int]
    clocks: tuple[int, int, int, int]
    retention_days: int
    review_days: int
    approvers: tuple[str, ...]
    inventory: tuple[tuple[str, str, str, str, str, str], ...]


TYPE_NAMES = (
    ("JWT Secret Key", "SECRET_KEY"),
    ("API Keys", "API_KEY"),
    ("Database Passwords", "DATABASE_PASSWORD"),
    ("Redis Password", "REDIS_PASSWORD"),
    ("Encryption Keys", "DATA_KEY"),
    ("SSH Host Keys", "SSH_HOST_KEY"),
    ("Пароль очереди", "QUEUE_PASSWORD"),
    ("签名密钥", "SIGNING_SEED"),
)
OUTSIDE = (
    ("Sentry", "SENTRY_DSN"),
    ("Email Service", "EMAIL_API_KEY"),
    ("SMS Service", "SMS_API_KEY"),
    ("Payments", "PAYMENT_TOKEN"),
)
ENVIRONMENTS = (
    ("Development", "weak", ".env file"),
    ("Staging", "medium", "Environment variables"),
    ("Production", "strong", "Secret management system"),
    ("QA", "medium", "Environment variables"),
    ("Предпрод", "strong", "Secret management system"),
    ("Sandbox", "weak", ".env file"),
)
ROLES = (
    "Developer",
    "DevOps",
    "Security Team",
    "Admin",
    "On-call engineer",
    "Администратор",
    "SRE",
)

specs = st.builds(
    Spec,
    types=st.lists(st.sampled_from(TYPE_NAMES), min_size=1, max_size=5, unique=True).flatmap(
        lambda names: st.tuples(
            *(
                st.tuples(
                    st.just(n),
                    st.just(e),
                    st.sampled_from([30, 60, 90, 180, 365, None]),
                    st.sampled_from(
                        ["Environment variable", "Secret manager", "Key management service"]
                    ),
                )
                for n, e in names
            )
        )
    ),
    outside=st.lists(st.sampled_from(OUTSIDE), max_size=3, unique=True).flatmap(
        lambda names: st.tuples(
            *(st.tuples(st.just(s), st.just(n), st.sampled_from([45, 90, None])) for s, n in names)
        )
    ),
    environments=st.lists(st.sampled_from(ENVIRONMENTS), min_size=2, max_size=4, unique=True).map(
        tuple
    ),
    roles=st.just(()),
    jwt_bits=st.sampled_from([128, 256, 384, 512]),
    api_bits=st.sampled_from([128, 256, 512]),
    prefix=st.sampled_from(["api_live_", "acme_", "ck_prod_"]),
    length=st.integers(12, 64),
    grace=st.sampled_from([(24, 48), (12, 24), (48, 72), (1, 4)]),
    clocks=st.sampled_from([(5, 60, 1440, 10080), (15, 120, 2880, 20160), (10, 240, 4320, 14400)]),
    retention_days=st.sampled_from([366, 731, 400, 90]),
    review_days=st.sampled_from([90, 180, 365, 30]),
    approvers=st.lists(
        st.sampled_from(["Security team", "Engineering lead", "CISO", "Head of Platform"]),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    inventory=st.lists(
        st.sampled_from(
            [
                ("SECRET_KEY", "JWT Key", "Production", "DevOps", "2026-01-15", "2026-04-15"),
                ("API_KEY", "API Key", "Staging", "Ada Lovelace", "2026-02-01", "2026-05-02"),
                ("SENTRY_DSN", "Sentry DSN", "Production", "SRE", "2026-01-01", "On compromise"),
            ]
        ),
        max_size=3,
        unique=True,
    ).map(tuple),
).flatmap(
    lambda spec: st.lists(st.sampled_from(ROLES), min_size=1, max_size=4, unique=True).flatmap(
        lambda names: (
            st.tuples(
                *(
                    st.tuples(st.just(n), st.tuples(*(st.booleans() for _ in spec.environments)))
                    for n in names
                )
            )
            .filter(lambda roles: any(any(row) for _, row in roles))
            .map(lambda roles: _with(spec, roles))
        )
    )
)


def _with(spec: Spec, roles: Any) -> Spec:
    return Spec(**{**{f: getattr(spec, f) for f in spec.__dataclass_fields__}, "roles": roles})


def _days(days: int) -> tuple[str, ...]:
    more = {
        30: ("one month", "30d", "thirty days"),
        60: ("2 months", "60 days"),
        90: ("90d", "ninety days", "3 months", "Quarterly", "every quarter", "90-day"),
        180: ("180 days", "6 months", "twice a year", "one hundred and eighty days"),
        365: ("1 year", "annually", "12 months", "365 days", "once a year"),
        45: ("45 days", "forty-five days"),
    }
    return (f"{days} days", f"Every {days} days", *more.get(days, ()))


def _minutes(minutes: int) -> tuple[str, ...]:
    words = [f"{minutes} minutes", f"{minutes} min"]
    if minutes % 60 == 0:
        words += [f"{minutes // 60} hours", f"{minutes // 60}h"]
    if minutes % 1440 == 0:
        words += [f"{minutes // 1440} days"]
    if minutes % 10080 == 0:
        words += [f"{minutes // 10080} weeks"]
    return tuple(words)


@dataclass
class Style:
    """How it is written: every choice is drawn, so that hypothesis shrinks it."""

    pick: Callable[[Sequence[Any]], Any]
    shuffle: Callable[[Sequence[Any]], Any]
    level: int = field(default=2)

    def head(self, column: str) -> str:
        return str(self.pick(HEADS[column]))

    def table(self, columns: Sequence[str], rows: Rows, *, fixed: int = 0) -> str:
        """A table with its columns in any order; the first `fixed` columns stay in front."""
        order = [*range(fixed), *self.shuffle(list(range(fixed, len(columns))))]
        lines = ["| " + " | ".join(columns[i] for i in order) + " |", "|" + "---|" * len(order)]
        lines += ["| " + " | ".join(row[i] for i in order) + " |" for row in self.shuffle(rows)]
        return "\n".join(lines)


def write(spec: Spec, style: Style) -> bytes:
    """The document as bytes."""
    sections = style.shuffle(
        [
            part
            for part in (
                _types(spec, style),
                _outside(spec, style),
                _environments(spec, style),
                _access(spec, style),
                _generation(spec, style),
                _grace(spec, style),
                _emergency(spec, style),
                _audit(spec, style),
                _review(spec, style),
                _inventory(spec, style),
            )
            if part
        ]
    )
    mark = "#" * style.level
    head = [
        "# Secrets Policy",
        "",
        style.pick(
            [
                "**Version:** 3.1  \n**Owner:** Security Team",
                "Version: 3.1\nOwner: Security Team",
                "| Field | Value |\n|---|---|\n| Version | 3.1 |\n| Owner | Security Team |",
            ]
        ),
        "",
    ]
    text = (
        "\n".join(head)
        + "\n\n"
        + "\n\n".join(f"{mark} {title}\n\n{body}" for title, body in sections)
        + "\n"
    )
    text = text.replace("\n", style.pick(["\n", "\r\n"]))
    return bytes(style.pick([b"", b"\xef\xbb\xbf"])) + text.encode()


def _period(days: int | None, style: Style) -> str:
    return str(
        style.pick(
            ["On compromise", "only on compromise", "After a compromise"]
            if days is None
            else _days(days)
        )
    )


def _types(spec: Spec, style: Style) -> tuple[str, str]:
    rows: Rows = [(n, f"`{e}`", _period(d, style), s) for n, e, d, s in spec.types]
    columns = [style.head(c) for c in ("type", "example", "period", "storage")]
    body = style.table(columns, rows)
    return style.pick(["Types of Secrets", "1. Our secrets", "Catalogue"]), body


def _outside(spec: Spec, style: Style) -> tuple[str, str] | None:
    if not spec.outside:
        return None
    rows: Rows = [(s, f"`{n}`", _period(d, style)) for s, n, d in spec.outside]
    return "Third-Party Credentials", style.table(
        [style.head(c) for c in ("service", "secret", "period")], rows
    )


def _environments(spec: Spec, style: Style) -> tuple[str, str]:
    words = {
        "weak": ("Weak", "Weak (for testing)", "low"),
        "medium": ("Medium", "moderate"),
        "strong": ("Strong", "High", "strict"),
    }
    rows: Rows = [(n, str(style.pick(words[t])), s) for n, t, s in spec.environments]
    return "Environments", style.table(
        [style.head(c) for c in ("environment", "strength", "storage_method")], rows
    )


def _access(spec: Spec, style: Style) -> tuple[str, str]:
    names = [n for n, _, _ in spec.environments]
    title = style.pick(["Who Can Access Secrets?", "Access Control", "Access matrix"])
    form = style.pick(["matrix", "flipped", "list", "sentences"])
    if form in {"list", "sentences"}:
        lines = []
        for role, row in style.shuffle(spec.roles):
            yes = [n for n, allowed in zip(names, row, strict=True) if allowed]
            no = [n for n in names if n not in yes]
            if form == "list":
                lines.append(
                    f"- {role}: {', '.join(yes) or 'nothing'}"
                    + (f", but not {' or '.join(no)}" if no and yes else "")
                )
            elif yes:
                lines.append(
                    f"{role} may access {' and '.join(yes)}"
                    + (f", but not {' or '.join(no)}" if no else "")
                    + "."
                )
            else:
                lines.append(f"{role} must not access {' or '.join(no)}.")
        return title, ("\n" if form == "list" else "\n\n").join(lines)
    yes_mark, no_mark = style.pick(MARKS)
    if form == "matrix":
        rows: Rows = [(r, *(yes_mark if a else no_mark for a in row)) for r, row in spec.roles]
        return title, style.table([style.head("role"), *names], rows, fixed=1)
    flipped: Rows = [
        (name, *(yes_mark if row[i] else no_mark for _, row in spec.roles))
        for i, name in enumerate(names)
    ]
    return title, style.table(["Environment", *(r for r, _ in spec.roles)], flipped, fixed=1)


def _generation(spec: Spec, style: Style) -> tuple[str, str]:
    jwt = style.pick(
        [
            f"minimum {spec.jwt_bits} bits",
            f"at least {spec.jwt_bits // 8} bytes",
            f"at least {spec.jwt_bits}-bit",
            f"≥ {spec.jwt_bits // 4} hex characters",
        ]
    )
    api = style.pick([f"Minimum {spec.api_bits} bits", f"at least {spec.api_bits // 8} bytes"])
    length = style.pick(
        [
            f"Minimum {spec.length} characters",
            f"at least {spec.length} characters long",
            f"{spec.length}+ characters",
            f"length of at least {spec.length}",
        ]
    )
    mix = style.pick(
        [
            "Mix of uppercase, lowercase, numbers, symbols",
            "capital letters, small letters, digits and special characters",
            "all four character classes",
        ]
    )
    if style.pick([True, False]):
        sub = "#" * (style.level + 1)
        body = (
            f"{sub} JWT Secret Key\n\n- {jwt}\n\n{sub} API Keys\n\n- {api}\n- Include a prefix (e.g., `{spec.prefix}...`)\n\n"
            f"{sub} Passwords\n\n- {length}\n- {mix}"
        )
    else:
        body = (
            f"JWT keys have {jwt}. API keys have {api}, and carry a prefix such as `{spec.prefix}...`\n\n"
            f"Passwords: {length}.\n\nPasswords are a {mix[0].lower()}{mix[1:]}."
        )
    return "Secret Generation", body


def _grace(spec: Spec, style: Style) -> tuple[str, str]:
    low, high = spec.grace
    return "Rotation Procedure", style.pick(
        [
            f"1. Generate\n2. Wait for the grace period ({low}-{high} hours)",
            f"The grace period is between {low} and {high} hours.",
            f"- Grace period: {low}h to {high}h",
            f"- Keep the old one valid for at least {low} hours (grace period)\n- The grace period is at most {high} hours",
        ]
    )


def _emergency(spec: Spec, style: Style) -> tuple[str, str]:
    a, b, c, d = (str(style.pick(_minutes(m))) for m in spec.clocks)
    return "Emergency Rotation (Compromise)", style.pick(
        [
            f"1. **Immediate Actions** (< {a})\n   - Revoke\n2. **Investigation** (< {b})\n3. **Remediation** (< {c})\n4. **Post-Mortem** (< {d})",
            f"| Phase | Time limit |\n|---|---|\n| Contain | {a} |\n| Investigate | within {b} |\n| Remediate | {c} |\n| Post-mortem | {d} |",
            f"Contain the leak within {a}, investigate within {b}, remediate within {c} and hold a post-mortem within {d}.",
        ]
    )


def _audit(spec: Spec, style: Style) -> tuple[str, str]:
    span = {
        366: ["1 year", "12 months", "366 days"],
        731: ["2 years", "two years", "731 days"],
    }.get(spec.retention_days, [f"{spec.retention_days} days"])
    span = style.pick(span)
    return "Audit Requirements", style.pick(
        [
            f"- Retain logs for {span}",
            f"Access logs are kept for {span}.",
            f"- Log retention: {span}",
            f"- Audit records must be preserved for at least {span}",
        ]
    )


def _review(spec: Spec, style: Style) -> tuple[str, str]:
    span = style.pick(_days(spec.review_days))
    people = style.pick([" + ", ", ", " and "]).join(spec.approvers)
    return "Review and Updates", f"- **Review Frequency:** {span}\n- " + style.pick(
        [f"**Approval Required:** {people}", f"Changes must be approved by {people}"]
    )


def _inventory(spec: Spec, style: Style) -> tuple[str, str] | None:
    if not spec.inventory:
        return None

    def day(text: str) -> str:
        if text[:2] != "20":
            return text
        y, m, d = text.split("-")
        return str(
            style.pick(
                [
                    text,
                    f"{y}/{m}/{d}",
                    f"{int(d)} {'JanFebMarAprMay'[3 * int(m) - 3 : 3 * int(m)]} {y}",
                ]
            )
        )

    rows: Rows = [(a, b, c, d, day(e), day(f)) for a, b, c, d, e, f in spec.inventory]
    return "Secret Inventory", style.table(
        [style.head(c) for c in ("name", "itype", "environment", "owner", "last", "next")], rows
    )
