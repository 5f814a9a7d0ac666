"""Go's regular expressions (RE2) in the syntax of `re` over bytes.

RE2 knows no look-around and no back reference, so nearly all of it has a counterpart: flags in
the middle of a group become a group of their own, classes by name become ranges. What is over
characters that are no ASCII can only be said of bytes where it is plain text.
"""

import re
from collections.abc import Iterator
from typing import Final

# One element: a quoted text, an escape, a named class in a class, a group's head, a character.
_PARTS: Final = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)"
    r"|\\x\{(?P<code>[0-9A-Fa-f]{1,6})\}"
    r"|\\[pP](?:\{(?P<property>\^?\w+)\}|(?P<letter>\w))"
    r"|(?P<escape>\\(?:x[0-9A-Fa-f]{2}|[0-7]{1,3}|.))"
    r"|\[:(?P<class>\^?[a-z]+):\]"
    r"|\(\?P?<(?P<name>[A-Za-z_]\w*)>"
    r"|\(\?(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<scoped>[:)])"
    r"|(?P<one>.)",
    re.DOTALL,
)
_NAMED: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
# Of letters that are no ASCII, every octet that may be in one.
_PROPERTIES: Final = {"L": r"A-Za-z\x80-\xff", "N": "0-9", "Nd": "0-9", "Lu": "A-Z", "Ll": "a-z"}
_ESCAPES: Final = {r"\z": r"\Z", r"\C": r"[\x00-\xff]"}
_ODD_IN_CLASS: Final = frozenset("[&~|")  # `re` warns of these, since they may mean sets one day


# Every character, said in a way that takes `re` for ever, since a carriage return is both.
_EVERYTHING: Final = re.compile(r"\(\?:\.\|\[(?:\\n\\r|\\r\\n)\]\)")


class Unsupported(Exception):  # noqa: N818 - it never leaves the package
    """What of a pattern has no counterpart; no text of the pattern in it but the construct."""


def translate(pattern: str, secret_group: int = 0) -> str:
    """The pattern for `re`; the group of that number is named `secret` when it is not 0.

    Raises:
        Unsupported: it cannot be said.
    """
    pattern = _EVERYTHING.sub(r"[\\x00-\\xff]", pattern)
    out: list[str] = []
    depth: list[list[str]] = [[]]  # of each open group, the flags that were set inside of it
    groups = 0
    in_class = ""
    for part in _PARTS.finditer(pattern):
        if in_class:
            text, in_class = _in_class(part, in_class)
            out.append(text)
        elif part["name"] is not None:
            groups += 1
            depth.append([])
            out.append("(?P<secret>" if groups == secret_group else f"(?P<{part['name']}>")
        elif part["flags"] is not None:
            out.append(_flags(part, depth))
        elif part["one"] == "[":
            in_class = "["
            out.append("[")
        else:
            groups += _opens(part, pattern)
            out.append(_outside(part, depth, capture=groups == secret_group, pattern=pattern))
    out.append("".join(")" for _ in depth[0]))
    if in_class or len(depth) > 1:
        raise Unsupported("it is not closed")
    if secret_group > groups:
        raise Unsupported(f"it has no group {secret_group}")
    return "".join(out)


def over_lines(pattern: str) -> bool:
    r"""Whether a pattern of Go says that it goes over lines: `(?s)`, `[\s\S]` or a newline."""
    return bool(_EVERYTHING.search(pattern)) or bool(
        re.search(r"\(\?[imU]*s|\[\\s\\S|\[\\S\\s|(?<!\\)(?:\\\\)*\\n(?![^\[]*\])", pattern)
    )


def _opens(part: re.Match[str], pattern: str) -> bool:
    return part["one"] == "(" and not pattern.startswith("(?", part.start())


def _flags(part: re.Match[str], depth: list[list[str]]) -> str:
    flags = part["flags"]
    if "U" in flags:
        raise Unsupported("the flag U")
    if part["scoped"] == ":":
        depth.append([])
        return f"(?{flags}:"
    if not flags:
        return ""
    depth[-1].append(flags)
    return f"(?{flags}:"


def _outside(part: re.Match[str], depth: list[list[str]], *, capture: bool, pattern: str) -> str:
    one = part["one"]
    if one == "(":
        if pattern.startswith("(?", part.start()):
            raise Unsupported("a group of an unknown kind")
        depth.append([])
        return "(?P<secret>" if capture else "("
    if one == "|":
        # Flags hold for the rest of the group, over its alternatives.
        return ")" * len(depth[-1]) + "|" + "".join(f"(?{flags}:" for flags in depth[-1])
    if one == ")":
        if len(depth) == 1:
            raise Unsupported("a group is closed that is not open")
        return ")" * len(depth.pop()) + ")"
    if one is not None:
        return one if one.isascii() else f"(?:{one})"
    return _element(part)


def _element(part: re.Match[str]) -> str:
    """An escape, outside of a class."""
    if part["quoted"] is not None:
        return re.escape(part["quoted"])
    if part["code"] is not None:
        return f"(?:{re.escape(chr(int(part['code'], 16)))})"
    found = part["property"] or part["letter"]
    if found:
        negated = part[0].startswith(r"\P") != found.startswith("^")
        return f"[{'^' if negated else ''}{_property(found.lstrip('^'))}]"
    if part["class"] is not None:  # only inside of a class does it mean one
        return re.escape(part[0])
    escape: str = part["escape"]
    if re.fullmatch(r"\\[1-9]", escape):
        raise Unsupported("a back reference")
    return _ESCAPES.get(escape, _octal(escape))


def _octal(escape: str) -> str:
    return f"\\x{int(escape[1:], 8):02x}" if re.fullmatch(r"\\[0-7]{2,3}", escape) else escape


def _in_class(part: re.Match[str], so_far: str) -> tuple[str, str]:
    """The element as it stands in a class, and what is known of the class behind it."""
    if part["flags"] is not None or part["name"] is not None:
        return re.escape(part[0]), so_far + "x"
    if part["class"] is not None:
        if part["class"] not in _NAMED:
            raise Unsupported(f"the class [:{part['class']}:]")
        return _NAMED[part["class"]], so_far + "x"
    if part["quoted"] is not None:
        return re.escape(part["quoted"]), so_far + "x"
    if part["code"] is not None:
        number = int(part["code"], 16)
        if number > 0x7F:
            raise Unsupported("a character that is no ASCII in a class")
        return f"\\x{number:02x}", so_far + "x"
    found = part["property"] or part["letter"]
    if found:
        if part[0].startswith(r"\P") or found.startswith("^"):
            raise Unsupported("a negated property in a class")
        return _property(found), so_far + "x"
    if part["escape"] is not None:
        return _octal(part["escape"]), so_far + "x"
    return _character(part["one"], so_far)


def _character(one: str, so_far: str) -> tuple[str, str]:
    if not one.isascii():
        raise Unsupported("a character that is no ASCII in a class")
    if one == "]" and so_far not in {"[", "[^"}:
        return "]", ""
    if one == "^" and so_far == "[":
        return "^", "[^"
    return ("\\" + one if one in _ODD_IN_CLASS or one == "]" else one), so_far + "x"


def _property(name: str) -> str:
    if name not in _PROPERTIES:
        raise Unsupported(f"the property {name}")
    return _PROPERTIES[name]


def groups_of(pattern: str) -> Iterator[str]:
    """Names of the groups of a pattern for `re`, `` where one has none, in their order."""
    compiled = re.compile(pattern.encode())
    names = {number: name for name, number in compiled.groupindex.items()}
    return (names.get(number, "") for number in range(1, compiled.groups + 1))
