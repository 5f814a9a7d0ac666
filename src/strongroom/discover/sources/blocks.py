"""YAML as blocks by indentation, with lines; not a parser of YAML. Pure.

Half of the files in question are templates that no parser accepts, what is wanted of the rest
are keys with their lines, and an alias that is never expanded cannot explode. Each line is
looked at once. Flow style (`{A: b}`, `[x, y]`) becomes blocks too, when it ends within a few
lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from strongroom.discover.sources.lines import LINE_CHARS_MAX, Row, bare

DEPTH_MAX: Final = 60
FLOW_LINES_MAX: Final = 100
FLOW_CHARS_MAX: Final = 200_000  # of one text
_KEY: Final = re.compile(
    r"""(?:"(?P<double>[^"]{1,200})"|'(?P<single>[^']{1,200})'|(?P<plain>[^\s"'\#\[\]{},&*|>%@`-][^:\#]{0,199}|-[^\s:\#][^:\#]{0,199}))
    [ \t]*:(?:[ \t]+(?P<value>.*))?""",
    re.VERBOSE,
)
_ANCHOR: Final = re.compile(r"(?:&(?P<anchor>\S+)|!\S*)(?:\s+|$)")
_SCALAR: Final = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?")
# Bounded, so that an opening without its end costs no more than a look ahead.
_FLOW: Final = re.compile(
    r"""\"(?:[^"\\]|\\.){0,300}"|'[^']{0,300}'|\$?\{\{.{0,300}?\}\}|\$\{[^}]{0,300}\}|[\[\]{},]|[^\[\]{},"'$]+|."""
)
_PAIR: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s:"']+))\s*(?::\s*(.*))?""", re.DOTALL)


