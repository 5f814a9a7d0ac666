"""The words of written policies: one spelling for matching, and the field's synonyms.

Every table here is about language, none about one document. Adding a synonym is the
whole change when a document says something in a word that is not known yet.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

_PUNCTUATION: Final = re.compile(r"[^\w.%+@/<>≥≤=-]+|(?<=\w)['’](?=\w)|\.(?!\w)|(?<!\w)-|-(?!\w)")
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’](?=t\b)")

# Environments that most companies have: their id, and what people call them.
ENVIRONMENTS: Final = {
    "development": ("development", "dev", "local", "local development"),
    "testing": ("testing", "test", "qa", "ci"),
    "staging": ("staging", "stage", "stg", "preproduction", "pre production", "preprod", "uat"),
    "production": ("production", "prod", "prd", "live"),
}
TIERS: Final = {
    "weak": ("weak", "low", "relaxed", "any", "basic", "minimal", "simple", "none required"),
    "medium": ("medium", "moderate", "intermediate", "normal", "standard", "middle"),
    "strong": ("strong", "high", "strict", "full", "maximum", "highest", "strongest"),
}
YES: Final = frozenset(
    [
        "✅",
        "✔",
        "☑",
        "✓",
        "👍",
        "🟢",
        "yes",
        "y",
        "true",
        "allowed",
        "allow",
        "granted",
        "full",
        "permitted",
        "can",
        "ja",
        "oui",
        "si",
        "да",
        "是",
        "1",
        "rw",
        "r/w",
        "read",
    ]
)
NO: Final = frozenset(
    [
        *[
            "❌",
            "✖",
            "✗",
            "✘",
            "🚫",
            "⛔",
            "🔴",
            "no",
            "n",
            "false",
            "denied",
            "deny",
            "none",
            "forbidden",
            "never",
            "cannot",
            "nein",
            "non",
            "нет",
            "否",
            "0",
            "-",
            "–",
            "—",
            "not",
        ],
        "",
        "no access",
        "not allowed",
        "n/a",
        "[ ]",
        "[]",
    ]
)
CROSS: Final = frozenset(["x", "×", "[x]"])  # yes in a table of crosses, no beside ticks


@lru_cache(maxsize=4096)  # a document repeats its headings for every statement below them
def fold(text: str) -> str:
    """`text` for matching: NFKC, lower case, one space before, between and after words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _APOSTROPHE.sub("", text)
    return f" {' '.join(_PUNCTUATION.sub(' ', text).split())} "


def slug(text: str) -> str:
    """An id in kebab case, ASCII; names in other scripts are transliterated."""
    return _SLUG.sub("-", anyascii(unicodedata.normalize("NFKC", text)).casefold()).strip("-")


def singular(name: str) -> str:
    """`name` with its last word in the singular: `API Keys` is `API Key`."""
    head, _, last = name.strip().rpartition(" ")
    lower = last.casefold()
    if lower.endswith("ies") and len(lower) > 4:
        last = last[:-3] + "y"
    elif lower.endswith(("sses", "xes", "ches", "shes")):
        last = last[:-2]
    elif lower.endswith("s") and not lower.endswith(("ss", "us", "is", "aws", "dns", "tls", "sms")):
        last = last[:-1]
    return f"{head} {last}".strip()


def environment_id(name: str) -> str | None:
    """The well-known environment that `name` means, or None."""
    word = (
        fold(re.sub(r"\benvironments?\b", "", name, flags=re.IGNORECASE)).strip().replace("-", " ")
    )
    return next((id_ for id_, names in ENVIRONMENTS.items() if word in names), None)


def tier_of(text: str) -> str | None:
    """The tier that a word such as `Strong` or `Weak (for testing)` names, or None."""
    words = fold(text)
    return next(
        (tier for tier, names in TIERS.items() if any(f" {n} " in words for n in names)), None
    )


def mark(cell: str) -> str:
    """One cell of an access matrix as a bare mark."""
    word = unicodedata.normalize("NFKC", cell).replace("\ufe0f", "").strip().casefold()
    word = word.strip("`*_ .")
    if word in YES or word in NO or word in CROSS:
        return word
    first = re.split(r"[\s(,;:]", word, maxsplit=1)[0] if word else ""
    # `yes (with approval)` is a mark, `1 Feb 2026` is not.
    return first if not first.isdigit() and first in YES | NO | CROSS else word


def is_mark(cell: str) -> bool:
    """Whether a cell says yes or no."""
    word = mark(cell)
    return word in YES or word in NO or word in CROSS


def listed(text: str) -> tuple[str, ...]:
    """The members of `a, b and c`, of `a + b` and of `a / b`."""
    parts = re.split(
        r"\s*[,;、，]\s*(?:and\s+|or\s+)?|\s+(?:and|or|und|et|y)\s+|\s*[+&]\s*|\s+/\s+",
        text.strip(),
    )
    return tuple(p.strip(" .") for p in parts if p.strip(" ."))
