"""Tables of a rule file to rules, nothing misspelt let through."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from strongroom.errors import ConfigError
from strongroom.model.severity import Severity
from strongroom.scan.engine.checksums import CHECKSUMS
from strongroom.scan.engine.structure import STRUCTURES
from strongroom.scan.model import Confidence
from strongroom.scan.ruleset import bounds
from strongroom.scan.ruleset.anchors import anchors
from strongroom.scan.ruleset.compose import assigned
from strongroom.scan.ruleset.model import Allow, Example, Rule

ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LINES_MAX: Final = 200
_TEXTS: Final = ("anchors", "near", "pair", "paths", "reject", "reject_line")
_WORDS: Final = ("path_pattern", "remedy", "title", "checksum", "structure")
_SWITCHES: Final = ("generic", "pair_required", "report")
_RULE: Final = frozenset(
    {"id", "pattern", "names", "value", "severity", "confidence", "entropy", "within", "lines"}
    | {"finds", "ignores", *_TEXTS, *_WORDS, *_SWITCHES}
)
_PATTERNS: Final = ("reject", "reject_line")


class Fault(Exception):  # noqa: N818 - it never leaves the package
    """What is wrong with a table, for people; no text of the table's values in it."""


def rule_of(table: Mapping[str, Any]) -> Rule:
    """One rule.

    Raises:
        Fault: what is wrong with it.
    """
    _known(table, _RULE)
    found: dict[str, Any] = {"id": _id(table), "pattern": _pattern(table)}
    for key in _WORDS:
        found[key] = _text(table, key)
    for key in _TEXTS:
        found[key] = texts(table, key)
    for key in _SWITCHES:
        if key in table:
            found[key] = _typed(table, key, bool, "true or false")
    for key, low, high in (("within", 0, 100), ("lines", 1, LINES_MAX)):
        if key in table:
            found[key] = _number(table, key, low, high, int)
    if "entropy" in table:
        found["entropy"] = float(_number(table, "entropy", 0, 8, int | float))
    if "severity" in table:
        found["severity"] = _choice(table, "severity", Severity)
    if "confidence" in table:
        found["confidence"] = _choice(table, "confidence", Confidence)
    _names(found, "checksum", CHECKSUMS)
    _names(found, "structure", STRUCTURES)
    for key in _PATTERNS:
        for pattern in found[key]:
            searchable(pattern, key)
    if found["path_pattern"]:
        searchable(found["path_pattern"], "path_pattern")
    found["title"] = found["title"] or found["id"].replace("-", " ")
    given = tuple(text.lower() for text in found["anchors"])
    found["anchors"] = given or anchors(found["pattern"])
    return Rule(**found)


def examples_of(table: Mapping[str, Any]) -> list[Example]:
    """The examples that the table of a rule has.

    Raises:
        Fault: they are no lists of texts.
    """
    name = _id(table)
    return [
        *(Example(name, text, finds=True) for text in texts(table, "finds")),
        *(Example(name, text, finds=False) for text in texts(table, "ignores")),
    ]


def allow_of(table: Mapping[str, Any], ids: Collection[str]) -> Allow:
    """One entry of what is no finding; `ids` are the rules there are.

    Raises:
        Fault: what is wrong with it.
    """
    lists = ("rules", "paths", "path_patterns", "values", "lines", "words", "commits")
    _known(table, {"reason", *lists})
    reason = _text(table, "reason")
    if not reason.strip():
        raise Fault("`reason` is missing: say why this is no finding")
    found = {key: texts(table, key) for key in lists}
    if not any(found[key] for key in lists[1:]):
        raise Fault(f"it says nothing of what is allowed: give one of {', '.join(lists[1:])}")
    for key in ("path_patterns", "values", "lines"):
        for pattern in found[key]:
            searchable(pattern, key)
    for name in found["rules"]:
        if name not in ids:
            raise Fault(f"there is no rule {name!r}")
    found["words"] = tuple(word.lower() for word in found["words"])
    if "" in (*found["words"], *found["commits"]):
        raise Fault("an empty text in `words` or `commits` would allow everything")
    return Allow(reason=reason, **found)


def searchable(pattern: str, key: str) -> None:
    """Check a pattern that is looked for in texts.

    Raises:
        Fault: it is no regular expression, or is not safe to run.
    """
    wrong: str | None
    try:
        re.compile(pattern.encode())
        wrong = bounds.trouble(pattern, empty=key == "reject_line")
    except (re.error, OverflowError, RecursionError) as error:
        wrong = str(error) if isinstance(error, re.error) else "it is too large"
    if wrong:
        raise Fault(f"`{key}`: {wrong}") from None


def texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts; empty when it isn't there.

    Raises:
        Fault: it is something else.
    """
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Fault(f"`{key}` is a list of texts")
    return tuple(value)


def _known(table: Mapping[str, Any], keys: Collection[str]) -> None:
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise Fault(f"unknown key {unknown[0]!r}; there are {', '.join(sorted(keys))}")


def _id(table: Mapping[str, Any]) -> str:
    name = table.get("id")
    if not isinstance(name, str) or not ID.fullmatch(name):
        raise Fault("`id` is a-z, 0-9 and single hyphens between them")
    return name


def _pattern(table: Mapping[str, Any]) -> str:
    composed = "names" in table or "value" in table
    if composed == ("pattern" in table):
        raise Fault("give either `pattern`, or `names` and `value`")
    if composed:
        parts = [_text(table, key) for key in ("names", "value")]
        if not all(parts):
            raise Fault("`names` and `value` go together")
        for key, part in zip(("names", "value"), parts, strict=True):
            searchable(part, key)
        pattern = assigned(*parts)
    else:
        pattern = _text(table, "pattern")
    searchable(pattern, "pattern")
    return pattern


def _text(table: Mapping[str, Any], key: str) -> str:
    return str(_typed(table, key, str, "a text")) if key in table else ""


def _typed(table: Mapping[str, Any], key: str, kind: Any, what: str) -> Any:
    value = table[key]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Fault(f"`{key}` is {what}")
    return value


def _number(table: Mapping[str, Any], key: str, low: int, high: int, kind: Any) -> Any:
    value = _typed(table, key, kind, f"a number from {low} to {high}")
    if not low <= value <= high:
        raise Fault(f"`{key}` is a number from {low} to {high}")
    return value


def _choice(table: Mapping[str, Any], key: str, kind: type[Severity] | type[Confidence]) -> Any:
    try:
        return kind(table[key])
    except ValueError:
        raise Fault(f"`{key}` is one of {', '.join(kind)}") from None


def _names(found: Mapping[str, Any], key: str, there: Mapping[str, Callable[..., Any]]) -> None:
    if found[key] and found[key] not in there:
        raise Fault(f"there is no {key} {found[key]!r}; there are {', '.join(sorted(there))}")


def refuse(where: str, fault: str) -> ConfigError:
    """The error for a rule file, `where` naming file and entry."""
    return ConfigError(
        "scan-rules-invalid",
        f"{where}: {fault}",
        fix="docs/spec/scan-rules.md has the format; `strongroom scan rules test FILE` checks a file",
    )
