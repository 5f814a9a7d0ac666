"""Whether a pattern is safe to run over anybody's text: no match may take exponential time.

`re` tries every way of cutting a text into the parts of a repeat. Where one text has many
cuts, such as in `(a+)+`, a line of 40 characters takes years. Such patterns are refused by
their form; the rule is stricter than it has to be, and says what to write instead.
"""

import re._constants as op  # type: ignore[import-not-found]
from typing import Any, Final

from strongroom.scan.ruleset.overlaps import piled_up
from strongroom.scan.ruleset.shape import (
    REPEATS,
    anywhere,
    chars,
    children,
    first,
    flat,
    times,
    tree_of,
)

CHARS_MAX: Final = 8192
REPEAT_FREE: Final = 3  # a repeat of up to so many times cannot explode


def trouble(pattern: str, *, empty: bool = False) -> str | None:
    """What is wrong with `pattern` beside its syntax, for people; None when nothing is.

    `empty`: it may match the empty text, as one that only looks ahead.

    Raises:
        re.error: it is no regular expression.
    """
    if len(pattern) > CHARS_MAX:
        return f"a pattern has at most {CHARS_MAX} characters"
    tree = tree_of(pattern)
    if not empty and tree.getwidth()[0] == 0:
        return "it matches the empty text, so it would match everywhere"
    if _explodes(tree):
        return (
            "a repeat inside of a repeat can match one text in many ways, which may take for ever; "
            "separate the parts by a character that the inner repeat cannot be"
        )
    if piled_up(tree):
        return (
            "several repeats in a row can share one text in many ways, which may take for ever; "
            "make one repeat of them, or separate them by a character that they cannot be"
        )
    return None


def _explodes(tree: Any) -> bool:
    for code, argument in tree:
        if code in REPEATS and times(argument) > REPEAT_FREE and _ambiguous(argument[2]):
            return True
        if any(_explodes(child) for child in children(code, argument)):
            return True
    return False


def _ambiguous(body: Any) -> bool:
    """Whether a repeated body might match one text in several ways."""
    elements = flat(body)
    if _separated(elements):
        return False
    for code, argument in elements:
        if code is op.BRANCH:
            firsts = [first(branch) for branch in argument[1]]
            if sum(map(len, firsts)) != len(frozenset().union(*firsts)):
                return True
            if any(_ambiguous(branch) for branch in argument[1]):
                return True
    variable = [(c, a) for c, a in elements if c in REPEATS and a[0] != a[1]]
    if not variable:
        return False
    fixed = [chars(c, a) for c, a in elements if c not in REPEATS and c is not op.BRANCH]
    loose = frozenset().union(*(anywhere(argument[2]) for _, argument in variable))
    return not any(chars and not chars & loose for chars in fixed)


def _separated(elements: list[tuple[Any, Any]]) -> bool:
    """Whether a character that nothing else in it can be says where each round begins."""
    each = [anywhere([element]) for element in elements]
    return any(
        code not in REPEATS
        and code is not op.BRANCH
        and chars
        and not any(chars & other for i, other in enumerate(each) if i != at)
        for at, ((code, _), chars) in enumerate(zip(elements, each, strict=True))
    )
