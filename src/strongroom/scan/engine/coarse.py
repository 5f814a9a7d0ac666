"""From a rule's pattern to a coarser one that the matcher runs faster.

What matches the rule contains a match of the coarse pattern, which ends in the same line or,
for rules of several lines, near its beginning. Of the pattern that part is kept which says
most: from its first literal text until enough is said. Counted repeats, which make automata
large, lose their upper bound in the middle and are cut short at the end; look-around is left
out. Seven hundred rules compile in one second so, not in twenty, and match ten times faster.
"""

import re

# The standard library has no other parser of its own syntax; it is there since 3.11.
import re._constants as op  # type: ignore[import-not-found,unused-ignore]
import re._parser as parser  # type: ignore[import-not-found,unused-ignore]
from collections.abc import Iterable, Iterator, Sequence
from math import exp, log
from typing import Any, Final, NamedTuple, TypeAlias

LITERAL_MIN: Final = 3  # octets of one literal text that make a good beginning
RARE: Final = 5  # octets of a text that is looked for alone, where it is no common word
LONG: Final = 8  # octets after which a text is not made longer
HEADS_MAX: Final = 64
FEW: Final = 4  # texts that are looked for in place of one that is common
ENOUGH: Final = 16  # octets behind it that are looked at
ENOUGH_OF_NOTHING: Final = 16  # the same, where no literal text is long
LOOKED_AT: Final = 8  # octets by which beginnings are compared
BOUND_MAX: Final = 200  # of a repeat whose bound is kept; each step of it is a state
RARE_BONUS: Final = 12  # a word that can be looked for alone
COUNT_FREE: Final = 3  # repeats up to so often are left as they are
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_ASSERTS: Final = frozenset({op.ASSERT, op.ASSERT_NOT})
_AT: Final = {
    op.AT_BEGINNING: "^",
    op.AT_BEGINNING_STRING: "^",
    op.AT_END: "$",
    op.AT_END_STRING: "$",
    op.AT_BOUNDARY: r"\b",
    op.AT_NON_BOUNDARY: r"\B",
}
_CATEGORY: Final = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
# Of each octet, where letters of one kind are alike: in Python's standard library.
_FREQUENCY: Final = {
    bytes([c]): each
    for letters, each in ((b"abcdefghijklmnopqrstuvwxyz", 0.024), (b"0123456789", 0.002),
                          (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0.002), (b"_", 0.02), (b" ", 0.2),
                          (b".:=/-(),'\"", 0.01), (b"|~*+@#$%&;!?[]{}<>^`\\", 0.001))
    for c in letters
}  # fmt: skip
# More than twenty times in a megabyte of it.
COMMON: Final = frozenset(
    [
        "string",
        "value",
        "token",
        "service",
        "connect",
        "access",
        "status",
        "account",
        "metal",
        "license",
        "certificate",
        "here",
        "credential",
        "session",
        "channel",
        "secret",
        "storage",
        "split",
        "encryption",
        "subscription",
        "admin",
        "private",
        "cognito",
        "segment",
        "integration",
        "customer",
        "password",
        "mysql",
        "shared",
        "master",
        "signing",
        "cookie",
        "authorize",
        "algorithm",
        "routing",
        "runner",
        "authorization",
        "studio",
        "client",
        "server",
        "database",
        "hostname",
        "username",
        "https",
        "http",
        "passwd",
        "default",
        "project",
        "public",
        "config",
        "github",
        "google",
        "context",
        "module",
        "import",
        "iterable",
        "notify",
        "sentry",
        "exchange",
        "center",
        "cloud",
        "database",
        "bootstrap",
        "registry",
        "collector",
        "optimize",
        "conda",
        "spaces",
        "variable",
        "basic",
    ]
)
_FREQUENCIES: Final[dict[str, float]] = {}
_SEAM: Final = ")(?i:"  # between octets of one text without case
_ANYTHING: Final = r"[\x00-\xff]*"


class _Part(NamedTuple):
    """An element of the pattern in a row of such, groups dissolved."""

    code: Any
    argument: Any
    flags: int


