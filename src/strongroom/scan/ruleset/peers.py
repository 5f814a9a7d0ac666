"""A rule file of another scanner instead of ours: which one it is, and what it extends."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from strongroom.scan.ruleset import betterleaks, gitleaks, packed
from strongroom.scan.ruleset.foreign import Foreign, known, text, texts
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.ruleset.read import Fault, refuse

DEPTH_MAX: Final = 2  # files that extend files; gitleaks goes as far
_EXTEND: Final = frozenset({"useDefault", "path", "url", "disabledRules"})
_OF_BETTERLEAKS: Final = frozenset(
    {"filter", "prefilter", "valueGroup", "components", "validate", "confidence"}
)

Reader = Callable[[Path], Mapping[str, Any]]


def is_foreign(document: Mapping[str, Any]) -> bool:
    """Whether a file of rules is none of ours; ours never have these keys."""
    rules = document.get("rules")
    return (
        bool({"allowlist", "allowlists", "prefilter", "filter"} & set(document))
        or isinstance(document.get("extend"), dict)
        or (isinstance(rules, list) and any("regex" in _keys(rule) for rule in rules))
    )


def combine(document: Mapping[str, Any], path: Path, pack: RuleSet, reader: Reader) -> RuleSet:
    """The rules of the file and of those that it extends; `pack` is what its default stands for.

    Raises:
        ConfigError: `scan-rules-invalid`, naming the file; and what `reader` raises.
    """
    found = _read(document, path, pack, reader, 0)
    rules = tuple({rule.id: rule for rule in found.rules}.values())
    _alone(rules, found)
    lost = tuple(found.lost)
    return RuleSet(rules, packed.digest(rules), tuple(found.allows), (*lost, *found.notes), lost)


def _alone(rules: Sequence[Rule], found: Foreign) -> None:
    """Name the rules whose other half is not there; some need it."""
    there = {rule.id for rule in rules}
    for rule in rules:
        missing = [other for other in rule.pair if other not in there]
        if rule.pair_required and len(missing) == len(rule.pair) > 0:
            found.lose(f"rule {rule.id}", f"it needs {' or '.join(missing)}, which is not there")
            continue
        for other in missing:
            found.note(f"rule {rule.id}", f"there is no rule {other} for it to go with")


def _read(
    document: Mapping[str, Any], path: Path, pack: RuleSet, reader: Reader, depth: int
) -> Foreign:
    module = betterleaks if _is_betterleaks(document) else gitleaks
    try:
        found = module.read(document)
        extend = _extend(document)
        known(extend, _EXTEND, "`extend`", found)
        if "url" in extend:
            found.lose("`extend`", "`url` is not read: nothing is asked over a network")
        off = texts(extend, "disabledRules")
        base = text(extend, "path")
    except Fault as fault:
        raise refuse(str(path), str(fault)) from None
    below = Foreign()
    if extend.get("useDefault"):
        below.note("`extend`", "`useDefault` stands for the rules that are shipped with Strongroom")
        below.rules = list(pack.rules)
    if base and depth >= DEPTH_MAX:
        found.lose("`extend`", f"{base} is not read: files extend files {DEPTH_MAX} deep at most")
    elif base:
        file = path.parent / base
        below = _joined(below, _read(reader(file), file, pack, reader, depth + 1))
    return _over(below, found, off)


def _extend(document: Mapping[str, Any]) -> Mapping[str, Any]:
    extend = document.get("extend", {})
    if not isinstance(extend, dict):
        raise Fault("`extend` is a table")
    return extend


def _joined(one: Foreign, other: Foreign) -> Foreign:
    return Foreign(
        [*one.rules, *other.rules],
        [*one.allows, *other.allows],
        [*one.notes, *other.notes],
        [*one.lost, *other.lost],
    )


def _over(below: Foreign, above: Foreign, off: Sequence[str]) -> Foreign:
    there = {rule.id for rule in below.rules}
    for name in off:
        if name not in there:
            above.note("`disabledRules`", f"there is no rule {name}")
    kept = Foreign(
        [rule for rule in below.rules if rule.id not in off], below.allows, below.notes, below.lost
    )
    return _joined(kept, above)


def _is_betterleaks(document: Mapping[str, Any]) -> bool:
    rules = document.get("rules")
    each = [set(document), *(map(_keys, rules) if isinstance(rules, list) else ())]
    return any(_OF_BETTERLEAKS & keys for keys in each)


def _keys(table: object) -> set[str]:
    return set(table) if isinstance(table, dict) else set()
