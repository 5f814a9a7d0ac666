"""HTML in the document: tables with spans, headings, lists, comments, and broken HTML."""

import pytest

from strongroom.policy import markdown
from strongroom.policy.document import Document, Kind
from strongroom.policy.markup import MARKUP_CHARS_MAX, comments


def _read(text: str) -> Document:
    return markdown.read(text.encode())


def _rows(text: str) -> list[tuple[str, ...]]:
    table = _read(text).tables[0]
    return [table.header, *(row.cells for row in table.rows)]


def test_a_table_is_read_with_the_line_of_each_row() -> None:
    document = _read(
        "x\n\n<table>\n<tr><th>A</th><th>B <b>b</b></th></tr>\n<tr>\n<td>1&nbsp;d</td>\n<td>&#9989;</td>\n</tr>\n</table>\n"
    )
    table = document.tables[0]

    assert ("A", "B b") == table.header
    assert [(("1 d", "✅"), 6)] == [(row.cells, row.line) for row in table.rows]


def test_spans_repeat_a_cell() -> None:
    assert [("A", "B", "B"), ("1", "2", "3"), ("1", "4", "5")] == _rows(
        "<table><tr><th>A<th colspan=2>B</tr><tr><td rowspan=2>1<td>2<td>3</tr><tr><td>4<td>5</tr></table>\n"
    )
    assert [("A", "B", "C"), ("1", "2", "3"), ("1", "2", "4"), ("1", "2", "5")] == _rows(
        '<table><tr><th>A<th>B<th>C</tr><tr><td rowspan="3">1<td rowspan=3>2<td>3</tr>'
        "<tr><td>4</tr><tr><td>5</tr></table>\n"
    )


@pytest.mark.parametrize("span", ["0", "-1", "many", "٣", "9" * 6000, ""])
def test_a_span_that_is_no_number_is_bounded(span: str) -> None:
    assert len(_rows(f"<table><tr><td colspan='{span}'>A</td></tr></table>\n")[0]) <= 20


def test_a_table_goes_on_behind_an_empty_line_even_when_indented() -> None:
    assert [("A", "B"), ("1", "2"), ("3", "4")] == _rows(
        "<table>\n<tr><td>A</td><td>B</td></tr>\n\n    <tr><td>1</td><td>2</td></tr>\n\n<tr><td>3</td><td>4</td></tr>\n</table>\n"
    )


def test_a_table_that_is_never_closed_ends_at_the_next_heading() -> None:
    document = _read("<table><tr><td>A</td></tr>\n<tr><td>1</td></tr>\n\n# Next\n\nwords\n")

    assert [("A",)] == [t.header for t in document.tables]
    assert ["Next", "words"] == [s.text for s in document.statements]


def test_rows_that_do_not_fit_are_noted() -> None:
    table = _read(
        "<table>\n<tr><td>A<td>B</tr>\n<tr><td>1</tr>\n<tr><td>1<td>2<td>3</tr>\n</table>\n"
    ).tables[0]

    assert [("1", ""), ("1", "2")] == [row.cells for row in table.rows]
    assert ((3, 1), (4, 3)) == table.ragged


def test_an_empty_table_is_none() -> None:
    assert [] == _read("<table></table>\n\nx\n").tables


def test_headings_items_and_paragraphs_are_statements() -> None:
    document = _read(
        "<h2>One\ntwo</h2>\n<p>A line\nand more<br>after</p>\n<ul><li>an item</li></ul>\nloose\nlines\n"
    )

    assert [
        ("One two", Kind.HEADING, 1),
        ("A line and more", Kind.SENTENCE, 3),
        ("after", Kind.HTML, 4),
        ("an item", Kind.ITEM, 5),
        ("loose", Kind.HTML, 6),
        ("lines", Kind.HTML, 7),
    ] == [(s.text, s.kind, s.line) for s in document.statements]
    assert "One two" == document.statements[1].section.title


def test_an_empty_heading_is_none() -> None:
    assert [] == _read("<h1> </h1>\n").statements


def test_scripts_and_styles_say_nothing() -> None:
    said = _read("<div><script>alert(1)</script><style>p {}</style>words</div>\n").statements

    assert ["words"] == [s.text for s in said]


@pytest.mark.parametrize(
    "text",
    ["<div>\n<![foo[ words\n", "<div>\n<a <b words\n", "<div <p\nwords\n", "<td>words</td>\n"],
)
def test_broken_markup_is_read_as_text(text: str) -> None:
    assert any("words" in s.text for s in _read(text).statements)


def test_very_long_markup_is_read_as_text() -> None:
    text = "<pre>\n" + "words of a line\n\n" * (MARKUP_CHARS_MAX // 60) + "</pre>\n"
    longer = text.replace("words of a line", "words of a line " * 5)

    assert all(s.text.startswith("words") for s in _read(text).statements)
    assert any(s.text.startswith("words") for s in _read(longer).statements)


def test_comments_are_found_with_their_lines() -> None:
    found = list(comments("a <!-- one -->\n\n<!--\ntwo\n--> <!-- never closed"))

    assert [("one", 0), ("two", 2)] == [(c.text, c.line) for _, _, c in found]
