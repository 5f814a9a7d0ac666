"""What the readers of other scanners' rule files share."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from strongroom.scan.model import Confidence
from strongroom.scan.ruleset import bounds
from strongroom.scan.ruleset.anchors import anchors
from strongroom.scan.ruleset.go_regex import Unsupported, over_lines, translate
from strongroom.scan.ruleset.model import Allow, Rule
from strongroom.scan.ruleset.read import Fault

LINES_OF_MANY: Final = 120  # of a rule that says it goes over lines
WITHIN_FILE: Final = 100  # lines; where they look in the whole file


class Foreign:
    """What was read; `notes` names each part that has no counterpart here, or another meaning.

    `lost` names what therefore finds nothing at all: rules that are left out.
    """

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        allows: Iterable[Allow] = (),
        notes: Iterable[str] = (),
        lost: Iterable[str] = (),
    ) -> None:
        self.rules = list(rules)
        self.allows = list(allows)
        self.notes = list(notes)
        self.lost = list(lost)

    def note(self, where: str, what: str) -> None:
        """Name a part that is not carried over."""
        self.notes.append(f"{where}: {what}")

    def lose(self, where: str, what: str) -> None:
        """Name a rule, or several, that are left out."""
        self.lost.append(f"{where}: left out: {what}")


def known(table: Mapping[str, Any], keys: Collection[str], where: str, found: Foreign) -> None:
    """Name what this reader does not know."""
    for key in sorted(set(table) - set(keys)):
        found.note(where, f"`{key}` is not known and does nothing")


def texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts, or one.

    Raises:
        Fault: it is something else.
    """
    value = table.get(key, [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Fault(f"`{key}` is a list of texts")
    return tuple(value)


def text(table: Mapping[str, Any], key: str) -> str:
    """A text, empty when it isn't there.

    Raises:
        Fault: it is something else.
    """
    value = table.get(key, "")
    if not isinstance(value, str):
        raise Fault(f"`{key}` is a text")
    return value


def number(table: Mapping[str, Any], key: str) -> float:
    """A number, 0 when it isn't there.

    Raises:
        Fault: it is something else.
    """
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault(f"`{key}` is a number")
    return value


def pattern_of(go: str, where: str, found: Foreign) -> str | None:
    """A pattern for `re`, or None with a note."""
    pattern, wrong = _pattern(go, 0)
    if wrong:
        found.note(where, f"left out, its pattern cannot be used here: {wrong}")
        return None
    return pattern


def _pattern(go: str, group: int) -> tuple[str, str]:
    """A pattern for `re`, or why there is none."""
    pattern, wrong = "", None
    try:
        pattern = translate(go, group)
        re.compile(pattern.encode())
        wrong = bounds.trouble(pattern)
    except Unsupported as error:
        wrong = str(error)
    except (re.error, OverflowError, RecursionError) as error:
        wrong = error.msg if isinstance(error, re.error) else "it is too large"
    return pattern, wrong or ""


def patterns_of(given: tuple[str, ...], where: str, found: Foreign) -> tuple[str, ...]:
    """Those of several that can be said."""
    kept = (pattern_of(one, where, found) for one in given)
    return tuple(one for one in kept if one is not None)


def rule_from(table: Mapping[str, Any], found: Foreign, group_key: str) -> Rule | None:
    """The parts of a rule that all of these formats share, or None with a note.

    Raises:
        Fault: a part is of the wrong kind.
    """
    name = text(table, "id")
    if not name:
        raise Fault("a rule has no `id`")
    where, go = f"rule {name}", text(table, "regex")
    if not go:
        found.lose(where, "it has no `regex`, and files are not judged by their name")
        return None
    pattern, wrong = _pattern(go, int(number(table, group_key)))
    if wrong:
        found.lose(where, f"its pattern cannot be used here: {wrong}")
        return None
    path = text(table, "path")
    rule = Rule(
        id=name,
        title=text(table, "description") or name,
        pattern=pattern,
        confidence=Confidence.MEDIUM,
        path_pattern=(pattern_of(path, where, found) or "") if path else "",
        lines=LINES_OF_MANY if over_lines(go) else 1,
        report=not table.get("skipReport", False),
    )
    return rule._replace(**_keywords(pattern, texts(table, "keywords")))


def _keywords(pattern: str, words: tuple[str, ...]) -> dict[str, Any]:
    """Their keywords are looked for in the whole file; ours stand in the lines of the match."""
    lower = tuple(word.lower() for word in words if word)
    implied = anchors(pattern)
    if not lower or (implied and all(any(w in text for w in lower) for text in implied)):
        return {"anchors": implied}
    return {"anchors": implied, "near": lower, "within": WITHIN_FILE}
