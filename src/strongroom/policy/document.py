"""A Markdown document as statements, tables and comments, each with its lines.

Nothing is interpreted here: this is what stands where. A statement is the smallest thing
that can be a rule: a heading, a list item, one sentence of a paragraph, a line of a code
block. Lines are 1-based and count as an editor counts them, whatever the line ends are.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from strongroom.errors import InvalidError, LimitError
from strongroom.policy.words import fold

DOCUMENT_BYTES_MAX: Final = 1024 * 1024
BLOCK_CHARS_MAX: Final = 16 * 1024  # one paragraph, item or cell
NESTING_MAX: Final = 40  # lists in quotes in lists
_TICKS: Final = re.compile(r"^\s*([✅✔☑✓👍]|❌|✖|✗|✘|🚫|⛔)\ufe0f?\s*")
_NEGATIVE: Final = frozenset("❌✖✗✘🚫⛔")
_COMMENT: Final = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
# The end of a sentence, but not of an abbreviation.
_SENTENCE: Final = re.compile(
    r"(?<=[.!?;。！？])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bmin\.)(?<!\bmax\.)\s+(?=\S)"
)
_LABELLED: Final = re.compile(r"\s*[^\W\d_][^:：]{0,40}[:：](?:\s+\S|$)")
_CELL: Final = re.compile(r"(?<!\\)\|")


class Kind(StrEnum):
    """What a statement was in the document."""

    HEADING = "heading"
    ITEM = "item"
    SENTENCE = "sentence"
    ROW = "row"
    CODE = "code"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Section:
    """The headings above a place, outermost first."""

    titles: tuple[str, ...] = ()
    fold: str = " "

    def under(self, level: int, title: str) -> "Section":
        """The section that a heading of `level` (1 to 6) opens."""
        titles = (*self.titles[: level - 1], *("",) * (level - 1 - len(self.titles)), title)
        return Section(titles, fold(" ".join(titles)))

    @property
    def title(self) -> str:
        """The innermost heading, or nothing."""
        return self.titles[-1] if self.titles else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest thing that can be a rule.

    `fold` is the text for matching (lower case, one space around each word); `above` is
    the folded text of the headings and list items that it stands under; `tick` is True
    or False when it begins with a mark such as ✅ or ❌.
    """

    text: str
    line: int
    kind: Kind
    section: Section
    fold: str
    above: str = " "
    label: str | None = None  # the bold words it begins with, without the colon
    tick: bool | None = None
    number: int | None = None  # its place in an ordered list
    cells: tuple[str, ...] = ()  # of a row


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; as many cells as the head has."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `ragged` has (line, cells found) of rows that do not fit the head."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    section: Section
    ragged: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """The inside of an HTML comment."""

    text: str
    line: int


