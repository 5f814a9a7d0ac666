"""Markdown and the HTML in it as a `Document`. Bounded: every limit is an error with a code."""

import hashlib
import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from strongroom.errors import InvalidError, LimitError
from strongroom.policy.document import (
    BLOCK_CHARS_MAX,
    BRACKETS_MAX,
    DOCUMENT_BYTES_MAX,
    NESTING_MAX,
    STATEMENTS_MAX,
    Comment,
    Document,
    Kind,
    Row,
    Section,
    Statement,
    Table,
)
from strongroom.policy.inline import line_of, plain, sentences
from strongroom.policy.markup import Markup, comments
from strongroom.policy.words import fold

_TICKS: Final = re.compile(r"^\s*([✅✔☑✓👍]|❌|✖|✗|✘|🚫|⛔)\ufe0f?\s*")
_NEGATIVE: Final = frozenset("❌✖✗✘🚫⛔")
_CELL: Final = re.compile(r"(?<!\\)\|")
_UNDERLINED: Final = re.compile(r"^(\d{1,3})([.)])(?= .*\n=+[ \t]*$)", re.MULTILINE)
# A paragraph that is nothing but bold words, or a short numbered line, is a heading in disguise.
_NUMBERED: Final = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+\w[^.;:!?]{1,60}")
HEADING_WORDS_MAX: Final = 8
LEAD_CHARS_MAX: Final = 80


def read(data: bytes) -> Document:
    """Read the bytes of a Markdown document.

    Raises:
        LimitError: `policy-too-large` (over 1 MiB), `policy-too-deep`, `policy-too-long`,
            `policy-block-too-long`.
        InvalidError: `policy-empty`, `policy-not-text` (binary, or not UTF-8).
    """
    if len(data) > DOCUMENT_BYTES_MAX:
        raise LimitError(
            "policy-too-large",
            f"the document has {len(data):,} bytes; at most {DOCUMENT_BYTES_MAX:,} are read",
            fix="keep attachments and data outside of the policy document",
        )
    text = _decode(data)
    if not text.strip():
        raise InvalidError("policy-empty", "the document is empty")
    lines = tuple(text.split("\n"))
    # `1. Purpose` over a row of `=` is meant as a heading, and Markdown reads a list.
    text = _UNDERLINED.sub(r"\1\\\2", text)
    document = Document(hashlib.sha256(data).hexdigest(), lines)
    parser = MarkdownIt("commonmark", {"maxNesting": NESTING_MAX + 10}).enable("table")
    # Between blocks and their inside, since reading the inside is quadratic at worst.
    parser.core.ruler.before("inline", "bounds", _bounds)
    _Walk(document, parser.parse(text)).run()
    return document


def _bounds(state: StateCore) -> None:
    rows = 0
    for token in state.tokens:
        rows += token.type == "tr_open"
        if token.level > NESTING_MAX:
            raise LimitError(
                "policy-too-deep",
                f"lists and quotes are nested more than {NESTING_MAX // 2} deep",
                fix="flatten the document; a policy needs three or four levels",
            )
        if token.type == "inline" and (
            len(token.content) > BLOCK_CHARS_MAX or token.content.count("[") > BRACKETS_MAX
        ):
            raise LimitError(
                "policy-block-too-long",
                f"line {line_of(token)}: a paragraph has more than {BLOCK_CHARS_MAX:,} characters "
                f"or {BRACKETS_MAX:,} brackets",
                fix="break it with an empty line",
            )
    _refuse_many(rows)


