"""The texts one of which is in every match of a pattern, read from the pattern itself.

Written by hand they would be wrong after a change, and a wrong one loses findings.
"""

import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from itertools import product
from typing import Any, Final

CHARS_MIN: Final = 3  # shorter texts are everywhere, so looking for them first saves nothing
TEXTS_MAX: Final = 256
_CLASS_MAX: Final = 8  # `[ps]` is two texts; a larger class is no text


def anchors(pattern: str) -> tuple[str, ...]:
    """Lower-case texts, sorted; empty when the pattern has none of `CHARS_MIN` and more."""
    found = _best(parser.parse(pattern.encode()))
    if found is None or min(map(len, found)) < CHARS_MIN:
        return ()
    kept = [text for text in found if not any(o != text and o in text for o in found)]
    try:
        return tuple(sorted(text.encode("latin-1").decode() for text in kept))
    except UnicodeDecodeError:
        return ()  # it cuts a character in two


def _best(tree: Any) -> frozenset[str] | None:
    """The alternatives with the longest shortest text."""
    candidates: list[frozenset[str]] = []
    run: frozenset[str] = frozenset({""})
    for code, argument in tree:
        exact = _exact(code, argument)
        if exact is not None and len(run) * len(exact) <= TEXTS_MAX:
            run = frozenset(a + b for a, b in product(run, exact))
            continue
        lead = _lead(code, argument) if exact is None else None
        joined = lead is not None and len(run) * len(lead) <= TEXTS_MAX
        candidates.append(
            frozenset(a + b for a, b in product(run, lead)) if joined and lead else run
        )
        run = exact if exact is not None else frozenset({""})
        inner = _inner(code, argument) if exact is None else None
        if inner is not None:
            candidates.append(inner)
    candidates.append(run)
    good = [c for c in candidates if min(map(len, c)) > 0]
    return max(good, key=lambda c: (min(map(len, c)), -len(c), sorted(c)), default=None)


def _lead(code: Any, argument: Any) -> frozenset[str] | None:
    """What the alternatives of a group begin with: `A3T[0-9]` and `AKIA` share their `A` only."""
    if code is op.SUBPATTERN:
        inner = list(argument[3])
        return _lead(*inner[0]) if len(inner) == 1 else None
    if code is not op.BRANCH:
        return None
    leads: set[str] = set()
    for branch in argument[1]:
        texts: frozenset[str] = frozenset({""})
        for part in branch:
            exact = _exact(*part)
            if exact is None or len(texts) * len(exact) > TEXTS_MAX:
                break
            texts = frozenset(a + b for a, b in product(texts, exact))
        leads |= texts
    return frozenset(leads)


def _inner(code: Any, argument: Any) -> frozenset[str] | None:
    """What an element that is no plain text must contain."""
    if code is op.SUBPATTERN:
        return _best(argument[3])
    if code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        return _best(argument[2]) if argument[0] > 0 else None
    if code is op.ATOMIC_GROUP:
        return _best(argument)
    if code is op.BRANCH:
        parts = [_best(branch) for branch in argument[1]]
        union = frozenset().union(*(part or () for part in parts))
        return None if None in parts or len(union) > TEXTS_MAX else union
    return None


def _exact(code: Any, argument: Any) -> frozenset[str] | None:
    """Every text that the element can be, in lower case; None when they are many."""
    if code is op.LITERAL:
        return frozenset({_lower(argument)})
    if code is op.AT or code in {op.ASSERT, op.ASSERT_NOT}:
        return frozenset({""})
    if code is op.IN:
        return _class(argument)
    if code is op.SUBPATTERN:
        return _sequence(argument[3])
    if code is op.BRANCH:
        parts = [_sequence(branch) for branch in argument[1]]
        union = frozenset().union(*(part or () for part in parts))
        return None if None in parts or len(union) > TEXTS_MAX else union
    if code is op.MAX_REPEAT and argument[0] == argument[1] <= _CLASS_MAX:
        part = _sequence(argument[2])
        if part is None or len(part) ** argument[0] > TEXTS_MAX:
            return None
        return frozenset("".join(texts) for texts in product(part, repeat=argument[0]))
    return None


def _sequence(tree: Any) -> frozenset[str] | None:
    texts: frozenset[str] = frozenset({""})
    for code, argument in tree:
        exact = _exact(code, argument)
        if exact is None or len(texts) * len(exact) > TEXTS_MAX:
            return None
        texts = frozenset(a + b for a, b in product(texts, exact))
    return texts


def _class(items: Any) -> frozenset[str] | None:
    chars: set[str] = set()
    for code, argument in items:
        if code is op.LITERAL:
            chars.add(_lower(argument))
        elif code is op.RANGE and argument[1] - argument[0] < _CLASS_MAX:
            chars.update(_lower(c) for c in range(argument[0], argument[1] + 1))
        else:
            return None
    return frozenset(chars) if len(chars) <= _CLASS_MAX else None


def _lower(octet: int) -> str:
    """As one character of Latin-1; only ASCII has a lower case in bytes."""
    return chr(octet).lower() if octet < 0x80 else chr(octet)
