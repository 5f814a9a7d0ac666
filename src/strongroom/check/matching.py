"""Which type of the policy a row of the inventory means. Pure.

People write `DB Password` in one table and `Database Passwords` in the other; the example
name of the type decides first, then the words of both, telling words before general ones.
"""

from collections.abc import Iterable
from typing import Final

from strongroom.model.policy import InventoryRow, SecretType
from strongroom.naming.classify import words
from strongroom.naming.vocabulary import vocabulary

SCORE_MIN: Final = 0.5
_SAME: Final = {
    "db": "database", "pwd": "password", "passwd": "password", "pass": "password",
    "cred": "credential", "creds": "credential", "mail": "email", "apikey": "key",
    "postgres": "database", "postgresql": "database", "mysql": "database", "svc": "service",
    "sms": "sms", "authentication": "auth", "crypto": "encryption",
}  # fmt: skip
# Words that most types share; they say little about which one is meant.
_GENERAL: Final = vocabulary("key secret password credential service provider account the")
_GENERAL_WEIGHT: Final = 0.25


def type_of(row: InventoryRow, types: Iterable[SecretType]) -> SecretType | None:
    """The type that a row means, or None when no type is near enough."""
    types = tuple(types)
    name = row.name.strip().strip("`").casefold()
    for known in types:
        if known.example and known.example.strip("`").casefold() == name:
            return known
        if row.type.strip().casefold() in {known.id, known.name.casefold()}:
            return known
    best, score = None, 0.0
    for known in types:
        # The row's type outweighs its name: it was written to say this.
        nearness = max(_near(row.type, known), 0.9 * _near(row.name, known))
        if nearness > score:
            best, score = known, nearness
    return best if score >= SCORE_MIN else None


def _near(text: str, known: SecretType) -> float:
    said = _words(text)
    spoken = (known.name, known.id, known.service or "", known.example or "")
    return max((_overlap(said, _words(s)) for s in spoken if s), default=0.0)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    if a & b <= _GENERAL and a != b:
        return 0.0
    union = sum(map(_weight, a | b))
    return sum(map(_weight, a & b)) / union if union else 0.0


def _weight(word: str) -> float:
    return _GENERAL_WEIGHT if word in _GENERAL else 1.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_SAME.get(w, w) for w in map(_singular, words(text)))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
