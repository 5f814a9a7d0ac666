"""What the matcher looks for: the rules' own patterns, and signs of something encoded.

Numbers of rules are their places in the set; those of probes follow, in their order.
"""

from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.engine.probes import ORDER, RUNS, SIGNS, codes
from strongroom.scan.ruleset.model import Rule, RuleSet


def patterns(rules: RuleSet, *, plain: bool = False) -> list[Pattern]:
    """All that is looked for; `plain` is for the matcher that runs one pattern at a time."""
    count = len(rules.rules)
    found = [_pattern(i, rule) for i, rule in enumerate(rules.rules)]
    encoded = {} if plain else codes(rules.rules)
    for ident, probe in enumerate(ORDER, start=count):
        if probe in SIGNS:
            found += [Pattern(ident, sign, exact=True) for sign in SIGNS[probe]]
        elif plain:
            found.append(Pattern(ident, RUNS[probe]))
        else:
            found += [Pattern(ident, code, literal=True) for code in encoded[probe]]
    return found


def _pattern(ident: int, rule: Rule) -> Pattern:
    if rule.anchors or not rule.near:
        one_line = rule.lines > 1 and bool(rule.anchors)
        return Pattern(ident, rule.pattern, rule.anchors, one_line=one_line)
    # It has no text of its own, and needs a word near it: the word is looked for.
    return Pattern(ident, rule.pattern, tuple(w.lower() for w in rule.near), around=True)
