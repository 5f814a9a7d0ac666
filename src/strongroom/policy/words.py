"""The words of written policies: one spelling for matching, and the field's synonyms.

Every table here is about language, none about one document. Adding a synonym is the
whole change when a document says something in a word that is not known yet.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_PUNCTUATION: Final = re.compile(r"[^\w.%+@/<>≥≤=-]+|(?<=\w)['’](?=\w)|\.(?!\w)|(?<!\w)-|-(?!\w)")
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_NEGATED: Final = re.compile(r"(?<= )(?:no|not|never|without|non) \w+")
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


def bag(text: str) -> frozenset[str]:
    """The words of a table, without their order."""
    return frozenset(text.split())


# Marks of an access matrix. A cell that says less than yes is in none of the first two.
YES: Final = bag(
    """
    ✅ ✔ ☑ ✓ 👍 🟢 yes y true allowed allow granted full permitted can ja oui si sí да 是 1
    rw r/w r+w (/) :white_check_mark: :heavy_check_mark: :ballot_box_with_check: read/write read-write all unrestricted [x]
    """
) | {"full access", "read write", "read and write", "read & write", "read + write"}
NO: Final = bag(
    """
    ❌ ✖ ✗ ✘ 🚫 ⛔ 🔴 no n false denied deny none forbidden never cannot nein non нет 否 0
    - – — not n/a na [] :x: :no_entry: :no_entry_sign:
    """
) | {"", "no access", "not allowed", "[ ]"}
READS: Final = frozenset(["read", "r", "ro", "view", "read only", "read-only", "readonly"])
LESS: Final = bag(
    """
    w write limited partial partially restricted conditional approval request jit temporary
    break-glass breakglass emergency tbd ? ~ 🟡 🟠 ⚠ (✅) (✔) (✓) (yes) (x) metadata
    """
)
CROSS: Final = frozenset(["x", "×"])  # yes in a table of crosses, no beside ticks


_MARKS: Final = YES | NO | READS | LESS | CROSS
# Words in heads of columns that stand beside the environments of a matrix.
_NOT_PLACES: Final = bag(
    """
    read write rotate delete export share list create update admin manage view approve use
    mfa 2fa approval approvals approver required requires notes note remarks remark comment
    comments audit audited review reviewed training condition conditions reason description
    justification expires expiry method how via purpose since owner contact count e-mail email
    scope verbs rights
    """
)


# Heads that stand for environments which are named elsewhere.
EVERYWHERE: Final = re.compile(
    r"(?:all|every|any)(?: (?P<other>other))?(?: environments?)?|everywhere"
)
LOWER: Final = re.compile(r"(?:non[ -]?(?:prod|production|live)|lower)(?: environments?)?")


@lru_cache(maxsize=4096)  # a document repeats its headings for every statement below them
def fold(text: str) -> str:
    """`text` for matching: NFKC, lower case, one space before, between and after words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _APOSTROPHE.sub("", text)
    return f" {' '.join(_PUNCTUATION.sub(' ', text).split())} "


def slug(text: str) -> str:
    """An id in kebab case, ASCII; names in other scripts are transliterated."""
    # Here, since most words are folded only, and it takes long to import.
    from anyascii import anyascii  # noqa: PLC0415

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


def tier_of(text: str, *, spoken: bool = False) -> str | None:
    """The tier that `Strong` or `Weak (for testing)` names, the strongest of several, or None.

    In a sentence (`spoken`) only the three words themselves count: `high` and `full` are
    everyday words.
    """
    said = _NEGATED.sub(" ", fold(text))
    found = [
        tier
        for tier, names in TIERS.items()
        if any(f" {n} " in said for n in ((tier,) if spoken else names))
    ]
    return found[-1] if found else None


def mark(cell: str) -> str:
    """One cell of an access matrix as a bare mark, or the whole of it when it holds none."""
    word = unicodedata.normalize("NFKC", cell).replace("\ufe0f", "").strip().casefold()
    word = " ".join(word.strip("` .").split())
    if word in _MARKS:
        return word
    first = re.split(r"[\s(,;:*†‡^\[]", word, maxsplit=1)[0] if word else ""
    if word[:1] in _MARKS and not word[:1].isalnum():  # `✅¹` is a tick with a footnote
        first = word[0]
    # `yes (with approval)` is a mark, `1 Feb 2026` is not.
    return first if first and not first.isdigit() and first in _MARKS else word


def is_mark(cell: str) -> bool:
    """Whether a cell says yes, no, or something between."""
    return mark(cell) in _MARKS


def is_bare(cell: str) -> bool:
    """Whether a cell is its mark and nothing else: no footnote, no condition."""
    word = unicodedata.normalize("NFKC", cell).replace("\ufe0f", "").casefold()
    return " ".join(word.strip("` .").split()) == mark(cell)


def is_place(head: str) -> bool:
    """Whether the head of a column can name an environment: no verb, note or condition."""
    return not _NOT_PLACES & set(fold(head).split())


def places(name: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The environments that a cell or head names: `Staging/Production` is two of them.

    A slash divides only names that are well known or in `known`: `CI/CD` is one name.
    """
    spoken = {fold(k) for k in known}

    def split(part: str) -> tuple[str, ...]:
        pieces = [p.strip() for p in part.split("/")]
        told = all(environment_id(p) or fold(p) in spoken for p in pieces)
        return tuple(pieces) if told else (part,)

    return tuple(piece for part in listed(name) for piece in split(part))


def listed(text: str) -> tuple[str, ...]:
    """The members of `a, b and c`, of `a + b` and of `a / b`."""
    parts = re.split(
        r"\s*[,;、，]\s*(?:and\s+|or\s+)?|\s+(?:and|or|und|et|y)\s+|\s*[+&]\s*|\s+/\s+",
        text.strip(),
    )
    return tuple(p.strip(" .") for p in parts if p.strip(" ."))