@dataclass(slots=True, eq=False)
class Block:
    """A key or an item of a list: its line, its value if it stands there, what is below it."""

    line: int
    indent: int
    key: str = ""  # empty for an item of a list
    value: str = ""  # without quotes and comment
    quoted: bool = False
    anchor: str = ""
    aliases: tuple[str, ...] = ()
    parent: "Block | None" = None
    below: list["Block"] = field(default_factory=list)
    text: list[Row] = field(default_factory=list)  # the lines of `key: |`

    def walk(self) -> Iterator["Block"]:
        """The block and all below, in the order of lines."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting += reversed(block.below)

    def trail(self) -> tuple[str, ...]:
        """The keys from the top to this one, items left out."""
        found: list[str] = []
        block: Block | None = self
        while block is not None:
            if block.key:
                found.append(block.key)
            block = block.parent
        return tuple(reversed(found))

    def get(self, *keys: str) -> "Block | None":
        """The block below by its keys, or None."""
        block: Block | None = self
        for key in keys:
            block = next((b for b in block.below if b.key == key), None) if block else None
        return block

    def said(self, *keys: str) -> str:
        """The value of the block below by its keys; empty when there is none."""
        block = self.get(*keys)
        return block.value if block else ""

    def items(self) -> list["Block"]:
        """The items of a list below, each with its keys below it."""
        return [b for b in self.below if not b.key]


def documents(rows: Iterable[Row]) -> list[Block]:
    """Each document of the text as a block without a key."""
    made = [Block(0, -1)]
    stack = [made[0]]
    scalar: Block | None = None
    flow: list[str] = []
    for row in rows:
        line = row.text.expandtabs(8)
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        if flow:
            flow.append(text)
            if _balanced(flow) or len(flow) > FLOW_LINES_MAX:
                _flow(stack[-1], " ".join(flow))
                flow = []
            continue
        if scalar is not None:
            if not text or indent > scalar.indent:
                scalar.text.append(row)
                continue
            scalar = None
        if not text or text.startswith(("#", "%")) or _is_template(text):
            continue
        if text == "---" or text.startswith("--- "):
            made.append(Block(row.line, -1))
            stack = [made[-1]]
            continue
        last = _add(stack, row.line, indent, text)
        if last.value[:1] in {"{", "["} and not last.quoted and not last.value.startswith("{{"):
            flow = [last.value]
            last.value = ""
            if _balanced(flow):
                _flow(last, flow[0])
                flow = []
        elif _SCALAR.fullmatch(last.value) and not last.quoted:
            last.value, scalar = "", last
    if flow:
        _flow(stack[-1], " ".join(flow))
    return made


def anchored(blocks: Iterable[Block]) -> dict[str, Block]:
    """The blocks that have an anchor, by its name; the last one of a name wins."""
    return {b.anchor: b for top in blocks for b in top.walk() if b.anchor}


def _is_template(text: str) -> bool:
    return text.startswith("{{") and text.endswith("}}")


def _add(stack: list[Block], line: int, indent: int, text: str) -> Block:
    """Put what stands on one line below what it belongs to; returns the innermost block."""
    while text.startswith("- ") or text == "-":
        block = Block(line, indent)
        _under(stack, block)
        rest = text[1:].lstrip()
        indent += len(text) - len(rest)
        text = rest
        if not text:
            return block
    match = _KEY.fullmatch(text)
    if match is None:
        block = stack[-1]
        # The text of an item; anything else goes on from the line before, and holds no key.
        if block.line == line and not block.key:
            _value(block, text)
        return block
    key = (match["double"] or match["single"] or match["plain"] or "").strip()
    block = Block(line, indent, key)
    _value(block, match["value"] or "")
    _under(stack, block)
    return block


def _under(stack: list[Block], block: Block) -> None:
    # A list may stand at the indentation of its key.
    while len(stack) > 1 and (
        stack[-1].indent > block.indent
        or (stack[-1].indent == block.indent and (block.key or not stack[-1].key))
    ):
        stack.pop()
    if len(stack) > DEPTH_MAX:
        stack.pop()
    block.parent = stack[-1]
    stack[-1].below.append(block)
    stack.append(block)


def _value(block: Block, raw: str) -> None:
    text = raw.strip()
    while match := _ANCHOR.match(text):
        block.anchor = match["anchor"] or block.anchor
        text = text[match.end() :]
    if text.startswith("*"):
        block.aliases = (text[1:].split()[0],) if text[1:].split() else ()
        return
    block.quoted = text[:1] in {'"', "'"}
    block.value = text if text[:1] in {"{", "["} else bare(text)


def _balanced(parts: list[str]) -> bool:
    """Whether each bracket is closed; brackets within quotes are rare, and cost only a line."""
    text = " ".join(parts) if len(parts) < FLOW_LINES_MAX else ""
    return sum(map(text.count, "{[")) <= sum(map(text.count, "}]")) or len(text) > LINE_CHARS_MAX


def _flow(parent: Block, text: str) -> None:
    """Blocks of a flow text below `parent`, all with its line."""
    stack, piece, in_list = [parent], "", [False]
    for sign in _FLOW.findall(text[:LINE_CHARS_MAX]):
        if sign in "{[" and len(sign) == 1:
            if len(stack) > 1 or piece.strip():
                if len(stack) > DEPTH_MAX:
                    return
                stack.append(_piece(stack[-1], piece, item=in_list[-1]))
            else:
                stack.append(parent)
            in_list.append(sign == "[")
            piece = ""
        elif sign in "]}," and len(sign) == 1:
            if piece.strip():
                _piece(stack[-1], piece, item=in_list[-1])
            piece = ""
            if sign != "," and len(stack) > 1:
                stack.pop()
                in_list.pop()
        else:
            piece += sign


def _piece(parent: Block, text: str, *, item: bool) -> Block:
    block = Block(parent.line, parent.indent + 1, parent=parent)
    match = _PAIR.fullmatch(text.strip())
    if match and not item:
        block.key = match[1] or match[2] or match[3] or ""
        _value(block, match[4] or "")
    elif text.strip().startswith("*"):
        parent.aliases += (text.strip()[1:],)
        return block
    else:
        _value(block, text)
    parent.below.append(block)
    return block
