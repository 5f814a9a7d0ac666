"""What the matcher looks for: the rules' own patterns, and signs of something encoded.

Numbers of rules are their places in the set; those of probes follow.
"""

from typing import Final

from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.ruleset.model import Rule, RuleSet

VERSION: Final = 1  # of what is made of a rule set; a compiled database of another is not used


def patterns(rules: RuleSet) -> list[Pattern]:
    """All that is looked for."""
    return [_pattern(i, rule) for i, rule in enumerate(rules.rules)]


def _pattern(ident: int, rule: Rule) -> Pattern:
    if rule.anchors or not rule.near:
        return Pattern(ident, rule.pattern, rule.anchors)
    # It has no text of its own, and needs a word near it: the word is looked for.
    return Pattern(ident, rule.pattern, tuple(w.lower() for w in rule.near), around=True)
