"""The texts one of which every match of a pattern begins with, where it has such.

`re` tries each of many alternatives at each octet; a plain search for their beginnings passes
over a text a hundred times as fast, and only where one is must the pattern be tried.
"""

import re

# The standard library has no other parser of its own syntax; it is there since 3.11.
import re._constants as op  # type: ignore[import-not-found,unused-ignore]
import re._parser as parser  # type: ignore[import-not-found,unused-ignore]
from collections.abc import Callable, Sequence
from typing import Any, Final

TEXTS_MAX: Final = 64  # each is looked for by itself
FEW: Final = 4  # texts that are looked for one by one
LONG: Final = 12  # octets after which a text is not made longer
_CLASS_MAX: Final = 4
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_EMPTY: Final = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT})


def starts(pattern: bytes) -> tuple[bytes, ...]:
    """In lower case, none of which begins with another; empty when there is none or too many."""
    texts, _ = _sequence(parser.parse(pattern))
    if not all(texts) or len(texts) > 2 * TEXTS_MAX:
        return ()
    first = [t for t in texts if not any(o != t and t.startswith(o) for o in texts)]
    return tuple(sorted(first)) if len(first) <= TEXTS_MAX else ()


def finder(texts: Sequence[bytes]) -> Callable[[bytes], list[int]]:
    """A function that says where one of `texts` begins in something in lower case, in order."""
    if len(texts) > FEW:
        search = re.compile(_tree(texts)).search

        def by_letters(lower: bytes) -> list[int]:
            found: list[int] = []
            match = search(lower)
            while match:
                at = match.start()
                found.append(at)
                match = search(lower, at + 1)
            return found

        return by_letters

    def one_by_one(lower: bytes) -> list[int]:
        found: list[int] = []
        find = lower.find
        for text in texts:
            at = find(text)
            while at >= 0:
                found.append(at)
                at = find(text, at + 1)
        found.sort()
        return found

    return one_by_one


def _tree(texts: Sequence[bytes]) -> bytes:
    """A pattern for any of `texts`: no octet is looked at twice."""
    below: dict[bytes, list[bytes]] = {}
    for text in texts:
        below.setdefault(text[:1], []).append(text[1:])
    ways = [
        re.escape(first) + (_tree(rest) if len(rest) > 1 else re.escape(rest[0]))
        for first, rest in below.items()
    ]
    return b"(?:" + b"|".join(ways) + b")"


_Texts = frozenset[bytes]
_NOTHING: Final[_Texts] = frozenset({b""})


def _sequence(tree: Any) -> tuple[_Texts, bool]:
    """What it begins with, and whether that is all of it."""
    texts = _NOTHING
    for code, argument in tree:
        if texts != _NOTHING and code in _REPEATS and not argument[0]:
            return texts, False  # what is there says enough
        more, whole = _one(code, argument)
        if len(texts) * len(more) > 2 * TEXTS_MAX:
            return texts, False
        texts = frozenset(a + b for a in texts for b in more)
        if not whole or max(map(len, texts)) >= LONG:
            return texts, False
    return texts, True


def _one(code: Any, argument: Any) -> tuple[_Texts, bool]:
    if code in _EMPTY:
        return _NOTHING, True
    if code is op.LITERAL:
        return frozenset({bytes([argument]).lower()}), True
    if code is op.SUBPATTERN:
        return _sequence(argument[3])
    if code is op.ATOMIC_GROUP:
        return _sequence(argument)
    if code is op.BRANCH:
        found = [_sequence(branch) for branch in argument[1]]
        return frozenset().union(*(texts for texts, _ in found)), all(whole for _, whole in found)
    if code is op.IN and len(argument) <= _CLASS_MAX and all(c is op.LITERAL for c, _ in argument):
        return frozenset(bytes([octet]).lower() for _, octet in argument), True
    if code in _REPEATS and argument[0]:
        return _sequence(argument[2])[0], False
    if code in _REPEATS and argument[1] == 1:  # it is there or not
        texts, whole = _sequence(argument[2])
        return (texts | _NOTHING, True) if whole else (_NOTHING, False)
    return _NOTHING, False
