"""Whether a pattern is safe to run over anybody's text: no match may take exponential time.

`re` tries every way of cutting a text into the parts of a repeat. Where one text has many
cuts, such as in `(a+)+`, a line of 40 characters takes years. Such patterns are refused by
their form; the rule is stricter than it has to be, and says what to write instead.
"""

import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any, Final

CHARS_MAX: Final = 8192
REPEAT_FREE: Final = 3  # a repeat of up to so many times cannot explode
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT})
_ALL: Final = frozenset(range(256))


def trouble(pattern: str, *, empty: bool = False) -> str | None:
    """What is wrong with `pattern` beside its syntax, for people; None when nothing is.

    `empty`: it may match the empty text, as one that only looks ahead.

    Raises:
        re.error: it is no regular expression.
    """
    if len(pattern) > CHARS_MAX:
        return f"a pattern has at most {CHARS_MAX} characters"
    tree = parser.parse(pattern.encode())
    if not empty and tree.getwidth()[0] == 0:
        return "it matches the empty text, so it would match everywhere"
    if _explodes(tree):
        return (
            "a repeat inside of a repeat can match one text in many ways, which may take for ever; "
            "separate the parts by a character that the inner repeat cannot be"
        )
    return None


def _explodes(tree: Any) -> bool:
    for code, argument in tree:
        if code in _REPEATS and _times(argument) > REPEAT_FREE and _ambiguous(argument[2]):
            return True
        if any(_explodes(child) for child in _children(code, argument)):
            return True
    return False


def _times(argument: Any) -> int:
    return int(argument[1]) if argument[1] is not op.MAXREPEAT else 1 << 30


def _children(code: Any, argument: Any) -> list[Any]:
    if code is op.SUBPATTERN:
        return [argument[3]]
    if code in _REPEATS or code is op.POSSESSIVE_REPEAT:
        return [argument[2]]
    if code is op.BRANCH:
        return list(argument[1])
    if code in {op.ASSERT, op.ASSERT_NOT}:
        return [argument[1]]
    return [argument] if code is op.ATOMIC_GROUP else []


def _ambiguous(body: Any) -> bool:
    """Whether a repeated body might match one text in several ways."""
    elements = _flat(body)
    if _separated(elements):
        return False
    for code, argument in elements:
        if code is op.BRANCH:
            firsts = [_first(branch) for branch in argument[1]]
            if sum(map(len, firsts)) != len(frozenset().union(*firsts)):
                return True
            if any(_ambiguous(branch) for branch in argument[1]):
                return True
    variable = [(c, a) for c, a in elements if c in _REPEATS and a[0] != a[1]]
    if not variable:
        return False
    fixed = [_chars(c, a) for c, a in elements if c not in _REPEATS and c is not op.BRANCH]
    loose = frozenset().union(*(_any(argument[2]) for _, argument in variable))
    return not any(chars and not chars & loose for chars in fixed)


def _separated(elements: list[tuple[Any, Any]]) -> bool:
    """Whether a character that nothing else in it can be says where each round begins."""
    each = [_any([element]) for element in elements]
    return any(
        code not in _REPEATS
        and code is not op.BRANCH
        and chars
        and not any(chars & other for i, other in enumerate(each) if i != at)
        for at, ((code, _), chars) in enumerate(zip(elements, each, strict=True))
    )


def _flat(tree: Any) -> list[tuple[Any, Any]]:
    """The elements in a row, groups dissolved."""
    found: list[tuple[Any, Any]] = []
    for code, argument in tree:
        found += _flat(argument[3]) if code is op.SUBPATTERN else [(code, argument)]
    return found


def _first(tree: Any) -> frozenset[int]:
    """Octets that a text of `tree` may begin with."""
    found: frozenset[int] = frozenset()
    for code, argument in _flat(tree):
        if code is op.AT:
            continue
        if code is op.BRANCH:
            return found.union(*(_first(branch) for branch in argument[1]))
        if code in _REPEATS:
            found |= _first(argument[2])
            if argument[0] > 0:
                return found
            continue
        return found | _chars(code, argument)
    return found


def _any(tree: Any) -> frozenset[int]:
    """Octets that may be anywhere in a text of `tree`."""
    found: frozenset[int] = frozenset()
    for code, argument in _flat(tree):
        inner = _children(code, argument)
        found |= frozenset().union(*map(_any, inner)) if inner else _chars(code, argument)
    return found


def _chars(code: Any, argument: Any) -> frozenset[int]:
    """Octets of an element of one character; of what is not known here, all."""
    if code is op.LITERAL:
        return frozenset({argument})
    if code is op.NOT_LITERAL:
        return _ALL - {argument}
    if code is op.IN:
        return _class(argument)
    return frozenset() if code is op.AT else _ALL


def _class(items: Any) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    negated = False
    for code, argument in items:
        if code is op.NEGATE:
            negated = True
        elif code is op.LITERAL:
            found |= {argument}
        elif code is op.RANGE:
            found |= frozenset(range(argument[0], argument[1] + 1))
        else:
            found |= _CATEGORIES[argument]
    return _ALL - found if negated else found


_DIGIT: Final = frozenset(b"0123456789")
_SPACE: Final = frozenset(b" \t\n\r\f\v")
_WORD: Final = _DIGIT | frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CATEGORIES: Final = {
    op.CATEGORY_DIGIT: _DIGIT,
    op.CATEGORY_NOT_DIGIT: _ALL - _DIGIT,
    op.CATEGORY_SPACE: _SPACE,
    op.CATEGORY_NOT_SPACE: _ALL - _SPACE,
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_WORD: _ALL - _WORD,
}