def _refuse_many(count: int) -> None:
    if count > STATEMENTS_MAX:
        raise LimitError(
            "policy-too-long",
            f"the document has more than {STATEMENTS_MAX:,} sentences, items or rows of tables",
            fix="keep data outside of the policy document",
        )


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidError(
            "policy-not-text",
            f"the document is not {encoding.upper()[:6].rstrip('-')} text: byte {error.start:,} cannot be read",
            fix="save it as UTF-8",
        ) from None
    if "\x00" in text:
        raise InvalidError("policy-not-text", "the document holds NUL bytes, so it is not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Walk:
    """One pass over the tokens of the parser."""

    def __init__(self, document: Document, tokens: list[Token]) -> None:
        self._document = document
        self._tokens = tokens
        self._section = Section()
        self._items: list[tuple[str, int | None]] = []  # open list items: text, number
        self._ordered: list[int | None] = []  # open lists: the last number, None for bullets
        self._leads: list[str] = []  # what introduces each open list, such as `Never:`
        self._level = 0  # of the last real heading
        self._markup = Markup(self._say_html, self._open_section, self._add_table)

    def run(self) -> None:
        position = self._front_matter()
        while position < len(self._tokens):
            token = self._tokens[position]
            match token.type:
                case "heading_open":
                    self._heading(token, self._tokens[position + 1])
                case "bullet_list_open":
                    self._open_list(None, position)
                case "ordered_list_open":
                    self._open_list(int(token.attrGet("start") or 1) - 1, position)
                case "bullet_list_close" | "ordered_list_close":
                    self._ordered.pop()
                    self._leads.pop()
                case "list_item_open":
                    if self._ordered[-1] is not None:
                        self._ordered[-1] += 1
                    self._items.append(("", self._ordered[-1]))
                case "list_item_close":
                    self._items.pop()
                case "paragraph_open":
                    self._paragraph(self._tokens[position + 1])
                case "fence" | "code_block":
                    self._code(token)
                case "html_block":
                    self._html(token)
                case "table_open":
                    position = self._table(position)
                case _:
                    pass
            position += 1
        self._markup.finish()

    def _open_list(self, number: int | None, position: int) -> None:
        self._ordered.append(number)
        before = self._tokens[position - 2 : position] if position > 1 else []
        lead = ""
        if not self._items and [t.type for t in before] == ["inline", "paragraph_close"]:
            lead = plain(before[0])
        self._leads.append(lead if lead.endswith(":") and len(lead) <= LEAD_CHARS_MAX else "")

    def _front_matter(self) -> int:
        """Statements of a leading `---` block; its tokens are skipped."""
        lines = self._document.lines
        if not lines or lines[0].strip() != "---":
            return 0
        end = next((n for n, line in enumerate(lines[1:60], 1) if line.strip() == "---"), 0)
        fields = [line for line in lines[1:end] if line.strip()]
        if not fields or not all(re.match(r"[\w -]{1,40}:", line) for line in fields):
            return 0
        for number, line in enumerate(lines[1:end], start=2):
            name, _, value = line.partition(":")
            if value.strip():
                value = value.strip().strip("\"'")
                self._say(f"{name.strip()}: {value}", number, Kind.ITEM, label=name.strip())
        # A title of the front matter is a field, not a heading underlined by `---`.
        return next(
            (n for n, t in enumerate(self._tokens) if t.map and t.map[0] > end), len(self._tokens)
        )

    def _heading(self, opened: Token, inline: Token) -> None:
        self._markup.finish()
        self._open_section(int(opened.tag[1]), plain(inline), line_of(opened))
        self._remarks(inline)

    def _open_section(self, level: int, text: str, line: int) -> None:
        self._level = level
        self._section = self._section.under(level, text)
        self._say(text, line, Kind.HEADING)

    def _paragraph(self, inline: Token) -> None:
        self._remarks(inline)
        if not self._items and _is_title(inline):
            text = plain(inline)
            self._section = self._section.under(min(self._level + 1, 6), text)
            self._say(text, line_of(inline), Kind.HEADING)
            return
        kind = Kind.ITEM if self._items else Kind.SENTENCE
        for text, line, label in sentences(inline):
            self._say(text, line, kind, label=label)
        if self._items and not self._items[-1][0]:
            self._items[-1] = (plain(inline), self._items[-1][1])

    def _code(self, token: Token) -> None:
        if self._markup.in_table and token.content.lstrip().startswith("<"):
            self._html(token)  # indented HTML behind an empty line looks like code
            return
        first = line_of(token) + (1 if token.type == "fence" else 0)
        for offset, text in enumerate(token.content.split("\n")):
            if text.strip():
                self._say(text.rstrip(), first + offset, Kind.CODE)

    def _html(self, token: Token) -> None:
        first = line_of(token)
        rest, at = "", 0
        for start, end, comment in comments(token.content):
            self._document.comments.append(Comment(comment.text, first + comment.line))
            rest += token.content[at:start] + "\n" * token.content.count("\n", start, end)
            at = end
        self._markup.read(rest + token.content[at:], first)

    def _say_html(self, text: str, line: int, kind: Kind) -> None:
        self._say(text, line, kind)

    def _table(self, position: int) -> int:
        opened = self._tokens[position]
        header: tuple[str, ...] = ()
        rows: list[Row] = []
        cells: list[str] = []
        line = line_of(opened)
        while self._tokens[position].type != "table_close":
            token = self._tokens[position]
            if token.type == "tr_open":
                cells, line = [], line_of(token)
            elif token.type == "inline":
                cells.append(plain(token).strip())
                self._remarks(token)
            elif token.type == "tr_close":
                if header:
                    rows.append(Row(tuple(cells), line))
                else:
                    header = tuple(cells)
            position += 1
        found = [
            (row.line, len(_CELL.split(self._document.lines[row.line - 1].strip().strip("|"))))
            for row in rows
        ]
        ragged = tuple((at, n) for at, n in found if n != len(header))
        table = Table(header, tuple(rows), line_of(opened), self._section, ragged)
        self._document.tables.append(table)
        return position

    def _add_table(self, cells: list[list[tuple[str, int]]]) -> None:
        """A table of HTML: its first row is the head."""
        lines = [row for row in cells if row]
        _refuse_many(len(lines))
        if not lines:
            return
        header = tuple(text for text, _ in lines[0])
        rows = [
            Row(
                (*(text for text, _ in row), *("",) * (len(header) - len(row)))[: len(header)],
                row[0][1],
            )
            for row in lines[1:]
        ]
        ragged = tuple((row[0][1], len(row)) for row in lines[1:] if len(row) != len(header))
        table = Table(header, tuple(rows), lines[0][0][1], self._section, ragged)
        self._document.tables.append(table)

    def _remarks(self, inline: Token) -> None:
        line = line_of(inline)
        for child in inline.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            if child.type == "html_inline" and child.content.startswith("<!--"):
                text = child.content.removeprefix("<!--").removesuffix("-->").strip()
                self._document.comments.append(Comment(text, line))

    def _say(
        self,
        text: str,
        line: int,
        kind: Kind,
        *,
        label: str | None = None,
    ) -> None:
        mark = _TICKS.match(text)
        tick = None
        if mark and kind is not Kind.CODE:
            tick = mark[1] not in _NEGATIVE
            text = text[mark.end() :]
        folded = fold(text)
        if not folded.strip() and kind is not Kind.CODE:
            return  # nothing but punctuation
        _refuse_many(len(self._document.statements) + 1)
        parents = (*self._leads[:1], *(item for item, _ in self._items))
        parents = tuple(parent for parent in parents if parent)
        above = self._section.fold + "".join(fold(item)[1:] for item in parents)
        number = self._items[-1][1] if self._items else None
        self._document.statements.append(
            Statement(
                *(text.strip(), line, kind, self._section, folded, above),
                *(label, tick, number),
                parents=parents,
            )
        )


def _is_title(inline: Token) -> bool:
    """Whether a paragraph is a heading in disguise: bold alone, or a short numbered line."""
    children = [c for c in inline.children or () if c.content.strip() or c.type != "text"]
    kinds = [c.type for c in children]
    text = plain(inline)
    short = len(text.split()) <= HEADING_WORDS_MAX and not text.endswith((".", ":", ";", "!"))
    if kinds[:1] == ["strong_open"] and kinds[-1:] == ["strong_close"]:
        return short and kinds.count("strong_open") == 1 and ":" not in text
    return short and kinds == ["text"] and _NUMBERED.fullmatch(text) is not None
