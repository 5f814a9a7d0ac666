"""Parts of a regular expression over bytes, of `re`'s own tree: what they may consist of."""

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any, Final

REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT})
LOOKS: Final = frozenset({op.ASSERT, op.ASSERT_NOT})
_ALL: Final = frozenset(range(256))
_SWAPPED: Final = bytes(range(256)).swapcase()


def tree_of(pattern: str) -> Any:
    """The tree of a pattern; what stands for both cases has both of them.

    Raises:
        re.error: it is no regular expression.
    """
    tree = parser.parse(pattern.encode())
    _both_cases(tree, bool(tree.state.flags & re.IGNORECASE))
    return tree


def _both_cases(tree: Any, ignore: bool) -> None:
    for at, (code, argument) in enumerate(tree):
        if code is op.SUBPATTERN:
            added, removed = argument[1] & re.IGNORECASE, argument[2] & re.IGNORECASE
            _both_cases(argument[3], bool(added) or (ignore and not removed))
            continue
        for child in children(code, argument):
            _both_cases(child, ignore)
        if ignore and code in {op.LITERAL, op.NOT_LITERAL, op.IN}:
            items = argument if code is op.IN else [(op.LITERAL, argument)]
            negated = code is op.NOT_LITERAL or items[0][0] is op.NEGATE
            listed = _class([item for item in items if item[0] is not op.NEGATE])
            listed |= {_SWAPPED[octet] for octet in listed}
            said = [(op.LITERAL, octet) for octet in sorted(_ALL - listed if negated else listed)]
            tree[at] = (op.IN, said)


def times(argument: Any) -> int:
    """How often a repeat repeats at most."""
    return int(argument[1]) if argument[1] is not op.MAXREPEAT else 1 << 30


def children(code: Any, argument: Any) -> list[Any]:
    """The trees inside of an element."""
    if code is op.SUBPATTERN:
        return [argument[3]]
    if code in REPEATS or code is op.POSSESSIVE_REPEAT:
        return [argument[2]]
    if code is op.BRANCH:
        return list(argument[1])
    if code in LOOKS:
        return [argument[1]]
    if code is op.GROUPREF_EXISTS:
        return [child for child in argument[1:] if child is not None]
    return [argument] if code is op.ATOMIC_GROUP else []


def flat(tree: Any) -> list[tuple[Any, Any]]:
    """The elements in a row, groups dissolved."""
    found: list[tuple[Any, Any]] = []
    for code, argument in tree:
        found += flat(argument[3]) if code is op.SUBPATTERN else [(code, argument)]
    return found


def first(tree: Any) -> frozenset[int]:
    """Octets that a text of `tree` may begin with."""
    found: frozenset[int] = frozenset()
    for code, argument in flat(tree):
        if code is op.AT:
            continue
        if code is op.BRANCH:
            found = found.union(*(first(branch) for branch in argument[1]))
            if all(branch.getwidth()[0] for branch in argument[1]):
                return found
            continue
        if code in REPEATS:
            found |= first(argument[2])
            if argument[0] > 0:
                return found
            continue
        return found | chars(code, argument)
    return found


def anywhere(tree: Any) -> frozenset[int]:
    """Octets that may be anywhere in a text of `tree`."""
    found: frozenset[int] = frozenset()
    for code, argument in flat(tree):
        inner = children(code, argument)
        found |= frozenset().union(*map(anywhere, inner)) if inner else chars(code, argument)
    return found


def chars(code: Any, argument: Any) -> frozenset[int]:
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
