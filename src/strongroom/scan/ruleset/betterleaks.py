"""Rule files of Betterleaks, read as they are. Source: its configuration, version 2.0.0.

Its filters are programs. Those that nearly all rules have, a limit of entropy and lists of
what is no secret joined by `||`, are carried over; of others each part is named.
"""

import re
from collections.abc import Iterator, Mapping
from math import inf, nextafter
from typing import Any, Final

from strongroom.scan.model import Confidence
from strongroom.scan.ruleset.foreign import (
    WITHIN_FILE,
    Foreign,
    known,
    patterns_of,
    rule_from,
    text,
)
from strongroom.scan.ruleset.gitleaks import tables
from strongroom.scan.ruleset.model import Allow, Rule
from strongroom.scan.ruleset.read import Fault

_TOP: Final = frozenset({"title", "description", "minVersion", "extend", "prefilter", "filter"})
_RULE: Final = frozenset(
    {"id", "description", "regex", "valueGroup", "secretGroup", "keywords", "path", "tags"}
    | {"confidence", "filter", "prefilter", "components", "skipReport", "specificity"}
)
_LIVE: Final = ("validate", "analyze", "revoke")
_ENTROPY: Final = re.compile(r'entropy\(finding\["secret"\]\) (<=?) ([0-9.]+)')
_ANY: Final = re.compile(
    r'(?P<call>matchesAny|containsAny)\((?:finding|attributes)\["(?P<of>secret|line|match|path)"\],'
    r"\s*\[(?P<list>.*)\]\s*\)",
    re.DOTALL,
)
_STRING: Final = re.compile(r'`([^`]*)`|"((?:[^"\\]|\\.)*)"')
_WITHIN: Final = re.compile(r"(\d+)L(?:,\d+C)?")
_NAMES: Final = {"tokenRatio": "tokenRatio(…)", "failsTokenEfficiency": "failsTokenEfficiency(…)"}


def read(document: Mapping[str, Any]) -> Foreign:
    """The rules and exceptions of one file, `extend` left aside.

    Raises:
        Fault: a part is of the wrong kind.
    """
    found = Foreign()
    known(document, _TOP | {"rules"}, "the file", found)
    for table in tables(document, "rules"):
        _rule(table, found)
    for key in ("prefilter", "filter"):
        where = f"`{key}` of the file"
        for term in _terms(text(document, key)):
            allow = _allow(term, where, (), found)
            if allow is not None:
                found.allows.append(allow)
    return found


def _rule(table: Mapping[str, Any], found: Foreign) -> None:
    where = f"rule {table.get('id')}"
    known(table, _RULE | set(_LIVE), where, found)
    for key in _LIVE:
        if key in table:
            found.note(where, f"`{key}` is not run: nothing is asked over a network")
    rule = rule_from(table, found, "valueGroup" if "valueGroup" in table else "secretGroup")
    if rule is None:
        return
    try:
        rule = rule._replace(confidence=Confidence(text(table, "confidence") or "medium"))
    except ValueError:
        raise Fault("`confidence` is high, medium or low") from None
    rule = _components(rule, tables(table, "components"), where, found)
    for key in ("filter", "prefilter"):
        for term in _terms(text(table, key)):
            rule = _filtered(rule, term, where, found)
    found.rules.append(rule)


def _components(rule: Rule, parts: list[dict[str, Any]], where: str, found: Foreign) -> Rule:
    if not parts:
        return rule
    lines = []
    for part in parts:
        said = _WITHIN.fullmatch(text(part, "within"))
        lines.append(int(said[1]) if said else WITHIN_FILE)
        if "C" in text(part, "within"):
            found.note(where, "a component's columns do nothing")
    required = [part for part in parts if not part.get("optional", False)]
    if len(required) > 1:
        found.note(where, "`components`: one of those that it names is enough here")
    pair = tuple(text(part, "id") for part in required or parts)
    return rule._replace(pair=pair, pair_required=bool(required), within=max(lines))


def _filtered(rule: Rule, term: str, where: str, found: Foreign) -> Rule:
    limit = _ENTROPY.fullmatch(term)
    if limit:
        least = float(limit[2]) if limit[1] == "<" else nextafter(float(limit[2]), inf)
        return rule._replace(entropy=max(rule.entropy, least))
    call = _ANY.fullmatch(term)
    patterns = _listed(call, where, found) if call else None
    if call is None or patterns is None:
        found.note(where, f"a part of its filter does nothing: {_named(term)}")
        return rule
    if call["of"] == "secret":
        return rule._replace(reject=(*rule.reject, *patterns))
    if call["of"] == "path":
        found.allows.append(Allow(f"{where} of Betterleaks", (rule.id,), path_patterns=patterns))
        return rule
    if call["of"] == "match":
        found.note(where, 'finding["match"] is asked of the whole line')
    return rule._replace(reject_line=(*rule.reject_line, *patterns))


def _allow(term: str, where: str, rules: tuple[str, ...], found: Foreign) -> Allow | None:
    call = _ANY.fullmatch(term)
    patterns = _listed(call, where, found) if call else None
    if call is None or not patterns:
        found.note(where, f"a part of it does nothing: {_named(term)}")
        return None
    key = {"secret": "values", "path": "path_patterns"}.get(call["of"], "lines")
    said: dict[str, Any] = {key: patterns}
    return Allow(f"{where} of Betterleaks", rules, **said)


def _listed(call: re.Match[str], where: str, found: Foreign) -> tuple[str, ...] | None:
    rest = _STRING.sub("", call["list"])
    if rest.strip(", \t\r\n"):
        return None  # a program, and no list of texts
    given = tuple(
        one[1] if one[1] is not None else one[2] for one in _STRING.finditer(call["list"])
    )
    if call["call"] == "containsAny":
        return tuple(re.escape(one) for one in given)
    return patterns_of(given, where, found)


def _named(term: str) -> str:
    """What a term is, without its texts."""
    for call, name in _NAMES.items():
        if term.startswith(call):
            return name
    return "an expression" if len(term) > len("expression") * 4 or "[" in term else term


def _terms(program: str) -> Iterator[str]:
    """The parts of a filter that `||` joins; all of it as one where it is more than that."""
    plain = _STRING.sub(lambda m: m[0].replace("//", "\0"), program)
    plain = re.sub(r"//[^\n]*", "", plain).replace("\0", "//").strip()
    if plain:
        yield from _split(plain)


def _split(program: str) -> Iterator[str]:
    bare = _STRING.sub(lambda m: "x" * len(m[0]), program)
    depth, start, cuts = 0, 0, []
    for at, letter in enumerate(bare):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and bare.startswith("||", at):
            cuts.append((start, at))
            start = at + 2
        if depth == 0 and (bare.startswith("&&", at) or letter in ";?"):
            yield program
            return
    for first, last in [*cuts, (start, len(program))]:
        term = " ".join(program[first:last].split()) if "[" not in program else program[first:last]
        term = term.strip()
        if term.startswith("(") and _closes(bare[first:last].strip()):
            yield from _split(term[1:-1].strip())
        elif term:
            yield _spaced(term)


def _closes(term: str) -> bool:
    """Whether the bracket that it begins with is closed at its end."""
    depth = 0
    for at, letter in enumerate(term):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return at == len(term) - 1
    return False


def _spaced(term: str) -> str:
    """One space around the comparison, as most have it."""
    return re.sub(r"\)\s*(<=?)\s*([0-9.]+)$", r") \1 \2", term)
