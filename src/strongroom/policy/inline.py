"""The text of paragraphs: plain words, sentences, and the labels that they begin with."""

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

# The end of a sentence, but not of an abbreviation.
_SENTENCE: Final = re.compile(
    r"(?<=[.!?;。！？])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bmin\.)(?<!\bmax\.)\s+(?=\S)"
)
_BLANKS: Final = re.compile(r"[ \t]{2,}")
_LABELLED: Final = re.compile(r"\s*[^\W\d_][^:：]{0,40}[:：](?:\s+\S|$)")


def plain(inline: Token) -> str:
    """The words of an inline token: no emphasis, links, images or code marks.

    A line break is a space. A text that is nothing but an image is the image's alternative
    text, since ticks are drawn that way too.
    """
    words = " ".join(text.strip() for text, _ in _rows(inline)).strip()
    images = (child.content for child in inline.children or () if child.type == "image")
    return words or " ".join(images).strip()


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
        elif child.type != "image":
            row += child.content
    # Runs of blanks mean nothing in prose, and cost patterns with two of them a lot.
    return [(_BLANKS.sub(" ", text), hard) for text, hard in [*rows, (row, True)]]


def sentences(inline: Token) -> Iterator[tuple[str, int, str | None]]:
    """The sentences of a paragraph: text, line, and the bold label that one begins with.

    Wrapped lines are joined. A line of its own is what a hard break ends, and what begins
    with a label: `**Owner:** …`, or `Owner: …` where every line of the paragraph does so.
    """
    rows = _rows(inline)
    form = len(rows) > 1 and all(_LABELLED.match(text) for text, _ in rows)
    first, broken = line_of(inline), True
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


def line_of(token: Token) -> int:
    """The 1-based line that a token begins on."""
    return token.map[0] + 1 if token.map else 1
