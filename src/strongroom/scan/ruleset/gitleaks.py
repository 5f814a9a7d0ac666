"""Rule files of gitleaks, read as they are. Source: its README, "Configuration", version 8.30."""

from collections.abc import Mapping
from typing import Any, Final

from strongroom.scan.ruleset.foreign import (
    WITHIN_FILE,
    Foreign,
    known,
    number,
    patterns_of,
    rule_from,
    text,
    texts,
)
from strongroom.scan.ruleset.model import Allow
from strongroom.scan.ruleset.read import Fault

_TOP: Final = frozenset(
    {"title", "description", "minVersion", "extend", "allowlist", "allowlists", "rules"}
)
_RULE: Final = frozenset(
    {"id", "description", "regex", "secretGroup", "entropy", "keywords", "path", "tags"}
    | {"allowlist", "allowlists", "skipReport", "required"}
)
_ALLOW: Final = frozenset(
    {"description", "condition", "commits", "paths", "regexes", "regexTarget", "stopwords"}
    | {"targetRules"}
)


def read(document: Mapping[str, Any]) -> Foreign:
    """The rules and exceptions of one file, `extend` left aside.

    Raises:
        Fault: a part is of the wrong kind.
    """
    found = Foreign()
    known(document, _TOP, "the file", found)
    for table in tables(document, "rules"):
        _rule(table, found)
    for table in [*tables(document, "allowlists"), *_one(document, "allowlist")]:
        found.allows += _allow(table, "the global allowlist", (), found)
    return found


def tables(document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of tables, empty when it isn't there.

    Raises:
        Fault: it is something else.
    """
    value = document.get(key, [])
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise Fault(f"`{key}` is a list of tables")
    return value


def _one(document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = document.get(key)
    if value is not None and not isinstance(value, dict):
        raise Fault(f"`{key}` is a table")
    return [] if value is None else [value]


def _rule(table: Mapping[str, Any], found: Foreign) -> None:
    where = f"rule {table.get('id')}"
    known(table, _RULE, where, found)
    rule = rule_from(table, found, "secretGroup")
    if rule is None:
        return
    rule = rule._replace(entropy=float(number(table, "entropy")))
    required = tables(table, "required")
    if required:
        ids = tuple(text(one, "id") for one in required)
        lines = [int(number(one, "withinLines")) for one in required]
        rule = rule._replace(pair=ids, pair_required=True, within=max(lines) or WITHIN_FILE)
        if len(ids) > 1:
            found.note(where, "`required`: one of the rules that it names is enough here")
        if any("withinColumns" in one for one in required):
            found.note(where, "`withinColumns` does nothing")
    found.rules.append(rule)
    for entry in [*tables(table, "allowlists"), *_one(table, "allowlist")]:
        found.allows += _allow(entry, where, (rule.id,), found)


def _allow(
    table: Mapping[str, Any], where: str, rules: tuple[str, ...], found: Foreign
) -> list[Allow]:
    known(table, _ALLOW, f"{where}, allowlist", found)
    target = text(table, "regexTarget") or "secret"
    if target not in {"secret", "match", "line"}:
        raise Fault("`regexTarget` is secret, match or line")
    if target == "match" and "regexes" in table:
        found.note(where, "`regexTarget` match is asked of the whole line")
    key = "values" if target == "secret" else "lines"
    said: dict[str, tuple[str, ...]] = {
        "commits": texts(table, "commits"),
        "path_patterns": patterns_of(texts(table, "paths"), f"{where}, allowlist", found),
        key: patterns_of(texts(table, "regexes"), f"{where}, allowlist", found),
        "words": tuple(word.lower() for word in texts(table, "stopwords") if word),
    }
    parts = {name: values for name, values in said.items() if values}
    reason = text(table, "description") or f"{where} of gitleaks allows it"
    aim = rules or texts(table, "targetRules")
    condition = (text(table, "condition") or "or").lower()
    if condition in {"and", "&&"}:
        whole = Allow(reason=reason, rules=aim, **parts)
        return [whole] if parts else []
    if condition not in {"or", "||"}:
        raise Fault("`condition` is OR or AND")
    return [Allow(reason, rules=aim, **{name: values}) for name, values in parts.items()]
