"""The objects of a pack in families: each behind what it differs from.

A family is a version that is kept whole, and all that are kept as differences from it or from
one of those. In this order each is put together from one that was just there. The smaller
branch comes first, so that few versions are in memory at a time.
"""

import os
from array import array
from bisect import bisect_left
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

from strongroom.scan.sources.content import WINDOW
from strongroom.scan.sources.packs.index import Index, UnusualError

BASE_ONLY: Final = 0  # it is looked at elsewhere; others differ from it
COMMIT: Final = 1
BLOB: Final = 3
TAG: Final = 4
# Git's numbers for how an object is kept, besides its kind.
_BY_PLACE: Final = 6  # as a difference from what begins so many octets before
_BY_ID: Final = 7  # the same, by name: from what may lie behind it
_LEFT: Final = 5  # a number that git has no use for
_TREE: Final = 2
_ODD: Final = frozenset({0, _BY_ID})
_BITS_MAX: Final = 60  # of a size
_PACKED_MAX: Final = 2  # windows between two objects; more are no packed window
_MORE: Final = 0x7F  # an octet above it says that another follows
_OURS: Final = frozenset({COMMIT, BLOB, TAG})
_READ_OCTETS: Final = 1 << 20
_HEAD_OCTETS: Final = 32
# What one costs, in octets that are looked at.
_UNPACKED: Final = 4
_EACH: Final = 3000


@dataclass(frozen=True, slots=True)
class Share:
    """Families of one pack, object by object; picklable, some 40 octets for each.

    `kinds` are git's numbers or `BASE_ONLY`, `children` how many differ from each directly,
    `begins` and `ends` where its compressed octets are.
    """

    pack: Path
    width: int
    ids: bytes = field(repr=False)
    kinds: bytes = field(repr=False)
    children: "array[int]" = field(repr=False)
    begins: "array[int]" = field(repr=False)
    ends: "array[int]" = field(repr=False)

    def part(self, first: int, last: int) -> "Share":
        """Those from `first` to `last` (exclusive), which are whole families."""
        return Share(
            self.pack,
            self.width,
            self.ids[first * self.width : last * self.width],
            self.kinds[first:last],
            self.children[first:last],
            self.begins[first:last],
            self.ends[first:last],
        )


@dataclass(frozen=True, slots=True)
class Families:
    """All families of a pack as one share, what each costs, and what is left to git.

    `roots` are the numbers at which families begin, `costs` about the octets that are looked
    at in each, `left` raw ids.
    """

    share: Share
    roots: list[int] = field(repr=False)
    costs: list[int] = field(repr=False)
    left: list[bytes] = field(repr=False)


def families(pack: Path, index: Index, elsewhere: Container[bytes]) -> Families:
    """What `pack` has but trees; of what is `elsewhere` too, only what others differ from.

    Raises:
        UnusualError: the pack is not as its index says, or cannot be read.
    """
    try:
        if not pack.is_file():
            raise UnusualError("no file")
        with pack.open("rb", buffering=0) as file:
            length = file.seek(0, os.SEEK_END)
            all_ends = index.begins[1:]
            all_ends.append(max(0, length - index.width))
            heads = _heads(file.fileno(), index.begins, all_ends)
    except (OSError, IndexError, OverflowError) as error:
        raise UnusualError(type(error).__name__) from None
    order, children, roots = _in_families(heads)
    ids = index.ids(order)
    begins = array("Q", [heads.begins[i] for i in order])
    ends = array("Q", [all_ends[i] for i in order])
    share = Share(
        pack=pack,
        width=index.width,
        ids=b"".join(ids),
        kinds=bytes(
            [
                BASE_ONLY if oid in elsewhere else heads.kinds[i]
                for i, oid in zip(order, ids, strict=True)
            ]
        ),
        children=array("I", [len(children[i]) if i in children else 0 for i in order]),
        begins=begins,
        ends=ends,
    )
    cost = (_UNPACKED * (e - b) + _EACH for b, e in zip(begins, ends, strict=True))
    passed = array("Q", accumulate(cost, initial=0))
    bounds = [*roots, len(order)]
    costs = [passed[last] - passed[first] for first, last in pairwise(bounds)]
    left = [oid for oid in index.ids(heads.left) if oid not in elsewhere]
    return Families(share, roots, costs, left)


@dataclass(frozen=True, slots=True)
class _Heads:
    """Of each object its kind, the number of what it differs from or -1, where its data begins."""

    kinds: bytearray
    bases: "array[int]"
    begins: "array[int]"
    left: list[int]


def _heads(handle: int, places: "array[int]", ends: "array[int]") -> _Heads:
    count = len(places)
    heads = _Heads(bytearray(count), array("i", [-1]) * count, array("Q", [0]) * count, [])
    kinds, bases, begins = heads.kinds, heads.bases, heads.begins
    data, first, limit = b"", 0, 0
    for i, place in enumerate(places):
        if place >= limit:
            data, first = os.pread(handle, _READ_OCTETS, place), place
            limit = place + max(1, len(data) - _HEAD_OCTETS)
        at = place - first
        octet = data[at]
        at += 1
        kind = octet >> 4 & 7
        if kind == _TREE:
            kinds[i] = _TREE
            continue
        size, bits = octet & 15, 4
        while octet > _MORE:
            octet = data[at]
            at += 1
            size |= (octet & _MORE) << bits
            bits += 7
            if bits > _BITS_MAX:
                raise IndexError
        if kind == _BY_PLACE:
            octet = data[at]
            at += 1
            back = octet & _MORE
            while octet > _MORE:
                octet = data[at]
                at += 1
                back = (back + 1) << 7 | octet & _MORE
                if back > place:
                    raise IndexError
            base = bases[i] = bisect_left(places, place - back, 0, i)
            if places[base] != place - back:
                raise IndexError
            kind = kinds[base]
        begin = begins[i] = first + at
        odd = size >= WINDOW or not begin < ends[i] <= begin + _PACKED_MAX * WINDOW
        if kind in _ODD or (odd and kind in _OURS):
            kind = _LEFT
        if kind == _LEFT:
            heads.left.append(i)
        kinds[i] = kind
    return heads


def _in_families(heads: _Heads) -> tuple[list[int], dict[int, list[int]], list[int]]:
    """The numbers of all objects in order, the children of each, and where families begin."""
    bases = heads.bases
    children: dict[int, list[int]] = {}
    starts = []
    for i in [i for i, kind in enumerate(heads.kinds) if kind in _OURS]:
        if (base := bases[i]) < 0:
            starts.append(i)
        elif base in children:
            children[base].append(i)
        else:
            children[base] = [i]
    sizes = dict.fromkeys(children, 1)
    for base in sorted(sizes, reverse=True):  # each is behind what it differs from
        sizes[base] += sum([sizes.get(i, 1) for i in children[base]])
    order: list[int] = []
    roots: list[int] = []
    for start in starts:
        roots.append(len(order))
        waiting = [start]
        while waiting:
            i = waiting.pop()
            order.append(i)
            if i in children:
                those = children[i]
                if len(those) > 1:
                    those.sort(key=lambda child: sizes.get(child, 1), reverse=True)
                waiting += those
    return order, children, roots