@dataclass(slots=True)
class Document:
    """What stands where. Built once by `read`, not changed afterwards."""

    sha256: str
    lines: tuple[str, ...]
    statements: list[Statement] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def read(data: bytes) -> Document:
    """Read the bytes of a Markdown document.

    Raises:
        LimitError: `policy-too-large` (over 1 MiB), `policy-too-deep`, `policy-block-too-long`.
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
    document = Document(hashlib.sha256(data).hexdigest(), lines)
    parser = MarkdownIt("commonmark", {"maxNesting": NESTING_MAX + 10}).enable("table")
    _refuse_long(lines)
    tokens = parser.parse(text)
    if any(token.level > NESTING_MAX for token in tokens):
        raise LimitError(
            "policy-too-deep",
            f"lists and quotes are nested more than {NESTING_MAX // 2} deep",
            fix="flatten the document; a policy needs three or four levels",
        )
    _Walk(document, tokens).run()
    return document


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


def _refuse_long(lines: tuple[str, ...]) -> None:
    # Inline parsing is quadratic in the worst case; blocks of a policy are short.
    block = 0
    for number, line in enumerate(lines, start=1):
        block = block + len(line) if line.strip() and not line.lstrip().startswith("|") else 0
        if block > BLOCK_CHARS_MAX or len(line) > BLOCK_CHARS_MAX:
            raise LimitError(
                "policy-block-too-long",
                f"line {number}: a paragraph has more than {BLOCK_CHARS_MAX:,} characters",
                fix="break it with an empty line",
            )


class _Walk:
    """One pass over the tokens of the parser."""

    def __init__(self, document: Document, tokens: list[Token]) -> None:
        self._document = document
        self._tokens = tokens
        self._section = Section()
        self._items: list[tuple[str, int | None]] = []  # open list items: text, number
        self._ordered: list[int | None] = []  # open lists: the last number, None for bullets

    def run(self) -> None:
        position = self._front_matter()
        while position < len(self._tokens):
            token = self._tokens[position]
            match token.type:
                case "heading_open":
                    self._heading(token, self._tokens[position + 1])
                case "bullet_list_open":
                    self._ordered.append(None)
                case "ordered_list_open":
                    self._ordered.append(int(token.attrGet("start") or 1) - 1)
                case "bullet_list_close" | "ordered_list_close":
                    self._ordered.pop()
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
            if line.strip():
                self._say(line, number, Kind.ITEM, label=line.partition(":")[0].strip())
        # A title of the front matter is a field, not a heading underlined by `---`.
        return next(
            (n for n, t in enumerate(self._tokens) if t.map and t.map[0] > end), len(self._tokens)
        )

    def _heading(self, opened: Token, inline: Token) -> None:
        text = plain(inline)
        self._section = self._section.under(int(opened.tag[1]), text)
        self._say(text, _line(opened), Kind.HEADING)
        self._remarks(inline)

    def _paragraph(self, inline: Token) -> None:
        self._remarks(inline)
        kind = Kind.ITEM if self._items else Kind.SENTENCE
        for text, line, label in _sentences(inline):
            self._say(text, line, kind, label=label)
        if self._items and not self._items[-1][0]:
            self._items[-1] = (plain(inline), self._items[-1][1])

    def _code(self, token: Token) -> None:
        first = _line(token) + (1 if token.type == "fence" else 0)
        for offset, text in enumerate(token.content.split("\n")):
            if text.strip():
                self._say(text.rstrip(), first + offset, Kind.CODE)

    def _html(self, token: Token) -> None:
        first = _line(token)
        for match in _COMMENT.finditer(token.content):
            before = token.content.count("\n", 0, match.start())
            self._document.comments.append(Comment(match[1].strip(), first + before))
        rest = _TAG.sub(" ", _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), token.content))
        for offset, text in enumerate(rest.split("\n")):
            if text.strip():
                self._say(text.strip(), first + offset, Kind.HTML)

    def _table(self, position: int) -> int:
        opened = self._tokens[position]
        header: tuple[str, ...] = ()
        rows: list[Row] = []
        cells: list[str] = []
        line = _line(opened)
        while self._tokens[position].type != "table_close":
            token = self._tokens[position]
            if token.type == "tr_open":
                cells, line = [], _line(token)
            elif token.type == "inline":
                cells.append(plain(token).strip())
                self._remarks(token)
            elif token.type == "tr_close":
                if header:
                    rows.append(Row(tuple(cells), line))
                else:
                    header = tuple(cells)
            position += 1
        ragged = []
        for row in rows:
            found = len(_CELL.split(self._document.lines[row.line - 1].strip().strip("|")))
            if found != len(header):
                ragged.append((row.line, found))
        self._document.tables.append(
            Table(header, tuple(rows), _line(opened), self._section, tuple(ragged))
        )
        return position

    def _remarks(self, inline: Token) -> None:
        for child in inline.children or ():
            if child.type == "html_inline" and (match := _COMMENT.fullmatch(child.content)):
                self._document.comments.append(Comment(match[1].strip(), _line(inline)))

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
        if not text.strip():
            return
        above = self._section.fold + "".join(fold(item)[1:] for item, _ in self._items if item)
        number = self._items[-1][1] if self._items else None
        self._document.statements.append(
            Statement(
                text.strip(), line, kind, self._section, fold(text), above, label, tick, number
            )
        )


def plain(inline: Token) -> str:
    """The words of an inline token: no emphasis, links or code marks; breaks are spaces."""
    return " ".join(text.strip() for text, _ in _rows(inline)).strip()


def _rows(inline: Token) -> list[tuple[str, bool]]:
    """The source lines of an inline token, each with whether a hard break ends it."""
    rows: list[tuple[str, bool]] = []
    row = ""
    for child in inline.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            rows.append((row, child.type == "hardbreak"))
            row = ""
        elif child.type == "html_inline":
            row += " " if child.content.lower().startswith("<br") else ""
        else:
            row += child.content
    return [*rows, (row, True)]


def _sentences(inline: Token) -> Iterator[tuple[str, int, str | None]]:
    """The sentences of a paragraph: text, line, and the bold label that one begins with.

    Wrapped lines are joined. A line of its own is what a hard break ends, and what begins
    with a label: `**Owner:** …`, or `Owner: …` where every line of the paragraph does so.
    """
    rows = _rows(inline)
    form = len(rows) > 1 and all(_LABELLED.match(text) for text, _ in rows)
    first, broken = _line(inline), True
    chunks: list[tuple[list[tuple[str, int]], str | None]] = []
    for offset, (text, hard) in enumerate(rows):
        label = _label(inline, offset)
        opens = label is not None and (_LABELLED.match(text) is not None or broken)
        if broken or form or opens:
            chunks.append(([], label))
        chunks[-1][0].append((text.strip(), first + offset))
        broken = hard
    for parts, label in chunks:
        text = " ".join(part for part, _ in parts)
        starts = [0]
        for part, _ in parts:
            starts.append(starts[-1] + len(part) + 1)
        at = 0
        for sentence in _SENTENCE.split(text):
            at = text.index(sentence, at)
            line = next(n for (_, n), end in zip(parts, starts[1:], strict=True) if at < end)
            yield sentence, line, label if at == 0 else None
            at += len(sentence)


def _label(inline: Token, offset: int) -> str | None:
    """The bold words that source line `offset` of an inline token begins with."""
    current, fresh, inside = 0, True, False
    words = ""
    for child in inline.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            current, fresh = current + 1, True
        elif current == offset:
            if child.type == "strong_open" and fresh:
                inside = True
            elif child.type == "strong_close" and inside:
                return words.strip().rstrip(":：").strip() or None
            elif inside:
                words += child.content
            fresh = fresh and child.type in {"text", "strong_open"} and not child.content.strip()
    return None


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