def coarse(pattern: str, *, one_line: bool = False) -> tuple[str, ...]:
    """The coarse patterns, one of which is in each match; in `re`'s and Vectorscan's syntax.

    `^` and `$` are of lines. With `one_line` what they match is in one line, whatever is in
    others; there are none where nothing in one line says enough.

    Raises:
        re.error: `pattern` is no regular expression.
    """
    tree = parser.parse(pattern.encode())
    parts = _flat(tree, tree.state.flags)
    if one_line:
        parts = min(_runs(parts), key=_best, default=[])
    if not parts:
        return () if one_line else ("",)
    first = min(range(len(parts)), key=lambda i: _worth(parts[i:]))
    first += parts[first].code is op.AT and first + 1 < len(parts)
    heads, used = _heads(parts[first:])
    rest = parts[first + used :]
    shortest = min(map(len, heads))
    if one_line and shortest < LITERAL_MIN:
        return ()
    enough = 0
    if shortest < RARE or _are_common(heads):
        enough = ENOUGH if shortest >= LITERAL_MIN else ENOUGH_OF_NOTHING
    kept = _kept(rest, enough)
    before = ""
    if shortest < RARE and first and _is_whole(parts[first]):
        missing = enough - shortest - sum(map(_width, kept))
        before = _text([p] if (p := _before(parts[first - 1], missing)) else [])
    tail = _bounded(kept[0]) + _text(kept[1:]) if kept else ""
    return tuple(sorted({before + _text(head) + tail for head in heads}))


