"""Text that stands encoded in other text, and how octets of it map back.

Two kinds of decoding. A run (base64, hex) is decoded as a whole, and what is found in it
stands where the run stands. Everything else is rewriting: escapes, entities, strings that
are joined, values of a Kubernetes Secret are replaced where they stand, in a window around
the sign that was seen, so that what is around them stays, and places stay exact.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from strongroom.scan.engine.matcher import Event
from strongroom.scan.engine.probes import CROSSINGS, OVER_LINES, Probe
from strongroom.scan.engine.structure import unbase64
from strongroom.scan.model import without

WINDOW: Final = 4096  # octets before and behind a sign that are rewritten
DOCUMENT: Final = 64 << 10  # the same, for a Kubernetes Secret
AROUND: Final = 512  # octets before and behind joined lines, in which others stay as they are
RUN_MAX: Final = 1 << 20  # octets of a run
RUN_MIN: Final = 16
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_HEX: Final = b"0123456789abcdefABCDEF"
_WRAPPED_MIN: Final = 40  # octets of a line of a run that goes over several
_NEXT_LINE: Final = re.compile(rb"(?:\r?\n|\\n)[ \t]*(?=[A-Za-z0-9+/])")
_PADDING: Final = re.compile(rb"=?=?")
_TEXT: Final = bytes(c for c in range(256) if 32 <= c < 127 or c in b"\t\r\n")
_CHECKED: Final = 48
_BEFORE_CROSSING: Final = frozenset(bytes([c]) for c in b"\"'`+.&<>|\\")  # what may end such a line
_LINES_BESIDE: Final = 4  # twice `look.NEAR_LINES`: a rule begins so far from what it is seen by
_TAIL: Final = 32  # octets before the end of a line in which what joins it with the next begins
_INDENT: Final = 128  # octets in which a joint that begins in a line goes on in the next


class Segment(NamedTuple):
    """Decoded text, and where it is from.

    `cuts` are pairs of (octet in `text`, octet in the data) where chunks begin, by turns ones
    that are the same in both and ones that were replaced; without, all of it stands at `start`
    to `end`.
    """

    text: bytes
    start: int
    end: int
    via: str
    cuts: tuple[tuple[int, int], ...] = ()
    until: int = 0  # signs before it stand for the same
    open: bool = False  # there are not enough lines beside the joined ones

    def __repr__(self) -> str:
        return without(self, "text")

    def changed(self) -> tuple[int, int] | None:
        """From the first to the last of the lines of `text` that are not as in the data; None: all."""
        if not self.cuts:
            return None
        end = self.text.find(b"\n", self.cuts[-1][0])
        return (
            self.text.rfind(b"\n", 0, self.cuts[1][0]) + 1,
            end + 1 if end >= 0 else len(self.text),
        )

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the data."""
        if not self.cuts:
            return self.start, self.end
        first = bisect_right(self.cuts, start, key=_octet) - 1
        last = bisect_left(self.cuts, end, key=_octet) - 1
        where, source = self.cuts[first]
        # Odd chunks were replaced: what is in one stands at all that it was made of.
        low = source if first % 2 else source + start - where
        where, source = self.cuts[last]
        return low, self.cuts[last + 1][1] if last % 2 else source + end - where


def _octet(cut: tuple[int, int]) -> int:
    return cut[0]


def segments(data: bytes, seen: Sequence[tuple[Event, Probe]]) -> Iterator[Segment]:
    """What the signs stand for, each once."""
    done: dict[Probe, int] = {}
    for event, probe in seen:
        if event.end <= done.get(probe, -1):
            continue
        if probe is Probe.BASE64 or probe is Probe.HEX:
            found = _run(data, event.end, probe)
        elif probe is Probe.KUBERNETES:
            found = _kubernetes(data, event.end)
        elif probe in OVER_LINES:
            found = _joined(data, *_chain(data, event.end, probe), probe)
        else:
            found = _rewritten(data, *_line(data, event.end), probe)
        if found is not None:
            done[probe] = found.until or found.end
            yield found


def runs(data: bytes) -> Iterator[Segment]:
    """Every run of base64 or hex that is long enough to hold a value, text or not."""
    for match in _ANY_RUN.finditer(data):
        raw = unbase64(match[0])
        if raw:
            yield Segment(raw, match.start(), match.end(), "base64")
        if len(match[0]) % 2 == 0 and not match[0].strip(_HEX):
            yield Segment(bytes.fromhex(match[0].decode()), match.start(), match.end(), "hex")


_ANY_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{%d,}={0,2}" % RUN_MIN)


