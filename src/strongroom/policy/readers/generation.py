"""What a generated value must have: bits, length, classes of characters, a prefix."""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from strongroom.model.policy import Generation
from strongroom.policy import quantity, tables
from strongroom.policy.document import Kind, Statement
from strongroom.policy.source import Source, kind_of, subject
from strongroom.policy.words import fold

DEFAULT: Final = Generation(256, 256, None, 16, ("upper", "lower", "digits", "symbols"))
_CLASSES: Final = {
    "upper": (" upper", " capital", " majuscule", " mixed case", " both cases", " a-z and a-z"),
    "lower": (" lower", " small letter", " minuscule", " mixed case", " both cases"),
    "digits": (" digit", " number", " numeral", " numeric", " figures"),
    "symbols": (" symbol", " special", " punctuation", " non-alphanumeric", " non alphanumeric"),
}
_EVERY_CLASS: Final = re.compile(
    r"\b(?:all|four|4)\b[^.]{0,20}\bclasses\b|\b(?:all|four)\b[^.]{0,12}\bkinds of characters\b",
    re.IGNORECASE,
)
# What has bits or a length and is neither a generated key nor a machine's password.
_NOT_VALUES: Final = (
    *(" user password", " users password", " employee", " staff ", " personal", " human"),
    *(" customer password", " log-in", " login", " account password", " pin ", " pins "),
    *(" rsa", " certificate", " tls ", " ssh", " aes", " ecdsa", " elliptic", " pgp", " gpg"),
    *(" encryption", " disk", " data key"),
)
_PRONOUN: Final = re.compile(r"(?:they|it|these)\b", re.IGNORECASE)
_WITHOUT: Final = re.compile(r"(?<= )(?:no|without|not|excluding|avoid)(?: \w+)")
_PREFIX: Final = re.compile(
    r"(?<![\w-])([A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*[_-])(?=\.{2,}|…|[xX*]{2,}|[<{\[]|\W|$)"
)


class _Stated(NamedTuple):
    value: int
    by: Statement


def read(source: Source) -> Generation:
    """The generation rules; where a number is stated twice the stricter one counts."""
    jwt: list[_Stated] = []
    api: list[_Stated] = []
    length: list[_Stated] = []
    classes: list[str] = []
    prefix: str | None = None
    last: str | None = None
    for statement in source.prose():
        # `They start with a prefix` is about what the sentence before was about.
        kind = last if _PRONOUN.match(statement.text) else _about(statement)
        last = kind
        if kind in {"jwt", "api-key", "any"} and (values := quantity.bits(statement.text)):
            if len(set(values)) > 1:
                source.notes.doubt(
                    "D-2",
                    (statement.line,),
                    f"{values[0]} and {values[1]} bits are stated for one value",
                    "the larger number counts",
                )
            stated = _Stated(max(values), statement)
            if kind != "api-key":
                jwt.append(stated)
            if kind != "jwt":
                api.append(stated)
        if kind == "password":
            if (found := quantity.length(statement.text)) is not None:
                length.append(_Stated(found, statement))
            if more := _classes(statement):
                source.notes.state("generation.password_classes", statement)
                classes += [c for c in more if c not in classes]
        named = any(w in statement.fold for w in (" prefix", " start with", " begin with"))
        named = named and (kind is not None or tables.is_secret(statement.text))
        if prefix is None and named and kind in {"api-key", "any", None}:
            prefix = _prefix(statement.text)
            source.notes.state("generation.api_key_prefix", statement)
    if not classes:
        source.notes.assume("generation.password_classes", " ".join(DEFAULT.password_classes))
    return Generation(
        jwt_bits_min=_strictest(source, "jwt_bits_min", jwt),
        api_key_bits_min=_strictest(source, "api_key_bits_min", api),
        api_key_prefix=prefix,
        password_length_min=_strictest(source, "password_length_min", length),
        password_classes=tuple(
            c for c in DEFAULT.password_classes if c in (classes or DEFAULT.password_classes)
        ),
    )


def _about(statement: Statement) -> str | None:
    """`jwt`, `api-key`, `password`, `any` for all generated secrets, or None."""
    if statement.kind is Kind.HEADING:
        return None
    for place in subject(statement):
        words = fold(place)
        # A rule for people's own log-ins is not a rule for secrets.
        if " passphrase" in words or " password manager" in words:
            continue
        if place is statement.text and any(w in words for w in _NOT_VALUES):
            return None
        kind = kind_of(place)
        if kind in {"jwt", "api-key"}:
            return kind
        if " password" in words or kind in {"database", "redis"}:
            return "password"
        if " token" in words and " sign" in words:
            return "jwt"
        if " generat" in words or " random" in words:
            return "any" if " generat" in statement.fold + statement.above else None
        if place is not statement.text and kind:
            return None
    return None


def _classes(statement: Statement) -> Iterable[str]:
    if _EVERY_CLASS.search(statement.text):
        return DEFAULT.password_classes
    text = _WITHOUT.sub(" ", statement.fold)
    found = [c for c, stems in _CLASSES.items() if any(s in text for s in stems)]
    if " letters" in text and not {"upper", "lower"} & set(found):
        found += ["upper", "lower"]
    if " alphanumeric" in statement.fold and " non" not in statement.fold:
        found += ["upper", "lower", "digits"]
    # One class alone is a number of characters or an aside, not a rule of composition.
    return found if len(set(found)) > 1 else ()


def _prefix(text: str) -> str | None:
    match = _PREFIX.search(text)
    return match[1] if match else None


def _strictest(
    source: Source, field: str, stated: list[_Stated], pick: Callable[[Iterable[int]], int] = max
) -> int:
    if not stated:
        default = int(getattr(DEFAULT, field))
        source.notes.assume(f"generation.{field}", default)
        return default
    source.notes.state(f"generation.{field}", *(s.by for s in stated))
    values = {s.value for s in stated}
    if len(values) > 1:
        source.notes.doubt(
            "D-2",
            tuple(s.by.line for s in stated),
            f"{field.replace('_', ' ')} is stated as {' and as '.join(map(str, sorted(values)))}",
            "the stricter number counts",
        )
    return pick(values)