def _runs(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """What of them stands in one line: it is cut where a line may end."""
    run: list[_Part] = []
    for part in parts:
        if not _may_end_line(part):
            run.append(part)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _may_end_line(part: _Part) -> bool:
    code, argument, flags = part
    if code is op.AT or code in _ASSERTS:
        return False
    if code is op.BRANCH:
        return any(_may_end_line(p) for branch in argument[1] for p in _flat(branch, flags))
    if code in _REPEATS:
        return any(map(_may_end_line, _flat(argument[2], flags)))
    if code in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
        return re.fullmatch(_one(part).encode(), b"\n") is not None
    return True  # a back reference, or what is not known here


def _best(parts: Sequence[_Part]) -> tuple[bool, float]:
    """How good a run is, less is better: whether it is no more than a common word, and its worth."""
    first = min(range(len(parts)), key=lambda i: _worth(parts[i:]))
    heads, used = _heads(parts[first:])
    behind = sum(map(_width, parts[first + used :]))
    return behind < ENOUGH and _are_common(heads), _worth(parts[first:])


def _bounded(part: _Part) -> str:
    """What stands right behind a beginning; of nearly anything no more than the pattern allows.

    Else the matcher would follow each beginning to the end of its line, however long that is.
    """
    code, argument, flags = part
    if code not in _REPEATS or not 1 < argument[1] <= BOUND_MAX:
        return _text([part])
    inner = _flat(argument[2], flags)
    if len(inner) != 1 or not _is_wide(inner[0]):
        return _text([part])
    return f"(?:{_text(inner)}){{{argument[0]},{argument[1]}}}"


def _is_wide(part: _Part) -> bool:
    """Whether it is any octet but a few."""
    negated = part.code is op.IN and part.argument[0][0] is op.NEGATE
    return negated or part.code in {op.ANY, op.NOT_LITERAL}


def _before(part: _Part, missing: int) -> _Part | None:
    """What stands before the beginning, where it says something or costs nothing."""
    return part if part.code is op.AT else _cut(part, missing) if missing > 0 else None


def _word(head: Sequence[_Part]) -> str:
    return "".join(chr(part.argument) for part in head).lower()


def _is_common(word: str) -> bool:
    """Whether it is a common word, most of one, or one with some signs."""
    bare = word.strip("_-:/. \"'")
    return len(bare) < RARE or "://" in bare or any(bare in common for common in COMMON)


def _are_common(heads: "Iterable[_Head]") -> bool:
    return any(_is_common(_word(head)) for head in heads)


_Head: TypeAlias = tuple[_Part, ...]


def _heads(parts: Sequence[_Part]) -> tuple[list[_Head], int]:
    """Literal texts one of which these begin with, and how many parts they stand for."""
    heads: list[_Head] = [()]
    for used, part in enumerate(parts):
        ways = _ends(part) if used == 0 else _exact([part])
        if ways is None or len(heads) * len(ways) > HEADS_MAX or min(map(len, heads)) >= LONG:
            return heads, used
        heads = [head + way for head in heads for way in ways]
    return heads, len(parts)


def _ends(part: _Part) -> list[_Head] | None:
    """Texts with one of which each text of `part` ends, as few as may be."""
    if part.code is not op.BRANCH:
        return _exact([part])
    found: set[_Head] = set()
    for branch in part.argument[1]:
        inner = _flat(branch, part.flags)
        ways = _exact(inner)
        if ways is None or len(ways) > 2:
            suffix = next((w for i in range(len(inner)) if (w := _single(inner[i:]))), ways)
            if suffix and _are_common(suffix):
                suffix = next(
                    (w for i in reversed(range(len(inner))) if (w := _rare(inner[i:]))), suffix
                )
            ways = suffix
        if ways is None:
            return None
        found.update(ways)
    words = {_word(head): head for head in found}
    short = [
        head
        for word, head in words.items()
        if not any(o != word and len(o) >= LITERAL_MIN and word.endswith(o) for o in words)
    ]
    return short if len({h.flags for head in short for h in head}) < 2 else sorted(found)


def _rare(parts: Sequence[_Part]) -> list[_Head] | None:
    """The few texts that these can be, if none is common."""
    ways = _exact(parts)
    return ways if ways and len(ways) <= FEW and not _are_common(ways) else None


def _is_whole(part: _Part) -> bool:
    """Whether `_ends` of it are all of it, so that what stands before it stands before them."""
    ends = _ends(part) if part.code is op.BRANCH else None
    return ends is None or set(ends) == set(_exact([part]) or ())


def _single(parts: Sequence[_Part]) -> list[_Head] | None:
    """The only text that these can be, if it is not too short."""
    ways = _exact(parts)
    return ways if ways and len(ways) == 1 and len(ways[0]) >= LITERAL_MIN else None


def _exact(parts: Sequence[_Part]) -> list[_Head] | None:
    """Every text that these can be; None when they are many."""
    ways: list[_Head] = [()]
    for code, argument, flags in parts:
        more: list[_Head] | None = None
        if code is op.AT:
            continue
        if code is op.LITERAL:
            more = [(_Part(code, argument, flags),)]
        elif code is op.BRANCH:
            each = [_exact(_flat(b, flags)) for b in argument[1]]
            more = None if None in each else [way for found in each for way in found or ()]
        elif code in _REPEATS and argument[1] == 1:
            inner = _exact(_flat(argument[2], flags))
            more = None if inner is None else [*inner, *([()] if argument[0] == 0 else ())]
        elif code is op.IN and all(c is op.LITERAL for c, _ in argument) and len(argument) <= 4:
            more = [(_Part(op.LITERAL, octet, flags),) for _, octet in argument]
        if more is None or len(ways) * len(more) > HEADS_MAX:
            return None
        ways = [way + other for way in ways for other in more]
    return ways


def _worth(parts: Sequence[_Part]) -> float:
    """How good a beginning these are; less is better."""
    bonus = _bonus(parts)
    if bonus:
        heads = _heads(parts)[0]
        bonus += RARE_BONUS * (min(map(len, heads)) >= RARE and not _are_common(heads))
    return _commonness(parts) - bonus


def _bonus(parts: Sequence[_Part]) -> int:
    """Literal text is looked for several times faster than what else is as rare."""
    literal = _literal(parts)
    return 3 * min(literal, 6) if literal >= LITERAL_MIN else 0


def _commonness(parts: Sequence[_Part], looked_at: int = LOOKED_AT) -> float:
    """How often code has what these begin with: the logarithm, by the octets' frequency."""
    total, left = 0.0, looked_at
    for part in parts:
        width = _width(part)
        if part.code in _REPEATS:
            times = min(left, width)
            inner = _flat(part.argument[2], part.flags)
            each = _log_frequency(inner) if len(inner) == 1 else _commonness(inner, left)
            total += each * times / max(1, sum(map(_width, inner)))
        elif part.code is op.BRANCH:
            ways = [exp(_commonness(_flat(b, part.flags), left)) for b in part.argument[1]]
            total += log(min(1.0, sum(ways)))
            times = width
        else:
            times = width
            total += _log_frequency([part]) if width else 0.0
        left -= times
        if left <= 0:
            break
    return total


def _log_frequency(parts: Sequence[_Part]) -> float:
    """Of one octet of what these are; 0 for what is not known here."""
    if len(parts) != 1 or parts[0].code not in {op.LITERAL, op.IN}:
        return 0.0
    octets = _one(parts[0])
    known = _FREQUENCIES.get(octets)
    if known is None:
        test = re.compile(octets.encode())
        found = sum(f for c, f in _FREQUENCY.items() if test.fullmatch(c))
        known = _FREQUENCIES[octets] = log(min(1.0, max(1e-6, found)))
    return known


def _kept(parts: Sequence[_Part], enough: int) -> list[_Part]:
    """As many as it takes to look at `enough` octets."""
    kept: list[_Part] = []
    said = 0
    for part in parts:
        if said >= enough:
            break
        cut = _cut(part, enough - said)
        if cut is not None:
            return [*kept, cut]
        said += _width(part)
        kept.append(part)
    kept = _trimmed(kept)
    # The shortest says enough: the matcher would tell of each octet more.
    return [*kept[:-1], _shortest(kept[-1])] if kept else kept


def _literal(parts: Sequence[_Part]) -> int:
    """Octets of literal text that these begin with, at least."""
    count = 0
    for code, argument, flags in parts:
        if code is op.LITERAL:
            count += 1
        elif code is op.BRANCH:
            return count + min(_literal(_flat(b, flags)) for b in argument[1])
        elif code in _REPEATS and argument[0] > 0 and _plain(argument[2], flags):
            times: int = argument[0]
            count += times * _width_of(argument[2])
            if argument[0] != argument[1]:
                return count
        elif code not in _ASSERTS and code is not op.AT:
            return count
    return count


def _plain(tree: Any, flags: int) -> bool:
    return all(part.code is op.LITERAL for part in _flat(tree, flags))


def _shortest(part: _Part) -> _Part:
    if part.code not in _REPEATS:
        return part
    low, _, tree = part.argument
    return part._replace(argument=(low, low, tree))


def _cut(part: _Part, left: int) -> _Part | None:
    """A repeat that says all that is left to say by `left` octets of it."""
    if part.code not in _REPEATS or _width(part) < left:
        return None
    times = -(-left // max(1, _width_of(part.argument[2])))
    return part._replace(argument=(times, times, part.argument[2]))


def _width(part: _Part) -> int:
    code: Any = part.code
    argument: Any = part.argument
    if code in _REPEATS:
        times: int = argument[0]
        return times * _width_of(argument[2])
    if code is op.BRANCH:
        widths: list[int] = [_width_of(b) for b in argument[1]]
        return min(widths)
    return 0 if code is op.AT or code in _ASSERTS or code is op.GROUPREF else 1


def _width_of(tree: Any) -> int:
    width: int = tree.getwidth()[0]
    return width


def _trimmed(parts: list[_Part]) -> list[_Part]:
    """Without what says nothing at the end."""
    while parts and _width(parts[-1]) == 0 and parts[-1].code in {*_REPEATS, *_ASSERTS}:
        parts.pop()
    return parts


def _flat(tree: Iterable[Any], flags: int) -> list[_Part]:
    found: list[_Part] = []
    for code, argument in tree:
        if code is op.SUBPATTERN:
            _, added, removed, inner = argument
            found += _flat(inner, flags & ~removed | added)
        elif code is op.ATOMIC_GROUP:
            found += _flat(argument, flags)
        else:
            found.append(_Part(code, argument, flags))
    return found


def _text(parts: Iterable[_Part]) -> str:
    return "".join(map(_one, parts)).replace(_SEAM, "")


def _one(part: _Part) -> str:
    code, argument, flags = part
    if code is op.LITERAL:
        return _cased(_octet(argument), flags)
    if code is op.NOT_LITERAL:
        return _cased(f"[^{_octet(argument)}]", flags)
    if code is op.ANY:
        return r"[\x00-\xff]" if flags & re.DOTALL else r"[^\n]"
    if code is op.IN:
        return _cased(_class(argument), flags)
    if code is op.AT:
        return _AT[argument]
    if code is op.BRANCH:
        return "(?:" + "|".join(_text(_flat(b, flags)) for b in argument[1]) + ")"
    if code in _REPEATS:
        return _repeat(argument, flags)
    return "" if code in _ASSERTS else _ANYTHING


def _repeat(argument: Any, flags: int) -> str:
    low, high, tree = argument
    body = f"(?:{_text(_flat(tree, flags))})"
    if high == 1:
        return body + ("?" if low == 0 else "")
    if low == high or high <= COUNT_FREE:
        return body + f"{{{low},{high}}}"
    least = min(low, ENOUGH)
    return body + (f"{{{least},}}" if least > 1 else "+" if least else "*")


def _cased(text: str, flags: int) -> str:
    return f"(?i:{text})" if flags & re.IGNORECASE and re.search("[A-Za-z]", text) else text


def _octet(value: int) -> str:
    letter = chr(value)
    return letter if letter.isascii() and letter.isalnum() else f"\\x{value:02x}"


def _class(items: Any) -> str:
    out = []
    for code, argument in items:
        if code is op.NEGATE:
            out.append("^")
        elif code is op.LITERAL:
            out.append(_octet(argument))
        elif code is op.RANGE:
            out.append(f"{_octet(argument[0])}-{_octet(argument[1])}")
        else:
            out.append(_CATEGORY[argument])
    return "[" + "".join(out) + "]"