def _run(data: bytes, at: int, probe: Probe) -> Segment | None:
    alphabet = _BASE64 if probe is Probe.BASE64 else _HEX
    low = max(0, at - RUN_MAX)
    start = low + len(data[low:at].rstrip(alphabet))
    end = _run_end(data, at, alphabet)
    for first, last in dict.fromkeys((_wrapped(data, start, end, alphabet), (start, end))):
        text = _unbroken(data[first:last])
        near = len(_unbroken(data[first:at]))
        raw = _unbase64_text(text, near) if probe is Probe.BASE64 else _unhex_text(text, near)
        if raw is not None and last - first >= RUN_MIN:
            padding = len(_PADDING.match(data, last)[0])  # type: ignore[index]
            return Segment(raw, first, last + padding, probe.value)
    return None


def _unbroken(lines: bytes) -> bytes:
    return b"".join(lines.replace(b"\\n", b"").split())


def _run_end(data: bytes, at: int, alphabet: bytes) -> int:
    behind = data[at : at + RUN_MAX]
    return at + len(behind) - len(behind.lstrip(alphabet))


def _wrapped(data: bytes, start: int, end: int, alphabet: bytes) -> tuple[int, int]:
    """With the lines before and behind, where it is broken into lines of one width."""
    width = end - start
    first = start
    while width >= _WRAPPED_MIN and first > max(0, start - RUN_MAX):
        before = data[max(0, first - 512) : first].rstrip(b" \t")
        line = before[:-1].removesuffix(b"\r")
        tail = len(line) - len(line.rstrip(alphabet))
        if before[-1:] != b"\n" or tail < _WRAPPED_MIN:
            break
        first -= len(data[max(0, first - 512) : first]) - len(line) + tail
        width = max(width, tail)
    last = end
    while last - start >= _WRAPPED_MIN and last < end + RUN_MAX:
        match = _NEXT_LINE.match(data, last)
        if match is None:
            break
        stop = _run_end(data, match.end(), alphabet)
        if stop - match.end() < 2 or data[stop : stop + 1] in {b":", b"."}:
            break
        last = stop
        if stop - match.end() < width:
            break
    return first, last


def _unbase64_text(text: bytes, near: int) -> bytes | None:
    """The octets, if they are text around `near`; what stands before a run may look like it."""
    for skipped in range(4):
        body = text[skipped:]
        raw = unbase64(body if len(body) % 4 != 1 else body[:-1])
        at = (near - skipped) * 3 // 4
        if raw is not None and _is_text(raw, at):
            clean = raw.translate(None, _TEXT)
            return raw if len(clean) * 8 <= len(raw) else raw[max(0, at - _CHECKED) :]
    return None


