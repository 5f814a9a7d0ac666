"""A version as what differs from another: put together, and which of its lines are new.

The format is `gitformat-pack` of git, "Deltified representation".
"""

from typing import Final

# Lines on both sides of what is new. A rule of two lines is looked for in two before and behind its sign.
NEIGHBOURS: Final = 4
_MORE_LINES: Final = (False,) * NEIGHBOURS
_LINES: Final = (*_MORE_LINES, True)  # with its own
_CLOSE: Final = 160  # octets, about what the lines between them have
_COPY: Final = 0x80
_WHOLE_BLOCK: Final = 0x10000
_SHIFT_MAX: Final = 56  # bits of a size


def sizes(delta: bytes) -> tuple[int, int, int]:
    """How many octets the other version has, how many this one, and where the steps begin.

    Raises:
        IndexError: it ends early.
        ValueError: a size is beyond anything.
    """
    at = 0
    found = []
    for _ in range(2):
        size = shift = 0
        while True:
            octet = delta[at]
            at += 1
            size |= (octet & 0x7F) << shift
            shift += 7
            if octet < _COPY:
                break
            if shift > _SHIFT_MAX:
                raise ValueError
        found.append(size)
    return found[0], found[1], at


def apply(base: bytes, delta: bytes, at: int, size: int) -> tuple[bytes, list[int]]:
    """The version of `size` octets that `delta` from `at` on makes of `base`, and its new spans.

    Spans are first and last (exclusive) octets by turns. An empty one is a seam: what was
    apart in `base` meets there. Close ones are one: there may be two million.

    Raises:
        IndexError: it ends early.
        ValueError: git would not take it; no more than was said is made of it.
    """
    parts: list[bytes] = []
    spans: list[int] = []
    put = parts.append
    length = follows = 0  # octets made so far; where in `base` nothing new would go on
    first, last = 0, -_CLOSE  # the newest span, not noted yet; at first one of nothing
    end, held = len(delta), len(base)
    while at < end:
        step = delta[at]
        at += 1
        if step < _COPY:
            if not step:
                raise ValueError
            if length - last >= _CLOSE:
                spans += (first, last)
                first = length
            put(delta[at : at + step])
            at += step
            length += step
            last = length
            follows = -1
            continue
        start = octets = 0
        if step & 0x01:
            start = delta[at]
            at += 1
        if step & 0x02:
            start |= delta[at] << 8
            at += 1
        if step & 0x04:
            start |= delta[at] << 16
            at += 1
        if step & 0x08:
            start |= delta[at] << 24
            at += 1
        if step & 0x10:
            octets = delta[at]
            at += 1
        if step & 0x20:
            octets |= delta[at] << 8
            at += 1
        if step & 0x40:
            octets |= delta[at] << 16
            at += 1
        octets = octets or _WHOLE_BLOCK
        if start != follows and follows >= 0:  # behind new octets the seam is noted already
            if length - last >= _CLOSE:
                spans += (first, last)
                first = length
            last = length
        follows = start + octets
        length += octets
        if length > size or follows > held:
            raise ValueError
        put(base[start:follows])
    if at != end or length != size:
        raise ValueError
    spans += (first, last)
    if 0 <= follows != held:
        spans += (length, length)
    return b"".join(parts), spans[2:]


def new_lines(data: bytes, spans: list[int]) -> bytes:
    """The lines that `spans` touch, whole, with `NEIGHBOURS` more on both sides, each once.

    Between those that are apart stands an empty line.
    """
    find, rfind = data.find, data.rfind
    found: list[bytes] = []
    given = i = 0
    count, size = len(spans), len(data)
    while i < count:
        low, high = spans[i], spans[i + 1]
        i += 2
        high = find(b"\n", high) + 1 or size
        while i < count and spans[i + 1] < high:  # in its own line: it has the same around it
            i += 2
        for _ in _LINES:
            low = rfind(b"\n", given, low)
            if low < 0:
                low = given - 1
                break
        for _ in _MORE_LINES:
            if high == size:
                break
            high = find(b"\n", high) + 1 or size
        low += 1
        if low < high:
            if low > given and given:
                found.append(b"\n")
            found.append(data[low:high])
            given = high
    return b"".join(found)
