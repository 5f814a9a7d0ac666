"""What the matcher looks for: the rules' own patterns, and signs of something encoded.

Numbers of rules are their places in the set; those of probes follow.
"""

from typing import Final

from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.ruleset.model import RuleSet

VERSION: Final = 1  # of what is made of a rule set; a compiled database of another is not used


def patterns(rules: RuleSet) -> list[Pattern]:
    """All that is looked for."""
    return [Pattern(i, rule.pattern, rule.anchors) for i, rule in enumerate(rules.rules)]