def _unhex_text(text: bytes, near: int) -> bytes | None:
    for skipped in range(2):
        body = text[skipped:]
        raw = bytes.fromhex(body[: len(body) // 2 * 2].decode())
        if _is_text(raw, (near - skipped) // 2):
            return raw
    return None


def _is_text(raw: bytes, at: int) -> bool:
    part = raw[max(0, at - _CHECKED // 2) : at + _CHECKED // 2]
    return bool(part) and len(part.translate(None, _TEXT)) * 8 <= len(part)


def _line(data: bytes, at: int) -> tuple[int, int]:
    low, high = max(0, at - WINDOW), min(len(data), at + WINDOW)
    return data.rfind(b"\n", low, at - 1) + 1 or low, _line_end(data, at - 1, high)


def _line_end(data: bytes, at: int, ceiling: int) -> int:
    newline = data.find(b"\n", at, ceiling)
    return newline if newline >= 0 else ceiling


def _chain(data: bytes, at: int, probe: Probe) -> tuple[int, int]:
    """From the first line to the end of the last of those that are joined with that of `at`.

    Each of them is joined with the next in a way that is a sign by itself: so what is joined
    depends on no line that is neither in it nor beside it.
    """
    floor, ceiling = max(0, at - WINDOW), min(len(data), at + WINDOW)
    low, high = _line(data, at)
    while low > floor and _crosses(data, low - 1, probe):
        low = data.rfind(b"\n", floor, low - 1) + 1 or floor
    while high < ceiling and _crosses(data, high, probe):
        high = _line_end(data, high + 1, ceiling)
    return low, high


def _crosses(data: bytes, newline: int, probe: Probe) -> bool:
    if data[max(0, newline - _TAIL) : newline].rstrip()[-1:] not in _BEFORE_CROSSING:
        return False
    joints = _CROSSINGS[probe].finditer(data, max(0, newline - _TAIL), newline + _INDENT)
    return any(joint.start() <= newline < joint.end() for joint in joints)


def _joined(data: bytes, low: int, high: int, probe: Probe) -> Segment | None:
    pattern, replace = _REWRITES[probe]
    found = _replaced(data, (low, high), _around(data, low, high), pattern, replace, probe.value)
    return found and found._replace(until=high, open=_is_open(data, low, high))


def _is_open(data: bytes, low: int, high: int) -> bool:
    """Whether fewer whole lines than a rule may look at are before or behind, up to an empty one."""
    for _ in range(_LINES_BESIDE):
        begin = data.rfind(b"\n", 0, max(0, low - 1)) + 1
        if low <= 0 or begin == low - 1:
            return True
        low = begin
    for _ in range(_LINES_BESIDE):
        begin = high + 1
        high = data.find(b"\n", begin)
        if begin >= len(data) or high == begin:
            return True
        high = high if high >= 0 else len(data)
    return False


def _around(data: bytes, low: int, high: int) -> tuple[int, int]:
    """With the whole lines before and behind: a part of one may look like something else."""
    floor, ceiling = low - AROUND, high + AROUND
    if floor > 0:
        floor = data.find(b"\n", floor - 1, low) + 1 or low
    if ceiling < len(data):
        ceiling = max(high, data.rfind(b"\n", high, ceiling + 1))
    return max(0, floor), min(len(data), ceiling)


def _rewritten(data: bytes, low: int, high: int, probe: Probe) -> Segment | None:
    return _replaced(data, (low, high), (low, high), *_REWRITES[probe], probe.value)


def _replaced(
    data: bytes,
    inside: tuple[int, int],
    around: tuple[int, int],
    pattern: re.Pattern[bytes],
    replace: Callable[[re.Match[bytes]], bytes],
    via: str,
) -> Segment | None:
    """What is `around`, rewritten where it is `inside`."""
    low, high = around
    text = bytearray()
    cuts = [(0, low)]
    at = low
    for match in pattern.finditer(data, *inside):
        text += data[at : match.start()]
        cuts.append((len(text), match.start()))
        text += replace(match)
        at = match.end()
        cuts.append((len(text), at))
    if len(cuts) == 1:
        return None
    return Segment(bytes(text) + data[at:high], low, high, via, tuple(cuts))


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[0][1:2]
    if code in b"ux":
        digits = match[0].lstrip(b"\\ux{").rstrip(b"}")
        return chr(int(digits, 16)).encode("utf-8", "replace") if digits else match[0]
    return {b"n": b"\n", b"r": b"", b"t": b"\t"}.get(code, code)


def _entity(match: re.Match[bytes]) -> bytes:
    return html.unescape(match[0].decode()).encode("utf-8", "replace")


_JOINT: Final = re.compile(
    rb"""(["'`])[ \t]*(?:\+|\.\.?|&|<>|\|\||,(?=\s*["'`][^"'`]{0,200}["'`]\s*\]))?[ \t]*\\?
    (?:\r?\n[ \t]*)?(?:\+|\.\.?|&|<>)?[ \t]*[fFrRbBuU@$]{0,2}\1""",
    re.VERBOSE,
)
_REWRITES: Final[dict[Probe, tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]]] = {
    Probe.ESCAPES: (
        re.compile(rb"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\})"), _unescape),
    Probe.JSON: (
        re.compile(rb"\\(?:u[0-9A-Fa-f]{4}|[\"\\/nrtbf])"), _unescape),
    Probe.PERCENT: (re.compile(rb"(?:%[0-9A-Fa-f]{2})+"), lambda m: unquote_to_bytes(m[0])),
    Probe.HTML: (re.compile(rb"&(?:#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|quot|amp|apos|lt|gt);"), _entity),
    Probe.JOIN: (_JOINT, lambda _: b""),
    Probe.CONTINUE: (re.compile(rb"[\\^`]\r?\n[ \t]*"), lambda _: b""),
}  # fmt: skip
_CROSSINGS: Final = {probe: re.compile(text.encode()) for probe, text in CROSSINGS.items()}
_SECRET_VALUE: Final = re.compile(
    rb"""(?<=[\s"':])[A-Za-z0-9+/]{4,}={0,2}(?=["']?[ \t\r]*(?:[,}\n]|\#|\Z))"""
)
_VALUE_OF: Final = re.compile(rb""":\s*["']?\Z""")


def _kubernetes(data: bytes, at: int) -> Segment | None:
    """The document, with the values of `data:` decoded where they are text."""
    low = max(0, at - DOCUMENT)
    low = max(low, data.rfind(b"\n---", low, at))
    high = min(len(data), at + DOCUMENT)
    end = data.find(b"\n---", at, high)
    high = end if end >= 0 else high
    if b"data" not in data[low:high]:
        return None
    bounds = (low, high)
    return _replaced(data, bounds, bounds, _SECRET_VALUE, _secret_value, Probe.KUBERNETES.value)


def _secret_value(match: re.Match[bytes]) -> bytes:
    before = match.string[max(0, match.start() - 16) : match.start()]
    raw = unbase64(match[0]) if _VALUE_OF.search(before) else None
    if raw is None or raw.translate(None, _TEXT) or len(raw) < 4:
        return match[0]
    plain = raw.rstrip(b"\r\n")
    return plain if before[-1:] in {b'"', b"'"} else b'"' + plain + b'"'
