"""The names in a `.env` file and the kinds of their values. Pure; the values are dropped here."""

import re
from typing import Final

from strongroom.naming.classify import Likeness, likeness
from strongroom.source.seen import EnvEntry
from strongroom.source.values import Value, kind

ENTRIES_MAX: Final = 10_000
_ASSIGNMENT: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*(?:=\s*(.*))?")
_EXAMPLES: Final = ("example", "sample", "template", "tmpl", "dist", "schema")
_SHARED: Final = ("test", "ci", "defaults", "default", "development", "dev", "testing", "docker")


def is_example(name: str) -> bool:
    """Whether a file of this name is a template: `.env.example`, `env.sample`, `example.env`."""
    parts = name.lower().strip(".").split(".")
    return "env" in parts and any(word in parts for word in _EXAMPLES)


def is_env(name: str) -> bool:
    """Whether a file of this name holds environment variables: `.env`, `.env.*`, `*.env`."""
    lowered = name.lower()
    named = lowered == ".env" or lowered.startswith(".env.") or lowered.endswith(".env")
    return named and not is_example(name) and not lowered.endswith((".py", ".md", ".enc", ".vault"))


def is_envrc(name: str) -> bool:
    """Whether direnv sources a file of this name: a script that may hold values."""
    lowered = name.lower()
    return lowered.startswith(".envrc") and not any(
        word in _EXAMPLES for word in lowered.split(".")
    )


def is_private(name: str) -> bool:
    """Whether the file must never be shared, whatever it holds.

    `.env.test` and `staging.env` are shared on purpose in many projects: what they hold decides.
    """
    if not name.lower().startswith(".env"):
        return False
    return not any(word in _SHARED for word in name.lower().strip(".").split("."))


def entries(text: str) -> tuple[EnvEntry, ...]:
    """The assignments, the last one of a name winning, by line."""
    found: dict[str, EnvEntry] = {}
    lines = text.splitlines()
    at = 0
    while at < len(lines) and len(found) < ENTRIES_MAX:
        number = at + 1
        match = _ASSIGNMENT.fullmatch(lines[at])
        at += 1
        if not match:
            continue
        name, raw = match[1], (match[2] or "").strip()
        value, at = _value(raw, lines, at)
        if "-----BEGIN" in value and "-----END" not in value:
            # A key that nobody quoted: its lines are no names.
            at = next((n for n in range(at, len(lines)) if "-----END" in lines[n]), len(lines)) + 1
        found[name] = EnvEntry(name, number, _kind(name, value))
    return tuple(sorted(found.values(), key=lambda e: e.line))


def _value(raw: str, lines: list[str], at: int) -> tuple[str, int]:
    quote = raw[:1]
    if quote not in {'"', "'", "`"}:
        return re.split(r"(?:^|\s)#", raw, maxsplit=1)[0].strip(), at
    end = raw.find(quote, 1)
    if end > 0:
        return raw[1:end], at
    # A quoted value goes on until its quote is closed, over lines if it must.
    held = [raw[1:]]
    for ahead in range(at, len(lines)):
        head, closed, _ = lines[ahead].partition(quote)
        held.append(head)
        if closed:
            return "\n".join(held), ahead + 1
    return raw[1:], at


def _kind(name: str, value: str) -> Value:
    likely = likeness(name)
    judged = kind(value)
    if likely is Likeness.PLAIN and judged is Value.LITERAL:
        return Value.TEXT
    return judged
