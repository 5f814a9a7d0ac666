"""Whether repeats that stand in a row can share one text in too many ways.

A repeat that may end anywhere within what a later one matches too is a factor of the time that
`re` takes: it tries all the places. One such repeat without an end is allowed, and some with an
end; a second one without is not. Within a repeat none is, as each round would be a factor.
"""

import re._constants as op  # type: ignore[import-not-found]
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, NamedTuple

from strongroom.scan.ruleset.shape import (
    LOOKS,
    REPEATS,
    anywhere,
    chars,
    children,
    flat,
    times,
)

WAYS_MAX: Final = 1 << 20  # in which the repeats of one row can share a text
ROUNDS_FREE: Final = 3  # a repeat of up to so many times is like its text written as often
_LINE: Final = 4096  # octets of a long line: what a repeat without an end counts as
_STEPS_MAX: Final = 20_000  # of a pattern that people write, some hundreds
_SPLITS: Final = frozenset({op.BRANCH, op.GROUPREF_EXISTS})


def piled_up(tree: Any) -> bool:
    """Whether some text may take more than about the square of its length."""
    try:
        _Walk(WAYS_MAX).row(tree, [])
    except _TooMany:
        return True
    return False


class _TooMany(Exception):  # noqa: N818 - it never leaves the module
    """There are more ways than are allowed, and what comes after them may fail."""


class _Open(NamedTuple):
    """A repeat that a later one may share a text with.

    It can end at `ends` places; `ways` are those of all before it that share a text in a row.
    `between` are the elements after it that have to be passed.
    """

    body: Any
    octets: frozenset[int]
    ends: int
    ways: int
    between: tuple[tuple[Any, Any], ...] = ()


class _Walk:
    """Along a pattern, with the repeats that are still open."""

    def __init__(self, ways_max: int) -> None:
        self._ways_max = ways_max
        self._steps = 0

    def row(self, tree: Any, opened: list[_Open]) -> list[_Open]:
        """Those that are open behind `tree`, of those before it and its own.

        Raises:
            _TooMany: as it says.
        """
        for code, argument in flat(tree):
            self._steps += 1 + len(opened)
            if self._steps > _STEPS_MAX or (_may_fail(code, argument) and self.too_many(opened)):
                raise _TooMany
            opened = [*_passing(code, argument, opened), *self._fresh(code, argument, opened)]
        return opened

    def too_many(self, opened: Iterable[_Open]) -> bool:
        """Whether what comes next must not fail."""
        return any(one.ways > self._ways_max for one in opened)

    def _fresh(self, code: Any, argument: Any, opened: list[_Open]) -> list[_Open]:
        """Those that an element opens."""
        inner = children(code, argument)
        if code not in REPEATS and code not in _SPLITS:
            for child in inner:
                self.row(child, [])
            return []
        if code in REPEATS:
            varies = any(map(_varies, inner))
            if times(argument) > ROUNDS_FREE:
                _check_round(argument[2])
            if times(argument) > ROUNDS_FREE or not varies:
                return self._opening(argument, opened, varies=varies)
        ends = opened
        for _ in range(times(argument) if code in REPEATS else 1):
            ends = list(chain.from_iterable(self.row(child, ends) for child in inner))
        return _distinct(one for one in ends if all(one.body is not old.body for old in opened))

    def _opening(self, argument: Any, opened: list[_Open], *, varies: bool) -> list[_Open]:
        least, _, body = argument
        if least == times(argument) and not varies:
            return []
        ends = _LINE if varies else min(times(argument) - least + 1, _LINE)
        octets = anywhere(body)
        ways = max((one.ways * one.ends for one in opened if _share(one, body, octets)), default=1)
        if ways > self._ways_max and least > 1:
            raise _TooMany
        return [_Open(body, octets, ends, ways)]


def _check_round(body: Any) -> None:
    """Whether a round of a repeat, and what it ends with beside the next one, have one way only.

    Raises:
        _TooMany: they have more.
    """
    walk = _Walk(1)
    if walk.too_many(walk.row([*body, *body], [])):
        raise _TooMany


def _varies(tree: Any) -> bool:
    """Whether it has a repeat that can end at several places."""
    return any(
        (code in REPEATS and argument[0] != times(argument))
        or any(map(_varies, children(code, argument)))
        for code, argument in flat(tree)
    )


def _distinct(opened: Iterable[_Open]) -> list[_Open]:
    """Each once; trees are the same when they are one object."""
    return list(
        {
            (
                id(one.body),
                one.ways,
                *((code, id(argument)) for code, argument in one.between),
            ): one
            for one in opened
        }.values()
    )


def _share(one: _Open, body: Any, octets: frozenset[int]) -> bool:
    """Whether the text between two places where one repeat may end can be of both."""
    common = one.octets & octets
    return (
        bool(common)
        and _within(one.body, octets)
        and _within(body, one.octets)
        and all(_passes(code, argument, common) for code, argument in one.between)
    )


def _passing(code: Any, argument: Any, opened: list[_Open]) -> list[_Open]:
    """Those that are still open behind an element."""
    if _nullable(code, argument):
        return opened
    return [
        one
        if (code, argument) in one.between
        else one._replace(between=(*one.between, (code, argument)))
        for one in opened
        if _passes(code, argument, one.octets)
    ]


def _may_fail(code: Any, argument: Any) -> bool:
    return code is op.AT or code in LOOKS or not _nullable(code, argument)


def _nullable(code: Any, argument: Any) -> bool:
    """Whether an element can match the empty text; what only looks can, where it matches."""
    if code is op.AT or code in LOOKS:
        return True
    if code in REPEATS or code is op.POSSESSIVE_REPEAT:
        return argument[0] == 0 or _empty(argument[2])
    return any(map(_empty, children(code, argument)))


def _empty(tree: Any) -> bool:
    return all(_nullable(code, argument) for code, argument in flat(tree))


def _passes(code: Any, argument: Any, octets: frozenset[int]) -> bool:
    """Whether an element can match some text of these octets only, be it empty."""
    if _nullable(code, argument):
        return True
    inner = children(code, argument)
    if inner:
        return any(_within(child, octets) for child in inner)
    return bool(chars(code, argument) & octets)


def _within(tree: Any, octets: frozenset[int]) -> bool:
    return all(_passes(code, argument, octets) for code, argument in flat(tree))
